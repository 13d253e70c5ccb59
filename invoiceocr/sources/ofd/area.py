"""The area of an OFD page, and where its coordinates begin.

By the standard (GB/T 33190) they begin at the top left corner of the physical area, whatever place that area states for
itself. Some programs subtract that place from all coordinates. Where it isn't zero, the texts tell which one is meant.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from invoiceocr.geometry import Box, Point
from invoiceocr.sources.ofd.geometry import rectangle
from invoiceocr.sources.safe_xml import Node

# the paper itself comes first
NAMES = ("PhysicalBox", "ApplicationBox", "CropBox", "ContentBox")
SIDES = (5.0, 5000.0)  # millimeters; a page area beyond these is a mistake


@dataclass(frozen=True, slots=True)
class Area:
    """The sides of a page in millimeters, what moves the objects on it, and whether programs may show different texts
    of it."""

    width: float
    height: float
    origin: Point = (0.0, 0.0)
    is_ambiguous: bool = False


A4 = Area(210.0, 297.0)  # where no area is given


def area(owners: Iterable[Node], parts: Iterable[Node]) -> Area:
    """The area that the first of *owners* with a sound one states for a page with the content *parts*."""
    left, top, width, height = next(_stated(owners), (0.0, 0.0, A4.width, A4.height))
    if not (left or top):
        return Area(width, height)
    texts = list(_texts(parts))
    here, there = (_inside(Box(*at, at[0] + width, at[1] + height), texts) for at in ((0.0, 0.0), (left, top)))
    origin = (-left, -top) if len(there) > len(here) else (0.0, 0.0)
    return Area(width, height, origin, is_ambiguous=bool(here - there and there - here))


def _stated(owners: Iterable[Node]) -> Iterator[tuple[float, float, float, float]]:
    for owner in owners:
        for name in NAMES:
            box = owner.child(name)
            found = rectangle(box.text) if box else None
            if found and SIDES[0] <= min(found[2:]) and max(found[2:]) <= SIDES[1]:
                yield found


def _texts(parts: Iterable[Node]) -> Iterator[Point]:
    """The middle of each text as the file places it."""
    for part in parts:
        for text in part.all("TextObject"):
            x, y, width, height = rectangle(text.attributes.get("Boundary", "")) or (0.0, 0.0, 0.0, 0.0)
            yield x + width / 2, y + height / 2


def _inside(paper: Box, texts: Sequence[Point]) -> set[int]:
    return {i for i, place in enumerate(texts) if paper.contains(*place)}
