"""Straight blanks across a page that may separate papers: only the geometry of the lines of text."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from invoiceocr.geometry import Box
from invoiceocr.layout.papers import ACROSS, DOWN, Axis
from invoiceocr.page import Page, TextLine

FEWEST_LINES = 5  # lines on either side: fewer are no paper
SIDES = 2  # the sides of a gutter
# times as long as high: only such a line shows the direction of its text
LONG = 2.0
# share of the text height: between lines of one paragraph there is less
NARROWEST = 0.5
MOST = 4  # how many gutters are tried, the widest ones
# share of the text height: lower marks are dirt or punctuation
SPECK = 0.35
# confidence that a line needs to close a gutter: stains read as something, but never surely
SURE = 0.3


@dataclass(frozen=True, slots=True)
class Gutter:
    """A blank across a page: its direction, the place of its middle and its width."""

    axis: Axis
    place: float
    width: float


def gutters(page: Page) -> list[Gutter]:
    """The widest blanks that split the lines of *page* in two, the widest first."""
    lines = [line for line in page.lines if len(line.text) > 1]
    if len(lines) < SIDES * FEWEST_LINES:
        return []
    size = median(_thickness(line.box) for line in lines)
    every = [line for line in lines if _thickness(line.box) > SPECK * size]
    sure = [line.box for line in every if line.confidence > SURE]
    boxes = [line.box for line in every]
    found = [each for axis in (DOWN, ACROSS) for each in _along(axis, sure, boxes) if each.width > NARROWEST * size]
    return sorted(found, key=lambda gutter: -gutter.width)[:MOST]


def is_turned(lines: Sequence[TextLine]) -> bool:
    """Whether most of the text of *lines* runs down the page."""
    across = sum(line.box.width for line in lines if line.box.width > LONG * line.box.height)
    down = [line.box.height for line in lines if line.box.height > LONG * line.box.width]
    return len(down) >= FEWEST_LINES and sum(down) > across


def _thickness(box: Box) -> float:
    return min(box.width, box.height)


def _along(axis: Axis, sure: Iterable[Box], every: Iterable[Box]) -> Iterator[Gutter]:
    """The blanks along *axis* between *sure* lines that have enough of *every* line on both sides: those of a paper
    that stands on its head are unsure."""
    extents = sorted(axis.extent(box) for box in sure)
    middles = sorted(sum(axis.extent(box)) / 2 for box in every)
    reach = extents[0][1] if extents else 0.0
    for start, stop in extents:
        before = bisect(middles, (reach + start) / 2)
        if start > reach and FEWEST_LINES <= before <= len(middles) - FEWEST_LINES:
            yield Gutter(axis, (reach + start) / 2, start - reach)
        reach = max(reach, stop)
