"""Values that the edge of a page or a picture may have cut off: characters beyond it are not shown, and the rest of a
name can look whole, such as a company's without its branch. Check digits and shapes don't tell; only a source other
than the print does, or, for sums and numbers, what holds between the fields."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

from invoiceocr.adjudication.fusion import Fused
from invoiceocr.adjudication.judging.judgment import NOBODY, Judgment
from invoiceocr.adjudication.judging.lost_points import ON_PAPER
from invoiceocr.adjudication.name_support import NAME
from invoiceocr.evidence.candidate import PRINTED, Candidate
from invoiceocr.evidence.draft import Draft
from invoiceocr.geometry import Box, Point, Quad, box_quad
from invoiceocr.kinds.registry import field_of
from invoiceocr.kinds.spec import KindSpec

# of a character's size: up to half of one that is left out lies on the page, and some space before it; of 1,786 printed
# values of real files, and of all names in pictures of them, none is nearer than 1.0
NEAR = 0.8
# the same below a name, which may go on in another line; none is nearer than 12
BELOW = 1.5
NAMES = frozenset({"name", "person"})  # the types of parties and people; the name of an item is a text


def disputed(judgment: Judgment, fused: Mapping[str, Fused], draft: Draft) -> Judgment:
    """*judgment* with the values disputed that touch an edge of their page and that nothing but their print states."""
    edges = {number: box_quad(Box(0, 0, *size)) for number, size in draft.page_sizes} | dict(draft.outlines)
    names = {path for path in fused if _is_name(path, draft.spec)}
    printed = {path: field.chosen for path, field in fused.items() if field.sources <= ON_PAPER}
    found = {path for path, value in printed.items() if _touches(value, edges, is_name=path in names)}
    doubted = {path for path in found if path in names or not judgment.supports.get(path, NOBODY)}
    return replace(judgment, disputed=judgment.disputed | doubted) if doubted else judgment


def _is_name(path: str, spec: KindSpec | None) -> bool:
    field = field_of(path, spec)
    return path.endswith(NAME) or (field is not None and field.type.name in NAMES)


def _touches(value: Candidate, edges: Mapping[int, Quad], *, is_name: bool) -> bool:
    """Whether a value reaches an edge of its page or picture, by the corners of each, beyond which more of it may
    stand: in exact characters the left or right one, a name also the lower one, and in pixels, which may be turned,
    any."""
    if value.box is None or value.page not in edges or not (value.source in PRINTED or is_name):
        return False
    above, right, below, left = _gaps(value.box, edges[value.page])
    # of a text on several lines, too
    box = value.box
    size = min(box.height, math.sqrt(box.width * box.height / max(1, len(value.text))))
    if min(left, right) < NEAR * size:
        return True
    return is_name and (below < BELOW * size or (value.source == "ocr" and above < NEAR * size))


def _gaps(box: Box, corners: Quad) -> list[float]:
    """How far *box* is from the upper, right, lower and left side of a quadrilateral, whose *corners* run clockwise;
    negative if it reaches beyond."""
    first = corners.index(min(corners, key=sum))
    ordered = corners[first:] + corners[:first]
    return [
        min(_beside(point, start, end) for point in box_quad(box))
        for start, end in zip(ordered, ordered[1:] + ordered[:1], strict=True)
    ]


def _beside(point: Point, start: Point, end: Point) -> float:
    """The distance of *point* from a line, positive to the right of it on a page whose y runs downwards."""
    (x, y), (x0, y0), (x1, y1) = point, start, end
    length = math.hypot(x1 - x0, y1 - y0) or 1.0
    return ((x1 - x0) * (y - y0) - (y1 - y0) * (x - x0)) / length
