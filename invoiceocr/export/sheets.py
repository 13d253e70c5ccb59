"""What stands in the workbook, sheet by sheet, before any file format: an invoice a row, an item a row, a finding
a row, an unread file a row. Cells are small values, so that ten thousand invoices fit in memory."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from invoiceocr.export.columns import Column, invoice_columns, list_fields, row_columns, value_at
from invoiceocr.export.note import note
from invoiceocr.export.titles import (
    ERRORS,
    FIELDS,
    KINDS,
    SEVERITIES,
    STATUSES,
    VERDICTS,
    Title,
    in_both,
    title,
)
from invoiceocr.invoice import Invoice
from invoiceocr.proof import Evidence
from invoiceocr.result import ReadResult

# Where a person looks first; all other columns follow in the order of the models, if any invoice has them.
FIRST = (
    "code",
    "number",
    "issue_date",
    "buyer.name",
    "buyer.tax_id",
    "seller.name",
    "seller.tax_id",
    "total_excluding_tax",
    "total_tax",
    "total",
)
SOURCE = Column("source", Title("文件", "file"))
PAGE = Column("page", Title("页", "page"))
VERDICT = Column("verdict", Title("结论", "verdict"))
ISSUES = Column("issues", Title("待核对", "to check"))
KIND = Column("kind", FIELDS["kind"])
NUMBER = Column("number", FIELDS["number"])
FINDING_COLUMNS = (
    SOURCE,
    PAGE,
    NUMBER,
    Column("severity", Title("级别", "severity")),
    Column("rule", Title("规则", "rule")),
    Column("message", Title("说明", "message")),
    Column("message_en", Title("英文说明", "message in English")),
    Column("fields", Title("涉及字段", "fields")),
)
UNREAD_COLUMNS = (
    SOURCE,
    Column("error.code", Title("错误代码", "error code")),
    Column("error.title", Title("原因", "reason")),
    Column("error.message", Title("说明", "message")),
)


@dataclass(frozen=True, slots=True)
class Cell:
    """A value with the status of its evidence (or the verdict), which colors it, and a note for the reader."""

    value: Any = None
    status: str | None = None
    note: str = ""


EMPTY = Cell()
Row = dict[str, Cell]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A titled table: a row maps column paths to cells; a path it lacks is an empty cell."""

    title: Title
    columns: tuple[Column, ...]
    rows: list[Row] = field(default_factory=list)


def sheets(results: Iterable[ReadResult]) -> tuple[Sheet, Sheet, Sheet, Sheet]:
    """The sheets of invoices, items, findings and unread files of *results*."""
    invoices: list[Row] = []
    items: list[Row] = []
    findings = Sheet(Title("检查结果", "findings"), FINDING_COLUMNS)
    unread = Sheet(Title("未读文件", "unread files"), UNREAD_COLUMNS)
    for result in results:
        for invoice in result.invoices:
            invoices.append(_head(result, invoice) | _fields(invoice))
            items += [_origin(result, invoice) | row for row in _items(invoice)]
            findings.rows.extend(_origin(result, invoice) | row for row in _findings(invoice))
        if result.error:
            unread.rows.append(_unread(result.source, result.error.code, result.error.message))
    return (
        Sheet(Title("发票", "invoices"), _used(_invoice_columns(), invoices), invoices),
        Sheet(Title("明细", "items"), _used((SOURCE, PAGE, NUMBER, *row_columns()), items), items),
        findings,
        unread,
    )


def _invoice_columns() -> tuple[Column, ...]:
    by_path = {column.path: column for column in invoice_columns()}
    first = tuple(by_path[path] for path in FIRST)
    rest = tuple(column for path, column in by_path.items() if path not in (*FIRST, "kind"))
    return (SOURCE, PAGE, VERDICT, ISSUES, KIND, *first, *rest)


def _used(columns: tuple[Column, ...], rows: list[Row]) -> tuple[Column, ...]:
    """Without the columns that no row fills; those of FIRST stay, so that a sheet always looks alike."""
    filled = {path for row in rows for path, cell in row.items() if cell.value is not None or cell.note}
    always = {*FIRST, SOURCE.path, PAGE.path, VERDICT.path, ISSUES.path, KIND.path, "name", "amount"}
    return tuple(column for column in columns if column.path in filled | always)


def _origin(result: ReadResult, invoice: Invoice) -> Row:
    proof = invoice.evidence.get("number")
    number = Cell(invoice.number, proof.status if proof else None)
    return {"source": Cell(result.source), "page": Cell(invoice.page), "number": number}


def _head(result: ReadResult, invoice: Invoice) -> Row:
    return {
        "source": Cell(result.source),
        "page": Cell(invoice.page),
        "verdict": Cell(in_both(title(VERDICTS, invoice.verdict)), invoice.verdict),
        "issues": Cell(_issues(invoice)),
        "kind": _kind(invoice),
    }


def _kind(invoice: Invoice) -> Cell:
    proven = _cell(title(KINDS, invoice.kind).zh, invoice.evidence.get("kind"))
    return replace(proven, note=f"{invoice.kind}\n{proven.note}".strip())


def _issues(invoice: Invoice) -> str | None:
    """Why a person should look: grave findings, then the fields in doubt."""
    told = [finding.message for finding in invoice.findings if finding.severity != "info"]
    for status in ("doubtful", "missing"):
        names = [_path_title(path) for path, proof in invoice.evidence.items() if proof.status == status]
        told += [f"{STATUSES[status].zh}：{'、'.join(names)}"] if names else []
    return "\n".join(told) or None


def _path_title(path: str) -> str:
    """items.0.amount → 明细1金额."""
    return "".join(str(int(part) + 1) if part.isdecimal() else title(FIELDS, part).zh for part in path.split("."))


def _fields(invoice: Invoice) -> Row:
    paths = (column.path for column in invoice_columns() if column.path != "kind")
    cells = {path: _cell(value_at(invoice, path), invoice.evidence.get(path)) for path in paths}
    return {path: cell for path, cell in cells.items() if cell != EMPTY}


def _items(invoice: Invoice) -> list[Row]:
    return [
        {path: _cell(value_at(row, path), invoice.evidence.get(f"{name}.{index}.{path}")) for path in _row_paths()}
        for name in list_fields()
        for index, row in enumerate(value_at(invoice, name) or ())
    ]


def _row_paths() -> tuple[str, ...]:
    return tuple(column.path for column in row_columns())


def _cell(value: Any, proof: Evidence | None) -> Cell:
    if value is False:  # a mark that is not there, such as 红字, is no news
        return EMPTY
    return Cell(value, proof.status, note(proof)) if proof else Cell(value)


def _findings(invoice: Invoice) -> list[Row]:
    return [
        {
            "severity": Cell(in_both(title(SEVERITIES, finding.severity)), finding.severity),
            "rule": Cell(finding.rule),
            "message": Cell(finding.message),
            "message_en": Cell(finding.message_en or None),
            "fields": Cell("、".join(map(_path_title, finding.fields)) or None),
        }
        for finding in invoice.findings
    ]


def _unread(source: str, code: str, message: str) -> Row:
    return {
        "source": Cell(source),
        "error.code": Cell(code),
        "error.title": Cell(title(ERRORS, code).zh),
        "error.message": Cell(message),
    }
