"""Which texts of an OFD page may be there for programs only: in the color of paper or in none, transparent, cut off by
a clip, under a filled path or a picture. Only where the objects tell that one may be hidden the page is drawn, with and
without these texts."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from invoiceocr.geometry import POINTS_PER_MM, Box, overlap_x, overlap_y, union
from invoiceocr.sources import ofd_content, ofd_paint
from invoiceocr.sources.ofd_content import Placed
from invoiceocr.sources.ofd_paint import Paint, Resources

DARK = 0.35  # of full brightness: print is not seen on it
WHITE = 0.92  # of full brightness: the color of paper
MAX_PAIRS = 200_000  # of a text and a cover that are compared; more are drawn
MIN_BROAD = 6.0  # points; narrower lines are ruled ones, and no text stands on them
MIN_COVER = 2.0  # points; thinner fills are ruled lines


def doubtful(objects: Sequence[Placed], texts: Mapping[int, Box], found: Resources) -> frozenset[int]:
    """Those of the *texts*, the boxes of what they print by the indexes of their *objects*, that may be hidden."""
    apart = {index for index in texts if _is_set_apart(objects[index], found)}
    covers = [(time, box) for time, item in enumerate(objects) for box in _covers(item, found)]
    broad = [(time, box) for time, box in covers if min(box.width, box.height) >= MIN_BROAD]
    grounds = [(time, box) for time, box in broad if _swallows(objects[time], found)]
    if len(covers) * len(texts) > MAX_PAIRS:
        return frozenset(texts)
    under = (index for index, box in texts.items() if any(index < time and _meet(box, cover) for time, cover in covers))
    over = (index for index, box in texts.items() if any(index > time and _meet(box, cover) for time, cover in grounds))
    return frozenset(apart.union(under, over))


def bearing_on(doubtful: Collection[int], texts: Mapping[int, Box], count: int) -> list[int]:
    """Those of *count* objects that decide whether the *doubtful* ones show: all but the *texts* elsewhere, which are
    most of a page."""
    boxes = [texts[index] for index in doubtful]
    if len(boxes) * len(texts) > MAX_PAIRS:
        return list(range(count))
    return [index for index in range(count) if index not in texts or any(_meet(texts[index], box) for box in boxes)]


def _swallows(item: Placed, found: Resources) -> bool:
    """Whether dark print on an object is not seen."""
    if item.node.name != "PathObject":
        return False
    paint = ofd_paint.path_paint(item.node, found)
    color = paint.fill or paint.stroke
    return color is not None and max(color) < DARK


def _is_set_apart(item: Placed, found: Resources) -> bool:
    """Whether a text's own setting may hide it."""
    paint = ofd_paint.text_paint(item.node, found)
    return item.node.child("Clips") is not None or paint.opacity < 1.0 or _is_paper(paint)


def _is_paper(paint: Paint) -> bool:
    return all(color is None or min(color) >= WHITE for color in (paint.fill, paint.stroke))


def _covers(item: Placed, found: Resources) -> list[Box]:
    """Where an object may hide what was drawn before it."""
    boxes: list[Box] = []
    if item.node.name == "ImageObject":
        boxes = [item.frame.box(0, 0, 1, 1)]
    elif item.node.name == "PathObject":
        boxes = list(_of_path(item, ofd_paint.path_paint(item.node, found)))
    elif item.node.name == "TextObject" and _is_paper(ofd_paint.text_paint(item.node, found)):
        boxes = [union(box for line in item.text_codes for _, box in line)] if any(item.text_codes) else []
    return [box for box in boxes if min(box.width, box.height) >= MIN_COVER]


def _of_path(item: Placed, paint: Paint) -> Iterator[Box]:
    """Where a path is painted that is filled, or has a line as broad as text is high."""
    half = paint.width * POINTS_PER_MM / 2 if paint.stroke is not None else 0.0
    if paint.fill is not None or 2 * half >= MIN_BROAD:
        for box in ofd_content.extents(item):
            yield Box(box.x0 - half, box.y0 - half, box.x1 + half, box.y1 + half)


def _meet(a: Box, b: Box) -> bool:
    return overlap_x(a, b) > 0 and overlap_y(a, b) > 0
