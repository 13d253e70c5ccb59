"""The shapes on a PDF page that may be characters or parts of them: its pictures, and its paths part by part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from invoiceocr.geometry import Box
from invoiceocr.sources import pdf_calls
from invoiceocr.sources.drawn_characters import LETTER, WIDE, Shape, is_outline, is_stroke
from invoiceocr.sources.pdf_graphics import IMAGE, MOVE_TO, PATH, Placed, bounds, matrix_of, on_page
from invoiceocr.sources.pdf_text import gray_of_path
from invoiceocr.sources.pdf_view import View

MIN_PARTED = 4  # segments: fewer draw one line only
LARGEST = WIDE * LETTER[1]  # points: a wider path is no character

Part = tuple[Box, int]
"""Where a part of a path is, and of how many segments it consists."""


def shapes(placed: Iterable[Placed], view: View) -> Iterator[Shape]:
    """The pictures, outlines and strokes of a page that are no larger than characters."""
    for one in placed:
        if one.kind == IMAGE:
            box = bounds(one, view)
            if 0 < box.height <= LETTER[1]:
                yield Shape(box)
        elif one.kind == PATH:
            yield from _of_path(one, view)


def _of_path(path: Placed, view: View) -> Iterator[Shape]:
    parts = [part for part in _parts(path, view) if is_stroke(*part) or is_outline(*part)]
    if parts:
        gray, (filled, _) = gray_of_path(path.item), pdf_calls.draw_mode(path.item)
        yield from (Shape(box, gray, filled, is_stroke(box, segments)) for box, segments in parts)


def _parts(path: Placed, view: View) -> Iterator[Part]:
    """A path as it is, or each line of one that draws several: strokes far from one another may be one path."""
    segments = pdf_calls.segments_of(path.item)
    starts = _starts(path.item, segments) if segments >= MIN_PARTED else [0]
    if len(starts) > 1:
        parts = list(_between(path, [*starts, segments], view))
        if max(count for _, count in parts) < MIN_PARTED or not is_outline(bounds(path, view), segments):
            yield from parts
            return
    # in the units of a form that may be drawn smaller; most paths are lines of the form, longer by far
    left, bottom, right, top = pdf_calls.bounds_of(path.item)
    if path.depth or max(right - left, top - bottom) <= LARGEST:
        yield bounds(path, view), segments


def _starts(path: int, segments: int) -> list[int]:
    """The numbers of the segments with which parts of a path begin."""
    kinds = (pdf_calls.segment_kind(pdf_calls.segment_of(path, i)) for i in range(segments))
    return [i for i, kind in enumerate(kinds) if kind == MOVE_TO]


def _between(path: Placed, starts: Sequence[int], view: View) -> Iterator[Part]:
    """The parts of a path that begin with the segments *starts*, the last of which is its end."""
    matrix, rim = matrix_of(path.item), pdf_calls.stroke_width(path.item) / 2
    for start, stop in pairwise(starts):
        points = (pdf_calls.point_of(pdf_calls.segment_of(path.item, i)) for i in range(start, stop))
        xs, ys = zip(*(matrix.on_point(*point) for point in points), strict=True)
        yield on_page(path, (min(xs) - rim, min(ys) - rim, max(xs) + rim, max(ys) + rim), view), stop - start
