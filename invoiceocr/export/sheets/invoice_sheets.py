"""The contents of the workbook, sheet by sheet, before any file format: the ledger, one row for each invoice with all
its fields, for each item, finding and unread file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from invoiceocr.export.advice import advice
from invoiceocr.export.note import note
from invoiceocr.export.reasons import reasons, told
from invoiceocr.export.sheets.cell import EMPTY, Cell, Print, Row, Rows, Sheet
from invoiceocr.export.sheets.columns import Column, invoice_columns, list_fields, row_columns, value_at
from invoiceocr.export.sheets.ledger_columns import USUAL, LedgerColumn, Listed, ledger_columns
from invoiceocr.export.sheets.spool import RowFile
from invoiceocr.export.titles import (
    ERRORS,
    KIND,
    SEVERITIES,
    VERDICTS,
    Title,
    field_title,
    in_both,
    kind_title,
    title,
)
from invoiceocr.invoice import Invoice
from invoiceocr.kinds import FieldSpec, KindSpec, Registry, builtin
from invoiceocr.kinds.field_titles import path_title
from invoiceocr.proof import Evidence
from invoiceocr.result import ReadResult

# the type of fields that stand at the end of the first columns
SUM = "sum"
# columns of items that stand there even where nothing fills them
ALWAYS = ("name", "amount")
ITEMS = "items"
ORIGIN = ("source", "page", "number")
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
    Column("error.advice", Title("怎么办", "what to do, in Chinese")),
    Column("error.message", Title("英文说明", "message in English")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkbookOptions:
    """What a workbook shows besides the results: the names of the *columns* of its first sheet; the *folder* in which
    it will be, to which links are relative; the files that were *skipped*, which may be added while results come; and
    the *checks* that make a sheet of fields in doubt with pictures of the page."""

    columns: tuple[str, ...] = USUAL
    folder: Path | None = None
    skipped: Sequence[str] = ()
    checks: Checks | None = None


class Checks(Protocol):
    """What makes a sheet of the fields in doubt; see `export.sheets.crops`."""

    def watched(self, results: Iterable[ReadResult]) -> Iterator[ReadResult]:
        """The same results, their doubts taken down."""

    def sheet(self) -> Sheet:
        """The sheet of all results that have passed."""


@dataclass(slots=True)
class _Tables:
    """The rows of the sheets while results come."""

    registry: Registry
    columns: tuple[LedgerColumn, ...]
    folder: Path | None
    ledger: RowFile = field(default_factory=RowFile)
    invoices: RowFile = field(default_factory=RowFile)
    lists: dict[str, RowFile] = field(default_factory=dict)
    findings: RowFile = field(default_factory=RowFile)
    unread: RowFile = field(default_factory=RowFile)
    kinds: dict[str, None] = field(default_factory=dict)

    def add(self, result: ReadResult) -> None:
        """The rows of one file."""
        for invoice in result.invoices:
            self._add_invoice(result, invoice)
        if result.error:
            self.unread.append(_unread(result.source, result.error.code, result.error.message))

    def _add_invoice(self, result: ReadResult, invoice: Invoice) -> None:
        self.kinds[invoice.kind] = None
        listed = Listed(result, invoice, len(self.ledger) + 1, self.registry, self.folder)
        self.ledger.append({made.column.path: made.cell(listed) for made in self.columns})
        self.invoices.append(_head(result, invoice, self.registry) | _fields(invoice, self.registry))
        origin = _origin(result, invoice)
        for name, rows in self.lists.items():
            rows.extend(origin | row for row in _rows(invoice, name, self.registry))
        self.findings.extend(origin | row for row in _findings(invoice, self.registry.kinds.get(invoice.kind)))


def sheets(
    results: Iterable[ReadResult], registry: Registry | None = None, options: WorkbookOptions | None = None
) -> tuple[Sheet, ...]:
    """The sheets of *results*: the ledger, invoices with all fields, items, other rows that kinds of *registry* (by
    default the built-in one) have and any invoice has, findings, unread files and, if there are any, skipped ones."""
    known, options = registry or builtin(), options or WorkbookOptions()
    tables = _Tables(known, ledger_columns(options.columns, known), options.folder)
    tables.lists = {name: RowFile() for name in list_fields(known)}
    for result in results:
        tables.add(result)
    specs = [known[kind] for kind in tables.kinds if kind in known]
    skipped = [{"source": Cell(name)} for name in options.skipped]
    return (
        ledger_sheet(tables.columns, tables.ledger),
        Sheet(Title("发票", "invoices"), _used(_invoice_columns(specs, known), tables.invoices), tables.invoices),
        *(_row_sheet(name, rows, known) for name, rows in tables.lists.items() if len(rows) or name == ITEMS),
        Sheet(Title("检查结果", "findings"), FINDING_COLUMNS, tables.findings),
        Sheet(Title("未读文件", "unread files"), UNREAD_COLUMNS, tables.unread),
        *([Sheet(Title("跳过的文件", "skipped files"), (SOURCE,), skipped)] if skipped else []),
    )


def ledger_sheet(columns: tuple[LedgerColumn, ...], rows: Rows) -> Sheet:
    """The first sheet, made to be printed and filed."""
    form = Print(
        widths={made.column.path: made.width for made in columns},
        totals=frozenset(made.column.path for made in columns if made.summed),
        counted=next((made.column.path for made in columns if not made.summed), ""),
        heading="发票台账",
    )
    return Sheet(Title("台账", "ledger"), tuple(made.column for made in columns), rows, form)


def _row_sheet(name: str, rows: RowFile, registry: Registry) -> Sheet:
    columns = (SOURCE, PAGE, NUMBER, *row_columns(name, registry))
    kept = tuple(column for column in columns if column.path in rows.filled.union(ORIGIN, ALWAYS))
    return Sheet(registry.fields[name].title, kept, rows)


@lru_cache(maxsize=16)
def first_paths(registry: Registry) -> tuple[str, ...]:
    """The paths at which a person looks first: the key fields of the first kind of *registry* except those that are
    `extra`, with sums behind all others and the sum that every kind has at the end."""
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
    """*column* with the title on which the kinds in the sheet agree; that of the first kind if they don't."""
    fields = [spec.field(column.path) for spec in specs]
    titles = {found.title for found in fields if found is not None}
    if "." in column.path or len(titles) != 1:
        return column
    return replace(column, title=titles.pop())


def _used(columns: tuple[Column, ...], rows: RowFile) -> tuple[Column, ...]:
    """The columns without those that no row fills; the first ones stay, so that a sheet always looks the same."""
    always = {*first_paths(builtin()), *(c.path for c in (SOURCE, PAGE, VERDICT, ISSUES, KIND_COLUMN))}
    return tuple(column for column in columns if column.path in rows.filled | always)


def _origin(result: ReadResult, invoice: Invoice) -> Row:
    proof = invoice.evidence.get("number")
    number = Cell(invoice.number, proof.status if proof else None)
    return {"source": Cell(result.source), "page": Cell(invoice.page), "number": number}


def _head(result: ReadResult, invoice: Invoice, registry: Registry) -> Row:
    return {
        "source": Cell(result.source),
        "page": Cell(invoice.page),
        "verdict": Cell(in_both(title(VERDICTS, invoice.verdict)), invoice.verdict),
        "issues": Cell("\n".join(reasons(invoice, registry.kinds.get(invoice.kind))) or None),
        "kind": _kind(invoice, registry),
    }


def _kind(invoice: Invoice, registry: Registry) -> Cell:
    proven = _cell(kind_title(invoice.kind, registry).zh, invoice.evidence.get("kind"))
    return replace(proven, note=f"{invoice.kind}\n{proven.note}".strip())


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


def _cell(value: object, proof: Evidence | None) -> Cell:
    # a mark that is not there, such as 红字, is no news
    if value is False:
        return EMPTY
    return Cell(value, proof.status, note(proof)) if proof else Cell(value)


def _findings(invoice: Invoice, spec: KindSpec | None) -> list[Row]:
    return [
        {
            "severity": Cell(in_both(title(SEVERITIES, finding.severity)), finding.severity),
            "rule": Cell(finding.rule),
            "message": Cell(told(finding, "zh", spec)),
            "message_en": Cell(finding.message_en or None),
            "fields": Cell("、".join(path_title(path, spec).zh for path in finding.fields) or None),
        }
        for finding in invoice.findings
    ]


def _unread(source: str, code: str, message: str) -> Row:
    return {
        "source": Cell(source),
        "error.code": Cell(code),
        "error.title": Cell(title(ERRORS, code).zh),
        "error.advice": Cell(advice(code, message) or None),
        "error.message": Cell(message),
    }
