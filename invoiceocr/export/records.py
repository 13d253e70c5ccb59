"""A single table of plain records, such as the entries of a ledger, as JSON lines, CSV or a workbook."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import BinaryIO

from invoiceocr.export.plain_text import harmless, xml_text
from invoiceocr.export.sheets.cell import EMPTY, Sheet
from invoiceocr.export.tabular import BOM, csv_row

Value = str | int | float | bool | None | list[str]


def write_jsonl(sheet: Sheet, stream: BinaryIO) -> None:
    """Write an object a row, with the paths of the columns as names, UTF-8."""
    for row in _rows(sheet):
        text = json.dumps(row, ensure_ascii=False)
        stream.write(text.encode("utf-8", "backslashreplace") + b"\n")


def write_csv(sheet: Sheet, stream: BinaryIO) -> None:
    """Write one row per record, UTF-8 with BOM, the paths of the columns as header."""
    stream.write(BOM)
    stream.write(csv_row(column.path for column in sheet.columns))
    for row in _rows(sheet):
        stream.write(csv_row(_cell(value) for value in row.values()))


def write_excel(sheet: Sheet, stream: BinaryIO) -> None:
    """Write a workbook with this sheet."""
    # openpyxl takes a third of a second to import
    from invoiceocr.export.excel.workbook import write_sheets

    write_sheets([sheet], stream)


def _rows(sheet: Sheet) -> Iterator[dict[str, Value]]:
    for row in sheet.rows:
        yield {column.path: _plain(row.get(column.path, EMPTY).value) for column in sheet.columns}


def _plain(value: object) -> Value:
    match value:
        case None | bool() | int() | str():
            return value
        case Decimal():
            return str(value)
        case date():
            return value.isoformat()
        case tuple():
            return [str(part) for part in value]
        case _:
            return str(value)


def _cell(value: Value) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case list():
            return harmless(xml_text("; ".join(value)))
        case str():
            return harmless(xml_text(value))
        case _:
            return str(value)
