"""Values beside their labels: to the right on the same level, else below."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise, takewhile

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.extraction.candidates import candidate, valued
from invoiceocr.extraction.frame import FormLayout
from invoiceocr.extraction.parsers import PARSERS
from invoiceocr.extraction.schema import Slot
from invoiceocr.geometry import Box
from invoiceocr.layout.registration import PrintOffset
from invoiceocr.page import KeyMatch, TextLine
from invoiceocr.text.lines import join

LEVEL = 0.75  # of the height: how far a value's middle may lie off its label's
MAX_PARTS = 6  # segments that may make up one value
MAX_GAP = 1.6  # of the height between the segments of one value
MAX_RATIO = 1.5  # of the heights of its segments: a number in large type and a code in small are two values
BELOW = 2.2  # of the height: how far below its label a value may stand


def read_slot(frame: FormLayout, slot: Slot, path: str, segments: Sequence[TextLine]) -> Iterator[Candidate]:
    """The candidates for one labeled slot, the best placed first."""
    labels = frame.labels(slot.label, slot.also)
    for place in (_right_shifted, _right, _below):
        for label in labels:
            found = _longest(frame, slot, path, place(frame, label, segments))
            if found is not None:
                yield found


def _right(frame: FormLayout, label: KeyMatch, segments: Sequence[TextLine]) -> list[TextLine]:
    behind = [segment for segment in segments if segment.box.x0 >= label.box.x1 - 0.5 * label.box.height]
    return _row_right_of(frame, label, behind, lambda box: box.cy)


def _right_shifted(frame: FormLayout, label: KeyMatch, segments: Sequence[TextLine]) -> list[TextLine]:
    if frame.shift == PrintOffset():
        return []
    behind = [segment for segment in segments if segment.box.cx > label.box.cx]  # print shifted to the left, too
    return _row_right_of(frame, label, behind, frame.level)


def _row_right_of(
    frame: FormLayout, label: KeyMatch, segments: Sequence[TextLine], level: Callable[[Box], float]
) -> list[TextLine]:
    """The *segments* on the level of *label*, up to the next label of that level."""

    def off(x: float, y: float) -> float:
        return abs(y - label.box.cy - frame.slope * (x - label.box.cx))

    ends = [
        other.box.x0
        for other in frame.page.labels
        if other.box.x0 >= label.box.x1
        and off(other.box.cx, other.box.cy) < LEVEL * max(other.box.height, label.box.height)
    ]
    end = min(ends, default=frame.page.width * 2)
    row = [
        segment
        for segment in segments
        if segment.box.x0 < end
        and off(segment.box.cx, level(segment.box)) < LEVEL * max(segment.box.height, label.box.height)
    ]
    return sorted(row, key=lambda segment: segment.box.x0)


def _below(frame: FormLayout, label: KeyMatch, segments: Sequence[TextLine]) -> list[TextLine]:
    under = [
        segment
        for segment in segments
        if 0 < segment.box.cy - label.box.cy < BELOW * label.box.height
        and segment.box.x0 < label.box.x1
        and segment.box.x1 > label.box.x0
    ]
    return sorted(under, key=lambda segment: segment.box.cy)[:1]


def _longest(frame: FormLayout, slot: Slot, path: str, row: list[TextLine]) -> Candidate | None:
    """The longest run from the start of *row* that reads as the slot's type; else its first segment if misread."""
    parse = PARSERS[slot.type]
    for count in range(min(len(row), MAX_PARTS), 0, -1):
        parts = _adjacent(row[:count])
        if len(parts) < count:
            continue
        line = join(parts)
        value = parse(line.text)
        if value is not None:
            return candidate(path, value, line.text, parts, frame.page)
    return valued(path, None, row[0].text, row[:1], frame.page) if row else None


def _adjacent(parts: list[TextLine]) -> list[TextLine]:
    close = takewhile(lambda pair: _of_one_value(*pair), pairwise(parts))
    return [parts[0], *(right for _, right in close)]


def _of_one_value(left: TextLine, right: TextLine) -> bool:
    small, large = sorted((left.box.height, right.box.height))
    return right.box.x0 - left.box.x1 < MAX_GAP * small and large < MAX_RATIO * small
