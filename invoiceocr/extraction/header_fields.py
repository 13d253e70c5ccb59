"""The head of the form: code, number, date, check code, machine number; and the names at its foot."""

from __future__ import annotations

from collections.abc import Iterator

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.extraction.candidates import candidate
from invoiceocr.extraction.frame import FormLayout, is_stamped
from invoiceocr.extraction.key_value import read_slot
from invoiceocr.extraction.parsers import PARSERS
from invoiceocr.extraction.schema import Schemas, Slot
from invoiceocr.page import TextLine
from invoiceocr.text.lines import match_key


def read_head(frame: FormLayout) -> Iterator[Candidate]:
    """The candidates of the labeled fields above the item table, then of those that their shape betrays."""
    segments = frame.inside("head")
    labeled = {slot: list(read_slot(frame, slot, slot.name, segments)) for slot in frame.form.head}
    boxes = [item.box for items in labeled.values() for item in items if item.box is not None]
    free = [segment for segment in segments if not any(box.contains(segment.box.cx, segment.box.cy) for box in boxes)]
    shaped = [item for slot in labeled if slot.unlabeled for item in _by_shape(frame, slot, free)]
    known = {item.value for item in (*shaped, *(each for slot in labeled if slot.unlabeled for each in labeled[slot]))}
    for slot, items in labeled.items():
        # a code or number that stands on the level of another field's label is not that field's
        yield from (item for item in items if slot.unlabeled or item.value is None or item.value not in known)
    yield from shaped
    yield from _copy(frame)


def _copy(frame: FormLayout) -> Iterator[Candidate]:
    """The name of the copy: a caption whose own text is the value."""
    for label in frame.labels("copy"):
        lines = [line for line in frame.page.lines if label.box.contains(line.box.cx, line.box.cy)]
        if lines and label.exact:
            yield candidate("copy", match_key(label.text).strip(":"), label.text, lines, frame.page)


def _by_shape(frame: FormLayout, slot: Slot, segments: list[TextLine]) -> Iterator[Candidate]:
    """Pieces that can't be anything else, the largest print first."""
    parse = PARSERS[slot.type]
    for segment in sorted(segments, key=lambda segment: -segment.box.height):
        value = parse(segment.text)
        if value is not None:
            yield candidate(slot.name, value, segment.text, [segment], frame.page)


def read_foot(frame: FormLayout, schemas: Schemas) -> Iterator[Candidate]:
    """The names beside 收款人, 复核 and 开票人."""
    shape = schemas.shapes["person"]
    segments = [segment for segment in frame.segments if not is_stamped(segment)]
    for slot in frame.form.foot:
        found = [item for item in read_slot(frame, slot, slot.name, segments) if shape.fit(item.text) > shape.otherwise]
        yield from found[:1]
