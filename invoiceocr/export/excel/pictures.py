"""Pictures in a workbook: JPEG files as they are. openpyxl's own class asks Pillow for what is known here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openpyxl.drawing.image import Image
from openpyxl.utils import get_column_letter

from invoiceocr.export.sheets.cell import Row, Sheet

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

POINTS = 0.75  # of a pixel on the screen
PADDING = 4  # points below a picture
WIDTH = 7.0  # pixels of a character of column width


class JpegImage(Image):  # type: ignore[misc]
    """A JPEG file, shown at a size in pixels."""

    format = "jpeg"

    def __init__(self, data: bytes, width: int, height: int) -> None:
        self.ref = self.data = data
        self.width, self.height = width, height

    def _data(self) -> bytes:
        return self.data


def place_pictures(sheet: Worksheet, table: Sheet, row: Row, index: int) -> None:
    """Lay the pictures of *row* over its cells in the row *index* of *sheet*."""
    for number, column in enumerate(table.columns, start=1):
        cell = row.get(column.path)
        if cell is not None and cell.picture is not None:
            sheet.add_image(JpegImage(*cell.picture), f"{get_column_letter(number)}{index}")


def pictured_height(row: Row) -> float | None:
    """The height in points that the pictures of *row* need; None where it has none."""
    heights = [cell.picture[2] for cell in row.values() if cell.picture is not None]
    return max(heights) * POINTS + PADDING if heights else None


def pictured_width(rows: list[Row], path: str) -> float | None:
    """The width in characters that the pictures of a column need; None where it has none."""
    widths = [cell.picture[1] for row in rows if (cell := row.get(path)) is not None and cell.picture is not None]
    return max(widths) / WIDTH + 1 if widths else None
