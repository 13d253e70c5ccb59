"""A photographed page laid flat: text lines made horizontal from top to bottom.

The lines' own directions tell the tilt and, growing or shrinking down the page, the perspective. Where they
disagree or hardly tilt, nothing is done.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import dist

import cv2
import numpy as np
from numpy.typing import NDArray

from invoiceocr.geometry import Quad
from invoiceocr.page import PageImage

MIN_LINES = 8  # fewer long lines tell no perspective
LONG = 4.0  # a line that many times longer than high tells its direction
MIN_TILT = 0.004  # rise over run: less than a text height over the page's width
MAX_TILT = 0.35  # more is not a page on a desk
ROUNDS = 3  # of the fit, leaving out lines that don't follow it
OUTLIER = 0.015  # rise over run off the fit

Matrix = NDArray[np.float64]


def flatten(image: PageImage, quads: Sequence[Quad]) -> tuple[PageImage, tuple[Quad, ...]]:
    """*image* and *quads* with horizontal lines; unchanged where they are so already."""
    fit = _rises(quads)
    if fit is None:
        return image, tuple(quads)
    leveling = _homography(fit, image.width, image.height)
    if leveling is None:
        return image, tuple(quads)
    matrix, size = leveling
    pixels = cv2.warpPerspective(image.pixels, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    flat = replace(image, pixels=np.asarray(pixels, np.uint8), transform=image.transform @ np.linalg.inv(matrix))
    return flat, tuple(moved(quad, matrix) for quad in quads)


def moved(quad: Quad, matrix: Matrix) -> Quad:
    """*quad* under a homography."""
    points = cv2.perspectiveTransform(np.array([quad], np.float64), matrix)[0]
    tl, tr, br, bl = ((float(x), float(y)) for x, y in points)
    return (tl, tr, br, bl)


def _rises(quads: Sequence[Quad]) -> tuple[float, float] | None:
    """(a, b): the rise over run of the lines at y is a + b·y; None where they tell nothing."""
    rows = []
    for tl, tr, br, bl in quads:
        run = (tr[0] - tl[0] + br[0] - bl[0]) / 2
        if run > LONG * max(dist(tl, bl), dist(tr, br)):
            rise = (tr[1] - tl[1] + br[1] - bl[1]) / 2
            rows.append(((tl[1] + tr[1] + br[1] + bl[1]) / 4, rise / run, run))
    if len(rows) < MIN_LINES:
        return None
    y, slope, weight = np.array(rows).T
    keep = np.abs(slope - np.median(slope)) < 4 * OUTLIER
    for _ in range(ROUNDS):
        if keep.sum() < MIN_LINES:
            return None
        b, a = np.polyfit(y[keep], slope[keep], 1, w=np.sqrt(weight[keep]))
        keep = np.abs(slope - a - b * y) < OUTLIER
    return float(a), float(b)


def _homography(fit: tuple[float, float], width: int, height: int) -> tuple[Matrix, tuple[int, int]] | None:
    """The map that levels lines of rise a + b·y and the size of the leveled picture, nothing of it cut off; None
    where the lines are level, or too steep to be trusted."""
    a, b = fit
    top, bottom = a, a + b * height
    steepest = max(abs(top), abs(bottom))
    if not MIN_TILT <= steepest <= MAX_TILT:
        return None
    lean = (top + bottom) / 2  # the page's sides lean as far as its lines rise
    half_w, half_h = width / 2, height / 2
    source = [
        (half_w - end * lean * half_h + side * half_w, half_h + end * half_h + side * rise * half_w)
        for end, side, rise in ((-1, -1, top), (-1, 1, top), (1, 1, bottom), (1, -1, bottom))
    ]
    margin_x, margin_y = abs(lean) * half_h, steepest * half_w
    target = [(margin_x + x * width, margin_y + y * height) for x, y in ((0, 0), (1, 0), (1, 1), (0, 1))]
    matrix = cv2.getPerspectiveTransform(np.array(source, np.float32), np.array(target, np.float32))
    size = (round(width + 2 * margin_x), round(height + 2 * margin_y))
    return np.asarray(matrix, np.float64), size
