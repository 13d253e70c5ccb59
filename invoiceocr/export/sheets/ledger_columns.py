"""The columns of the ledger sheet (台账): the usual sixteen, or those that a user names, in the user's order."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from pathlib import Path

from invoiceocr.errors import SettingsError
from invoiceocr.export.reasons import duplicates, reasons
from invoiceocr.export.sheets.cell import EMPTY, Cell
from invoiceocr.export.sheets.columns import Column, invoice_columns, value_at
from invoiceocr.export.sheets.links import link_to
from invoiceocr.export.titles import KIND, VERDICTS, Title, kind_title, title
from invoiceocr.invoice import Invoice
from invoiceocr.kinds import Registry
from invoiceocr.kinds.types import MONEY
from invoiceocr.result import ReadResult

WIDTH = 14.0  # of a column that says nothing else, in characters
# rows that say what an invoice is for
NAMED_ROWS = ("items", "trips", "segments")
ROUTES = (("departure_station", "arrival_station"), ("entrance", "exit"))
# statuses that the ledger colors; the sheet behind it has them all
PRINTED = frozenset({"doubtful", "missing"})
USUAL = (
    "no",
    "kind",
    "code",
    "number",
    "issue_date",
    "buyer.name",
    "seller.name",
    "seller.tax_id",
    "item",
    "total_excluding_tax",
    "tax_rate",
    "total_tax",
    "total",
    "review",
    "duplicate",
    "source",
)

USUAL_WORDS = {
    "日期": "issue_date",
    "开票时间": "issue_date",
    "票号": "number",
    "号码": "number",
    "发票号": "number",
    "代码": "code",
    "发票类型": "kind",
    "类型": "kind",
    "购方": "buyer.name",
    "购方名称": "buyer.name",
    "购买方名称": "buyer.name",
    "购方税号": "buyer.tax_id",
    "销方": "seller.name",
    "销方名称": "seller.name",
    "销售方名称": "seller.name",
    "供应商": "seller.name",
    "开票单位": "seller.name",
    "销方税号": "seller.tax_id",
    "纳税人识别号": "seller.tax_id",
    "摘要": "item",
    "货物或应税劳务名称": "item",
    "不含税金额": "total_excluding_tax",
    "含税金额": "total",
    "发票金额": "total",
    "总金额": "total",
    "备注": "remarks",
    "状态": "review",
    "文件": "source",
}
"""What people call columns, where neither the ledger nor a kind has that word."""


@dataclass(frozen=True, slots=True)
class Listed:
    """An invoice of the ledger: its file, its serial number, the kinds that are known, the folder of the workbook."""

    result: ReadResult
    invoice: Invoice
    serial: int
    registry: Registry
    folder: Path | None = None


@dataclass(frozen=True, slots=True)
class LedgerColumn:
    """A column: what it says about an invoice, how wide it is printed, and whether it is summed."""

    column: Column
    cell: Callable[[Listed], Cell]
    width: float = WIDTH
    summed: bool = False


def ledger_columns(names: Iterable[str], registry: Registry) -> tuple[LedgerColumn, ...]:
    """The columns with these names, each `NAME` or `NAME=TITLE`: one of the ledger's own (`no`, `item`, `review`, ...),
    the path of a field, or the title of either. Raises SettingsError with the nearest name for an unknown one."""
    known = _known(registry)
    return tuple(_named(entry, known, registry) for entry in names)


def names_by_title(registry: Registry) -> dict[str, str]:
    """The names of columns by their titles, `folded`; the ledger's words take precedence over those of the fields."""
    fields = {title: column.path for column in invoice_columns(registry) for title in _callings(column)}
    own = {title: made.column.path for made in _known(registry).values() for title in _callings(made.column)}
    return USUAL_WORDS | fields | own


def folded(title: str) -> str:
    """*title* without spaces and capitals."""
    return "".join(title.split()).lower()


def _callings(column: Column) -> tuple[str, ...]:
    return folded(column.title.zh), folded(column.title.en), column.path


def _known(registry: Registry) -> dict[str, LedgerColumn]:
    return {column.path: _field(column) for column in invoice_columns(registry)} | OWN


def _named(entry: str, known: dict[str, LedgerColumn], registry: Registry) -> LedgerColumn:
    name, _, heading = (part.strip() for part in entry.partition("="))
    if name not in known:
        name = _called(name, registry)
    found = known[name]
    return replace(found, column=replace(found.column, title=Title(heading, heading))) if heading else found


def _called(title: str, registry: Registry) -> str:
    """The name of the column that is called *title*."""
    names = names_by_title(registry)
    if (name := names.get(folded(title))) is not None:
        return name
    near, own = difflib.get_close_matches(title, names, n=1), ", ".join(OWN)
    en = f"do you mean {near[0]}?" if near else f"give a field's path or one of {own}"
    zh = f"是不是 {near[0]}？" if near else f"可用字段路径，或 {own}"
    raise SettingsError(f"columns: no column is called {title!r}; {en}", zh=f"columns：没有 {title} 这一列，{zh}")


def _field(column: Column) -> LedgerColumn:
    heading, width = SHORT.get(column.path, (column.title, WIDTH))
    titled = replace(column, title=heading)
    return LedgerColumn(titled, partial(_value, column.path), width, column.value_type in MONEY)


def _value(path: str, listed: Listed) -> Cell:
    value, proof = value_at(listed.invoice, path), listed.invoice.evidence.get(path)
    if value is False:
        return EMPTY
    return Cell(value, proof.status) if proof and proof.status in PRINTED else Cell(value)


def _kind(listed: Listed) -> Cell:
    return Cell(kind_title(listed.invoice.kind, listed.registry).zh)


def _serial(listed: Listed) -> Cell:
    return Cell(listed.serial)


def _item(listed: Listed) -> Cell:
    """The first line of the items and how many there are; the route of a ticket."""
    rows = next((rows for name in NAMED_ROWS if (rows := value_at(listed.invoice, name))), ())
    names = [name for row in rows if (name := value_at(row, "name") or _route(row, ("departure", "arrival")))]
    if names:
        return Cell(f"{names[0]} 等 {len(rows)} 项" if len(rows) > 1 else names[0])
    return Cell(route(listed.invoice))


def route(invoice: Invoice) -> str | None:
    """The start and the destination of a ticket; None for anything else."""
    return next((found for ends in ROUTES if (found := _route(invoice, ends))), None)


def _route(holder: object, ends: tuple[str, str]) -> str | None:
    start, end = (getattr(holder, name, None) for name in ends)
    return f"{start}—{end}" if start and end else None


def _rate(listed: Listed) -> Cell:
    """The rate of the invoice, or those of its items, each once."""
    own = value_at(listed.invoice, "tax_rate")
    rows = value_at(listed.invoice, "items") or ()
    rates = dict.fromkeys([own] if own is not None else [value_at(row, "tax_rate") for row in rows])
    found = [rate for rate in rates if rate is not None]
    return Cell(found[0]) if len(found) == 1 else Cell("、".join(map(rate_text, found)) or None)


def rate_text(rate: Decimal | str) -> str:
    """0.13 → 13%; a marker as it is printed."""
    return f"{(rate * 100).normalize():f}%" if isinstance(rate, Decimal) else rate


def _review(listed: Listed) -> Cell:
    """The verdict, and the reasons why a person should look."""
    invoice = listed.invoice
    verdict = title(VERDICTS, invoice.verdict).zh
    told = "；".join(reasons(invoice, listed.registry.kinds.get(invoice.kind)))
    return Cell(f"{verdict}：{told}" if told else verdict, invoice.verdict)


def _verdict(listed: Listed) -> Cell:
    return Cell(title(VERDICTS, listed.invoice.verdict).zh, listed.invoice.verdict)


def _duplicate(listed: Listed) -> Cell:
    """Whether rules say that it was claimed before, or may have been; the status column says where."""
    found = duplicates(listed.invoice)
    if not found:
        return EMPTY
    grave = any(finding.severity == "error" for finding in found)
    return Cell("重复", "error") if grave else Cell("疑似重复", "warning")


def _source(listed: Listed) -> Cell:
    name = listed.invoice.source or listed.result.source
    return Cell(name, link=link_to(listed.result.source, listed.folder))


def _page(listed: Listed) -> Cell:
    return Cell(listed.invoice.page)


def _own(name: str, heading: Title, cell: Callable[[Listed], Cell], width: float = WIDTH) -> LedgerColumn:
    return LedgerColumn(Column(name, heading), cell, width)


OWN = {
    column.column.path: column
    for column in (
        _own("no", Title("序号", "no."), _serial, 7),
        _own("kind", KIND, _kind, 22),
        _own("item", Title("项目", "item"), _item, 20),
        _own("tax_rate", Title("税率", "tax rate"), _rate, 9),
        _own("review", Title("状态/待核对", "status"), _review, 34),
        _own("verdict", Title("结论", "verdict"), _verdict, 9),
        _own("duplicate", Title("重复", "duplicate"), _duplicate, 10),
        _own("source", Title("来源", "source"), _source, 18),
        _own("page", Title("页", "page"), _page, 6),
    )
}
"""The columns that are no fields of an invoice, or sum them up."""
SHORT = {
    "code": (Title("发票代码", "code"), 14.0),
    "number": (Title("发票号码", "number"), 22.0),
    "issue_date": (Title("开票日期", "date"), 12.0),
    "buyer.name": (Title("购买方", "buyer"), 20.0),
    "seller.name": (Title("销售方", "seller"), 20.0),
    "seller.tax_id": (Title("销售方税号", "seller tax id"), 21.0),
    "buyer.tax_id": (Title("购买方税号", "buyer tax id"), 21.0),
    "total_excluding_tax": (Title("金额", "amount"), 13.0),
    "total_tax": (Title("税额", "tax"), 12.0),
    "total": (Title("价税合计", "total"), 13.0),
}
"""Headings and widths of fields as the ledger prints them."""
