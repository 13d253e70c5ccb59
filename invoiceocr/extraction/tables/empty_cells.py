"""Cells of a table in which nothing was read although something may be printed there: they are read once more."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Sequence

from invoiceocr.extraction.tables.cells import Cells
from invoiceocr.extraction.tables.columns import Column
from invoiceocr.extraction.tables.records import begins, figure_of
from invoiceocr.extraction.tables.spec import TableSpec
from invoiceocr.geometry import Box, overlap_x, overlap_y
from invoiceocr.layout.form import FormLayout

FULL = 1.5  # text heights before the next column within which a name fills its column
LEADING = 1.1  # text heights from line to line
CONTINUED = 3.0  # text heights: longer rests of names are found anyway
HANGING = 0.2  # text heights: how far left of its name the rest of one may begin
CELL = 1.5  # height of a cell that is read again, in heights of the row's figure
CLEAR = 0.25  # in heights of the row's figure: the distance of an empty cell from the print beside it
# print that reaches further into an empty cell (in text heights across, in its own height down) occupies it
REACH_ACROSS, REACH_DOWN = 0.3, 0.4
MAX_BLANKS = 40  # of one page: second looks cost some milliseconds each


def empty_cells(form: FormLayout, table: TableSpec, columns: Sequence[Column], cells: Sequence[Cells]) -> list[Box]:
    """The places between the neighbors of a cell, in rows that begin a record, where nothing was read; and those where
    the last characters of a leading text may stand."""
    blank = (box for row in cells if begins(row, table) for box in _blanks(form, table, row, columns))
    looked = (*blank, *_continued(form, table, columns, cells))
    return [box for box in looked if not _occupied(form, box)][:MAX_BLANKS]


def _occupied(form: FormLayout, cell: Box) -> bool:
    """Whether something that was read before reaches into *cell*."""
    return any(
        overlap_x(line.box, cell) > REACH_ACROSS * form.size
        and overlap_y(line.box, cell) > REACH_DOWN * line.box.height
        for line in form.segments
    )


def _blanks(form: FormLayout, table: TableSpec, row: Cells, columns: Sequence[Column]) -> Iterator[Box]:
    """The empty cells of *row* behind its first column, at the level of the value that begins the record."""
    figure = figure_of(row, table)[0].box
    half, gap = CELL / 2 * figure.height, CLEAR * figure.height
    for index, column in list(enumerate(columns))[1:]:
        if column.spec.name in row or column.spec.rows is None:
            continue
        left, right = _between_columns(form, columns, index)
        left = max([left, *(box.x1 + gap for box in _boxes(row, columns[:index]))])
        # the value behind may reach farther left than its column
        right = min([right, *(box.x0 - gap for box in _boxes(row, columns[index + 1 :]))])
        x = (left + right) / 2
        y = figure.cy + form.slope * (x - figure.cx)
        if right - left > figure.height:
            yield Box(left, max(y - half, _below_header(form, table, x, y)), right, y + half)


def _below_header(form: FormLayout, table: TableSpec, x: float, y: float) -> float:
    """Where the captions of the header end above *y*; 0 if none were read, or if they reach below it."""
    anchor = form.anchors.get(table.header)
    end = anchor.at(x) + form.size / 2 if anchor else 0.0
    return end if end < y - CLEAR * form.size else 0.0


def _between_columns(form: FormLayout, columns: Sequence[Column], index: int) -> tuple[float, float]:
    """The middles of the gaps beside a column; the edge of the page behind the last one. A column whose place is a
    guess reaches to those of its neighbors whose places are none."""
    ends = [_border(before, behind) for before, behind in itertools.pairwise(columns)]
    left, right = ends[index - 1], (*ends, (form.page.width, form.page.width))[index]
    is_guess = columns[index].guessed
    return left[0] if is_guess else sum(left) / 2, right[1] if is_guess else sum(right) / 2


def _border(before: Column, behind: Column) -> tuple[float, float]:
    """The ends of the gap between two columns; its middle twice if both places are guesses."""
    middle = (before.x1 + behind.x0) / 2
    return (middle, middle) if before.guessed and behind.guessed else (before.x1, behind.x0)


def _boxes(row: Cells, columns: Iterable[Column]) -> Iterator[Box]:
    """The boxes of the print of *row* in *columns*."""
    return (segment.box for column in columns for segment in row.get(column.spec.name, ()))


def _continued(form: FormLayout, table: TableSpec, columns: Sequence[Column], cells: Sequence[Cells]) -> Iterator[Box]:
    """The places below each leading text that fills its column where its last characters may be: detectors overlook
    single ones."""
    size, leading = form.size, table.leading
    end = next((right.x0 for left, right in itertools.pairwise(columns) if left.spec is leading), math.inf)
    for box in (row[leading.name][-1].box for row in cells if leading.name in row):
        if end - FULL * size < box.x1 < end + size:
            left, y = box.x0 - HANGING * size, box.cy + LEADING * size
            yield Box(left, y - LEADING * size / 2, left + CONTINUED * size, y + LEADING * size / 2)
