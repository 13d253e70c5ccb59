"""How wide a column and how high a row of a spreadsheet must be for its text to be seen."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable

from invoiceocr.export.columns import Column
from invoiceocr.export.sheets import EMPTY, Row

NARROWEST, WIDEST = 6, 44  # column widths in characters of the default font
FILTER_BUTTON = 4  # characters a filter's arrow takes of a heading
MEASURED_ROWS = 2_000  # rows looked at to find a column's width
LINE_POINTS, HIGHEST = 15.5, 409.0  # height of a text line and of the highest row Excel knows, in points


def column_width(column: Column, rows: list[Row]) -> float:
    """The width for the longest line among heading and first rows, within limits; in characters."""
    longest = max(map(display_width, _lines(column.path, rows[:MEASURED_ROWS])), default=0)
    heading = max(map(display_width, column.title)) + FILTER_BUTTON
    return min(max(longest + 2, heading, NARROWEST), WIDEST)


def row_height(row: Row, wrapped: Iterable[str]) -> float | None:
    """The height, in points, that shows all lines of the *wrapped* columns; None if one line is enough.

    Programs other than Excel do not fit rows to wrapped text when they open a file.
    """
    lines = max(sum(math.ceil(display_width(line) / WIDEST) for line in _lines(path, [row])) for path in wrapped)
    return min(lines * LINE_POINTS, HIGHEST) if lines > 1 else None


def display_width(text: str) -> int:
    """Columns of the default font: a Chinese character is as wide as two digits."""
    return sum(2 if unicodedata.east_asian_width(character) in "WFA" else 1 for character in text)


def _lines(path: str, rows: Iterable[Row]) -> list[str]:
    values = (row.get(path, EMPTY).value for row in rows)
    return [line for value in values if value is not None for line in str(value).splitlines()]
