"""How wide a column and how high a row of a spreadsheet must be for its text to be seen."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping

from invoiceocr.export.sheets.cell import EMPTY, Row
from invoiceocr.export.sheets.columns import Column

# column widths in characters of the default font
NARROWEST, WIDEST = 6, 44
# characters a filter's arrow takes of a heading
FILTER_BUTTON = 4
MEASURED_ROWS = 2_000  # rows looked at to find a column's width
# height of a text line and of the highest row Excel knows, in points
LINE_POINTS, HIGHEST = 16.5, 409.0

# what is not broken: a run of ASCII without blanks, else a character
_PIECES = re.compile("[!-~]+|.", re.DOTALL)


def column_width(column: Column, rows: Iterable[Row]) -> float:
    """The width for the longest line among heading and *rows*, within limits; in characters."""
    longest = max(map(display_width, _lines(column.path, rows)), default=0)
    heading = max(map(display_width, column.title)) + FILTER_BUTTON
    return min(max(longest + 2, heading, NARROWEST), WIDEST)


def row_height(row: Row, wrapped: Mapping[str, float]) -> float | None:
    """The height, in points, that shows all lines of the *wrapped* columns, which are this many characters wide; None
    if one line is enough. Programs other than Excel do not fit rows to wrapped text when they open a file."""
    lines = max(sum(line_count(line, width) for line in _lines(path, [row])) for path, width in wrapped.items())
    return min(lines * LINE_POINTS, HIGHEST) if lines > 1 else None


def line_count(text: str, width: float) -> int:
    """The lines that *text* without breaks takes in a column: Chinese breaks anywhere, words and numbers only where one
    does not fit into a line."""
    if display_width(text) <= width:
        return 1
    lines, used = 1, 0.0
    for piece in _PIECES.findall(text):
        wide = display_width(piece)
        if used + wide > width:
            lines, used = lines + 1, 0.0
        lines += math.ceil(wide / width) - 1
        used += wide % width if wide > width else wide
    return lines


def display_width(text: str) -> int:
    """Columns of the default font: a Chinese character is as wide as two digits."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(character) in "WFA" else 1 for character in text)


def _lines(path: str, rows: Iterable[Row]) -> list[str]:
    values = (row.get(path, EMPTY).value for row in rows)
    return [line for value in values if value is not None for line in str(value).splitlines()]
