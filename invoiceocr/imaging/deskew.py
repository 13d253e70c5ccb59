"""The skew of a page, and its perspective from top to bottom, determined from its lines of text.

This is for pages without a frame, and for bent ones. If the lines disagree, there is no result.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import dist

import cv2
import numpy as np

from invoiceocr.geometry import Quad
from invoiceocr.imaging.warp import Matrix

MIN_LINES = 8  # fewer long lines show no perspective
# fewer lines show at least the rotation, if three agree that are this many times longer than high
FEW_LINES, SHORT = 3, 2.5
MOST = 0.6  # share of the lines' length that has to agree
# a line this many times longer than high shows its direction
LONG = 4.0
ROUNDS = 3  # rounds of the fit, without the lines that don't follow it
OUTLIER = 0.015  # deviation from the fit, as rise over run


def by_text(quads: Sequence[Quad], width: int, height: int) -> Matrix | None:
    """The homography that levels the text of a picture of that size; None if the text doesn't determine one."""
    fit = _rises(quads)
    return None if fit is None else _leveling(fit, width, height)


def skew(quads: Sequence[Quad]) -> float:
    """The mean rise over run of the long lines in any direction, weighted by their lengths; 0 if there are none."""
    slopes = _slopes(quads)
    if not len(slopes):
        return 0.0
    _, rise, run = slopes.T
    return float(np.average(np.abs(rise), weights=run))


def _slopes(quads: Sequence[Quad], least: float = LONG) -> Matrix:
    """N×3: middle y, rise over run and length of the lines that are at least *least* times longer than high."""
    rows = [
        ((tl[1] + tr[1] + br[1] + bl[1]) / 4, (tr[1] - tl[1] + br[1] - bl[1]) / (2 * run), run)
        for tl, tr, br, bl in quads
        if (run := (tr[0] - tl[0] + br[0] - bl[0]) / 2) > least * max(dist(tl, bl), dist(tr, br))
    ]
    return np.array(rows, np.float64).reshape(-1, 3)


def _rises(quads: Sequence[Quad]) -> tuple[float, float] | None:
    """(a, b): the rise over run of the lines at y is a + b·y; None if the lines don't determine it."""
    y, slope, weight = _slopes(quads).T
    if len(y) < MIN_LINES:
        return _turn(quads)
    keep = np.abs(slope - np.median(slope)) < 4 * OUTLIER
    for _ in range(ROUNDS):
        if keep.sum() < MIN_LINES:
            return None
        b, a = np.polyfit(y[keep], slope[keep], 1, w=np.sqrt(weight[keep]))
        keep = np.abs(slope - a - b * y) < OUTLIER
    return float(a), float(b)


def _turn(quads: Sequence[Quad]) -> tuple[float, float] | None:
    """The rise over run, independent of y, on which most of a few lines agree; None if they don't."""
    _, slope, weight = _slopes(quads, SHORT).T
    keep = np.abs(slope - np.median(slope)) < OUTLIER if len(slope) else np.zeros(0, bool)
    if keep.sum() < FEW_LINES or weight[keep].sum() < MOST * weight.sum():
        return None
    return float(np.average(slope[keep], weights=weight[keep])), 0.0


def _leveling(fit: tuple[float, float], width: int, height: int) -> Matrix:
    """The map that levels lines with the rise a + b·y; the sides of the page are assumed to lean as much as its lines
    rise."""
    a, b = fit
    top, bottom = a, a + b * height
    lean = (top + bottom) / 2
    half_w, half_h = width / 2, height / 2
    source = [
        (half_w - end * lean * half_h + side * half_w, half_h + end * half_h + side * rise * half_w)
        for end, side, rise in ((-1, -1, top), (-1, 1, top), (1, 1, bottom), (1, -1, bottom))
    ]
    target = [(0, 0), (width, 0), (width, height), (0, height)]
    matrix = cv2.getPerspectiveTransform(np.array(source, np.float32), np.array(target, np.float32))
    return np.asarray(matrix, np.float64)
