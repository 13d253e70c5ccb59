"""`FormLayout`: a page in one coordinate system, and the questions of where things stand relative to one another.

Every box is projected once to deskewed text heights. `same_row`, `right_of`, `below`, `is_next_line` and `inside` are
answered here and nowhere else, so that a tolerance means the same for every block.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.geometry import Box, union
from invoiceocr.layout import registration
from invoiceocr.layout.anchors import Anchor, find_anchors
from invoiceocr.layout.plan import FREE_FORM, FormPlan, RegionPlan
from invoiceocr.layout.registration import NO_OFFSET, PrintOffset
from invoiceocr.layout.segments import at_wide_blanks, has_characters, outside, slope
from invoiceocr.page import KeyMatch, Page, TextLine
from invoiceocr.text.lines import rows

# share of the larger height by which the middles of one row may lie apart
LEVEL = 0.75
# text heights by which something to the right may overlap
TOUCH = 0.5
# text heights by which a value may stand below its caption
REACH_BELOW = 2.2
# heights of a line by which the next line of the same value may stand below it: 1.1 to 1.6 on forms
NEXT_LINE = 2.0
# text heights: what is nearer to the level of a line of the form stands on it
MARGIN = 0.7
# text heights: a shorter vertical line is no border of the form
BORDER = 6.0


@dataclass(frozen=True, slots=True)
class Bounds:
    """A part of the form in projected coordinates; None is open."""

    top: float | None = None
    bottom: float | None = None
    left: float | None = None
    right: float | None = None

    def holds(self, box: Box) -> bool:
        """Whether the middle of a projected *box* lies inside."""
        return _between(box.cx, self.left, self.right) and _between(box.cy, self.top, self.bottom)


@dataclass(frozen=True, slots=True, eq=False)
class FormLayout:
    """A page laid out: `size` is the text height in page units, `slope` the rise of its lines. `segments` are the
    pieces of print that no block has taken yet, and `said` is what earlier blocks have found.

    Of the form's `plan`, `anchors` are the printed lines that were found, `offset` is how far the print lies off them,
    `edge` is the left end of the print behind a border, and `right` is the form's right border if it is ruled: beyond
    it there are only notes in the margin.
    """

    page: Page
    segments: tuple[TextLine, ...]
    size: float
    slope: float
    said: tuple[Candidate, ...] = ()
    plan: FormPlan = FREE_FORM
    anchors: Mapping[str, Anchor] = field(default_factory=dict)
    offset: PrintOffset = NO_OFFSET
    edge: float | None = None
    right: float | None = None

    def project(self, box: Box) -> Box:
        """*box* in text heights, with the slope of the lines removed."""
        rise = self.slope * box.cx
        return Box(box.x0 / self.size, (box.y0 - rise) / self.size, box.x1 / self.size, (box.y1 - rise) / self.size)

    @property
    def found(self) -> dict[str, object]:
        """The first value of each path that an earlier block has found."""
        return {candidate.path: candidate.value for candidate in reversed(self.said) if candidate.value is not None}

    @property
    def area(self) -> Box:
        """The projected box around all print."""
        boxes = [self.project(line.box) for line in self.page.lines]
        return union(boxes) if boxes else Box(0.0, 0.0, 0.0, 0.0)

    def level(self, box: Box) -> float:
        """The form's y of a printed *box*, with slope and offset removed."""
        rise = self.slope * box.cx
        return self.offset.level(box.cy - rise) + rise

    def row_level(self, row: Iterable[TextLine]) -> float:
        """The mean y of the texts of a *row* on the form, with slope and offset removed."""
        return statistics.fmean(self.level(line.box) - self.slope * line.box.cx for line in row)

    def off(self, y: float, box: Box, other: Box) -> float:
        """How far *y*, a level at the middle of *other*, is from the level of *box*."""
        return abs(self.under(y, box, other))

    def under(self, y: float, box: Box, other: Box) -> float:
        """How far *y*, a level at the middle of *other*, is under the level of *box*; negative above it."""
        return y - box.cy - self.slope * (other.cx - box.cx)

    def off_caption(self, caption: Box, box: Box) -> float:
        """How far a printed *box* is from the level of *caption*, with the offset of the print removed."""
        return self.off(self.level(box), caption, box)

    def labels(self, *ids: str) -> list[KeyMatch]:
        """The key phrases with one of *ids*, top to bottom, left to right."""
        return [label for label in self.page.labels if label.id in ids]

    def labels_in(self, region: str, *ids: str) -> list[KeyMatch]:
        """Those of the key phrases *ids* that belong to a region of the form."""
        inside = self._inside(self.plan.regions[region])
        return [label for label in self.labels(*ids) if inside(label.box.cx, label.box.cy)]

    def holds(self, region: str, box: Box) -> bool:
        """Whether a printed *box* belongs to a region of the form, the print's offset taken into account."""
        return self.part(region)(box)

    def part(self, region: str) -> Callable[[Box], bool]:
        """As `holds`, for several boxes."""
        inside = self._inside(self.plan.regions[region])
        return lambda box: inside(box.cx, self.level(box))

    def print_in(self, region: str) -> list[TextLine]:
        """The free segments of print that belong to a region of the form."""
        holds = self.part(region)
        return [segment for segment in self.segments if holds(segment.box)]

    def is_bordered(self, region: str) -> bool:
        """Whether a key phrase marks where the region ends, if another one stands beside it."""
        plan = self.plan.regions[region]
        sides = [side for side in (plan.left, plan.right) if side is not None]
        return not plan.split or bool(self.labels(*sides)) or self._border(plan.split) is not None

    def _inside(self, region: RegionPlan) -> Callable[[float, float], bool]:
        """Whether a point of the form belongs to a region."""
        top, bottom = self.anchors.get(region.top or ""), self.anchors.get(region.bottom or "")
        left, right = self._side(region.left, region), self._side(region.right, region)
        margin = MARGIN * self.size

        def inside(x: float, y: float) -> bool:
            if (top and y <= top.at(x) + margin) or (bottom and y >= bottom.at(x) - margin):
                return False
            return (self.right is None or x < self.right) and _between(x, left(y), right(y))

        return inside

    def _side(self, phrase: str | None, region: RegionPlan) -> Callable[[float], float | None]:
        """The x of the side's phrase at a level, of several the one nearest to it; if there is none, that of the
        `split` phrases or of what stands on the same border."""
        places = [(label.box.cx, label.box.cy) for label in self.labels(phrase)] if phrase else []
        if len(places) > 1:
            return lambda y: min(places, key=lambda place: abs(place[1] - y))[0]
        x = places[0][0] if places else self._missing(phrase, region)
        return lambda _: x

    def _missing(self, phrase: str | None, region: RegionPlan) -> float | None:
        """The x of a side of a region whose *phrase* was not found."""
        if phrase is None:
            return None
        return self._parted(region.split) if region.split else self._fallback(phrase)

    def _parted(self, phrases: Iterable[str]) -> float | None:
        """The border between two regions side by side: before a phrase that both have, or else the middle of the
        table."""
        border = self._border(phrases)
        heads = [label.box for label in self.labels(*self.plan.header)]
        if border is None and len(heads) > 1:
            return (min(box.x0 for box in heads) + max(box.x1 for box in heads)) / 2
        return border

    def _border(self, phrases: Iterable[str]) -> float | None:
        seconds = (_second_in_row(self.labels(phrase), self.slope) for phrase in phrases)
        return next((x for x in seconds if x is not None), None)

    def _fallback(self, phrase: str) -> float | None:
        """The border of a missing *phrase*: at another phrase on it, or left of the print behind it."""
        others = [label.box.cx for label in self.labels(*self.plan.borders.get(phrase, ()))]
        return min(others, default=self.edge)

    def rows(self, segments: Iterable[TextLine] | None = None) -> list[list[TextLine]]:
        """*segments*, or all free ones, row by row, each from left to right."""
        return rows(self.segments if segments is None else segments, self.slope)

    def same_row(self, a: Box, b: Box) -> bool:
        """Whether *a* and *b* are at the same level."""
        rise = self.slope * (b.cx - a.cx)
        return abs(b.cy - a.cy - rise) < LEVEL * max(a.height, b.height)

    def belongs_beside(self, caption: Box, box: Box) -> bool:
        """Whether a printed *box* belongs at the level of *caption*, with the offset of the print removed."""
        return self.off_caption(caption, box) < LEVEL * max(box.height, caption.height)

    def right_of(self, box: Box, other: Box) -> bool:
        """Whether *other* begins right of *box*, at its level."""
        return other.x0 >= box.x1 - TOUCH * self.size and self.same_row(box, other)

    def below(self, box: Box, other: Box, reach: float = REACH_BELOW) -> bool:
        """Whether *other* stands below *box*, by at most *reach* text heights."""
        if min(box.x1, other.x1) <= max(box.x0, other.x0):
            return False
        return 0 < other.cy - box.cy - self.slope * (other.cx - box.cx) < reach * self.size

    def is_next_line(self, line: Box, box: Box, reach: float = NEXT_LINE) -> bool:
        """Whether *box* stands on the line of text below *line*, by at most *reach* of its heights; where across the
        page is for the caller to say."""
        down = box.cy - line.cy - self.slope * (box.cx - line.cx)
        return line.height / 2 < down < reach * line.height

    def inside(self, bounds: Bounds | None) -> list[TextLine]:
        """The free segments in *bounds*."""
        if bounds is None:
            return list(self.segments)
        return [segment for segment in self.segments if bounds.holds(self.project(segment.box))]

    def without(self, boxes: Sequence[Box]) -> FormLayout:
        """The layout without the characters in *boxes*, which already belong to a value."""
        rest = [part for segment in self.segments for part in outside(segment, boxes)]
        return replace(self, segments=tuple(rest))


def lay_out(page: Page, plan: FormPlan = FREE_FORM) -> FormLayout:
    """The layout of *page*, whose key phrases have been found, with the form of *plan* laid over it."""
    segments = _print(page, plan)
    lines = segments or page.lines
    size = statistics.median([line.box.height for line in lines] or [1.0]) or 1.0
    rise = slope(page)
    if not plan.lines:
        return FormLayout(page, segments, size, rise, plan=plan)
    slips = plan.slips if any(segment.source == "ocr" for segment in segments) else None
    return FormLayout(
        page=page,
        segments=segments,
        size=size,
        slope=rise,
        plan=plan,
        anchors=find_anchors(page, plan, rise),
        offset=registration.estimate(page, segments, size, rise, slips) if slips else NO_OFFSET,
        edge=_left_of(segments, plan, size),
        right=_right_border(page, plan, size),
    )


def _print(page: Page, plan: FormPlan) -> tuple[TextLine, ...]:
    """The pieces of print on *page*."""
    if not plan.lines:
        parts = (part for segment in page.segments for part in at_wide_blanks(segment))
        return tuple(part for part in parts if has_characters(part, plan.least))
    # ruled forms show where their columns end, and what stands left of all their print is a note in the margin
    left = min((label.box.x0 for label in page.labels), default=0.0)
    inside = (segment for segment in page.segments if segment.box.cx > left - segment.box.height)
    return tuple(segment for segment in inside if has_characters(segment, plan.least))


def _left_of(segments: Iterable[TextLine], plan: FormPlan, size: float) -> float | None:
    """The x before the print that stands behind a border of the form."""
    if plan.edge is None:
        return None
    return min((segment.box.x0 - size for segment in segments if plan.edge(segment.text)), default=None)


def _right_border(page: Page, plan: FormPlan, size: float) -> float | None:
    """The x of the first long vertical line right of the table's header and of the captions of regions."""
    inside = {phrase for region in plan.regions.values() for phrase in (region.left, region.right, *region.split)}
    heads = [label.box.x1 for label in page.labels if label.id in plan.header or label.id in inside]
    sides = (
        (ruling.x0 + ruling.x1) / 2
        for ruling in page.rulings
        if not ruling.horizontal and abs(ruling.y1 - ruling.y0) > BORDER * size
    )
    return min((x for x in sides if heads and x > max(heads)), default=None)


def _between(value: float, low: float | None, high: float | None) -> bool:
    return (low is None or value > low) and (high is None or value < high)


def _second_in_row(labels: Iterable[KeyMatch], slope: float) -> float | None:
    """The left edge of the second of two labels at the same level."""

    def level(label: KeyMatch) -> float:
        return label.box.cy - slope * label.box.cx

    for first, second in pairwise(sorted(labels, key=level)):
        if abs(level(first) - level(second)) < first.box.height:
            return max(first.box.x0, second.box.x0) - first.box.height
    return None
