"""Values beside their labels: to the right on the same level, else below."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise, takewhile

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.extraction.candidates import candidate, valued
from invoiceocr.extraction.frame import InvoiceFrame
from invoiceocr.extraction.parsers import PARSERS
from invoiceocr.extraction.schema import Slot
from invoiceocr.geometry import Box
from invoiceocr.layout.registration import PrintOffset
from invoiceocr.page import KeyMatch, TextLine
from invoiceocr.text.lines import join, match_key, rows

LEVEL = 0.75  # of the height: how far a value's middle may lie off its label's
MAX_PARTS = 6  # segments that may make up one value
MAX_GAP = 1.6  # of the height between the segments of one value
MAX_RATIO = 1.5  # of the heights of its segments: a number in large type and a code in small are two values
NEXT_LINE = 1.6  # of the height: how far below the first line of a number its second may stand
NUMBERS = frozenset({"invoice_number", "invoice_code", "check_code", "short_check_code"})  # types that may break
REST = re.compile(r"\d{1,18}")  # the rest of a number in the next line
ONE_LINE = 0.45  # of the height: how far the middles of a value's segments may lie apart, unless one is below the other
BELOW = 2.2  # of the height: how far below its label a value may stand


def read_slot(frame: InvoiceFrame, slot: Slot, path: str, segments: Sequence[TextLine]) -> Iterator[Candidate]:
    """The candidates for one labeled slot, the best placed first."""
    labels = frame.labels(slot.label, slot.also)
    for place in (_right_shifted, _right, _below):
        for label in labels:
            found = _longest(frame, slot, path, _wrapped(slot, place(frame, label, segments), segments))
            if found is not None:
                yield found


def _right(frame: InvoiceFrame, label: KeyMatch, segments: Sequence[TextLine]) -> list[TextLine]:
    behind = [segment for segment in segments if segment.box.x0 >= label.box.x1 - 0.5 * label.box.height]
    return _row_right_of(frame, label, behind, lambda box: box.cy)


def _right_shifted(frame: InvoiceFrame, label: KeyMatch, segments: Sequence[TextLine]) -> list[TextLine]:
    if frame.shift == PrintOffset():
        return []
    behind = [segment for segment in segments if segment.box.cx > label.box.cx]  # print shifted to the left, too
    return _row_right_of(frame, label, behind, frame.level)


def _row_right_of(
    frame: InvoiceFrame, label: KeyMatch, segments: Sequence[TextLine], level: Callable[[Box], float]
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


def _wrapped(slot: Slot, row: list[TextLine], segments: Sequence[TextLine]) -> list[TextLine]:
    """*row* with the next line of a number that breaks over two."""
    if slot.type not in NUMBERS or not row or PARSERS[slot.type](join(row).text) is not None:
        return row
    last = row[-1].box

    def goes_on(segment: TextLine) -> bool:
        below = segment.box.cy - last.cy
        aligned = abs(segment.box.x0 - row[0].box.x0) < last.height
        return 0 < below < NEXT_LINE * last.height and aligned and REST.fullmatch(match_key(segment.text)) is not None

    return [*row, *(segment for segment in segments if segment not in row and goes_on(segment))]


def _below(frame: InvoiceFrame, label: KeyMatch, segments: Sequence[TextLine]) -> list[TextLine]:
    under = [
        segment
        for segment in segments
        if 0 < segment.box.cy - label.box.cy < BELOW * label.box.height
        and segment.box.x0 < label.box.x1
        and segment.box.x1 > label.box.x0
    ]
    return sorted(under, key=lambda segment: segment.box.cy)[:1]


def _longest(frame: InvoiceFrame, slot: Slot, path: str, row: list[TextLine]) -> Candidate | None:
    """The longest run from the start of *row* that reads as the slot's type; else its first segment if misread."""
    parse = PARSERS[slot.type]
    for count in range(min(len(row), MAX_PARTS), 0, -1):
        parts = _adjacent(row[:count])
        if len(parts) < count:
            continue
        lines = [join(line) for line in rows(parts)]
        if len(lines) > 1 and parse(lines[0].text) is not None:
            continue  # what stands below is another value
        if count > 1 and _is_code_and_number(frame, slot, parts):
            continue
        text = "".join(line.text for line in lines)  # a number may break over two lines
        value = parse(text)
        if value is not None:
            return candidate(path, value, text, parts, frame.page)
    return valued(path, None, row[0].text, row[:1], frame.page) if row else None


def _is_code_and_number(frame: InvoiceFrame, slot: Slot, parts: Sequence[TextLine]) -> bool:
    """Whether *parts* are a number of eight digits beside its code, which together are as long as that of a 数电票."""
    is_coded = any(other.type == "invoice_code" for other in frame.form.head)
    parse = PARSERS[slot.type]
    return slot.type == "invoice_number" and is_coded and any(parse(part.text) is not None for part in parts)


def _adjacent(parts: list[TextLine]) -> list[TextLine]:
    close = takewhile(lambda pair: _of_one_value(*pair), pairwise(parts))
    return [parts[0], *(right for _, right in close)]


def _of_one_value(left: TextLine, right: TextLine) -> bool:
    small, large = sorted((left.box.height, right.box.height))
    is_level = abs(left.box.cy - right.box.cy) < ONE_LINE * small or right.box.x0 < left.box.x1
    return right.box.x0 - left.box.x1 < MAX_GAP * small and large < MAX_RATIO * small and is_level
