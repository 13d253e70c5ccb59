"""Where and in which format the commands of the ledger write their tables."""

from __future__ import annotations

import io
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, BinaryIO

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from invoiceocr.cli.ledger_sheets import in_words
from invoiceocr.cli.screen import PIPE_WIDTH, STYLES
from invoiceocr.cli.streams import output_stream
from invoiceocr.export import records
from invoiceocr.export.plain_text import screen_text
from invoiceocr.export.sheets.cell import EMPTY, Cell, Sheet
from invoiceocr.export.titles import in_language


class TableFormat(StrEnum):
    """The values of `--format`."""

    TABLE = "table"
    JSONL = "jsonl"
    CSV = "csv"
    XLSX = "xlsx"


FormatOption = Annotated[
    TableFormat | None,
    typer.Option("--format", "-f", help="输出格式，缺省按 -o 的扩展名 · format, by default from the suffix of -o"),
]
WRITERS: dict[TableFormat, Callable[[Sheet, BinaryIO], None]] = {
    TableFormat.JSONL: records.write_jsonl,
    TableFormat.CSV: records.write_csv,
    TableFormat.XLSX: records.write_excel,
}


def write_sheet(sheet: Sheet, chosen: TableFormat | None, output: Path | None, language: str) -> None:
    """Write *sheet* to *output* or standard output; a table where that is a terminal and nothing else is asked."""
    suffix = output.suffix.lower().removeprefix(".") if output else ""
    if suffix and chosen is None and suffix not in set(TableFormat):
        raise typer.BadParameter(f"{output} 请用 .jsonl、.csv 或 .xlsx · {output}: use .jsonl, .csv or .xlsx")
    with output_stream(output) as stream:
        _write(sheet, chosen or _usual(suffix, stream), stream, language)


def _usual(suffix: str, stream: BinaryIO) -> TableFormat:
    """The format where none is asked for: that of the file's name, else by who reads *stream*."""
    if suffix:
        return TableFormat(suffix)
    return TableFormat.TABLE if stream.isatty() else TableFormat.JSONL


def _write(sheet: Sheet, form: TableFormat, stream: BinaryIO, language: str) -> None:
    if form is TableFormat.XLSX and stream.isatty():
        raise typer.BadParameter("xlsx 是二进制格式，请用 -o 指定文件 · xlsx is binary: give a file with -o")
    if writer := WRITERS.get(form):
        writer(in_words(sheet, language) if form is TableFormat.XLSX else sheet, stream)
    else:
        _write_table(in_words(sheet, language), stream, language)


def _write_table(sheet: Sheet, stream: BinaryIO, language: str) -> None:
    terminal = stream.isatty()
    console = Console(file=io.StringIO(), force_terminal=terminal, width=None if terminal else PIPE_WIDTH)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    used = [column for column in sheet.columns if any(_shown(row.get(column.path, EMPTY)) for row in sheet.rows)]
    for column in used:
        table.add_column(in_language(column.title, language), overflow="fold", no_wrap=column.path == "number")
    for row in sheet.rows:
        table.add_row(*(_text(row.get(column.path, EMPTY)) for column in used))
    console.print(table)
    stream.write(console.file.getvalue().encode("utf-8", "replace"))  # type: ignore[attr-defined]


def _text(cell: Cell) -> Text:
    return Text(_shown(cell), STYLES.get(cell.status or "", ""))


def _shown(cell: Cell) -> str:
    match cell.value:
        case None:
            return ""
        case tuple():
            return "\n".join(screen_text(str(part)) for part in cell.value)
        case _:
            return screen_text(str(cell.value))
