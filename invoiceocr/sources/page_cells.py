"""The text of a page as a grid of cells, which tells at once which of many shapes stand beside text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from invoiceocr.sources.glyphs import Glyph, sides_of

CELL = 4.0  # points: shapes closer to each other than this stand beside each other
MAX_CELLS = 300  # along each side of a page; A3 has as many, and all beyond them count as the last one
LETTER_SIDE = 40.0  # points: a larger shape is no character

Sides = tuple[float, float, float, float]
"""Left, top, right and bottom of a box."""
Boxes = Sequence[Sides] | NDArray[np.float64]
Grid = NDArray[np.bool_]


class TextCells:
    """The cells that *glyphs* take on their page."""

    def __init__(self, glyphs: Iterable[Glyph]) -> None:
        boxes = sides_of([glyph.box for glyph in glyphs if not glyph.text.isspace()])
        right, bottom = boxes.max(0)[2:] if len(boxes) else (0.0, 0.0)
        # the last column and row stand for all beyond
        self._ends = [min(int(max(end, 0.0) // CELL) + 2, MAX_CELLS) for end in (right, bottom)] * 2
        self._texts = self._taken(boxes)

    def near(self, boxes: Sequence[Sides]) -> list[bool]:
        """Which of the *boxes* reach text, directly or through a row of boxes no larger than characters. A code of a
        thousand rectangles that stands apart from text is left out."""
        if not boxes or not self._texts.any():
            return [False] * len(boxes)
        small = [(x0, y0, x1, y1) for x0, y0, x1, y1 in boxes if max(x1 - x0, y1 - y0) <= LETTER_SIDE]
        rows = self._in_rows_with_text(self._taken(small)) if small else self._texts
        return [bool(hit) for hit in self._reach(rows, boxes)]

    def beside(self, boxes: Sequence[Sides], others: Sequence[Sides]) -> list[bool]:
        """Which of the *boxes* reach one of the *others*."""
        return [bool(hit) for hit in self._reach(self._taken(others), boxes)] if boxes else []

    def _cells(self, boxes: Boxes) -> NDArray[np.intp]:
        """The first column and row of cells that each of the *boxes* reaches, and the first ones after it."""
        ends = np.array(self._ends)[:, None]
        cells = np.clip(np.nan_to_num(boxes).T // CELL, 0, ends).astype(np.intp)
        cells[2:] += 1
        return np.asarray(cells)

    def _taken(self, boxes: Boxes) -> Grid:
        """The cells that *boxes* reach."""
        columns, rows = self._ends[:2]
        shape = rows + 2, columns + 2
        if not len(boxes):
            return np.zeros(shape, bool)
        left, top, right, bottom = self._cells(boxes)
        begin, stop = (
            np.bincount(places, minlength=shape[0] * shape[1])
            for places in (
                np.concatenate((top * shape[1] + left, bottom * shape[1] + right)),
                np.concatenate((top * shape[1] + right, bottom * shape[1] + left)),
            )
        )
        return np.asarray((begin - stop).reshape(shape).cumsum(0, np.int32).cumsum(1, np.int32) > 0)

    def _in_rows_with_text(self, small: Grid) -> Grid:
        """The cells of text, and those *small* ones that are connected to text along a row of cells. Gaps of one cell
        are allowed, and the rows above and below count, too."""
        grid = small | self._texts
        joined = cv2.dilate(grid.astype(np.uint8), np.ones((3, 3), np.uint8))
        # blank rows between them keep rows apart
        apart = np.zeros((2 * grid.shape[0], grid.shape[1]), np.uint8)
        apart[::2] = joined
        count, labels = cv2.connectedComponents(apart)
        rows = np.asarray(labels)[::2]
        told = np.zeros(count, bool)
        told[rows[self._texts]] = True
        return np.asarray(grid & told[rows])

    def _reach(self, grid: Grid, boxes: Boxes) -> Grid:
        """Which of the *boxes* reach a cell of *grid*, or stand next to one on the left or right."""
        sums = np.asarray(cv2.integral(grid.astype(np.uint8)))
        left, top, right, bottom = self._cells(boxes)
        left, right = np.maximum(left - 1, 0), np.minimum(right + 1, grid.shape[1])
        return np.asarray(sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left] > 0)
