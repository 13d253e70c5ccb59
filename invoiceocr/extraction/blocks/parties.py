"""`parties`: buyer and seller, each in a region of the form, whose rows are matched to the fields of a party.

    - parties:
        regions: {buyer: buyer, seller: seller}       # a field of type `party`: the region of the form that it has
        rows:                                         # the parts of a party in printed order, and their captions
          name: {label: party_name}
          tax_id: {label: party_tax_id}

A row is assigned to a field by its position (the distance to the level of the caption) and by its look (its shape), and
the order is always kept. Fields are therefore found even if the print is shifted against its form, captions are
misread, or values wrap over several lines. A tax id with correct check digits is found even if it is split over two
lines, and without its row if it can only be one party's.
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.extraction import names
from invoiceocr.extraction.blocks.node import Node
from invoiceocr.extraction.candidates import Target, candidate, valued
from invoiceocr.extraction.party_placement import find_regions
from invoiceocr.extraction.schema import Shape
from invoiceocr.geometry import Box, union
from invoiceocr.kinds.types import ValueType
from invoiceocr.layout.alignment import LOOK, PITCH, Costs, align
from invoiceocr.layout.form import FormLayout
from invoiceocr.layout.registration import NO_OFFSET
from invoiceocr.page import KeyMatch, TextLine
from invoiceocr.text.folding import join_wrapped
from invoiceocr.text.lines import cut, join, match_key, same_row, strip
from invoiceocr.values import tax_id

NAME, TAX_ID = "name", "tax_id"  # types of values
UNIFIED_CODE = re.compile(r"(?<![0-9A-Z])[0-9A-Z]{18}(?![0-9A-Z])")
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
ID_PART = re.compile(r"[0-9A-Z]{1,17}")


@dataclass(frozen=True, slots=True, eq=False)
class Slot:
    """A part of a party: its name, its type, its captions and how its values look."""

    name: str
    type: ValueType
    labels: tuple[str, ...]
    shape: Shape


@dataclass(frozen=True, slots=True, eq=False)
class Parties:
    """The compiled block: the region of each party, and the parts that each party has."""

    regions: Mapping[str, str]
    rows: tuple[Slot, ...]

    @property
    def phrases(self) -> tuple[str, ...]:
        """The captions of all parts."""
        return tuple(label for slot in self.rows for label in slot.labels)

    @property
    def ids(self) -> tuple[Slot, ...]:
        """The parts that check digits prove."""
        return tuple(slot for slot in self.rows if slot.type.name == TAX_ID)


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


def compile_block(node: Node) -> Parties:
    """The block of *node*."""
    node.check(("regions", "rows"))
    node.get("regions")
    node.get("rows")
    regions, entries = node.node("regions"), node.node("rows")
    parties = [regions.known(party, party, node.scope.kind.parties) for party in regions.data]
    if not parties:
        raise node.error("regions", "regions names no party")
    slots = tuple(_slot(entries.node(name), entries, name, parties[0]) for name in entries.data)
    return Parties({party: regions.region(party) for party in parties}, slots)


def _slot(node: Node, entries: Node, name: str, party: str) -> Slot:
    node.check(("label", "type"))
    node.get("label")
    kind = node.type(entries.field(name, f"{party}.{name}"))
    shape = node.shape_of(kind)
    if shape is None:
        raise entries.error(name, f"values of type {kind.name} have no shape in schemas/shapes.yaml, which rows need")
    return Slot(name, kind, node.phrases("label"), shape)


def read(form: FormLayout, block: Parties) -> Iterator[Candidate]:
    """The candidates of the parties' fields."""
    found = tuple(_read_rows(form, block))
    yield from found
    for slot in block.ids:
        yield from _unclaimed_ids(form, block, slot, found)


def _unclaimed_ids(form: FormLayout, block: Parties, slot: Slot, found: Iterable[Candidate]) -> Iterator[Candidate]:
    """A tax id for each party without one: the only valid one that was recognized in its region and is not the other
    party's. If both have the same region, it is nobody's."""
    seen = {f"{party}.{slot.name}": _valid_ids(form, region) for party, region in block.regions.items()}
    known = {item.path: item.value for item in found if item.path in seen and item.value is not None}
    unread = sorted(seen.keys() - known.keys(), key=lambda path: (len(seen[path]), path))
    for path in unread:
        left = {value: segment for value, segment in seen[path].items() if value not in known.values()}
        elsewhere = any(seen[other].keys() == left.keys() for other in unread if other != path)
        if len(left) != 1 or elsewhere:
            continue
        ((value, segment),) = left.items()
        known[path] = value
        said = candidate(Target(path, slot.type), value, segment.text, [segment], form.page)
        yield replace(said, placed=False)


def _valid_ids(form: FormLayout, region: str) -> dict[str, TextLine]:
    """The recognized tax ids with correct check digits in *region*, each with a segment that contains it."""
    segments = [segment for segment in form.print_in(region) if segment.source == "ocr"]
    found = (
        (match.group(), segment) for segment in segments if (match := UNIFIED_CODE.search(match_key(segment.text)))
    )
    return {value: segment for value, segment in found if tax_id.is_valid(value)}


def _read_rows(form: FormLayout, block: Parties) -> Iterator[Candidate]:
    """The candidates of the rows of all regions."""
    regions = find_regions(form, block.regions, block.phrases)
    assigned = {party: _assigned(form, region, block) for party, region in block.regions.items()}
    texts = {party: _texts(slots) for party, slots in assigned.items()}
    beginnings = {party: _beginnings(form, block.regions[party], slots) for party, slots in assigned.items()}
    for party, slots in assigned.items():
        for slot, parts in slots.items():
            found = _candidate(Target(f"{party}.{slot.name}", slot.type), parts, form)
            if found is not None:
                captions = form.labels_in(block.regions[party], *slot.labels)
                own = all(regions.hold(party, part.box) for part in parts) and not _is_beside_other(
                    form, block, party, slot, parts[0]
                )
                found = replace(found, placed=found.placed and own)
                if slot.type.name == NAME:
                    found = _with_beginning(found, parts[0], captions, texts[party], texts)
                    found = _cut(found) if _is_cut(party, beginnings, names.advance(parts[0])) else found
                yield found


def _is_beside_other(form: FormLayout, block: Parties, party: str, slot: Slot, value: TextLine) -> bool:
    """Whether a tax id of exact characters stands on the level of another caption of its party and not of its own: the
    id of a person in place of a name."""
    if slot.type.name != TAX_ID or value.source == "ocr":
        return False
    beside = [
        label for label in form.labels_in(block.regions[party], *block.phrases) if form.same_row(label.box, value.box)
    ]
    return bool(beside) and not any(label.id in slot.labels for label in beside)


def _assigned(form: FormLayout, region: str, block: Parties) -> dict[Slot, list[TextLine]]:
    """The rows of *region* in their slots."""
    levels = _levels(form, region, block.rows)
    if levels is None:
        return {}
    printed = form.rows(_with_whole_ids(form, _beside_labels(form, region, block.phrases)))[:MAX_ROWS]
    return _assign([_Row(tuple(row), form.row_level(row)) for row in printed], block.rows, levels)


def _texts(slots: Mapping[Slot, Sequence[TextLine]]) -> list[TextLine]:
    """The first lines of the values of a party that begin where its name does; its tax id may stand behind them."""
    return [parts[0] for slot, parts in slots.items() if slot.type.name not in (NAME, TAX_ID)]


@dataclass(frozen=True, slots=True)
class _Beginning:
    """Where a value begins across the page, and how far behind its caption that is."""

    x: float
    gap: float


def _beginnings(form: FormLayout, region: str, slots: Mapping[Slot, Sequence[TextLine]]) -> dict[str, _Beginning]:
    """The beginning of each value of a party beside its caption, by its type."""
    starts = {slot: (parts[0], names.start(parts[0])[0]) for slot, parts in slots.items()}
    return {
        slot.type.name: _Beginning(x, x - caption.box.x1)
        for slot, (line, x) in starts.items()
        for caption in form.labels_in(region, *slot.labels)
        if same_row(caption.box, line.box)
    }


def _is_cut(party: str, found: Mapping[str, Mapping[str, _Beginning]], advance: float) -> bool:
    """Whether a name whose characters are *advance* apart begins so much further behind its caption than its party's
    other values do behind theirs, or, without any, the other party's name does, that its first character is missing.
    Where forms leave room behind captions, they leave as much behind all (on the forms measured, half a character more
    before names at most), or their values begin one below another."""
    name = found[party].get(NAME)
    own = [beginning for kind, beginning in found[party].items() if kind != NAME]
    others = own or [beginnings[NAME] for other, beginnings in found.items() if other != party and NAME in beginnings]
    if name is None or not others or any(names.are_aligned(name.x, beginning.x, advance) for beginning in own):
        return False
    return name.gap - max(beginning.gap for beginning in others) > names.LATE * advance


def _cut(name: Candidate) -> Candidate:
    """A *name* without its beginning, as it seems."""
    return replace(name, placed=False, confidence=names.DOUBT * name.confidence)


def _with_beginning(
    found: Candidate,
    name: TextLine,
    captions: Sequence[KeyMatch],
    own: Sequence[TextLine],
    texts: Mapping[str, Sequence[TextLine]],
) -> Candidate:
    """The *found* name of a party. It is not placed unless it begins in place, and it is doubtful if it begins behind
    its party's *own* texts: its first characters were lost."""
    placed = found.placed and _begins_in_place(name, captions, own, texts)
    sure = names.DOUBT if names.is_late(name, own) else 1.0
    return replace(found, placed=placed, confidence=sure * found.confidence)


def _begins_in_place(
    name: TextLine,
    captions: Sequence[KeyMatch],
    own: Sequence[TextLine],
    texts: Mapping[str, Sequence[TextLine]],
) -> bool:
    """Whether *name* begins where its party's *own* texts do; or, if there are none, where those of the other party do,
    whose block may stand below; or right behind its caption."""
    if own:
        return names.is_under(name, own)
    others = [line for lines in texts.values() for line in lines]
    return names.is_under(name, others) or any(names.is_behind(name, caption.box) for caption in captions[:1])


def _beside_labels(form: FormLayout, region: str, phrases: Sequence[str]) -> list[TextLine]:
    """The segments of the region without those left of its captions, which are characters of captions (including the
    vertical one)."""
    labels = form.labels_in(region, *phrases)
    left = min(label.box.x0 for label in labels)
    inside = [segment for segment in form.print_in(region) if segment.box.cx > left]
    if form.offset != NO_OFFSET:
        return inside
    return [_behind_captions(segment, labels, form) for segment in inside if not _before_caption(segment, labels)]


def _with_whole_ids(form: FormLayout, segments: list[TextLine]) -> list[TextLine]:
    """*segments*, where two that stand one below the other and make a tax id with correct check digits are joined."""
    parts = [segment for segment in segments if ID_PART.fullmatch(match_key(segment.text))]
    pairs = ((first, second) for first in parts for second in parts if _goes_on(form, first.box, second.box))
    for first, second in pairs:
        code = match_key(first.text + second.text)
        if UNIFIED_CODE.fullmatch(code) and tax_id.is_valid(code):
            rest = (segment for segment in segments if segment is not first and segment is not second)
            return [_under_one_another(first, second), *rest]
    return segments


def _under_one_another(first: TextLine, second: TextLine) -> TextLine:
    """The lines of one value as one, wherever the second begins."""
    return TextLine(
        text=first.text + second.text,
        box=union((first.box, second.box)),
        source=first.source,
        confidence=first.confidence * second.confidence,
        character_boxes=(*first.character_boxes, *second.character_boxes),
    )


def _goes_on(form: FormLayout, first: Box, second: Box) -> bool:
    """Whether *second* stands on the line below *first* and does not begin behind it."""
    return form.is_next_line(first, second) and second.x0 < first.x1


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


def _candidate(target: Target, parts: list[TextLine], form: FormLayout) -> Candidate | None:
    text = join_wrapped(part.text for part in parts)
    parse = target.type.parse
    if target.type.name == TAX_ID and parts[0].source == "ocr":
        return valued(target, tax_id.respelled(text) or parse(text), text, parts, form.page)
    if target.type.name != NAME:
        return valued(target, parse(text), text, parts, form.page)
    own = names.own(text, exact=parts[0].source != "ocr")
    found = valued(target, parse(own), text, parts, form.page)
    if found is None:
        return None
    # without knowing that a name is complete, nothing proves it
    torn = names.has_gap(_without_others(parts, text, own))
    sure = names.DOUBT if torn or names.is_mixed(own) else 1.0
    return replace(found, confidence=found.confidence * sure, placed=found.placed and not torn)


def _without_others(parts: Sequence[TextLine], text: str, own: str) -> list[TextLine]:
    """*parts*, whose *text* contains a name of its *own*, without the caption before it and the words behind it."""
    before = max(text.find(own), 0)
    behind = len(text) - before - len(own)
    first = cut(parts[0], before, len(parts[0].text))
    if len(parts) == 1:
        return [cut(first, 0, len(first.text) - behind)]
    return [first, *parts[1:-1], cut(parts[-1], 0, len(parts[-1].text) - behind)]
