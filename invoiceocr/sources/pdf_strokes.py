"""Strokes that a PDF page draws among its characters: each a path of its own, too small to be an outline. Several make
a character; a single one may make another of the character that it crosses, 8 of 0, or add a 1 or a minus."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from invoiceocr.geometry import Box, meet, union
from invoiceocr.sources import pdf_calls
from invoiceocr.sources.pdf_graphics import PATH, Placed, bounds
from invoiceocr.sources.pdf_text import gray_of_path
from invoiceocr.sources.pdf_view import View

LONGEST = 24.0  # points: a longer line is a ruled one
MOST_SEGMENTS = 6  # of a stroke; more are an outline
FEWEST = 3  # strokes of a character
MAX_STROKES = 400  # of a page that are looked at
NEAR = 0.8  # points between the strokes of one character
SMALLEST, LARGEST = 5.0, 24.0  # points: the height of a character


@dataclass(frozen=True, slots=True)
class Stroke:
    """Where a stroke is and its gray level, None where that is unknown."""

    box: Box
    gray: int | None


def strokes_of(placed: Iterable[Placed], view: View) -> list[Stroke]:
    """The first strokes of the page."""
    return list(islice(_strokes(placed, view), MAX_STROKES))


def characters(strokes: Sequence[Stroke]) -> Iterator[Stroke]:
    """The places of the characters that *strokes* seem to make, each with the gray level of its first stroke."""
    for group in _groups(strokes) if len(strokes) >= FEWEST else ():
        whole = union(stroke.box for stroke in group)
        if len(group) >= FEWEST and SMALLEST <= whole.height <= LARGEST:
            yield from (Stroke(part, group[0].gray) for part in _squares(whole))


def _strokes(placed: Iterable[Placed], view: View) -> Iterator[Stroke]:
    for one in placed:
        if one.kind == PATH and pdf_calls.segments_of(one.item) < MOST_SEGMENTS:
            # in the units of a form that may be drawn smaller; most paths are lines of the form, longer by far
            left, bottom, right, top = pdf_calls.bounds_of(one.item)
            if one.depth or max(right - left, top - bottom) <= LONGEST:
                box = bounds(one, view)
                if 0 < max(box.width, box.height) <= LONGEST:
                    yield Stroke(box, gray_of_path(one.item))


def _groups(strokes: Sequence[Stroke]) -> list[list[Stroke]]:
    """*strokes*, those that stand near one another together."""
    groups: list[list[Stroke]] = []
    for stroke in strokes:
        around = stroke.box.grown(NEAR)
        near = [group for group in groups if any(meet(around, other.box) for other in group)]
        groups = [group for group in groups if group not in near]
        groups.append([stroke, *(other for group in near for other in group)])
    return groups


def _squares(whole: Box) -> Iterator[Box]:
    """*whole* as so many characters as are as wide as high."""
    count = max(1, round(whole.width / whole.height))
    width = whole.width / count
    return (Box(whole.x0 + i * width, whole.y0, whole.x0 + (i + 1) * width, whole.y1) for i in range(count))
