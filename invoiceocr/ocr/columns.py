"""Lays the characters of a column side by side, as a recognizer of lines needs them."""

from __future__ import annotations

import itertools

import cv2
import numpy as np
from numpy.typing import NDArray

from invoiceocr.page import Pixels

# share of a character's height by which a gap may differ from an even division
REACH = 0.3


def side_by_side(column: Pixels) -> Pixels:
    """The characters of a *column* (H×W, W the width of one) in one row, W high and about H wide."""
    side = column.shape[1]
    cuts = [0, *_gaps(column), column.shape[0]]
    cells = [column[top:bottom] for top, bottom in itertools.pairwise(cuts) if bottom > top]
    return np.hstack([_square(cell, side) for cell in cells])


def _gaps(column: Pixels) -> list[int]:
    """The rows between the characters: those with the least ink near an even division into squares."""
    height, width = column.shape[:2]
    count = max(1, round(height / width))
    ink = _ink_by_row(column)
    pitch = height / count
    reach = max(1, round(REACH * pitch))
    middles = [round(pitch * index) for index in range(1, count)]
    return [low + int(ink[low : middle + reach].argmin()) for middle in middles for low in (max(0, middle - reach),)]


def _ink_by_row(column: Pixels) -> NDArray[np.float32]:
    """How dark each row is, smoothed so that ties fall to the middle of a gap."""
    gray = cv2.cvtColor(column, cv2.COLOR_BGR2GRAY)
    rows = (255 - gray.astype(np.float32)).mean(axis=1, keepdims=True)
    return np.asarray(cv2.GaussianBlur(rows, (1, 5), 0).ravel(), np.float32)


def _square(cell: Pixels, side: int) -> Pixels:
    """The cell scaled to the height *side*. Its width becomes its former height, so that positions along the column are
    kept."""
    return np.asarray(cv2.resize(cell, (cell.shape[0], side), interpolation=cv2.INTER_LINEAR), np.uint8)
