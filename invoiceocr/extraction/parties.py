"""Buyer and seller: the rows of a block matched to its fields in printed order.

A row belongs to a field by where it stands (distance to the label's level) and by what it looks like (its
shape); order is never broken. So print shifted against its form, labels misread and values wrapped over lines
still find their fields.
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.extraction.candidates import candidate, valued
from invoiceocr.extraction.frame import FormLayout
from invoiceocr.extraction.parsers import PARSERS
from invoiceocr.extraction.placement import find_blocks
from invoiceocr.extraction.schema import PartyBlock, Schemas, Slot
from invoiceocr.layout.registration import PrintOffset
from invoiceocr.page import KeyMatch, TextLine
from invoiceocr.text.folding import join_wrapped
from invoiceocr.text.lines import cut, join, match_key, rows, strip
from invoiceocr.values import tax_id

TAX_ID = ".tax_id"
UNIFIED_CODE = re.compile(r"(?<![0-9A-Z])[0-9A-Z]{18}(?![0-9A-Z])")
DISTANCE = 1.0  # cost of standing one row off the label
SHAPE = 1.6  # cost of not looking like the type at all
NOISE = 1.4  # cost of leaving a row out; at 1.1 the first of two lines of a wrapped name went
WRAP = 0.45  # cost of going on in the field of the row above
MAX_DISTANCE = 2.0  # rows; farther is no worse
MAX_ROWS = 14  # of one block; more is not a party block
NEAR = 6.0  # text heights between the scattered characters of one caption
ALIGNED = 1.5  # text heights: how far captions under one another may end apart
MOST_REMAINS = 4  # characters of an illegible caption
DEFAULT_PITCH = 1.6  # text heights between the rows of a block


@dataclass(frozen=True, slots=True)
class _Row:
    segments: tuple[TextLine, ...]
    y: float

    def reading(self, slot: Slot, schemas: Schemas) -> TextLine:
        """The row as a value of *slot*: whole, or for an id, whichever looks most like it, the row or a segment of it."""
        if slot.type != "tax_id":
            return join(self.segments)
        return max(
            (join(self.segments), *self.segments), key=lambda segment: schemas.shapes[slot.type].fit(segment.text)
        )


def read_parties(frame: FormLayout, schemas: Schemas) -> Iterator[Candidate]:
    """The candidates of both parties' fields."""
    found = tuple(_read_rows(frame, schemas))
    yield from found
    yield from _unclaimed_ids(frame, found)


def _unclaimed_ids(frame: FormLayout, found: Iterable[Candidate]) -> Iterator[Candidate]:
    """A tax id for each party without one: the only valid one that was recognized in its block and is not the other
    party's. Where both have the same block it is nobody's."""
    known = {item.path: item.value for item in found if item.path.endswith(TAX_ID) and item.value is not None}
    blocks = frame.form.parties.items()
    seen = {f"{party}{TAX_ID}": _valid_ids(frame, block) for party, block in blocks}
    unread = sorted(seen.keys() - known.keys(), key=lambda path: (len(seen[path]), path))
    for path in unread:
        others = {value for other, value in known.items() if other != path}
        left = {value: segment for value, segment in seen[path].items() if value not in others}
        if len(left) == 1 and not any(seen[other].keys() == left.keys() for other in unread if other != path):
            ((known[path], segment),) = left.items()
            yield replace(candidate(path, known[path], segment.text, [segment], frame.page), placed=False)


def _valid_ids(frame: FormLayout, block: PartyBlock) -> dict[str, TextLine]:
    """The recognized tax ids with right check digits in *block*, each with a segment that holds it."""
    segments = [segment for segment in frame.inside(block.region) if segment.source == "ocr"]
    found = (
        (match.group(), segment) for segment in segments if (match := UNIFIED_CODE.search(match_key(segment.text)))
    )
    return {value: segment for value, segment in found if tax_id.is_valid(value)}


def _read_rows(frame: FormLayout, schemas: Schemas) -> Iterator[Candidate]:
    """The candidates of the rows of both blocks."""
    blocks = find_blocks(frame)
    for party, block in frame.form.parties.items():
        levels = _levels(frame, block)
        if levels is None:
            continue
        lines = [_Row(tuple(row), _level(frame, row)) for row in rows(_beside_labels(frame, block), frame.slope)][
            :MAX_ROWS
        ]
        for slot, parts in _assign(lines, block.rows, levels, schemas).items():
            found = _candidate(f"{party}.{slot.name}", slot, parts, frame)
            if found is not None:
                yield replace(found, placed=all(blocks.hold(party, part.box) for part in parts))


def _beside_labels(frame: FormLayout, block: PartyBlock) -> list[TextLine]:
    """The block's segments but those left of its labels: letters of captions, the vertical one's too."""
    ids = [slot.label for slot in block.rows]
    labels = [label for label in frame.labels(*ids) if frame.contains(block.region, label)]
    left = min(label.box.x0 for label in labels)
    inside = [segment for segment in frame.inside(block.region) if segment.box.cx > left]
    if frame.shift != PrintOffset():
        return inside
    return [_behind_captions(segment, labels, frame) for segment in inside if not _before_caption(segment, labels)]


def _behind_captions(segment: TextLine, labels: Sequence[KeyMatch], frame: FormLayout) -> TextLine:
    """A recognized *segment* without the remains of an illegible caption: where the captions of a block begin and end
    one under the other, what stands there is one."""
    starts, ends = [label.box.x0 for label in labels], [label.box.x1 for label in labels]
    aligned = len(labels) > 1 and max(ends) - min(ends) < ALIGNED * frame.size
    if segment.source != "ocr" or not aligned or segment.box.x0 > statistics.median(starts) + ALIGNED * frame.size:
        return segment
    edge = statistics.median(ends)
    remains = sum(box.cx < edge for box in segment.character_boxes)
    if not 0 < len(match_key(segment.text[:remains])) <= MOST_REMAINS:
        return segment
    return strip(cut(segment, remains, len(segment.text))) or segment


def _before_caption(segment: TextLine, labels: Sequence[KeyMatch]) -> bool:
    """Whether a caption stands close behind *segment* on its level: then the segment is part of it (名 称)."""
    return any(
        label.box.cx > segment.box.cx
        and label.box.x0 - segment.box.x1 < NEAR * label.box.height
        and abs(label.box.cy - segment.box.cy) < 0.5 * label.box.height
        for label in labels
    )


def _level(frame: FormLayout, row: Sequence[TextLine]) -> float:
    """The row's y on the form, shift and slope taken out."""
    return statistics.fmean(frame.level(line.box) - frame.slope * line.box.cx for line in row)


def _levels(frame: FormLayout, block: PartyBlock) -> list[float] | None:
    """The y of each of the block's labels on the form; missing ones at the pitch of the others."""
    known: dict[int, float] = {}
    for index, slot in enumerate(block.rows):
        labels = [label for label in frame.labels(slot.label) if frame.contains(block.region, label)]
        if labels:
            known[index] = statistics.fmean(label.box.cy - frame.slope * label.box.cx for label in labels[:1])
    if not known:
        return None
    pitch = DEFAULT_PITCH * frame.size
    if len(known) > 1:
        first, last = min(known), max(known)
        pitch = (known[last] - known[first]) / (last - first)
    nearest = {i: min(known, key=lambda k: abs(k - i)) for i in range(len(block.rows))}
    return [known[nearest[i]] + (i - nearest[i]) * pitch for i in range(len(block.rows))]


def _assign(
    lines: Sequence[_Row], slots: Sequence[Slot], levels: Sequence[float], schemas: Schemas
) -> dict[Slot, list[TextLine]]:
    """The rows of each slot: the cheapest assignment in which no row stands before its predecessor's slot."""
    pitch = max(abs(levels[-1] - levels[0]) / max(len(levels) - 1, 1), 1e-6) if len(levels) > 1 else 1.0
    best: dict[int, tuple[float, tuple[int | None, ...]]] = {-1: (0.0, ())}  # last slot used → cost, choice a row
    for row in lines:
        following: dict[int, tuple[float, tuple[int | None, ...]]] = {}
        for last, (cost, choice) in best.items():
            options: list[tuple[int, int | None, float]] = [(last, None, NOISE)]
            for slot in range(max(last, 0), len(slots)):
                wrapped = WRAP if slot == last else 0.0
                options.append(
                    (slot, slot, wrapped + _cost(row, slots[slot], levels[slot], pitch, schemas, bool(wrapped)))
                )
            for state, chosen, extra in options:
                if state not in following or cost + extra < following[state][0]:
                    following[state] = (cost + extra, (*choice, chosen))
        best = following
    _, choice = min(best.values(), key=lambda pair: pair[0])
    parts: dict[Slot, list[TextLine]] = {}
    for row, chosen in zip(lines, choice, strict=True):
        if chosen is not None:
            parts.setdefault(slots[chosen], []).append(row.reading(slots[chosen], schemas))
    return parts


def _cost(row: _Row, slot: Slot, level: float, pitch: float, schemas: Schemas, wrapped: bool) -> float:
    distance = min(abs(row.y - level) / pitch, MAX_DISTANCE)
    if wrapped:
        # a continuation stands below its field and need not look like a whole value, but an id has none
        return DISTANCE * distance + (SHAPE if slot.type == "tax_id" else 0.0)
    return DISTANCE * distance + SHAPE * (1.0 - schemas.shapes[slot.type].fit(row.reading(slot, schemas).text))


def _candidate(path: str, slot: Slot, parts: list[TextLine], frame: FormLayout) -> Candidate | None:
    text = join_wrapped(part.text for part in parts)
    value = PARSERS[slot.type](text)
    return valued(path, value, text, parts, frame.page)
