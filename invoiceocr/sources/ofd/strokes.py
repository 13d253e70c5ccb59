"""The shapes on an OFD page that may be characters or parts of them: its pictures, and its paths part by part."""

from __future__ import annotations

from collections.abc import Iterable

from invoiceocr.geometry import Box, union
from invoiceocr.sources.drawn_characters import Part, Shape, beside_text, is_outline, is_stroke, picture, small
from invoiceocr.sources.glyphs import Glyph
from invoiceocr.sources.ofd import content as ofd_content
from invoiceocr.sources.ofd import paint as ofd_paint
from invoiceocr.sources.ofd.content import Placed
from invoiceocr.sources.ofd.paint import Paint, Resources
from invoiceocr.sources.page_cells import Sides, TextCells

# what red, green and blue weigh in a gray level
WEIGHTS = (0.299, 0.587, 0.114)
PICTURE = "ImageObject"
DRAWN = frozenset({"PathObject", PICTURE})
OPEN = 3  # points: a part of a path with no more is a line, and no area


def shapes(objects: Iterable[Placed], found: Resources, glyphs: Iterable[Glyph]) -> list[Shape]:
    """The pictures, outlines and strokes among *objects* that are no larger than characters and stand beside the
    *glyphs* of the page."""
    drawn = ((item, _small_parts(item)) for item in objects if item.node.name in DRAWN)
    parted = [(item, parts) for item, parts in drawn if parts]
    # many pages have nothing but long lines
    if not parted:
        return []
    return [shape for part in beside_text(parted, TextCells(glyphs)) if (shape := _shape(found, *part))]


def _shape(found: Resources, item: Placed, sides: Sides, points: int, in_pattern: bool) -> Shape | None:
    """None for a path that is not painted."""
    if item.node.name == PICTURE:
        return Shape(Box(*sides))
    paint = ofd_paint.path_paint(item.node, found)
    if not (paint.fill or paint.stroke):
        return None
    rim = 0.0 if paint.stroke is None else paint.width * item.frame.scale / 2
    return Shape(Box(*sides).grown(rim), gray_of(paint), paint.fill is not None, is_stroke(sides, points), in_pattern)


def _small_parts(item: Placed) -> list[Part]:
    """The parts of a path, or a picture, that are no larger than characters."""
    if item.node.name == PICTURE:
        return picture(item.frame.box(0, 0, 1, 1).as_tuple())
    return small(_parts(item))


def gray_of(paint: Paint) -> int | None:
    """The gray level of a fill, else of a line; None where it is transparent, or nothing is painted."""
    color = paint.fill or paint.stroke
    if color is None or paint.opacity < 1.0:
        return None
    return round(255 * sum(weight * part for weight, part in zip(WEIGHTS, color, strict=True)))


def _parts(item: Placed) -> list[Part]:
    """The parts of a path, or the path as a whole if it is as large as a character and more than mere lines."""
    parts = [(box.as_tuple(), points) for box, points in ofd_content.parts(item)]
    if max((points for _, points in parts), default=0) <= OPEN:
        return parts
    whole = union(Box(*sides) for sides, _ in parts).as_tuple(), sum(points for _, points in parts)
    return [whole] if is_outline(*whole) else parts
