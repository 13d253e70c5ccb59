"""Results as text files: JSON, JSON lines, CSV. Every writer takes results one by one and keeps none of them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from pydantic import BaseModel

from invoiceocr.export.plain_text import harmless, xml_text
from invoiceocr.export.sheets.columns import invoice_columns, list_fields, value_at
from invoiceocr.invoice import Invoice
from invoiceocr.kinds import Registry
from invoiceocr.result import ReadResult

# without it Excel takes a CSV for the system's code page and garbles Chinese
BOM = b"\xef\xbb\xbf"
HEAD = ("source", "sha256", "page", "verdict")
TAIL = ("findings", "error.code", "error.message")


def write_jsonl(results: Iterable[ReadResult], stream: BinaryIO) -> None:
    """Writes one line per file, in the form of the output contract, UTF-8."""
    for result in results:
        stream.write(json_bytes(result) + b"\n")
        # a program at the other end of a pipe gets each file when it is read
        stream.flush()


def write_json(results: Iterable[ReadResult], stream: BinaryIO) -> None:
    """Writes one JSON array with an object for each file, indented, UTF-8."""
    write_array((json_bytes(result, indent=2) for result in results), stream)


def write_csv(results: Iterable[ReadResult], stream: BinaryIO, registry: Registry | None = None) -> None:
    """Writes one row per invoice, UTF-8 with BOM, with the same columns whatever the kinds: the field paths of all
    kinds of *registry* (by default the built-in one), and rows (items) as JSON in one cell. A file that could not be
    read has a row with its error."""
    stream.write(BOM)
    paths = tuple(column.path for column in invoice_columns(registry))
    lists = list_fields(registry)
    header = [*HEAD, *paths, *lists, *TAIL]
    stream.write(csv_row(header))
    for result in results:
        stream.writelines(csv_row(row) for row in _rows(result, (*paths, *lists)))


def write_array(items: Iterable[bytes], stream: BinaryIO) -> None:
    """Write one JSON array of *items*, which are JSON already, each as it comes."""
    separator = b"[\n"
    for item in items:
        stream.write(separator + item)
        separator = b",\n"
    stream.write(b"\n]\n" if separator == b",\n" else b"[]\n")


def json_bytes(result: ReadResult, *, indent: int | None = None) -> bytes:
    """*result* as JSON, on one line without *indent*."""
    # A file name that is not valid UTF-8 holds lone surrogates; escaped they are JSON and lead back to the file.
    return json.dumps(result.model_dump(mode="json"), ensure_ascii=False, indent=indent).encode(
        "utf-8", "backslashreplace"
    )


def _rows(result: ReadResult, paths: tuple[str, ...]) -> Iterator[list[str]]:
    for invoice in result.invoices:
        fields = [_cell(value_at(invoice, path)) for path in paths]
        head = [_cell(value) for value in (result.source, result.sha256, invoice.page, invoice.verdict)]
        yield [*head, *fields, _rule_ids(invoice), "", ""]
    if result.error:
        empty = [""] * (len(paths) + 2)
        yield [_cell(result.source), _cell(result.sha256), *empty, "", result.error.code, _cell(result.error.message)]


def _rule_ids(invoice: Invoice) -> str:
    return " ".join(dict.fromkeys(finding.rule for finding in invoice.findings))


def _cell(value: object) -> str:
    match value:
        case None | ():
            return ""
        case bool():
            return str(value).lower()
        case str():
            return harmless(xml_text(value))
        case tuple():
            return json.dumps([_row_fields(row) for row in value], ensure_ascii=False)
        case _:
            return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _row_fields(row: object) -> object:
    return row.model_dump(mode="json", exclude_none=True) if isinstance(row, BaseModel) else row


def csv_row(cells: Iterable[str]) -> bytes:
    """A line of a CSV file."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow(cells)
    return text.getvalue().encode("utf-8", "backslashreplace")
