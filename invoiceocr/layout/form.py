"""`FormLayout`: a page in one coordinate system, and the questions of where things stand to one another.

Every box is projected once to deskewed text heights; `same_row`, `right_of`, `below` and `inside` are asked here and
nowhere else, so that a tolerance means the same for every block.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.geometry import Box, overlap_x, union
from invoiceocr.page import KeyMatch, Page, TextLine
from invoiceocr.text.lines import behind_gaps, cut, mean_confidence, parted, rows

SIGNS = "*¥￥→⇒"  # marks that mean something alone; a lonely bracket is a scrap of another line
SEAL = 0.25  # of the ink that is red: stamped, or stamped over
VERTICAL = 2.0  # times its width: a higher text of several characters is written downward
MIN_CHARACTER = 0.4  # mean probability of a character; less is a seal or a pattern, not print
WIDE_GAP = 0.7  # of a full character's advance: so much more than usual stands between texts read as one line
WIDE_BLANK = 0.8  # the same where a blank was read
WIDE = 4.0  # of the height: shorter texts tell no slope
MIN_WIDE = 5  # so many wide lines tell the slope
LEVEL = 0.75  # of the larger height: how far the middles of one row may lie apart
TOUCH = 0.5  # text heights: how far what stands right of something may reach into it
REACH_BELOW = 2.2  # text heights: how far below its caption a value may stand


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
    pieces of print that nothing has taken yet and `said` is what the blocks before have found."""

    page: Page
    segments: tuple[TextLine, ...]
    size: float
    slope: float
    said: tuple[Candidate, ...] = ()

    def project(self, box: Box) -> Box:
        """*box* in text heights, the slope of the lines taken out."""
        rise = self.slope * box.cx
        return Box(box.x0 / self.size, (box.y0 - rise) / self.size, box.x1 / self.size, (box.y1 - rise) / self.size)

    @property
    def found(self) -> dict[str, object]:
        """The first value of each path that a block before has found."""
        return {candidate.path: candidate.value for candidate in reversed(self.said) if candidate.value is not None}

    @property
    def area(self) -> Box:
        """The projected box around all print."""
        boxes = [self.project(line.box) for line in self.page.lines]
        return union(boxes) if boxes else Box(0.0, 0.0, 0.0, 0.0)

    def labels(self, *ids: str) -> list[KeyMatch]:
        """The key phrases with one of *ids*, top to bottom, left to right."""
        return [label for label in self.page.labels if label.id in ids]

    def rows(self, segments: Iterable[TextLine] | None = None) -> list[list[TextLine]]:
        """*segments*, or all free ones, row by row, each from left to right."""
        return rows(self.segments if segments is None else segments, self.slope)

    def same_row(self, a: Box, b: Box) -> bool:
        """Whether *a* and *b* stand on one level."""
        first, second = self.project(a), self.project(b)
        return abs(first.cy - second.cy) < LEVEL * max(first.height, second.height)

    def right_of(self, box: Box, other: Box) -> bool:
        """Whether *other* begins right of *box*, on its level."""
        return self.project(other).x0 >= self.project(box).x1 - TOUCH and self.same_row(box, other)

    def below(self, box: Box, other: Box, reach: float = REACH_BELOW) -> bool:
        """Whether *other* stands under *box*, at most *reach* text heights lower."""
        upper, lower = self.project(box), self.project(other)
        return 0 < lower.cy - upper.cy < reach and overlap_x(upper, lower) > 0

    def inside(self, bounds: Bounds | None) -> list[TextLine]:
        """The free segments in *bounds*."""
        if bounds is None:
            return list(self.segments)
        return [segment for segment in self.segments if bounds.holds(self.project(segment.box))]

    def without(self, boxes: Sequence[Box]) -> FormLayout:
        """The layout without the characters in *boxes*, which belong to a value already."""
        rest = [part for segment in self.segments for part in _outside(segment, boxes)]
        return replace(self, segments=tuple(rest))


def lay_out(page: Page) -> FormLayout:
    """The layout of *page*, whose key phrases are found."""
    parts = (part for segment in page.segments for part in at_wide_blanks(segment))
    segments = tuple(part for part in parts if has_characters(part))
    lines = segments or page.lines
    return FormLayout(
        page=page,
        segments=segments,
        size=statistics.median([line.box.height for line in lines] or [1.0]) or 1.0,
        slope=slope(page),
    )


def at_wide_blanks(segment: TextLine) -> list[TextLine]:
    """A recognized *segment* cut where a blank nearly as wide as a character parts two texts that were read as one."""
    return parted(segment, behind_gaps(segment, WIDE_GAP, blank=WIDE_BLANK))


def slope(page: Page) -> float:
    """How much the lines of *page* rise per unit of x: the median of its wide lines; 0 for text layers."""
    rises = [
        (right[1] - left[1]) / (right[0] - left[0])
        for line in page.lines
        if line.quad is not None and line.box.width > WIDE * line.box.height
        for left, right in (line.quad[:2],)
    ]
    return statistics.median(rises) if len(rises) >= MIN_WIDE else 0.0


def is_upright(segment: TextLine) -> bool:
    """Whether the segment runs across the page; texts down the margin are no values."""
    return len(segment.text) < 2 or segment.box.height < VERTICAL * segment.box.width


def has_characters(segment: TextLine, least: float = MIN_CHARACTER) -> bool:
    """Whether the recognizer saw characters, with a mean probability of at least *least*, rather than a seal's arc or
    a pattern."""
    if not is_upright(segment):
        return False
    if segment.source == "ocr" and not any(character.isalnum() or character in SIGNS for character in segment.text):
        return False
    return mean_confidence(segment) >= least


def is_stamped(segment: TextLine) -> bool:
    """Whether the segment has the color of a seal: a text may be the seal's, an amount is one that it covers."""
    return segment.red > SEAL


def _between(value: float, low: float | None, high: float | None) -> bool:
    return (low is None or value > low) and (high is None or value < high)


def _outside(segment: TextLine, boxes: Sequence[Box]) -> list[TextLine]:
    """What *boxes* leave of *segment*."""
    near = [box for box in boxes if _meet(box, segment.box)]
    if not near:
        return [segment]
    characters = segment.character_boxes or _even(segment)
    free = [not any(box.x0 <= c.cx <= box.x1 for box in near) for c in characters]
    runs: list[tuple[int, int]] = []
    for index, is_free in enumerate(free):
        if is_free and runs and runs[-1][1] == index:
            runs[-1] = (runs[-1][0], index + 1)
        elif is_free:
            runs.append((index, index + 1))
    parts = (cut(segment, start, stop) for start, stop in runs)
    return [part for part in parts if part.text.strip()]


def _meet(box: Box, other: Box) -> bool:
    """Whether the boxes share more than half of the lower one's height, and some width."""
    shared = min(box.y1, other.y1) - max(box.y0, other.y0)
    return shared > 0.5 * min(box.height, other.height) and overlap_x(box, other) > 0


def _even(line: TextLine) -> tuple[Box, ...]:
    width = line.box.width / max(len(line.text), 1)
    box = line.box
    return tuple(Box(box.x0 + i * width, box.y0, box.x0 + (i + 1) * width, box.y1) for i in range(len(line.text)))
