"""Points, boxes and quads: pure functions on plane geometry.

All coordinates are page units (pixels for images, points for text layers), x to the right, y down.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

POINTS_PER_INCH = 72.0
MM_PER_INCH = 25.4
POINTS_PER_MM = POINTS_PER_INCH / MM_PER_INCH

Point = tuple[float, float]
Rotation = Literal[0, 90, 180, 270]  # degrees clockwise
# clockwise from the top left of the text
Quad = tuple[Point, Point, Point, Point]
QUARTERS: tuple[Rotation, ...] = (0, 90, 180, 270)


@dataclass(frozen=True, slots=True, init=False)
class Box:
    """An axis-aligned rectangle: x0 ≤ x1, y0 ≤ y1."""

    x0: float
    y0: float
    x1: float
    y1: float

    def __init__(self, x0: float, y0: float, x1: float, y1: float) -> None:
        # a page has more than a thousand boxes, and the method that a frozen dataclass gets takes twice as long
        _set_x0(self, x0)
        _set_y0(self, y0)
        _set_x1(self, x1)
        _set_y1(self, y1)

    @property
    def width(self) -> float:
        """The extent along x."""
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        """The extent along y."""
        return self.y1 - self.y0

    @property
    def area(self) -> float:
        """Width times height."""
        return self.width * self.height

    @property
    def cx(self) -> float:
        """The center's x."""
        return (self.x0 + self.x1) / 2

    @property
    def cy(self) -> float:
        """The center's y."""
        return (self.y0 + self.y1) / 2

    def as_tuple(self) -> tuple[float, float, float, float]:
        """(x0, y0, x1, y1)."""
        return (self.x0, self.y0, self.x1, self.y1)

    def contains(self, x: float, y: float) -> bool:
        """Whether the point lies inside or on the border."""
        return self.x0 <= x <= self.x1 and self.y0 <= y <= self.y1

    def shift(self, dx: float, dy: float) -> Box:
        """The box moved by (dx, dy)."""
        return Box(self.x0 + dx, self.y0 + dy, self.x1 + dx, self.y1 + dy)

    def grown(self, margin: float) -> Box:
        """The box with *margin* more on all sides."""
        return Box(self.x0 - margin, self.y0 - margin, self.x1 + margin, self.y1 + margin)

    def scale(self, factor: float) -> Box:
        """The box with all coordinates multiplied by *factor*."""
        return self.scaled(factor, factor)

    def scaled(self, x: float, y: float) -> Box:
        """The box with its coordinates multiplied by *x* and *y*."""
        return Box(self.x0 * x, self.y0 * y, self.x1 * x, self.y1 * y)

    def turned_back(self, turn: Rotation, width: float, height: float) -> Box:
        """Where the box of a page of *width* and *height* was before the page was turned clockwise by *turn*."""
        if turn == 90:
            return Box(self.y0, width - self.x1, self.y1, width - self.x0)
        if turn == 180:
            return Box(width - self.x1, height - self.y1, width - self.x0, height - self.y0)
        if turn == 270:
            return Box(height - self.y1, self.x0, height - self.y0, self.x1)
        return self


_set_x0, _set_y0, _set_x1, _set_y1 = (getattr(Box, name).__set__ for name in Box.__slots__)


def union(boxes: Iterable[Box]) -> Box:
    """The smallest box around all *boxes*; ValueError if there is none."""
    corners = [(box.x0, box.y0, box.x1, box.y1) for box in boxes]
    if not corners:
        raise ValueError("no box to unite")
    if len(corners) == 1:
        return Box(*corners[0])
    x0s, y0s, x1s, y1s = zip(*corners, strict=True)
    return Box(min(x0s), min(y0s), max(x1s), max(y1s))


def meet(a: Box, b: Box) -> bool:
    """Whether the boxes overlap; one without width or height does if it lies in the other."""
    return a.x0 < b.x1 and b.x0 < a.x1 and a.y0 < b.y1 and b.y0 < a.y1


def overlap_x(a: Box, b: Box) -> float:
    """The length shared along x (0 if apart)."""
    return max(0.0, min(a.x1, b.x1) - max(a.x0, b.x0))


def overlap_y(a: Box, b: Box) -> float:
    """The length shared along y (0 if apart)."""
    return max(0.0, min(a.y1, b.y1) - max(a.y0, b.y0))


def overlap(a: Box, b: Box) -> float:
    """The area shared (0 if apart)."""
    return overlap_x(a, b) * overlap_y(a, b) if meet(a, b) else 0.0


def common(a: Box, b: Box) -> Box:
    """What two boxes have in common; where they don't meet, a box without width or height."""
    x0, y0 = max(a.x0, b.x0), max(a.y0, b.y0)
    return Box(x0, y0, max(x0, min(a.x1, b.x1)), max(y0, min(a.y1, b.y1)))


def overlap_share(a: Box, b: Box) -> float:
    """The area shared as a share of the smaller box: 0 if apart, 1 if one lies in the other."""
    shared = overlap(a, b)
    return shared / min(a.area, b.area) if shared else 0.0


def quad_box(quad: Quad) -> Box:
    """The smallest box around *quad*."""
    xs, ys = zip(*quad, strict=True)
    return Box(min(xs), min(ys), max(xs), max(ys))


def box_quad(box: Box) -> Quad:
    """The four corners of *box*, clockwise from the top left."""
    return ((box.x0, box.y0), (box.x1, box.y0), (box.x1, box.y1), (box.x0, box.y1))
