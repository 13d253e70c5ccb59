"""Results as an Excel workbook. The only module that imports openpyxl.

Sheets: invoices, items, findings, unread files, legend. Identifiers are text, money and dates are numbers and dates,
colors show how far a value is proven, a cell comment holds the evidence. The same results make the same bytes.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from itertools import accumulate
from pathlib import Path
from typing import Any, BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.writer.excel import ExcelWriter

from invoiceocr.errors import OutputError
from invoiceocr.export.columns import Column
from invoiceocr.export.plain_text import is_formula, xml_text
from invoiceocr.export.sheets import EMPTY, Cell, Row, Sheet, sheets
from invoiceocr.export.titles import STATUSES, Title, in_both
from invoiceocr.export.widths import column_width, row_height
from invoiceocr.kinds import Registry
from invoiceocr.result import ReadResult

MAX_ROWS = 1_048_576  # of a sheet in the format itself
MAX_NOTES = 20_000  # Excel draws every comment as a shape; many more make a workbook slow to open
EXACT_DIGITS = 15  # a number cell is a binary double: more significant digits would be rounded, so they are text
FONT = "Calibri"  # the workbook's default; Excel takes the system's own face for the Chinese
HEADER_HEIGHT = 34  # points: two lines
NOTE_PIXELS, NOTE_LINE_PIXELS = 340, 19  # width of a comment, height of its line
FIRST_YEAR = 1900  # Excel knows no earlier date
EPOCH = datetime(2020, 1, 1)  # the one date in all workbooks, so that equal results are equal bytes

COLORS = {
    "verified": "DDEFD5",
    "accept": "DDEFD5",
    "read": "FFF6D6",
    "review": "FFF6D6",
    "warning": "FFF6D6",
    "doubtful": "F9CDB0",
    "reject": "F9CDB0",
    "error": "F9CDB0",
    "missing": "DCDCDC",
}
MEANINGS = {
    "verified": Title("独立见证人证实（二维码、大写、校验位、勾稽关系等）", "an independent witness confirms it"),
    "read": Title("已识别，无矛盾，也无独立证实", "nothing contradicts it, nothing confirms it"),
    "doubtful": Title("与其他证据矛盾，或把握不足：请核对原件", "contradicted or too unsure: look at the original"),
    "missing": Title("该票种应有，但未找到", "the kind should have it and it was not found"),
}
NOTED_FIRST = ("doubtful", "missing", "read", "verified", None)
GRAVE = frozenset({"doubtful", "reject", "error"})
WRAPPED = frozenset({"issues", "message", "message_en", "error.message", "zh", "en"})
TEXT, INTEGER = "@", "0"  # number formats
FORMATS: dict[type, str] = {
    type(None): "General",
    int: INTEGER,
    datetime: "yyyy-mm-dd hh:mm",
    date: "yyyy-mm-dd",
    time: "hh:mm",
}
MONEY = frozenset({"sum", "money"})  # types shown with thousands separators and cents
RATE = "rate"  # the type shown in percent; other figures are shown as printed


@dataclass(frozen=True, slots=True)
class Look:
    """How a cell appears: number format, color by status, whether lines wrap, whether its text could be run."""

    number_format: str
    status: str | None = None
    wrap: bool = False
    quoted: bool = False


def write_excel(results: Iterable[ReadResult], stream: BinaryIO, registry: Registry | None = None) -> None:
    """Write the workbook of *results*, with columns for the kinds of *registry* (the built-in one).

    Raises OutputError if a sheet would have more rows than Excel allows.
    """
    tables = sheets(results, registry)
    noted = _noted_statuses(tables)
    book = Workbook(write_only=True)
    for table in (*tables, _legend(noted)):
        _write_sheet(book, table, noted)
    _save(book, stream)


def write_sheets(tables: Iterable[Sheet], stream: BinaryIO) -> None:
    """Write a workbook of these tables alone; raises OutputError as `write_excel` does."""
    book = Workbook(write_only=True)
    for table in tables:
        _write_sheet(book, table, frozenset())
    _save(book, stream)


def _noted_statuses(tables: Iterable[Sheet]) -> frozenset[str | None]:
    """The statuses whose cells get a comment: all, or the more doubtful ones while there is room for all of them."""
    counts = Counter(cell.status for table in tables for row in table.rows for cell in row.values() if cell.note)
    room = accumulate(counts[status] for status in NOTED_FIRST)
    return frozenset(status for status, total in zip(NOTED_FIRST, room, strict=True) if total <= MAX_NOTES)


def _legend(noted: frozenset[str | None]) -> Sheet:
    columns = (
        Column("mark", Title("标记", "mark")),
        Column("zh", Title("含义", "meaning")),
        Column("en", Title("英文含义", "meaning in English")),
    )
    rows = [_legend_row(in_both(STATUSES[status]), meaning, status) for status, meaning in MEANINGS.items()]
    comments = "、".join(STATUSES[status].zh for status in MEANINGS if status in noted)
    told = Title(f"带批注（证据）的状态：{comments or '无'}", "comments hold the evidence of the statuses listed")
    return Sheet(Title("图例", "legend"), columns, [*rows, _legend_row("批注 comments", told, None)])


def _legend_row(mark: str, meaning: Title, status: str | None) -> Row:
    return {"mark": Cell(mark, status), "zh": Cell(meaning.zh), "en": Cell(meaning.en)}


def _write_sheet(book: Any, table: Sheet, noted: frozenset[str | None]) -> None:
    if len(table.rows) >= MAX_ROWS:
        raise OutputError(f"sheet {table.title.en}: {len(table.rows)} rows do not fit into Excel; use --format csv")
    sheet = book.create_sheet(table.title.zh)
    _lay_out(sheet, table)
    sheet.append([_heading(sheet, column) for column in table.columns])
    styles = _Styles(sheet)
    for index, row in enumerate(table.rows, start=2):
        if height := row_height(row, WRAPPED):
            sheet.row_dimensions[index].height = height
        cells = ((column, row.get(column.path, EMPTY)) for column in table.columns)
        sheet.append([_cell(styles, column, cell, cell.status in noted) for column, cell in cells])


def _lay_out(sheet: Any, table: Sheet) -> None:
    """Widths, frozen header, filter and print set-up, all of which must be known before the first row."""
    for index, column in enumerate(table.columns, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = column_width(column, table.rows)
    sheet.row_dimensions[1].height = HEADER_HEIGHT
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(table.columns))}{len(table.rows) + 1}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"


def _heading(sheet: Any, column: Column) -> Any:
    cell = WriteOnlyCell(sheet, value="\n".join(dict.fromkeys(column.title)))
    cell.font = Font(FONT, bold=True, color="FFFFFF")
    cell.fill = PatternFill("solid", fgColor="44546A")
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    return cell


def _cell(styles: _Styles, column: Column, cell: Cell, noted: bool) -> Any:
    value, number_format = _shown(column, cell.value)
    text = isinstance(value, str)
    made = styles.cell(Look(number_format, cell.status, column.path in WRAPPED, text and is_formula(value)))
    made.value = xml_text(value) if text else value
    if text:
        made.data_type = "s"  # openpyxl takes what starts with "=" for a formula
    if noted and cell.note:
        made.comment = _comment(cell.note)
    return made


def _comment(text: str) -> Any:
    height = NOTE_LINE_PIXELS * (text.count("\n") + 2)
    return Comment(xml_text(text), "invoiceocr", height=height, width=NOTE_PIXELS)


class _Styles:
    """Makes cells of one sheet by their look. A style is looked up once and shared: setting fill, font and format on
    every cell takes twice as long."""

    def __init__(self, sheet: Any) -> None:
        self._sheet = sheet
        self._models: dict[Look, Any] = {}

    def cell(self, look: Look) -> Any:
        """A new empty cell that looks like *look*."""
        if look not in self._models:
            self._models[look] = self._model(look)
        cell = WriteOnlyCell(self._sheet)
        cell._style = self._models[look]._style
        return cell

    def _model(self, look: Look) -> Any:
        cell = WriteOnlyCell(self._sheet)
        cell.number_format = look.number_format
        centered = "center" if look.number_format == INTEGER else None
        cell.alignment = Alignment(horizontal=centered, vertical="top", wrap_text=look.wrap)
        cell.quotePrefix = look.quoted
        if look.status in COLORS:
            cell.fill = PatternFill("solid", fgColor=COLORS[look.status])
            cell.border = Border(*[Side("thin", "D0D0D0")] * 4)  # a fill hides the grid
        if look.status in GRAVE:
            cell.font = Font(FONT, bold=True, color="9C2A00")
        return cell


def _shown(column: Column, value: Any) -> tuple[Any, str]:
    """The cell's value and number format; text where a spreadsheet has nothing better."""
    if isinstance(value, Decimal):
        return _number(column.value_type, value)
    known = type(value) in FORMATS and getattr(value, "year", FIRST_YEAR) >= FIRST_YEAR
    return (value, FORMATS[type(value)]) if known else (_text(value), TEXT)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return "\n".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _number(kind: str, value: Decimal) -> tuple[Any, str]:
    if not value.is_finite() or len(value.as_tuple().digits) > EXACT_DIGITS:
        return str(value), TEXT
    decimals = max(0, -int(value.as_tuple().exponent))
    if kind == RATE:
        return value, _with_decimals("0", max(0, decimals - 2)) + "%"
    if kind in MONEY:
        return value, _with_decimals("#,##0", max(2, decimals))
    return value, _with_decimals("0", decimals)


def _with_decimals(whole: str, decimals: int) -> str:
    return f"{whole}.{'0' * decimals}" if decimals else whole


def _save(book: Any, stream: BinaryIO) -> None:
    book.properties.creator = "invoiceocr"
    book.properties.created = book.properties.modified = EPOCH
    ExcelWriter(book, _DatelessZip(stream, "w", ZIP_DEFLATED)).save()


class _DatelessZip(ZipFile):
    """An archive whose members all bear the same date."""

    def writestr(self, zinfo_or_arcname: Any, data: Any, *_: Any, **__: Any) -> None:
        """Store *data* under the name."""
        super().writestr(_member(zinfo_or_arcname), data)

    def write(self, filename: Any, arcname: Any = None, *_: Any, **__: Any) -> None:
        """Store the file under the name."""
        info = _member(arcname)
        info.file_size = Path(filename).stat().st_size
        with open(filename, "rb") as source, self.open(info, "w") as member:
            shutil.copyfileobj(source, member)


def _member(name: str) -> ZipInfo:
    info = ZipInfo(name, (EPOCH.year, EPOCH.month, EPOCH.day, 0, 0, 0))
    info.compress_type = ZIP_DEFLATED
    return info
