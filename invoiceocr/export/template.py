"""Fills a user's own workbook: its styles, formulas and other sheets stay as they are.

A row with placeholders such as `{{seller.name}}` is repeated for every invoice; without any, the row below known
headings is. `{{count}}`, `{{unread}}` and `{{sum:total}}` stand for all invoices together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from zipfile import ZIP_DEFLATED, BadZipFile

from openpyxl import load_workbook
from openpyxl.cell.cell import MergedCell
from openpyxl.formula.translate import Translator
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.writer.excel import ExcelWriter

from invoiceocr.errors import SettingsError
from invoiceocr.export.cell import EMPTY, Cell
from invoiceocr.export.columns import Column
from invoiceocr.export.dateless_zip import EPOCH, DatelessZip
from invoiceocr.export.excel_cells import shown
from invoiceocr.export.ledger_columns import LedgerColumn, Listed, folded, ledger_columns, names_by_title
from invoiceocr.export.plain_text import xml_text
from invoiceocr.export.row_shift import insert_rows
from invoiceocr.kinds import Registry, builtin
from invoiceocr.result import ReadResult

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell.cell import Cell as ExcelCell
    from openpyxl.worksheet.worksheet import Worksheet

_PLACEHOLDER = re.compile(r"\{\{\s*([^{}]+?)\s*\}\}")
TOTALS = ("count", "unread")
SUM = "sum:"
HEADING_ROWS = 30  # rows in which headings are looked for
FEWEST_HEADINGS = 2  # of a row that is taken for headings: one alone may be any word
GENERAL = "General"


@dataclass(frozen=True, slots=True)
class _Batch:
    """What is filled in: the cells of each invoice by column, and how many files could not be read."""

    columns: Mapping[str, LedgerColumn]
    rows: Sequence[Mapping[str, Cell]]
    unread: int

    def total(self, name: str) -> int | Decimal | None:
        """The value of a placeholder about all invoices; None for one about an invoice."""
        if name in TOTALS:
            return len(self.rows) if name == "count" else self.unread
        if not name.startswith(SUM):
            return None
        values = (row.get(name.removeprefix(SUM), EMPTY).value for row in self.rows)
        return sum((value for value in values if isinstance(value, Decimal)), Decimal(0))


def write_template(
    results: Iterable[ReadResult], stream: BinaryIO, template: Path, registry: Registry | None = None
) -> None:
    """Writes *template* filled with *results*. Raises SettingsError if it is not a workbook, has neither placeholders
    nor known headings, or names an unknown field."""
    book = opened(template)
    known = registry or builtin()
    named = {name for sheet in book.worksheets for name in _names(sheet)}
    places = {sheet.title: found for sheet in book.worksheets if (found := _named_row(sheet))}
    if not places and not named:
        places = _below_headings(book, template, known)
    by_heading = {name for _, by_column in places.values() for name in by_column.values()}
    batch = _batch(results, named | by_heading, known)
    for title, (row, by_column) in places.items():
        _fill_rows(book, book[title], row, (by_column, batch))
    for sheet in book.worksheets:
        _fill_totals(sheet, batch)
    book.calculation.fullCalcOnLoad = True
    book.properties.modified = EPOCH
    ExcelWriter(book, DatelessZip(stream, "w", ZIP_DEFLATED)).save()


def _below_headings(book: Workbook, template: Path, registry: Registry) -> dict[str, tuple[int, dict[int, str]]]:
    """The row of the first sheet to fill; SettingsError if it has no known headings."""
    sheet = book.worksheets[0]
    if found := _row_below_headings(sheet, registry):
        return {sheet.title: found}
    raise SettingsError(
        f"{template}: no {{{{placeholder}}}} and no known headings; see docs/excel.md",
        zh=f"{template}：没有 {{{{占位符}}}}，也没有认得的表头，见 docs/excel.md",
    )


def opened(template: Path) -> Workbook:
    """The workbook; SettingsError if it can't be read."""
    try:
        return load_workbook(template)
    except OSError as error:
        raise SettingsError(f"{template}: {error.strerror or error}; give a workbook in the format xlsx") from error
    except (BadZipFile, InvalidFileException, KeyError, ValueError) as error:
        zh = f"{template}：读不了（{error}），请给出 xlsx 工作簿"
        raise SettingsError(f"{template}: {error}; give a workbook in the format xlsx", zh=zh) from error


def _names(sheet: Worksheet) -> Iterator[str]:
    for cells in sheet.iter_rows():
        for cell in cells:
            yield from _PLACEHOLDER.findall(cell.value) if isinstance(cell.value, str) else ()


def _is_total(name: str) -> bool:
    return name in TOTALS or name.startswith(SUM)


def _named_row(sheet: Worksheet) -> tuple[int, dict[int, str]] | None:
    """The row that has placeholders of an invoice; its cells are filled by their own text."""
    for cells in sheet.iter_rows():
        found = [name for cell in cells if isinstance(cell.value, str) for name in _PLACEHOLDER.findall(cell.value)]
        if any(not _is_total(name) for name in found):
            return cells[0].row, {}
    return None


def _row_below_headings(sheet: Worksheet, registry: Registry) -> tuple[int, dict[int, str]] | None:
    """The row below the headings, and the names of the columns by their numbers."""
    titles = names_by_title(registry)
    for cells in sheet.iter_rows(max_row=HEADING_ROWS):
        named = {cell.column: titles[words] for cell in cells if (words := folded(str(cell.value or ""))) in titles}
        if len(named) >= FEWEST_HEADINGS:
            return cells[0].row + 1, named
    return None


def _batch(results: Iterable[ReadResult], names: Iterable[str], registry: Registry) -> _Batch:
    wanted = sorted({name.removeprefix(SUM) for name in names} - set(TOTALS))
    columns = dict(zip(wanted, ledger_columns(wanted, registry), strict=True))
    rows: list[Mapping[str, Cell]] = []
    unread = 0
    for result in results:
        unread += result.error is not None
        for invoice in result.invoices:
            listed = Listed(result, invoice, len(rows) + 1, registry)
            rows.append({name: made.cell(listed) for name, made in columns.items()})
    return _Batch(columns, rows, unread)


def _fill_rows(book: Workbook, sheet: Worksheet, row: int, what: tuple[Mapping[int, str], _Batch]) -> None:
    """Repeat the *row* for every invoice and fill it by the names of its columns or its own placeholders."""
    by_column, batch = what
    if len(batch.rows) > 1:
        insert_rows(book, sheet, row, len(batch.rows) - 1)
    pattern = {cell.column: cell.value for cell in sheet[row]}
    merged = [part for part in sheet.merged_cells.ranges if part.min_row == part.max_row == row]
    height = sheet.row_dimensions[row].height
    for index, values in enumerate(batch.rows or [{}], start=row):
        if index > row:
            _copy_look(sheet, row, index)
            sheet.row_dimensions[index].height = height
            for part in merged:
                sheet.merge_cells(None, index, part.min_col, index, part.max_col)
        for column, text in pattern.items():
            cell = sheet.cell(index, column)
            if isinstance(cell, MergedCell):
                continue
            if name := by_column.get(column):
                _set(cell, batch.columns[name].column, values.get(name, EMPTY))
            else:
                _fill(cell, text, (sheet.cell(row, column).coordinate, values, batch))


def _copy_look(sheet: Worksheet, row: int, to: int) -> None:
    for cell in sheet[row]:
        sheet.cell(to, cell.column)._style = copy(cell._style)


def _fill(cell: ExcelCell, text: object, what: tuple[str, Mapping[str, Cell], _Batch]) -> None:
    """Put the pattern *text*, of the cell at the first coordinate, into *cell* of another row."""
    origin, values, batch = what
    if not isinstance(text, str):
        cell.value = text
        return
    names = _PLACEHOLDER.findall(text)
    if not names and text.startswith("="):
        cell.value = Translator(text, origin=origin).translate_formula(cell.coordinate)
    elif not names:
        cell.value = text
    elif _PLACEHOLDER.fullmatch(text) and not _is_total(names[0]):
        _set(cell, batch.columns[names[0]].column, values.get(names[0], EMPTY))
    else:
        told = {name: values.get(name, EMPTY).value for name in names if not _is_total(name)}
        cell.value = xml_text(_worded_all(told, text))


def _worded_all(told: Mapping[str, object], text: str) -> str:
    """*text* with the values of its placeholders; those that are not *told*, about all invoices, stay for later."""
    words = {name: "" if value is None else str(value) for name, value in told.items()}
    return _PLACEHOLDER.sub(lambda found: words.get(found[1], found[0]), text)


def _set(cell: ExcelCell, column: Column, filled: Cell) -> None:
    value, number_format = shown(column, filled.value)
    cell.value = xml_text(value) if isinstance(value, str) else value
    if isinstance(value, str):
        cell.data_type = "s"  # openpyxl takes what starts with "=" for a formula
    if cell.number_format == GENERAL:
        cell.number_format = number_format


def _fill_totals(sheet: Worksheet, batch: _Batch) -> None:
    for cells in sheet.iter_rows():
        for cell in cells:
            text = cell.value
            names = _PLACEHOLDER.findall(text) if isinstance(text, str) and cell.data_type == "s" else []
            totals = {name: total for name in names if (total := batch.total(name)) is not None}
            if totals and _PLACEHOLDER.fullmatch(text):
                cell.value = totals[names[0]]
            elif totals:
                cell.value = _worded_all(totals, text)
