"""What must change in a workbook when rows are inserted into one of its sheets: formulas, ranges, merged cells."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token
from openpyxl.worksheet.cell_range import CellRange, MultiCellRange

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_CELL = r"(\$?[A-Z]{1,3}\$?)(\d+)"
_REFERENCE = re.compile(rf"(?P<sheet>(?:'(?:[^']|'')+'|[^'!]+)!)?{_CELL}(?::{_CELL})?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Inserted:
    """*count* rows that come below the row *row* of the sheet called *sheet*."""

    sheet: str
    row: int
    count: int

    def start(self, row: int) -> int:
        """Where a range begins that began in *row*."""
        return row + self.count if row > self.row else row

    def end(self, row: int) -> int:
        """Where a range ends that ended in *row*: one that ends in the row that is repeated grows."""
        return row + self.count if row >= self.row else row


def insert_rows(book: Workbook, sheet: Worksheet, row: int, count: int) -> None:
    """Inserts *count* empty rows below *row* and moves everything that refers to what is below."""
    inserted = Inserted(sheet.title, row, count)
    _move_heights(sheet, inserted)
    sheet.insert_rows(row + 1, count)
    for part in [part for part in sheet.merged_cells.ranges if part.min_row > row]:
        part.shift(row_shift=count)
    _move_ranges(sheet, inserted)
    for other in book.worksheets:
        _move_formulas(other, inserted)
    for holder in (book, *book.worksheets):
        for name in holder.defined_names.values():
            name.attr_text = moved_formula(f"={name.attr_text}", inserted, "")[1:]


def moved_formula(formula: str, inserted: Inserted, sheet: str, *, grows: bool = True) -> str:
    """*formula*, of a cell of *sheet*, with references to where things are after the insertion; ranges that hold the
    repeated row grow with it if *grows*."""
    tokens = Tokenizer(formula)
    for token in tokens.items:
        if token.type == Token.OPERAND and token.subtype == Token.RANGE:
            token.value = _moved_reference(token.value, inserted, sheet, grows)
    return str(tokens.render())


def _moved_reference(text: str, inserted: Inserted, sheet: str, grows: bool) -> str:
    found = _REFERENCE.fullmatch(text)
    if found is None or _sheet_of(found, sheet) != inserted.sheet:
        return text
    _, column, row, last_column, last_row = found.groups()
    first = f"{found['sheet'] or ''}{column}{inserted.start(int(row))}"
    if last_row is None:
        return first
    last = inserted.end(int(last_row)) if grows else inserted.start(int(last_row))
    return f"{first}:{last_column}{last}"


def _sheet_of(found: re.Match[str], own: str) -> str:
    named = found["sheet"]
    return named[:-1].strip("'").replace("''", "'") if named else own


def _move_formulas(sheet: Worksheet, inserted: Inserted) -> None:
    for cells in sheet.iter_rows():
        for cell in cells:
            if cell.data_type == "f" and isinstance(cell.value, str):
                grows = not (sheet.title == inserted.sheet and cell.row == inserted.row)
                cell.value = moved_formula(cell.value, inserted, sheet.title, grows=grows)


def _move_heights(sheet: Worksheet, inserted: Inserted) -> None:
    known = sheet.row_dimensions.items()
    heights = {index: found.height for index, found in known if index > inserted.row and found.height}
    for index in heights:
        sheet.row_dimensions[index].height = None
    for index, height in heights.items():
        sheet.row_dimensions[index + inserted.count].height = height


def _move_ranges(sheet: Worksheet, inserted: Inserted) -> None:
    """The ranges of conditional formats, validations, the filter, the print area and tables."""
    formats = ConditionalFormattingList()
    for found in sheet.conditional_formatting:
        for rule in found.rules:
            formats.add(_moved_ranges(found.sqref, inserted), rule)
    sheet.conditional_formatting = formats
    for validation in sheet.data_validations.dataValidation:
        validation.sqref = MultiCellRange(_moved_ranges(validation.sqref, inserted))
    if sheet.auto_filter.ref:
        sheet.auto_filter.ref = _moved_ranges(MultiCellRange(sheet.auto_filter.ref), inserted)
    for table in sheet.tables.values():
        table.ref = _moved_ranges(MultiCellRange(table.ref), inserted)
        if table.autoFilter:
            table.autoFilter.ref = table.ref


def _moved_ranges(ranges: MultiCellRange, inserted: Inserted) -> str:
    moved = (
        CellRange(
            min_col=part.min_col,
            max_col=part.max_col,
            min_row=inserted.start(part.min_row),
            max_row=inserted.end(part.max_row),
        )
        for part in ranges.ranges
    )
    return " ".join(sorted(part.coord for part in moved))
