"""Cuts a line of text out of a page and levels it."""

from __future__ import annotations

from math import dist

import cv2
import numpy as np
from numpy.typing import NDArray

from invoiceocr.geometry import Box, Point, Quad, quad_box
from invoiceocr.page import Pixels

# times as high as wide, from which characters stand one below another or the whole line lies on its side
COLUMN = 1.5


def size(quad: Quad) -> tuple[float, float]:
    """(length along the text, height across it) of a quad."""
    tl, tr, br, bl = quad
    return max(dist(tl, tr), dist(bl, br)), max(dist(tl, bl), dist(tr, br))


def is_column(quad: Quad) -> bool:
    """Whether the text in *quad* runs down the page."""
    length, thickness = size(quad)
    return thickness > COLUMN * length


def flat(pixels: Pixels, quad: Quad, width: int, height: int) -> Pixels:
    """The part of the picture in *quad* as width×height pixels; beyond the page its border is continued. Large print is
    cut out at its own size and then averaged, because skipping pixels would leave ragged strokes."""
    length, thickness = size(quad)
    if thickness <= height:
        return _cut(pixels, quad, width, height)
    own = _cut(pixels, quad, max(1, round(length)), max(1, round(thickness)))
    return np.asarray(cv2.resize(own, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def stretch(quad: Quad, start: float, stop: float) -> Box:
    """The box around the part of *quad* from *start* to *stop*, fractions of its length."""
    return quad_box(part(quad, start, stop))


def part(quad: Quad, start: float, stop: float) -> Quad:
    """The part of *quad* from *start* to *stop*, fractions of its length."""
    tl, tr, br, bl = quad
    return (_between(tl, tr, start), _between(tl, tr, stop), _between(bl, br, stop), _between(bl, br, start))


def beginning(quad: Quad, share: float) -> Quad:
    """The quad of the first *share* of the text's length."""
    return part(quad, 0.0, share)


def downward(quad: Quad) -> Quad:
    """The quad of a column whose length runs down the page: as if its text had been turned clockwise."""
    tl, tr, br, bl = quad
    return (tr, br, bl, tl)


def upward(quad: Quad) -> Quad:
    """The quad of a column whose length runs up the page: as if its text had been turned counterclockwise."""
    tl, tr, br, bl = quad
    return (bl, tl, tr, br)


def _cut(pixels: Pixels, quad: Quad, width: int, height: int) -> Pixels:
    corners: NDArray[np.float32] = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(np.array(quad, np.float32), corners)
    crop = cv2.warpPerspective(pixels, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(crop, np.uint8)


def _between(a: Point, b: Point, share: float) -> Point:
    return (a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share)
