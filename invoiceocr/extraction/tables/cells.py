"""The cells of a row: the costs of standing in a column, which both table blocks share."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Sequence

from invoiceocr.geometry import Box
from invoiceocr.layout.alignment import Costs, align
from invoiceocr.page import TextLine

MISFIT = 8.0  # cost of a text in a column whose type it can't have
ODD = 2.0  # cost of a text that is unusual in its column
DROP = 6.0  # cost of leaving a segment out
SPLIT = 0.6  # cost of a further segment in one cell
# text heights below the level of the header where rows may begin
HEAD_MARGIN = 0.2
MAX_ROWS = 400  # rows of one page

Cells = dict[str, list[TextLine]]


def in_columns(
    row: Sequence[TextLine],
    names: Sequence[str],
    cost: Callable[[TextLine, int], float],
    wraps: Callable[[int], bool] = lambda column: True,
) -> Cells:
    """The segments of *row* in the columns *names*, in the cheapest assignment that keeps their order. *cost* is that
    of a segment in a column, by its number; a cell of a column that *wraps* may contain several segments."""

    costs = [[cost(segment, column) for column in range(len(names))] for segment in row]

    def place(segment: int, column: int) -> float:
        return costs[segment][column]

    def again(segment: int, column: int) -> float:
        return costs[segment][column] + SPLIT if wraps(column) else math.inf

    chosen = align(len(row), len(names), Costs(place, again, lambda segment: DROP))
    cells: Cells = {}
    for segment, column in zip(row, chosen, strict=True):
        if column is not None:
            cells.setdefault(names[column], []).append(segment)
    return cells


def usual(boxes: Sequence[Box]) -> tuple[float, float]:
    """Where the values in *boxes* usually begin and end, in the same units."""
    return statistics.median(box.x0 for box in boxes), statistics.median(box.x1 for box in boxes)


def joined(rows: Sequence[Cells]) -> Cells:
    """The cells of several *rows* of one record, each from top to bottom."""
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: [segment for row in rows for segment in row.get(name, ())] for name in names}
