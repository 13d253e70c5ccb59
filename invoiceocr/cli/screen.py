"""Results as a table for a person at a terminal."""

from __future__ import annotations

import io
from collections.abc import Iterable
from decimal import Decimal
from typing import BinaryIO

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from invoiceocr.cli.messages import error_title
from invoiceocr.export.plain_text import screen_text
from invoiceocr.export.reasons import told
from invoiceocr.export.sheets.columns import value_at
from invoiceocr.export.titles import KIND, VERDICTS, Title, field_title, in_language, kind_title, title
from invoiceocr.invoice import Invoice
from invoiceocr.kinds import Registry, builtin
from invoiceocr.result import ReadResult

# characters a line where no terminal says how wide it is
PIPE_WIDTH = 200
STYLES = {
    "verified": "green",
    "doubtful": "bold red",
    "missing": "red",
    "accept": "green",
    "review": "yellow",
    "reject": "bold red",
}
FIELD_PATHS = ("number", "issue_date", "buyer.name", "seller.name", "total")
# a shortened identifier or amount would be a wrong one
WHOLE = frozenset({"number", "issue_date", "total", "verdict"})
# characters a line, below which the names would stand in columns of one or two characters
WIDE = 110
SPARED = frozenset({"kind", "buyer.name"})  # what a narrower table does without


def write_table(
    results: Iterable[ReadResult], stream: BinaryIO, language: str, registry: Registry | None = None
) -> None:
    """Write one row per invoice, green where a value is verified, one row per unread file, and below what the rules
    found. A narrow terminal gets neither kind nor buyer."""
    terminal = stream.isatty()
    console = Console(file=io.StringIO(), force_terminal=terminal, width=None if terminal else PIPE_WIDTH)
    shown = [path for path in _headings() if console.width >= WIDE or path not in SPARED]
    table, remarks = _table(shown, language), []
    for result in results:
        for invoice in result.invoices:
            row = _row(result, invoice, language, registry)
            table.add_row(*(row[path] for path in shown))
            remarks += _remarks(result, invoice, language, registry)
        if result.error:
            table.add_row(Text(screen_text(result.source)), Text(error_title(result.error.code, language), "bold red"))
    console.print(table)
    for remark in remarks:
        console.print(remark, soft_wrap=True)
    stream.write(console.file.getvalue().encode("utf-8", "replace"))  # type: ignore[attr-defined]


def _headings() -> dict[str, Title]:
    fields = {path: field_title(path.partition(".")[0]) for path in FIELD_PATHS}
    return {"source": Title("文件", "file"), "kind": KIND, **fields, "verdict": Title("结论", "verdict")}


def _table(paths: Iterable[str], language: str) -> Table:
    table, headings = Table(box=box.SIMPLE_HEAD, pad_edge=False), _headings()
    for path in paths:
        table.add_column(
            in_language(headings[path], language),
            justify="right" if path == "total" else "left",
            no_wrap=path in WHOLE,
            overflow="fold",
        )
    return table


def _row(result: ReadResult, invoice: Invoice, language: str, registry: Registry | None) -> dict[str, Text]:
    return {
        "source": Text(screen_text(result.source)),
        "kind": Text(in_language(kind_title(invoice.kind, registry), language)),
        **{path: _field(invoice, path) for path in FIELD_PATHS},
        "verdict": Text(in_language(title(VERDICTS, invoice.verdict), language), STYLES[invoice.verdict]),
    }


def _field(invoice: Invoice, path: str) -> Text:
    proof = invoice.evidence.get(path)
    return Text(_shown(value_at(invoice, path)), STYLES.get(proof.status, "") if proof else "")


def _shown(value: object) -> str:
    match value:
        case None:
            return "—"
        case Decimal():
            return f"{value:,.2f}"
        case _:
            return screen_text(str(value))


def _remarks(result: ReadResult, invoice: Invoice, language: str, registry: Registry | None) -> list[Text]:
    spec = (registry or builtin()).kinds.get(invoice.kind)
    return [
        Text(screen_text(f"{result.source}: [{finding.rule}] {told(finding, language, spec)}"))
        for finding in invoice.findings
        if finding.severity != "info"
    ]
