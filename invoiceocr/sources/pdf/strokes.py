"""The shapes on a PDF page that may be characters or parts of them: its pictures, and its paths part by part."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from invoiceocr.geometry import Box
from invoiceocr.sources.drawn_characters import Part, Shape, beside_text, is_outline, is_stroke, picture, small
from invoiceocr.sources.glyphs import Glyph
from invoiceocr.sources.page_cells import LETTER_SIDE, Sides, TextCells
from invoiceocr.sources.pdf import calls as pdf_calls
from invoiceocr.sources.pdf.graphics import IMAGE, MOVE_TO, PATH, Placed, matrix_of
from invoiceocr.sources.pdf.text import gray_of_path
from invoiceocr.sources.pdf.view import View

MIN_PARTED = 4  # segments: fewer draw one line only


def shapes(placed: Iterable[Placed], view: View, glyphs: Sequence[Glyph]) -> list[Shape]:
    """The pictures, outlines and strokes of a page that are no larger than characters and stand beside its *glyphs*."""
    objects = [one for one in placed if one.kind in (PATH, IMAGE)]
    drawn = [pair for pair in zip(objects, _boxes(objects, view), strict=True) if _may_have_small_parts(*pair)]
    # most pages have nothing but a few pictures and ruled lines
    if not drawn:
        return []
    cells = TextCells(glyphs)
    beside = zip(drawn, cells.near([sides for _, sides in drawn]), strict=True)
    parted = [(one, _small_parts(one, sides, view)) for (one, sides), is_near in beside if is_near]
    return [_shape(*part) for part in beside_text(parted, cells)]


def _may_have_small_parts(one: Placed, sides: Sides) -> bool:
    """Whether an object is, or may contain, something no larger than a character."""
    x0, y0, x1, y1 = sides
    if one.kind == IMAGE:
        return y1 - y0 <= LETTER_SIDE
    return max(x1 - x0, y1 - y0) <= LETTER_SIDE or pdf_calls.segments_of(one.item) >= MIN_PARTED


def _boxes(drawn: Sequence[Placed], view: View) -> list[Sides]:
    """Where objects are on the page."""
    rects = [pdf_calls.bounds_of(one.item) for one in drawn]
    outer = [one.outer.on_rect(*rect) if one.depth else rect for one, rect in zip(drawn, rects, strict=True)]
    return _on_page(outer, view)


def _on_page(rects: Sequence[pdf_calls.Rect], view: View) -> list[Sides]:
    return [(x0, y0, x1, y1) for x0, y0, x1, y1 in view.boxes(np.array(rects)).tolist()] if rects else []


def _shape(one: Placed, sides: Sides, segments: int, in_pattern: bool) -> Shape:
    if one.kind == IMAGE:
        return Shape(Box(*sides))
    filled, _ = pdf_calls.draw_mode(one.item)
    return Shape(Box(*sides), gray_of_path(one.item), filled, is_stroke(sides, segments), in_pattern)


def _small_parts(one: Placed, sides: Sides, view: View) -> list[Part]:
    """A picture or a path if it is no larger than a character. Of a path that draws several lines, each line is a part,
    since strokes far from one another may be one path."""
    if one.kind == IMAGE:
        return picture(sides)
    return small(_parts_or_whole(one, sides, view))


def _parts_or_whole(path: Placed, sides: Sides, view: View) -> list[Part]:
    """The parts of a path, or the path as a whole if it is as large as a character and more than mere lines."""
    segments = pdf_calls.segments_of(path.item)
    parts = _parts(path, segments, view) if segments >= MIN_PARTED else []
    if not parts or (max(count for _, count in parts) >= MIN_PARTED and is_outline(sides, segments)):
        return [(sides, segments)]
    return parts


def _parts(path: Placed, segments: int, view: View) -> list[Part]:
    """The parts of a path, each of which begins at a new point; none if there is only one."""
    handles = [pdf_calls.segment_of(path.item, i) for i in range(segments)]
    starts = [i for i, handle in enumerate(handles) if pdf_calls.segment_kind(handle) == MOVE_TO]
    if len(starts) < 2:
        return []
    a, b, c, d, e, f = matrix_of(path.item).multiply(path.outer).get()
    x, y = np.array([pdf_calls.point_of(handle) for handle in handles]).T
    points = np.array([a * x + c * y + e, b * x + d * y + f])
    rim = pdf_calls.stroke_width(path.item) * abs(a * d - b * c) ** 0.5 / 2
    low, high = (each.reduceat(points, starts, axis=1) for each in (np.minimum, np.maximum))
    boxes = _on_page(list(zip(*(low - rim), *(high + rim), strict=True)), view)
    return list(zip(boxes, np.diff([*starts, segments]).tolist(), strict=True))
