"""`ordered_rows`: captions one below another and their values in the same order, however far the print has slipped.

    - ordered_rows:
        region: {top: 0.2}
        rows:                                       # in the order in which forms have them
          - {field: plate_number, label: plate, behind: '[京沪]'}    # printed on the form before the value
          - {label: permit, like: ['^\\d{6,8}$']}     # without a field: not reported
          - {label: time, like: ['(?P<boarding_time>\\d\\d:\\d\\d)-(?P<alighting_time>\\d\\d:\\d\\d)']}
          - {field: total, label: fare}
          - {field: total, label: received, optional: true}  # where its caption is found; the last counts

Dot-matrix print may be up to two rows off its form, so order and look decide, and distance only helps. Values are
aligned with captions twice. The first alignment almost ignores distance; the values in it that certainly look right
show how far the print has slipped. The second alignment corrects for this slip.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

import regex

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.extraction.blocks.node import Node
from invoiceocr.extraction.blocks.printed import printed
from invoiceocr.extraction.blocks.region import Region, compile_region
from invoiceocr.extraction.blocks.value import KEYS, Match, ValueSpec, candidates, compile_value, match
from invoiceocr.geometry import Box
from invoiceocr.layout.alignment import LOOK, PITCH, Costs, align
from invoiceocr.layout.form import FormLayout
from invoiceocr.page import TextLine
from invoiceocr.text.lines import match_key

# cost of a value one pitch off its caption, once the slip is known
DISTANCE = 0.6
FREE_DISTANCE = 0.12  # the same before
# in caption heights, above and below the level of its value: how much of the paper is read again
AROUND = 0.2
FAR = 3.0  # pitches; farther is no worse
# cost of leaving a value out that looks like one of some row
SKIP = 1.5
# cost of a value behind another caption of the row than its own
ACROSS = 0.8
UNLABELED = 0.5  # cost of a row whose caption was not found
TALL = 3.0  # text heights: what is higher is a stroke of a pen or a stamp
FEW = 4  # one of this many captions may stand left of the others by itself
SURE = 0.9  # likeness of values that show the slip
# pitches: how far the print of a caption may lie off it
BESIDE = 0.5
# how sure it is that a sum is the last one, if a later one is not read or surcharges follow
OPEN = 0.45
AMOUNT = regex.compile(r"[1-9]")  # what is charged is not all zeros
CHARGE = regex.compile(r"^¥\D*[1-9]")  # print of a charge, even if it is no value


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """A row of the form."""

    value: ValueSpec
    labels: tuple[str, ...]
    optional: bool
    behind: regex.Pattern[str] | None


@dataclass(frozen=True, slots=True, eq=False)
class OrderedRows:
    """The compiled block."""

    rows: tuple[Row, ...]
    region: Region


@dataclass(frozen=True, slots=True, eq=False)
class _Slot:
    """A row on the page: the projected box of its caption, None if it was not found, and its level."""

    row: Row
    caption: Box | None
    level: float


@dataclass(frozen=True, slots=True, eq=False)
class _Filled:
    """A row of the page with its print, and how that fits."""

    slot: _Slot
    fit: Match
    segment: TextLine


def compile_block(node: Node) -> OrderedRows:
    """The block of *node*."""
    node.check(("rows", "region"))
    node.get("rows")
    return OrderedRows(tuple(_row(entry) for entry in node.nodes("rows")), compile_region(node))


def _row(node: Node) -> Row:
    node.check((*KEYS, "label", "optional", "behind"))
    return Row(
        value=compile_value(node, node.data.get("field")),
        labels=node.phrases("label"),
        optional=node.flag("optional"),
        behind=node.compile("behind", node.get("behind")) if "behind" in node.data else None,
    )


def read(form: FormLayout, block: OrderedRows) -> Iterator[Candidate]:
    """The candidates of the rows; of several rows with the same field, the last one that has print gives it."""
    slots = _slots(form, block)
    if not any(slot.caption for slot in slots):
        return
    values = _values(form, block, slots)
    filled = _aligned(form, values, slots)
    owners = {each.slot.row.value.path: each for each in filled}
    for each in filled:
        path = each.slot.row.value.path
        if path is None:
            yield from _candidates(form, each, each.fit, 1.0)
        elif owners[path] is each:
            charges = _charges(each, block.rows, filled, values)
            sure = OPEN if charges or _is_open(each, block.rows, slots, filled) else 1.0
            yield from _candidates(form, each, _last_sum(each.fit, charges), sure)


def _candidates(form: FormLayout, filled: _Filled, fit: Match, sure: float) -> Iterator[Candidate]:
    """The candidates of a row whose value is *fit*; *sure* is the probability that no other row changes it."""
    for said in candidates(filled.slot.row.value, fit, form):
        found = _completed(said, filled.slot, form)
        yield replace(found, confidence=sure * found.confidence, place=sure)


def _is_open(last: _Filled, rows: Sequence[Row], slots: Sequence[_Slot], filled: Sequence[_Filled]) -> bool:
    """Whether the field of *last* has a further row that would change it: its caption stands below without print, or
    the print of a row between the two adds a charge."""
    order = {row: number for number, row in enumerate(rows)}
    path, below = last.slot.row.value.path, slots[slots.index(last.slot) + 1 :]
    if any(slot.row.value.path == path and slot.caption is not None for slot in below):
        return True
    end = max(number for row, number in order.items() if row.value.path == path)
    between = rows[order[last.slot.row] + 1 : end]
    return any(each.slot in below and each.slot.row in between and AMOUNT.search(each.segment.text) for each in filled)


def _charges(
    last: _Filled, rows: Sequence[Row], filled: Sequence[_Filled], values: Sequence[TextLine]
) -> list[Match | None]:
    """How those of *values* below *last* that are charges and belong to no row fit its field, if that has further rows,
    whose captions may be illegible."""
    path = last.slot.row.value.path
    if not any(row.value.path == path for row in rows[rows.index(last.slot.row) + 1 :]):
        return []
    owned = [each.segment for each in filled]
    below = (each for each in values if each.box.y0 > last.segment.box.cy and CHARGE.search(match_key(each.text)))
    return [match(last.slot.row.value, printed([each])) for each in below if each not in owned]


def _last_sum(fit: Match, charges: Sequence[Match | None]) -> Match:
    """The last of *charges* that is at least the sum of *fit*, or else *fit*: surcharges are less than the fare."""
    fare = _sum(fit)
    sums = [each for each in charges if each is not None and fare is not None and (_sum(each) or 0) >= fare]
    return sums[-1] if sums else fit


def _sum(fit: Match) -> Decimal | None:
    """The amount of *fit*, if it is one."""
    found = [piece.type.parse(text) for piece, _, text in fit.parts] if fit.is_read else []
    return next((value for value in found if isinstance(value, Decimal)), None)


def find_unread_cells(form: FormLayout, block: OrderedRows) -> list[Box]:
    """The places right of captions whose values were not read, at the same distance from the level as the other
    values."""
    if not any(line.source == "ocr" for line in form.page.lines):
        return []
    slots = [slot for slot in _slots(form, block) if slot.caption is not None and _paths(slot.row)]
    levels = {said.path: form.project(said.box).cy for said in form.said if said.box is not None}
    slip = _slip(slots, levels)
    if slip is None:
        return []
    found = {path: level - slip for path, level in levels.items() if path in form.found}
    missing = [slot for slot in slots if not any(_is_of(slot, path, level) for path, level in found.items())]
    return [_cell(form, slot, slip) for slot in missing][:FEW]


def _slip(slots: Sequence[_Slot], levels: Mapping[str, float]) -> float | None:
    """How far the values, which stand at *levels*, lie off the captions of their *slots*; None if too few show it."""
    slips = [levels[path] - slot.level for slot in slots for path in _paths(slot.row) if path in levels]
    return statistics.median(slips) if len(slips) >= FEW else None


def _is_of(slot: _Slot, path: str, level: float) -> bool:
    """Whether the value of *path* whose caption should be at *level* belongs to *slot* rather than to another row of
    the same field."""
    return path in _paths(slot.row) and (path != slot.row.value.path or abs(level - slot.level) < PITCH)


def _paths(row: Row) -> set[str]:
    """The fields that *row* gives."""
    pieces = row.value.pieces or {}
    return {path for path in (row.value.path, *(piece.path for piece in pieces.values())) if path}


def _cell(form: FormLayout, slot: _Slot, slip: float) -> Box:
    """The area right of the caption of *slot*, up to the end of the print, on the page."""
    assert slot.caption is not None
    start, stop = slot.caption.x1 * form.size, form.area.x1 * form.size
    middle = (slot.level + slip) * form.size + form.slope * (start + stop) / 2
    half = (0.5 + AROUND) * slot.caption.height * form.size
    return Box(start, middle - half, stop, middle + half)


def _slots(form: FormLayout, block: OrderedRows) -> list[_Slot]:
    """The rows in the order of the page: those with a caption at its place, the others behind the row that precedes
    them in the schema."""
    captions = {row: _caption(form, block, row) for row in block.rows}
    rows = _as_printed(block.rows, captions)
    kept = [row for row in rows if captions[row] is not None or not row.optional]
    return [_Slot(row, captions[row], level) for row, level in zip(kept, _levels(kept, captions), strict=True)]


def _caption(form: FormLayout, block: OrderedRows, row: Row) -> Box | None:
    """The projected box of the first caption of *row* in the region."""
    found = block.region.labels(form, *row.labels)
    return form.project(found[0].box) if found else None


def _as_printed(rows: Sequence[Row], captions: Mapping[Row, Box | None]) -> list[Row]:
    """*rows* in the order of their *captions*; one without a caption comes behind its predecessor in the schema."""
    places: list[tuple[float, float]] = []
    above = (-math.inf, 0.0)
    for row in rows:
        box = captions[row]
        above = (round(box.cy, 1), box.x0) if box is not None else above
        places.append(above)
    return [rows[index] for index in sorted(range(len(rows)), key=lambda index: (places[index], index))]


def _levels(rows: Sequence[Row], captions: Mapping[Row, Box | None]) -> list[float]:
    """The level of each row: that of its caption, or of the nearest caption before it."""
    levels, last = [], -math.inf
    for row in rows:
        box = captions[row]
        last = box.cy if box is not None else last
        levels.append(last)
    return levels


def _values(form: FormLayout, block: OrderedRows, slots: Sequence[_Slot]) -> list[TextLine]:
    """The free print that is not left of the captions, in reading order. Few captions that are further left than the
    others are strays; of two columns, the left one has more."""
    starts = sorted(slot.caption.x0 for slot in slots if slot.caption is not None)
    left = starts[len(starts) // FEW]
    inside = [s for s in block.region.inside(form) if form.project(s.box).cx > left and s.box.height < TALL * form.size]
    return [segment for row in form.rows(inside) for segment in row]


def _aligned(form: FormLayout, values: Sequence[TextLine], slots: Sequence[_Slot]) -> list[_Filled]:
    """The rows that have print."""
    found = _Values(
        fits=[[match(slot.row.value, printed([segment])) for slot in slots] for segment in values],
        boxes=[form.project(segment.box) for segment in values],
        slots=slots,
        pitch=_pitch(slots),
    )
    # what certainly looks right in a first alignment shows how far the print has slipped
    sure = [
        found.boxes[value].cy - slots[slot].level
        for value, slot in found.pairs(FREE_DISTANCE, 0.0)
        if slots[slot].caption is not None and _likeness(found.fits[value][slot]) >= SURE
    ]
    # the second alignment corrects for this and uses distance
    pairs = found.pairs(DISTANCE, statistics.median(sure) if sure else 0.0)
    placed = ((values[value], found.fits[value][slot], slots[slot]) for value, slot in pairs)
    return [_Filled(slot, fit, segment) for segment, fit, slot in placed if fit is not None]


@dataclass(frozen=True, slots=True, eq=False)
class _Values:
    """The print beside the captions: how each piece fits each row, its place in text heights, the rows, and the pitch
    of the rows in text heights."""

    fits: Sequence[Sequence[Match | None]]
    boxes: Sequence[Box]
    slots: Sequence[_Slot]
    pitch: float

    def pairs(self, weight: float, slip: float) -> list[tuple[int, int]]:
        """The pieces and their rows, by number, in the cheapest alignment if being a pitch off the caption costs
        *weight* and the print has slipped down by *slip*."""

        def cost(value: int, slot: int) -> float:
            fit = self.fits[value][slot]
            return math.inf if fit is None else LOOK * (1.0 - fit.likeness) + self._off(value, slot, weight, slip)

        costs = Costs(cost, lambda value, slot: math.inf, lambda value: SKIP * _best(self.fits[value]))
        chosen = align(len(self.boxes), len(self.slots), costs)
        return [(value, slot) for value, slot in enumerate(chosen) if slot is not None]

    def _off(self, value: int, slot: int, weight: float, slip: float) -> float:
        """The cost of the position of a piece relative to the caption of a row."""
        box, place = self.boxes[value], self.slots[slot]
        if place.caption is None:
            return UNLABELED
        return weight * min(abs(box.cy - slip - place.level) / self.pitch, FAR) + _across(box, place, self.slots)


def _across(value: Box, slot: _Slot, slots: Sequence[_Slot]) -> float:
    """The cost of standing behind another caption of the same row, or before its own."""
    own = slot.caption
    beside = [other.caption for other in slots if own and other.caption and abs(other.level - own.cy) < BESIDE]
    before = [caption for caption in beside if caption.x0 <= value.x0]
    return 0.0 if own is None or (before and max(before, key=lambda caption: caption.x0) == own) else ACROSS


def _best(fits: Sequence[Match | None]) -> float:
    """How much a value looks like one of some row."""
    return max((_likeness(fit) for fit in fits), default=0.0)


def _likeness(fit: Match | None) -> float:
    return fit.likeness if fit is not None else 0.0


def _pitch(slots: Sequence[_Slot]) -> float:
    """The text heights from caption to caption."""
    levels = [slot.level for slot in slots if slot.caption is not None]
    steps = [below - above for above, below in pairwise(levels) if below - above > BESIDE]
    return statistics.median(steps) if steps else PITCH


def _completed(found: Candidate, slot: _Slot, form: FormLayout) -> Candidate:
    """*found* with what the form prints behind the caption, if the row allows that."""
    pattern, caption = slot.row.behind, slot.caption
    if pattern is None or caption is None or found.value is None:
        return found
    near = [segment for segment in form.segments if _is_beside(form.project(segment.box), caption)]
    prefix = next((text for segment in near if pattern.fullmatch(text := match_key(segment.text))), None)
    value = slot.row.value.type.parse(f"{prefix}{found.text}") if prefix else None
    return found if value is None else replace(found, value=value, text=f"{prefix}{found.text}", lattice=None)


def _is_beside(box: Box, caption: Box) -> bool:
    return box.x0 > caption.cx and abs(box.cy - caption.cy) < BESIDE * caption.height
