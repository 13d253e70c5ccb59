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
from typing import TYPE_CHECKING, BinaryIO, NamedTuple
from zipfile import ZIP_DEFLATED, BadZipFile

from openpyxl import load_workbook
from openpyxl.cell.cell import MergedCell
from openpyxl.formula.translate import Translator
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.writer.excel import ExcelWriter

from invoiceocr.errors import SettingsError
from invoiceocr.export.excel.cells import shown
from invoiceocr.export.excel.dateless_zip import EPOCH, DatelessZip
from invoiceocr.export.excel.row_shift import insert_rows
from invoiceocr.export.plain_text import xml_text
from invoiceocr.export.sheets.cell import EMPTY, Cell
from invoiceocr.export.sheets.columns import Column
from invoiceocr.export.sheets.ledger_columns import LedgerColumn, Listed, folded, ledger_columns, names_by_title
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


class _Pattern(NamedTuple):
    """The row of a sheet that is repeated for every invoice, and the names of its columns by their numbers if headings
    give them; otherwise its cells say by placeholders what they contain."""

    row: int
    by_column: Mapping[int, str]


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
    patterns = _named_rows(book) if named else _below_headings(book, template, known)
    by_heading = {name for pattern in patterns.values() for name in pattern.by_column.values()}
    batch = _batch(results, named | by_heading, known)
    for title, pattern in patterns.items():
        _fill_rows(book, book[title], pattern, batch)
    for sheet in book.worksheets:
        _fill_totals(sheet, batch)
    book.calculation.fullCalcOnLoad = True
    book.properties.modified = EPOCH
    ExcelWriter(book, DatelessZip(stream, "w", ZIP_DEFLATED)).save()


def _named_rows(book: Workbook) -> dict[str, _Pattern]:
    """The row with placeholders of each sheet that has one."""
    return {sheet.title: found for sheet in book.worksheets if (found := _named_row(sheet))}


def _below_headings(book: Workbook, template: Path, registry: Registry) -> dict[str, _Pattern]:
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


def _named_row(sheet: Worksheet) -> _Pattern | None:
    """The row that has placeholders of an invoice; its cells are filled by their own text."""
    for cells in sheet.iter_rows():
        found = [name for cell in cells if isinstance(cell.value, str) for name in _PLACEHOLDER.findall(cell.value)]
        if any(not _is_total(name) for name in found):
            return _Pattern(cells[0].row, {})
    return None


def _row_below_headings(sheet: Worksheet, registry: Registry) -> _Pattern | None:
    """The row below the headings, and the names of the columns by their numbers."""
    titles = names_by_title(registry)
    for cells in sheet.iter_rows(max_row=HEADING_ROWS):
        named = {cell.column: titles[words] for cell in cells if (words := folded(str(cell.value or ""))) in titles}
        if len(named) >= FEWEST_HEADINGS:
            return _Pattern(cells[0].row + 1, named)
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


def _fill_rows(book: Workbook, sheet: Worksheet, pattern: _Pattern, batch: _Batch) -> None:
    """Repeats the row of *pattern* for every invoice and fills it."""
    if len(batch.rows) > 1:
        insert_rows(book, sheet, pattern.row, len(batch.rows) - 1)
    texts = {cell.column: cell.value for cell in sheet[pattern.row]}
    merged = [part for part in sheet.merged_cells.ranges if part.min_row == part.max_row == pattern.row]
    for index, values in enumerate(batch.rows or [{}], start=pattern.row):
        if index > pattern.row:
            _copy_look(sheet, pattern.row, index)
            for part in merged:
                sheet.merge_cells(None, index, part.min_col, index, part.max_col)
        _Row(batch, values, index - pattern.row).fill(sheet, pattern, texts)


def _copy_look(sheet: Worksheet, row: int, to: int) -> None:
    sheet.row_dimensions[to].height = sheet.row_dimensions[row].height
    for cell in sheet[row]:
        sheet.cell(to, cell.column)._style = copy(cell._style)


@dataclass(frozen=True, slots=True)
class _Row:
    """A row that is filled with the *values* of one invoice, so many rows below that of the pattern."""

    batch: _Batch
    values: Mapping[str, Cell]
    below: int

    def _set(self, cell: ExcelCell, name: str) -> None:
        """Puts the value *name* into *cell*."""
        _set(cell, self.batch.columns[name].column, self.values.get(name, EMPTY))

    def fill(self, sheet: Worksheet, pattern: _Pattern, texts: Mapping[int, object]) -> None:
        """Fills the row of *sheet* by the names of the columns, or by the *texts* that the pattern has in them."""
        for column, text in texts.items():
            cell = sheet.cell(pattern.row + self.below, column)
            if isinstance(cell, MergedCell):
                continue
            if name := pattern.by_column.get(column):
                self._set(cell, name)
            else:
                self._write(cell, text)

    def _write(self, cell: ExcelCell, text: object) -> None:
        """Puts the *text* of the pattern into *cell*: placeholders replaced, formulas moved to its row."""
        if not isinstance(text, str):
            cell.value = text
            return
        names = _PLACEHOLDER.findall(text)
        if not names:
            cell.value = self._moved(cell, text) if text.startswith("=") else text
        elif _PLACEHOLDER.fullmatch(text) and not _is_total(names[0]):
            self._set(cell, names[0])
        else:
            told = {name: self.values.get(name, EMPTY).value for name in names if not _is_total(name)}
            cell.value = xml_text(_worded_all(told, text))

    def _moved(self, cell: ExcelCell, formula: str) -> str:
        """The *formula* of the pattern as it means the same in *cell*."""
        origin = f"{cell.column_letter}{cell.row - self.below}"
        moved: str = Translator(formula, origin=origin).translate_formula(cell.coordinate)
        return moved


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
