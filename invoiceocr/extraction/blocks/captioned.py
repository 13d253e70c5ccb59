"""`captioned`: values beside their captions on a printed form, wherever the print lies against it.

    - captioned:
        region: head                   # of the form, where the values stand
        fields:
          number: {label: [number, number_sign], unlabeled: true}    # also told by its look alone
          machine_number: {label: machine_number}
    - captioned:
        outside: remarks               # captions and values in that region, and what seals say, are none
        take: first                    # the best placed value of each field alone
        fields: {drawer: {label: drawer}}

Every place that fits gives a candidate: right of the caption on the level of the print, then on that of the form, then
below. A value of a type that has a shape must look like one. What other fields' values are is no value of a field
that its look does not tell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.extraction.blocks.node import Node
from invoiceocr.extraction.candidates import Target, candidate, valued
from invoiceocr.extraction.schema import Shape
from invoiceocr.geometry import Box
from invoiceocr.layout.form import FormLayout, is_stamped
from invoiceocr.layout.registration import NO_OFFSET
from invoiceocr.page import KeyMatch, TextLine
from invoiceocr.text.lines import join, match_key, rows

# of the height: how far a value's middle may lie off its label's
LEVEL = 0.75
MAX_PARTS = 6  # segments that may make up one value
MAX_GAP = 1.6  # of the height between the segments of one value
# of the heights of its segments: a number in large type and a code in small are two values
MAX_RATIO = 1.5
# of the height: how far below the first line of a number its second may stand
NEXT_LINE = 1.6
# types that may break
NUMBERS = frozenset({"invoice_number", "invoice_code", "check_code", "short_check_code"})
# the rest of a number in the next line
REST = re.compile(r"\d{1,18}")
# of the height: how far the middles of a value's segments may lie apart, unless one is below the other
ONE_LINE = 0.45
# of the height: how far below its label a value may stand
BELOW = 2.2
# printed side by side, they are as long as another serial number
SERIAL, BATCH = "invoice_number", "invoice_code"
EVERY, FIRST = TAKES = ("every", "first")


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """A field: the captions that it stands beside, whether its look alone tells it, and how it looks."""

    target: Target
    labels: tuple[str, ...]
    unlabeled: bool
    shape: Shape | None


@dataclass(frozen=True, slots=True, eq=False)
class Captioned:
    """The compiled block: the fields, where they stand, where they don't, and how many candidates are taken."""

    entries: tuple[Entry, ...]
    region: str | None
    outside: str | None
    take: int | None

    @property
    def is_coded(self) -> bool:
        """Whether a serial number has a code beside it."""
        return any(entry.target.type.name == BATCH for entry in self.entries)


def compile_block(node: Node) -> Captioned:
    """The block of *node*."""
    node.check(("fields", "region", "outside", "take"))
    fields = node.node("fields")
    return Captioned(
        entries=tuple(_entry(fields.node(path), path) for path in fields.data),
        region=node.region("region") if "region" in node.data else None,
        outside=node.region("outside") if "outside" in node.data else None,
        take=1 if node.choice("take", TAKES, EVERY) == FIRST else None,
    )


def _entry(node: Node, path: str) -> Entry:
    node.check(("label", "type", "unlabeled"))
    node.get("label")
    target = node.target(path)
    return Entry(target, node.phrases("label"), node.flag("unlabeled"), node.shape_of(target.type))


def read(form: FormLayout, block: Captioned) -> Iterator[Candidate]:
    """The candidates of the captioned fields, then of those that their look betrays."""
    form, segments = _looked_at(form, block)
    labeled = {entry: list(_labeled(form, block, entry, segments))[: block.take] for entry in block.entries}
    boxes = [item.box for items in labeled.values() for item in items if item.box is not None]
    free = [segment for segment in segments if not any(box.contains(segment.box.cx, segment.box.cy) for box in boxes)]
    shaped = [
        replace(item, placed=not any(each.value is not None for each in labeled[entry]))
        for entry in labeled
        if entry.unlabeled
        for item in _by_look(form, entry, free)
    ]
    known = {item.value for item in (*shaped, *(each for e in labeled if e.unlabeled for each in labeled[e]))}
    for entry, items in labeled.items():
        # a code or number that stands on the level of another field's label is not that field's
        yield from (item for item in items if entry.unlabeled or item.value is None or item.value not in known)
    yield from shaped


def _looked_at(form: FormLayout, block: Captioned) -> tuple[FormLayout, list[TextLine]]:
    """*form* with the captions, and the segments, that the block may read."""
    segments = form.print_in(block.region) if block.region else list(form.segments)
    if block.outside is None:
        return form, segments
    inner = {id(label) for label in form.labels_in(block.outside, *(label.id for label in form.page.labels))}
    labels = tuple(label for label in form.page.labels if id(label) not in inner)
    free = [s for s in segments if not is_stamped(s) and not form.holds(block.outside, s.box)]
    return replace(form, page=replace(form.page, labels=labels)), free


def _by_look(form: FormLayout, entry: Entry, segments: list[TextLine]) -> Iterator[Candidate]:
    """Pieces that can't be anything else, the largest print first."""
    for segment in sorted(segments, key=lambda segment: -segment.box.height):
        value = entry.target.type.parse(segment.text)
        if value is not None:
            yield candidate(entry.target.path, value, segment.text, [segment], form.page)


def _labeled(form: FormLayout, block: Captioned, entry: Entry, segments: Sequence[TextLine]) -> Iterator[Candidate]:
    """The candidates beside the captions of *entry*, the best placed first."""
    labels = form.labels(*entry.labels)
    for place in PLACES:
        for label in labels:
            found = _longest(form, block, entry, _wrapped(entry, place(form, label, segments), segments))
            if found is not None and (entry.shape is None or entry.shape.fit(found.text) > entry.shape.otherwise):
                yield found


def _right(form: FormLayout, label: KeyMatch, segments: Sequence[TextLine]) -> list[TextLine]:
    behind = [segment for segment in segments if segment.box.x0 >= label.box.x1 - 0.5 * label.box.height]
    return _row_right_of(form, label, behind, lambda box: box.cy)


def _right_slipped(form: FormLayout, label: KeyMatch, segments: Sequence[TextLine]) -> list[TextLine]:
    if form.offset == NO_OFFSET:
        return []
    # print shifted to the left, too
    behind = [segment for segment in segments if segment.box.cx > label.box.cx]
    return _row_right_of(form, label, behind, form.level)


def _row_right_of(
    form: FormLayout, label: KeyMatch, segments: Sequence[TextLine], level: Callable[[Box], float]
) -> list[TextLine]:
    """The *segments* on the level of *label*, up to the next label of that level."""
    ends = [
        other.box.x0
        for other in form.page.labels
        if other.box.x0 >= label.box.x1
        and form.off(other.box.cy, label.box, other.box) < LEVEL * max(other.box.height, label.box.height)
    ]
    end = min(ends, default=form.page.width * 2)
    row = [
        segment
        for segment in segments
        if segment.box.x0 < end
        and form.off(level(segment.box), label.box, segment.box) < LEVEL * max(segment.box.height, label.box.height)
    ]
    return sorted(row, key=lambda segment: segment.box.x0)


def _wrapped(entry: Entry, row: list[TextLine], segments: Sequence[TextLine]) -> list[TextLine]:
    """*row* with the next line of a number that breaks over two."""
    kind = entry.target.type
    if kind.name not in NUMBERS or not row or kind.parse(join(row).text) is not None:
        return row
    last = row[-1].box

    def goes_on(segment: TextLine) -> bool:
        below = segment.box.cy - last.cy
        aligned = abs(segment.box.x0 - row[0].box.x0) < last.height
        return 0 < below < NEXT_LINE * last.height and aligned and REST.fullmatch(match_key(segment.text)) is not None

    return [*row, *(segment for segment in segments if segment not in row and goes_on(segment))]


def _below(form: FormLayout, label: KeyMatch, segments: Sequence[TextLine]) -> list[TextLine]:
    under = [
        segment
        for segment in segments
        if 0 < segment.box.cy - label.box.cy < BELOW * label.box.height
        and segment.box.x0 < label.box.x1
        and segment.box.x1 > label.box.x0
    ]
    return sorted(under, key=lambda segment: segment.box.cy)[:1]


PLACES = (_right_slipped, _right, _below)


def _longest(form: FormLayout, block: Captioned, entry: Entry, row: list[TextLine]) -> Candidate | None:
    """The longest run from the start of *row* that reads as the field's type; else its first segment if misread."""
    parse = entry.target.type.parse
    for count in range(min(len(row), MAX_PARTS), 0, -1):
        parts = _adjacent(row[:count])
        if len(parts) < count:
            continue
        lines = [join(line) for line in rows(parts)]
        if len(lines) > 1 and parse(lines[0].text) is not None:
            continue  # what stands below is another value
        if count > 1 and _is_code_and_number(block, entry, parts):
            continue
        # a number may break over two lines
        text = "".join(line.text for line in lines)
        value = parse(text)
        if value is not None:
            return candidate(entry.target.path, value, text, parts, form.page)
    return valued(entry.target, None, row[0].text, row[:1], form.page) if row else None


def _is_code_and_number(block: Captioned, entry: Entry, parts: Sequence[TextLine]) -> bool:
    """Whether *parts* are a serial number beside its code, which together are as long as another serial number."""
    kind = entry.target.type
    return kind.name == SERIAL and block.is_coded and any(kind.parse(part.text) is not None for part in parts)


def _adjacent(parts: list[TextLine]) -> list[TextLine]:
    close = takewhile(lambda pair: _of_one_value(*pair), pairwise(parts))
    return [parts[0], *(right for _, right in close)]


def _of_one_value(left: TextLine, right: TextLine) -> bool:
    small, large = sorted((left.box.height, right.box.height))
    is_level = abs(left.box.cy - right.box.cy) < ONE_LINE * small or right.box.x0 < left.box.x1
    return right.box.x0 - left.box.x1 < MAX_GAP * small and large < MAX_RATIO * small and is_level
