"""Results as an Excel workbook, written row by row so that memory does not grow.

Sheets: the ledger, to be printed and filed; invoices with all fields, items, findings, unread and skipped files,
legend. Identifiers are text, money and dates are numbers and dates, colors show how far a value is proven, and a cell
comment contains the evidence. The same results give the same bytes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate, islice
from typing import TYPE_CHECKING, BinaryIO
from zipfile import ZIP_DEFLATED

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.writer.excel import ExcelWriter

from invoiceocr.errors import OutputError
from invoiceocr.export.excel.cells import Styles, filled, heading, total_cell
from invoiceocr.export.excel.dateless_zip import EPOCH, DatelessZip
from invoiceocr.export.excel.pictures import pictured_height, pictured_width, place_pictures
from invoiceocr.export.sheets.cell import EMPTY, Cell, Row, Sheet
from invoiceocr.export.sheets.columns import Column
from invoiceocr.export.sheets.invoice_sheets import WorkbookOptions, sheets
from invoiceocr.export.sheets.spool import RowFile
from invoiceocr.export.sheets.widths import MEASURED_ROWS, WIDEST, column_width, row_height
from invoiceocr.export.titles import STATED, STATUSES, Title, in_both
from invoiceocr.kinds import Registry
from invoiceocr.proof import FieldValue
from invoiceocr.result import ReadResult

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

MAX_ROWS = 1_048_576  # of a sheet in the format itself
# Excel draws every comment as a shape; many more make a workbook slow to open
MAX_NOTES = 20_000
HEADER_HEIGHT = 34  # points: two lines
A4 = 9  # the paper's number in the format
# inches; head and foot lines stand between the last two
SIDE_MARGIN, END_MARGIN, LINE_MARGIN = 0.3, 0.75, 0.35
# characters of a column's width that padding and the last character of a line may take
SLACK = 2
PAGES = "第 &P 页 共 &N 页"
WRAPPED = dict.fromkeys(("issues", "message", "message_en", "error.message", "zh", "en"), float(WIDEST))
TOTALS = "合计"
# functions of SUBTOTAL that pass over rows which a filter or a person hides
SUM, COUNT = 109, 103

MEANINGS = {
    "verified": Title("独立见证人证实（二维码、大写、校验位、勾稽关系等）", "an independent witness confirms it"),
    "read": Title("已识别，无矛盾，也无独立证实", "nothing contradicts it, nothing confirms it"),
    "doubtful": Title("与其他证据矛盾，或置信度不足：请核对原件", "contradicted or too unsure: look at the original"),
    "missing": Title("该票种应有，但未找到", "the kind should have it and it was not found"),
}
NOTED_FIRST = ("doubtful", "missing", "read", "verified", None)


def write_excel(
    results: Iterable[ReadResult],
    stream: BinaryIO,
    registry: Registry | None = None,
    options: WorkbookOptions | None = None,
) -> None:
    """Writes the workbook of *results*, with columns for the kinds of *registry* (by default the built-in one). Raises
    OutputError if a sheet would have more rows than Excel allows, and SettingsError for an unknown column."""
    checks = options.checks if options else None
    tables = sheets(results if checks is None else checks.watched(results), registry, options)
    if checks is not None:
        tables = (tables[0], checks.sheet(), *tables[1:])
    noted = _noted_statuses(tables)
    _write_book((*tables, _legend(noted)), noted, stream)


def write_sheets(tables: Iterable[Sheet], stream: BinaryIO) -> None:
    """Writes a workbook of these tables alone; raises OutputError as `write_excel` does."""
    _write_book(tables, frozenset(), stream)


def _write_book(tables: Iterable[Sheet], noted: frozenset[str | None], stream: BinaryIO) -> None:
    book = Workbook(write_only=True)
    book.calculation.fullCalcOnLoad = True  # totals are formulas
    for table in tables:
        _write_sheet(book, table, noted)
    book.properties.creator = "invoiceocr"
    book.properties.created = book.properties.modified = EPOCH
    ExcelWriter(book, DatelessZip(stream, "w", ZIP_DEFLATED)).save()


def _noted_statuses(tables: Iterable[Sheet]) -> frozenset[str | None]:
    """The statuses whose cells get a comment: all, or only the more doubtful ones if there would be too many."""
    counts = sum((table.rows.notes for table in tables if isinstance(table.rows, RowFile)), Counter())
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
    stated = Title(STATED.zh + "：开票方 XML 或 OFD 原始数据所载，批注中注明", STATED.en + ": its XML or OFD says so")
    more = [_legend_row("批注 comments", told, None), _legend_row("开票方 issuer", stated, None)]
    return Sheet(Title("图例", "legend"), columns, [*rows, *more])


def _legend_row(mark: str, meaning: Title, status: str | None) -> Row:
    return {"mark": Cell(mark, status), "zh": Cell(meaning.zh), "en": Cell(meaning.en)}


def _write_sheet(book: Workbook, table: Sheet, noted: frozenset[str | None]) -> None:
    _refuse_long(table)
    sheet = book.create_sheet(table.title.zh)
    wrapped = {path: width - SLACK for path, width in table.print.widths.items()} if table.print else WRAPPED
    _lay_out(sheet, table)
    _lay_out_page(sheet, table)
    sheet.append([heading(sheet, column) for column in table.columns])
    styles = Styles(sheet, frozenset(wrapped), boxed=table.print is not None)
    for index, row in enumerate(table.rows, start=2):
        cells = [filled(styles, column, row.get(column.path, EMPTY), noted) for column in table.columns]
        _append(sheet, index, cells, pictured_height(row) or row_height(row, wrapped))
        place_pictures(sheet, table, row, index)
    if table.print and table.rows:
        sheet.append(list(_totals(sheet, table)))


def _refuse_long(table: Sheet) -> None:
    """Raises OutputError if Excel can't hold all rows of *table*."""
    if len(table.rows) >= MAX_ROWS:
        raise OutputError(
            f"sheet {table.title.en}: {len(table.rows)} rows do not fit into Excel; use --format csv",
            zh=f"工作表 {table.title.zh}：{len(table.rows)} 行超过 Excel 的上限，请用 --format csv",
        )


def _append(sheet: Worksheet, index: int, cells: list[FieldValue], height: float | None) -> None:
    """Writes the row; its height is forgotten at once."""
    if height is None:
        sheet.append(cells)
        return
    sheet.row_dimensions[index].height = height
    sheet.append(cells)
    del sheet.row_dimensions[index]


def _totals(sheet: object, table: Sheet) -> Iterator[object]:
    """The row below the table: the sums and the number of the rows that a filter leaves."""
    assert table.print is not None
    last = len(table.rows) + 1
    for index, column in enumerate(table.columns, start=1):
        letter = get_column_letter(index)
        cells = f"{letter}2:{letter}{last}"
        if column.path in table.print.totals:
            yield total_cell(sheet, f"=SUBTOTAL({SUM},{cells})")
        elif column.path == table.print.counted:
            yield total_cell(sheet, f'="{TOTALS} "&SUBTOTAL({COUNT},{cells})&" 张"')
        else:
            yield total_cell(sheet, None)


def _lay_out(sheet: Worksheet, table: Sheet) -> None:
    """Widths, frozen header and filter, which must be known before the first row."""
    measured = list(islice(table.rows, MEASURED_ROWS))
    for index, column in enumerate(table.columns, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = _width(table, column, measured)
    sheet.row_dimensions[1].height = HEADER_HEIGHT
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(table.columns))}{len(table.rows) + 1}"


def _width(table: Sheet, column: Column, measured: list[Row]) -> float:
    fixed: Mapping[str, float] = table.print.widths if table.print else {}
    return fixed.get(column.path) or pictured_width(measured, column.path) or column_width(column, measured)


def _lay_out_page(sheet: Worksheet, table: Sheet) -> None:
    """A4 across, all columns on one page, the header on every page, numbered pages."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"
    sheet.page_margins.left = sheet.page_margins.right = SIDE_MARGIN
    sheet.page_margins.top = sheet.page_margins.bottom = END_MARGIN
    sheet.page_margins.header = sheet.page_margins.footer = LINE_MARGIN
    sheet.oddHeader.center.text = table.print.heading if table.print else table.title.zh
    sheet.oddFooter.center.text = PAGES
