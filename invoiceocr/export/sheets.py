"""What stands in the workbook, sheet by sheet, before any file format: an invoice a row, an item a row, a finding
a row, an unread file a row. Cells are small values, so that ten thousand invoices fit in memory."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from invoiceocr.export.columns import Column, invoice_columns, list_fields, row_columns, value_at
from invoiceocr.export.note import note
from invoiceocr.export.titles import (
    ERRORS,
    KIND,
    SEVERITIES,
    STATUSES,
    VERDICTS,
    Title,
    field_title,
    in_both,
    kind_title,
    title,
)
from invoiceocr.invoice import Invoice
from invoiceocr.kinds import FieldSpec, KindSpec, Registry, builtin
from invoiceocr.proof import Evidence
from invoiceocr.result import ReadResult

SUM = "sum"  # the type of fields that stand at the end of the first columns
ALWAYS = ("name", "amount")  # columns of items that stand there even where nothing fills them
ITEMS = "items"
SOURCE = Column("source", Title("文件", "file"))
PAGE = Column("page", Title("页", "page"))
VERDICT = Column("verdict", Title("结论", "verdict"))
ISSUES = Column("issues", Title("待核对", "to check"))
KIND_COLUMN = Column("kind", KIND)
NUMBER = Column("number", field_title("number"))
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


def sheets(results: Iterable[ReadResult], registry: Registry | None = None) -> tuple[Sheet, ...]:
    """The sheets of *results*: invoices, items, other rows that kinds of *registry* (the built-in one) have and any
    invoice has, findings and unread files."""
    known = registry or builtin()
    invoices: list[Row] = []
    lists: dict[str, list[Row]] = {name: [] for name in list_fields(known)}
    findings = Sheet(Title("检查结果", "findings"), FINDING_COLUMNS)
    unread = Sheet(Title("未读文件", "unread files"), UNREAD_COLUMNS)
    seen: dict[str, None] = {}
    for result in results:
        for invoice in result.invoices:
            seen[invoice.kind] = None
            spec = known.kinds.get(invoice.kind)
            invoices.append(_head(result, invoice, known) | _fields(invoice, known))
            for name, rows in lists.items():
                rows += [_origin(result, invoice) | row for row in _rows(invoice, name, known)]
            findings.rows.extend(_origin(result, invoice) | row for row in _findings(invoice, spec))
        if result.error:
            unread.rows.append(_unread(result.source, result.error.code, result.error.message))
    specs = [known[kind] for kind in seen if kind in known]
    return (
        Sheet(Title("发票", "invoices"), _used(_invoice_columns(specs, known), invoices), invoices),
        *(_row_sheet(name, rows, known) for name, rows in lists.items() if rows or name == ITEMS),
        findings,
        unread,
    )


def _row_sheet(name: str, rows: list[Row], registry: Registry) -> Sheet:
    columns = (SOURCE, PAGE, NUMBER, *row_columns(name, registry))
    return Sheet(field_title(name), _used(columns, rows), rows)


@lru_cache(maxsize=16)
def first_paths(registry: Registry) -> tuple[str, ...]:
    """The paths at which a person looks first: the key fields of the first kind of *registry* but those that are
    `extra`, sums behind all others and the sum that every kind has at the end."""
    spec = next(iter(registry))
    shared = {name for name in spec.fields if all(name in other.fields for other in registry)}
    fields = [found for found in spec.leaves() if found.key and not found.extra]
    return tuple(found.path for found in sorted(fields, key=lambda found: _rank(found, shared)))


def _rank(field: FieldSpec, shared: set[str]) -> tuple[bool, bool]:
    is_sum = field.type.name == SUM
    return is_sum, is_sum and field.path in shared


def _invoice_columns(specs: list[KindSpec], registry: Registry) -> tuple[Column, ...]:
    by_path = {column.path: _titled(column, specs) for column in invoice_columns(registry)}
    first = first_paths(registry)
    rest = (column for path, column in by_path.items() if path not in (*first, "kind"))
    return (SOURCE, PAGE, VERDICT, ISSUES, KIND_COLUMN, *(by_path[path] for path in first), *rest)


def _titled(column: Column, specs: list[KindSpec]) -> Column:
    """*column* with the title that the kinds in the sheet agree on; that of the first kind where they don't."""
    fields = [spec.field(column.path) for spec in specs]
    titles = {found.title for found in fields if found is not None}
    if "." in column.path or len(titles) != 1:
        return column
    return replace(column, title=titles.pop())


def _used(columns: tuple[Column, ...], rows: list[Row]) -> tuple[Column, ...]:
    """Without the columns that no row fills; the first ones stay, so that a sheet always looks alike."""
    filled = {path for row in rows for path, cell in row.items() if cell.value is not None or cell.note}
    always = {*first_paths(builtin()), *(c.path for c in (SOURCE, PAGE, VERDICT, ISSUES, KIND_COLUMN)), *ALWAYS}
    return tuple(column for column in columns if column.path in filled | always)


def _origin(result: ReadResult, invoice: Invoice) -> Row:
    proof = invoice.evidence.get("number")
    number = Cell(invoice.number, proof.status if proof else None)
    return {"source": Cell(result.source), "page": Cell(invoice.page), "number": number}


def _head(result: ReadResult, invoice: Invoice, registry: Registry) -> Row:
    return {
        "source": Cell(result.source),
        "page": Cell(invoice.page),
        "verdict": Cell(in_both(title(VERDICTS, invoice.verdict)), invoice.verdict),
        "issues": Cell(_issues(invoice, registry.kinds.get(invoice.kind))),
        "kind": _kind(invoice, registry),
    }


def _kind(invoice: Invoice, registry: Registry) -> Cell:
    proven = _cell(kind_title(invoice.kind, registry).zh, invoice.evidence.get("kind"))
    return replace(proven, note=f"{invoice.kind}\n{proven.note}".strip())


def _issues(invoice: Invoice, spec: KindSpec | None) -> str | None:
    """Why a person should look: grave findings, then the fields in doubt."""
    told = [finding.message for finding in invoice.findings if finding.severity != "info"]
    for status in ("doubtful", "missing"):
        names = [_path_title(path, spec) for path, proof in invoice.evidence.items() if proof.status == status]
        told += [f"{STATUSES[status].zh}：{'、'.join(names)}"] if names else []
    return "\n".join(told) or None


def _path_title(path: str, spec: KindSpec | None) -> str:
    """items.0.amount → 明细1金额."""
    parts = path.split(".")
    paths = (".".join(parts[: index + 1]) for index in range(len(parts)))
    named = zip(parts, paths, strict=True)
    return "".join(str(int(part) + 1) if part.isdecimal() else field_title(to, spec).zh for part, to in named)


def _fields(invoice: Invoice, registry: Registry) -> Row:
    paths = (column.path for column in invoice_columns(registry) if column.path != "kind")
    cells = {path: _cell(value_at(invoice, path), invoice.evidence.get(path)) for path in paths}
    return {path: cell for path, cell in cells.items() if cell != EMPTY}


def _rows(invoice: Invoice, name: str, registry: Registry) -> list[Row]:
    paths = [column.path for column in row_columns(name, registry)]
    return [
        {path: _cell(value_at(row, path), invoice.evidence.get(f"{name}.{index}.{path}")) for path in paths}
        for index, row in enumerate(value_at(invoice, name) or ())
    ]


def _cell(value: Any, proof: Evidence | None) -> Cell:
    if value is False:  # a mark that is not there, such as 红字, is no news
        return EMPTY
    return Cell(value, proof.status, note(proof)) if proof else Cell(value)


def _findings(invoice: Invoice, spec: KindSpec | None) -> list[Row]:
    return [
        {
            "severity": Cell(in_both(title(SEVERITIES, finding.severity)), finding.severity),
            "rule": Cell(finding.rule),
            "message": Cell(finding.message),
            "message_en": Cell(finding.message_en or None),
            "fields": Cell("、".join(_path_title(path, spec) for path in finding.fields) or None),
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
