"""The ledger as CSV: chosen columns, in a style for programs or for Excel."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import BinaryIO

from invoiceocr.export.advice import reason
from invoiceocr.export.flat import plain
from invoiceocr.export.plain_text import harmless, xml_text
from invoiceocr.export.sheets.ledger_columns import USUAL, LedgerColumn, Listed, ledger_columns, rate_text
from invoiceocr.export.tabular import BOM, csv_row
from invoiceocr.kinds import Registry, builtin
from invoiceocr.proof import FieldValue
from invoiceocr.result import ReadResult

# What Excel would change when it opens the file: digits beyond the 11 it shows, leading zeros, 1E5.
_SPOILED = re.compile(r"0\d+|\d{12,}|\d+[Ee]\d+", re.ASCII)


@dataclass(frozen=True, slots=True)
class CsvStyle:
    """Whether the file begins with a UTF-8 mark, the header has titles instead of paths, and identifiers are written as
    ="012", which Excel shows as text, digit by digit."""

    bom: bool = True
    titled: bool = False
    exact: bool = False


STYLES = {
    "standard": CsvStyle(),
    "plain": CsvStyle(bom=False),
    "excel": CsvStyle(titled=True, exact=True),
}


def write_ledger_csv(
    results: Iterable[ReadResult],
    stream: BinaryIO,
    style: CsvStyle,
    registry: Registry | None = None,
    columns: tuple[str, ...] = USUAL,
) -> None:
    """Writes one row per invoice with these *columns*, UTF-8. A file that could not be read has a row that says why in
    the columns `review` and `source`, if these are included."""
    chosen = ledger_columns(columns, registry or builtin())
    head = [made.column.title.zh if style.titled else made.column.path for made in chosen]
    stream.write(BOM if style.bom else b"")
    stream.write(csv_row(head))
    for row in _rows(results, chosen, registry or builtin()):
        stream.write(csv_row([_text(made.column.path, value, style) for made, value in zip(chosen, row, strict=True)]))


def _rows(
    results: Iterable[ReadResult], chosen: tuple[LedgerColumn, ...], registry: Registry
) -> Iterator[list[FieldValue]]:
    serial = 0
    for result in results:
        for invoice in result.invoices:
            serial += 1
            listed = Listed(result, invoice, serial, registry)
            yield [made.cell(listed).value for made in chosen]
        if result.error:
            told = {"source": result.source, "review": f"未读：{reason(result.error.code, result.error.message)}"}
            yield [told.get(made.column.path) for made in chosen]


def _text(path: str, value: FieldValue, style: CsvStyle) -> str:
    if path == "tax_rate" and isinstance(value, Decimal) and style.titled:
        return rate_text(value)
    if not isinstance(value, str):
        told = plain(value)
        return "" if told is None else str(told)
    if style.exact and _SPOILED.fullmatch(value):
        return f'="{value}"'
    return harmless(xml_text(value))
