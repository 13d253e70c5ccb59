"""The rows of a party on a form, each assigned to a part of the party by its position and its look."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from invoiceocr.extraction.party_ids import with_whole_ids
from invoiceocr.extraction.schema import Shape
from invoiceocr.kinds.types import ValueType
from invoiceocr.layout.alignment import LOOK, PITCH, Costs, align
from invoiceocr.layout.form import FormLayout
from invoiceocr.layout.registration import NO_OFFSET
from invoiceocr.page import KeyMatch, TextLine
from invoiceocr.text.lines import cut, join, match_key, strip, vertical_text

NAME, TAX_ID = "name", "tax_id"  # types of values
DISTANCE = 1.0  # cost of standing one row off the label
# cost of leaving a row out; at 1.1 the first of two lines of a wrapped name was lost
NOISE = 1.4
WRAP = 0.45  # cost of continuing the field of the row above
MAX_DISTANCE = 2.0  # rows; farther is no worse
MAX_ROWS = 14  # rows of one block; more is not a party block
# in caption heights: how near to it, and how level with it, its scattered characters are
NEAR, LEVEL = 6.0, 0.5
# text heights: how far apart captions one below another may end
ALIGNED = 1.5
MOST_REMAINS = 4  # characters of an illegible caption
# text heights: how far above its caption the middle of a value may be; that of a value in two lines is at its level
ABOVE = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Slot:
    """A part of a party: its name, its type, its captions and how its values look."""

    name: str
    type: ValueType
    labels: tuple[str, ...]
    shape: Shape


@dataclass(frozen=True, slots=True)
class _Row:
    segments: tuple[TextLine, ...]
    y: float

    def reading(self, slot: Slot) -> TextLine:
        """The row as a value of *slot*: the whole row or, for a tax id, the one of the row and its segments that fits
        best."""
        if slot.type.name != TAX_ID:
            return join(self.segments)
        return max((join(self.segments), *self.segments), key=lambda segment: slot.shape.fit(segment.text))


def phrases_of(slots: Iterable[Slot]) -> tuple[str, ...]:
    """The captions of all *slots*."""
    return tuple(label for slot in slots for label in slot.labels)


def assigned_rows(form: FormLayout, region: str, slots: Sequence[Slot]) -> dict[Slot, list[TextLine]]:
    """The lines of each of *slots* that has any in *region*; nothing if none of their captions stands there."""
    levels = _levels(form, region, slots)
    if levels is None:
        return {}
    printed = form.rows(with_whole_ids(form, _beside_labels(form, region, phrases_of(slots))))[:MAX_ROWS]
    parts = _assign([_Row(tuple(row), form.row_level(row)) for row in printed], slots, levels)
    if form.offset != NO_OFFSET:
        return parts
    return {slot: _at_level(lines, levels[slots.index(slot)], form) for slot, lines in parts.items()}


def _at_level(lines: list[TextLine], level: float, form: FormLayout) -> list[TextLine]:
    """The *lines* of a value without what stands above it, such as a count of pages: the lines of a value have its
    caption at the level of their middle or of the first one."""
    above = [level - form.row_level([line]) for line in lines]
    first = next((i for i in range(len(lines)) if statistics.mean(above[i:]) <= ABOVE * form.size), len(lines) - 1)
    return lines[first:]


def _beside_labels(form: FormLayout, region: str, phrases: Sequence[str]) -> list[TextLine]:
    """The segments of the region without the characters of captions: those left of the others, and those one below
    another, which name the party beside it."""
    labels = form.labels_in(region, *phrases)
    left = min(label.box.x0 for label in labels)
    vertical = vertical_text(form.page.lines)
    inside = [segment for segment in form.print_in(region) if segment.box.cx > left and segment.box not in vertical]
    if form.offset != NO_OFFSET:
        return inside
    return [_behind_captions(segment, labels, form) for segment in inside if not _before_caption(segment, labels)]


def _behind_captions(segment: TextLine, labels: Sequence[KeyMatch], form: FormLayout) -> TextLine:
    """A recognized *segment* without the remains of an illegible caption: if the captions of a block begin and end one
    below another, what stands there is a caption."""
    starts, ends = [label.box.x0 for label in labels], [label.box.x1 for label in labels]
    aligned = len(labels) > 1 and max(ends) - min(ends) < ALIGNED * form.size
    if segment.source != "ocr" or not aligned or segment.box.x0 > statistics.median(starts) + ALIGNED * form.size:
        return segment
    edge = statistics.median(ends)
    remains = sum(box.cx < edge for box in segment.character_boxes)
    if not 0 < len(match_key(segment.text[:remains])) <= MOST_REMAINS:
        return segment
    return strip(cut(segment, remains, len(segment.text))) or segment


def _before_caption(segment: TextLine, labels: Sequence[KeyMatch]) -> bool:
    """Whether a caption stands close behind *segment* at its level, so that the segment is part of it (名 称)."""
    return any(
        label.box.cx > segment.box.cx
        and label.box.x0 - segment.box.x1 < NEAR * label.box.height
        and abs(label.box.cy - segment.box.cy) < LEVEL * label.box.height
        for label in labels
    )


def _levels(form: FormLayout, region: str, slots: Sequence[Slot]) -> list[float] | None:
    """The y of each of the region's captions on the form; missing ones are placed at the pitch of the others."""
    known: dict[int, float] = {}
    for index, slot in enumerate(slots):
        labels = form.labels_in(region, *slot.labels)
        if labels:
            known[index] = labels[0].box.cy - form.slope * labels[0].box.cx
    if not known:
        return None
    pitch = PITCH * form.size
    if len(known) > 1:
        first, last = min(known), max(known)
        pitch = (known[last] - known[first]) / (last - first)
    nearest = {i: min(known, key=lambda k: abs(k - i)) for i in range(len(slots))}
    return [known[nearest[i]] + (i - nearest[i]) * pitch for i in range(len(slots))]


def _assign(lines: Sequence[_Row], slots: Sequence[Slot], levels: Sequence[float]) -> dict[Slot, list[TextLine]]:
    """The rows of each slot, in the cheapest assignment in which no row stands before the slot of its predecessor."""
    pitch = max(abs(levels[-1] - levels[0]) / max(len(levels) - 1, 1), 1e-6) if len(levels) > 1 else 1.0

    def distance(row: int, slot: int) -> float:
        return DISTANCE * min(abs(lines[row].y - levels[slot]) / pitch, MAX_DISTANCE)

    def place(row: int, slot: int) -> float:
        fit = slots[slot].shape.fit(lines[row].reading(slots[slot]).text)
        return distance(row, slot) + LOOK * (1.0 - fit)

    def again(row: int, slot: int) -> float:
        # a continuation stands below its field and need not look like a whole value; an id has no continuation
        return WRAP + distance(row, slot) + (LOOK if slots[slot].type.name == TAX_ID else 0.0)

    parts: dict[Slot, list[TextLine]] = {}
    for row, chosen in zip(lines, align(len(lines), len(slots), Costs(place, again, lambda row: NOISE)), strict=True):
        if chosen is not None:
            parts.setdefault(slots[chosen], []).append(row.reading(slots[chosen]))
    return parts
