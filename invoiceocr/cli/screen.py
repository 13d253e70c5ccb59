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
from invoiceocr.export.columns import value_at
from invoiceocr.export.plain_text import screen_text
from invoiceocr.export.reasons import told
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


def write_table(
    results: Iterable[ReadResult], stream: BinaryIO, language: str, registry: Registry | None = None
) -> None:
    """Write a row an invoice, green where a value is verified, a row an unread file, and below what the rules found."""
    terminal = stream.isatty()
    console = Console(file=io.StringIO(), force_terminal=terminal, width=None if terminal else PIPE_WIDTH)
    table, remarks = _table(language), []
    for result in results:
        for invoice in result.invoices:
            table.add_row(*_row(result, invoice, language, registry))
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


def _table(language: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for path, words in _headings().items():
        table.add_column(
            in_language(words, language),
            justify="right" if path == "total" else "left",
            no_wrap=path in WHOLE,
            overflow="fold",
        )
    return table


def _row(result: ReadResult, invoice: Invoice, language: str, registry: Registry | None) -> list[Text]:
    verdict = Text(in_language(title(VERDICTS, invoice.verdict), language), STYLES[invoice.verdict])
    kind = Text(in_language(kind_title(invoice.kind, registry), language))
    return [Text(screen_text(result.source)), kind, *(_field(invoice, path) for path in FIELD_PATHS), verdict]


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
