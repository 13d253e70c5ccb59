"""A page as a grid of cells: which of many boxes stand at or beside which others, told in one go."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

CELL = 4.0  # points: what stands closer to one another is beside it
MAX_CELLS = 300  # along each side of a page that are told apart; A3 has as many

Sides = tuple[float, float, float, float]
"""Left, top, right and bottom of a box."""
Grid = NDArray[np.bool_]


def taken(boxes: Sequence[Sides]) -> Grid:
    """The cells that *boxes* reach."""
    ends = np.zeros((MAX_CELLS + 2, MAX_CELLS + 2), np.int32)
    if boxes:
        left, top, right, bottom = _cells(boxes)
        for rows, columns, step in ((top, left, 1), (bottom, right, 1), (top, right, -1), (bottom, left, -1)):
            np.add.at(ends, (rows, columns), step)
    return np.asarray(ends.cumsum(0).cumsum(1) > 0)


def in_rows_with(grid: Grid, seeds: Grid) -> Grid:
    """Those cells of *grid* from which one comes to one of the *seeds* along a row of cells, gaps of one allowed and
    the rows above and below looked at, too."""
    joined = cv2.dilate(grid.astype(np.uint8), np.ones((3, 3), np.uint8))
    # blank rows between them keep rows apart
    apart = np.zeros((2 * len(grid), len(grid)), np.uint8)
    apart[::2] = joined
    _, labels = cv2.connectedComponents(apart)
    parts = np.asarray(labels)[::2]
    return np.asarray(grid & np.isin(parts, np.unique(parts[seeds])))


def reach(grid: Grid, boxes: Sequence[Sides]) -> Grid:
    """Which of the *boxes* reach to a cell of *grid* or stand next to one across."""
    sums = np.pad(grid.cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    left, top, right, bottom = _cells(boxes)
    left, right = np.maximum(left - 1, 0), np.minimum(right + 1, MAX_CELLS + 2)
    return np.asarray(sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left] > 0)


def _cells(boxes: Sequence[Sides]) -> NDArray[np.intp]:
    """The first column and row of cells that each of the *boxes* reaches, and the first ones behind it."""
    cells = np.clip(np.nan_to_num(np.array(boxes)).T // CELL, 0, MAX_CELLS).astype(np.intp)
    cells[2:] += 1
    return np.asarray(cells)
