"""Numbers, boxes and matrices of OFD pages: millimeters with y down, turned into points (GB/T 33190, chapter 8)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import isfinite, sqrt

from invoiceocr.geometry import POINTS_PER_MM, Box, Point

IDENTITY = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
# the most numbers that `g n d` may stand for; a page has a few thousand characters
MAX_REPEAT = 100_000

Matrix = tuple[float, float, float, float, float, float]


@dataclass(frozen=True, slots=True)
class Frame:
    """The map from an object's own space to the page: x' = a·x + c·y + e, y' = b·x + d·y + f, in points."""

    a: float
    b: float
    c: float
    d: float
    e: float
    f: float

    @property
    def upright(self) -> bool:
        """Whether text set along x runs from left to right, neither turned nor mirrored."""
        return self.a > 0 and self.d > 0 and abs(self.b) < 0.2 * self.a and abs(self.c) < 0.2 * self.d

    @property
    def scale(self) -> float:
        """How many points a length of 1 becomes on the page, from the area that a square of side 1 becomes."""
        return sqrt(abs(self.a * self.d - self.b * self.c))

    def point(self, x: float, y: float) -> Point:
        """The page point of (x, y)."""
        return (self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f)

    def box(self, x0: float, y0: float, x1: float, y1: float) -> Box:
        """The page box around the rectangle (x0 ≤ x1, y0 ≤ y1)."""
        if not self.b and not self.c and self.a > 0 < self.d:
            return Box(self.a * x0 + self.e, self.d * y0 + self.f, self.a * x1 + self.e, self.d * y1 + self.f)
        corners = [self.point(x, y) for x, y in ((x0, y0), (x1, y0), (x0, y1), (x1, y1))]
        xs, ys = zip(*corners, strict=True)
        return Box(min(xs), min(ys), max(xs), max(ys))


def numbers(text: str) -> list[float]:
    """The finite numbers at the beginning of *text*, up to the first word that is not one.

    >>> numbers("0 0 210 140.5"), numbers("1 x 2")
    ([0.0, 0.0, 210.0, 140.5], [1.0])
    """
    words = text.replace(",", " ").split()
    try:
        found = [float(word) for word in words]
    except ValueError:
        found = [math.nan]
    # nearly all are well written
    return found if all(map(isfinite, found)) else list(_leading(words))


def _leading(words: Iterable[str]) -> Iterator[float]:
    """The finite numbers before the first of *words* that is not one."""
    for word in words:
        value = number(word)
        if value is None:
            return
        yield value


def number(word: str | None) -> float | None:
    """The finite number that *word* is, else None."""
    try:
        value = float(word) if word else None
    except ValueError:
        return None
    return value if value is not None and isfinite(value) else None


def deltas(text: str) -> list[float]:
    """Offsets between characters, with `g n d` written out as n times d.

    >>> deltas("1.5 g 3 2 -6"), deltas("")
    ([1.5, 2.0, 2.0, 2.0, -6.0], [])
    """
    return list(_written_out(iter(text.split())))


def matrix(text: str) -> Matrix:
    """The six numbers of a CTM; the identity where there are fewer.

    >>> matrix("0.89 0 0 1 0 0"), matrix("1 0")
    ((0.89, 0.0, 0.0, 1.0, 0.0, 0.0), (1.0, 0.0, 0.0, 1.0, 0.0, 0.0))
    """
    found = numbers(text)
    return (found[0], found[1], found[2], found[3], found[4], found[5]) if len(found) >= 6 else IDENTITY


def rectangle(text: str) -> tuple[float, float, float, float] | None:
    """(x, y, width, height) of a boundary or page area; None where it is incomplete."""
    found = numbers(text)
    return (found[0], found[1], found[2], found[3]) if len(found) >= 4 else None


def frame(ctm: str, origin: Point) -> Frame:
    """The map of an object whose boundary starts at *origin* (millimeters on the page) and that has the CTM *ctm*."""
    a, b, c, d, e, f = matrix(ctm)
    return Frame(
        a * POINTS_PER_MM,
        b * POINTS_PER_MM,
        c * POINTS_PER_MM,
        d * POINTS_PER_MM,
        (e + origin[0]) * POINTS_PER_MM,
        (f + origin[1]) * POINTS_PER_MM,
    )


def within(outer: Frame, ctm: str, corner: Point) -> Frame:
    """The map of an object that stands at *corner*, with the matrix *ctm*, in the space that *outer* maps."""
    a, b, c, d, e, f = matrix(ctm)
    (left, top), (ax, ay), (cx, cy) = (outer.point(*point) for point in ((0, 0), (a, b), (c, d)))
    x, y = outer.point(a * corner[0] + c * corner[1] + e, b * corner[0] + d * corner[1] + f)
    return Frame(ax - left, ay - top, cx - left, cy - top, x, y)


def _written_out(words: Iterator[str]) -> Iterator[float]:
    left = MAX_REPEAT
    for word in words:
        times, value = (number(next(words, None)), number(next(words, None))) if word == "g" else (1, number(word))
        if value is None or times is None:
            return
        count = max(0, min(int(times), left))
        left -= count
        for _ in range(count):
            yield value
