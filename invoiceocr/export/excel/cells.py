"""Cells of a workbook: values in the types of a spreadsheet, number formats, colors by status, comments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

from invoiceocr.export.plain_text import is_formula, xml_text
from invoiceocr.export.sheets.cell import Cell
from invoiceocr.export.sheets.columns import Column
from invoiceocr.kinds.types import MONEY, RATE
from invoiceocr.proof import FieldValue

# a number cell is a binary double: more significant digits would be rounded, so they are text
EXACT_DIGITS = 15
# the workbook's default; Excel takes the system's own face for the Chinese
FONT = "Calibri"
# width of a comment, height of its line
NOTE_PIXELS, NOTE_LINE_PIXELS = 340, 19
FIRST_YEAR = 1900  # Excel knows no earlier date
# of a sheet; Excel refuses a few thousand more
MAX_LINKS = 60_000
SUM_FORMAT = "#,##0.00"

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
GRAVE = frozenset({"doubtful", "reject", "error"})
TEXT, INTEGER = "@", "0"  # number formats
FORMATS: dict[type, str] = {
    type(None): "General",
    int: INTEGER,
    datetime: "yyyy-mm-dd hh:mm",
    date: "yyyy-mm-dd",
    time: "hh:mm",
}
CENTERED = frozenset({INTEGER, FORMATS[date]})


@dataclass(frozen=True, slots=True)
class Look:
    """How a cell appears: number format, color by status, whether lines wrap, whether its text could be executed,
    whether a click opens something."""

    number_format: str
    status: str | None = None
    wrap: bool = False
    quoted: bool = False
    linked: bool = False


def heading(sheet: object, column: Column) -> object:
    """A cell of the header row: the column's title in both languages."""
    cell = WriteOnlyCell(sheet, value="\n".join(dict.fromkeys(column.title)))
    cell.font = Font(FONT, bold=True, color="FFFFFF")
    cell.fill = PatternFill("solid", fgColor="44546A")
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    return cell


def total_cell(sheet: object, formula: str | None) -> object:
    """A cell of the totals row."""
    cell = WriteOnlyCell(sheet, value=formula)
    cell.font = Font(FONT, bold=True)
    cell.border = Border(top=Side("thin", "44546A"), bottom=Side("double", "44546A"))
    cell.number_format = SUM_FORMAT
    cell.alignment = Alignment(vertical="center")
    return cell


def filled(styles: Styles, column: Column, cell: Cell, noted: frozenset[str | None]) -> WriteOnlyCell:
    """The spreadsheet's cell for *cell*, with its comment if its status is *noted*."""
    value, number_format = shown(column, cell.value)
    text = isinstance(value, str)
    wraps = text and column.path in styles.wrapped
    made = styles.cell(Look(number_format, cell.status, wraps, text and is_formula(value), bool(cell.link)))
    made.value = xml_text(value) if text else value
    if text:
        # openpyxl takes what starts with "=" for a formula
        made.data_type = "s"
    if cell.link and styles.links_left():
        made.hyperlink = cell.link
    if cell.note and cell.status in noted:
        made.comment = _comment(cell.note)
    return made


def _comment(text: str) -> Comment:
    height = NOTE_LINE_PIXELS * (text.count("\n") + 2)
    return Comment(xml_text(text), "invoiceocr", height=height, width=NOTE_PIXELS)


class Styles:
    """Makes the cells of one sheet by their look. Texts in the columns *wrapped* wrap, *boxed* cells have borders. A
    style is looked up once and shared: setting fill, font and format on every cell takes twice as long."""

    def __init__(self, sheet: object, wrapped: frozenset[str] = frozenset(), *, boxed: bool = False) -> None:
        self.wrapped = wrapped
        self._sheet = sheet
        self._boxed = boxed
        self._links = 0
        self._models: dict[Look, WriteOnlyCell] = {}

    def cell(self, look: Look) -> WriteOnlyCell:
        """A new empty cell that looks like *look*."""
        if look not in self._models:
            self._models[look] = self._model(look)
        cell = WriteOnlyCell(self._sheet)
        cell._style = self._models[look]._style
        return cell

    def links_left(self) -> bool:
        """Whether the sheet can hold one more link; counts it."""
        self._links += 1
        return self._links <= MAX_LINKS

    def _model(self, look: Look) -> WriteOnlyCell:
        cell = WriteOnlyCell(self._sheet)
        cell.number_format = look.number_format
        centered = "center" if look.number_format in CENTERED else None
        cell.alignment = Alignment(horizontal=centered, vertical="top", wrap_text=look.wrap)
        cell.quotePrefix = look.quoted
        if look.status in COLORS:
            cell.fill = PatternFill("solid", fgColor=COLORS[look.status])
        if look.status in COLORS or self._boxed:
            # a fill hides the grid
            cell.border = Border(*[Side("thin", "D0D0D0")] * 4)
        if look.status in GRAVE:
            cell.font = Font(FONT, bold=True, color="9C2A00")
        if look.linked:
            cell.font = Font(FONT, underline="single", color="0563C1")
        return cell


def shown(column: Column, value: FieldValue) -> tuple[FieldValue, str]:
    """The cell's value and number format; text if a spreadsheet has nothing better."""
    if isinstance(value, Decimal):
        return _number(column.value_type, value)
    known = type(value) in FORMATS and getattr(value, "year", FIRST_YEAR) >= FIRST_YEAR
    return (value, FORMATS[type(value)]) if known else (_text(value), TEXT)


def _text(value: FieldValue) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return "\n".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _number(kind: str, value: Decimal) -> tuple[object, str]:
    if not value.is_finite() or len(value.as_tuple().digits) > EXACT_DIGITS:
        return str(value), TEXT
    decimals = max(0, -int(value.as_tuple().exponent))
    if kind == RATE:  # in percent; other figures are shown as printed
        return value, _with_decimals("0", max(0, decimals - 2)) + "%"
    if kind in MONEY:
        return value, _with_decimals("#,##0", max(2, decimals))
    return value, _with_decimals("0", decimals)


def _with_decimals(whole: str, decimals: int) -> str:
    return f"{whole}.{'0' * decimals}" if decimals else whole
