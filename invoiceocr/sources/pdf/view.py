"""From the coordinates of a PDF page to those of `Page`: points, y down, rotation and crop box applied."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray

from invoiceocr.geometry import Box

# clockwise page rotation → linear part (a, b, c, d) of the map from user space (y up) to the page (y down)
TURNS = {0: (1, 0, 0, -1), 90: (0, 1, 1, 0), 180: (-1, 0, 0, 1), 270: (0, -1, -1, 0)}
# points of a page; the standard allows 14,400
MIN_SIDE, MAX_SIDE = 1.0, 20_000.0


@dataclass(frozen=True, slots=True)
class View:
    """The affine map from PDF user space to page units; `rotation` is the page's, clockwise in degrees."""

    width: float
    height: float
    matrix: tuple[float, float, float, float, float, float]
    rotation: int = 0

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
        """The box of a rectangle of user space."""
        a, b, c, d, e, f = self.matrix
        x0, x1 = a * left + c * bottom + e, a * right + c * top + e
        y0, y1 = b * left + d * bottom + f, b * right + d * top + f
        # comparisons written out: this runs for every character, and calls of min and max take twice as long
        if x1 < x0:
            x0, x1 = x1, x0
        if y1 < y0:
            y0, y1 = y1, y0
        return Box(x0, y0, x1, y1)

    def boxes(self, rects: NDArray[np.float64]) -> NDArray[np.float64]:
        """The boxes (x0, y0, x1, y1) of rectangles (left, bottom, right, top) of user space, a row each."""
        a, b, c, d, e, f = self.matrix
        left, bottom, right, top = rects.T
        with np.errstate(invalid="ignore"):  # a font may be measured with infinite sides
            xs = (a * left + c * bottom + e, a * right + c * top + e)
            ys = (b * left + d * bottom + f, b * right + d * top + f)
        return np.column_stack((np.minimum(*xs), np.minimum(*ys), np.maximum(*xs), np.maximum(*ys)))

    def shows(self, box: Box) -> bool:
        """Whether the middle of *box* lies on the visible page."""
        return 0 <= box.x0 + box.x1 <= 2 * self.width and 0 <= box.y0 + box.y1 <= 2 * self.height

    def shown(self, boxes: NDArray[np.float64]) -> NDArray[np.bool_]:
        """What `shows` says of each of the *boxes*, a row (x0, y0, x1, y1) each."""
        x0, y0, x1, y1 = boxes.T
        with np.errstate(invalid="ignore"):
            xs, ys = x0 + x1, y0 + y1
        return np.asarray((xs >= 0) & (xs <= 2 * self.width) & (ys >= 0) & (ys <= 2 * self.height))


def view_of(page: pdfium.PdfPage) -> View:
    """The view of *page*."""
    left, bottom, right, top = _box(page)
    rotation = page.get_rotation()
    a, b, c, d = TURNS[rotation]
    xs = (a * left + c * bottom, a * right + c * top)
    ys = (b * left + d * bottom, b * right + d * top)
    width, height = abs(xs[1] - xs[0]), abs(ys[1] - ys[0])
    return View(width, height, (a, b, c, d, -min(xs), -min(ys)), rotation)


def _box(page: pdfium.PdfPage) -> tuple[float, float, float, float]:
    """The crop box as far as it lies on the paper (left, bottom, right, top), as PDFium gives it: the media box where
    there is none with an area. ValueError where that has no size that a page can have."""
    left, bottom, right, top = page.get_bbox()
    sides = (right - left, top - bottom)
    if not all(MIN_SIDE <= side <= MAX_SIDE for side in sides):
        raise ValueError(f"{sides[0]:g}×{sides[1]:g} points are no page")
    return left, bottom, right, top
