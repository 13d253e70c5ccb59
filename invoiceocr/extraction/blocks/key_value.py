"""`key_value`: values beside their captions, right of them in the same row or below.

- key_value:
    where: [right, below]          # in this order; the default. `wrapped`: right, and in the lines below that go on
    region: {top: 0.1}             # where captions and values are looked for; the whole page without it
    fields:
      number: {label: number}
      issue_date: {label: [issue_date, print_date], like: ['\\d{4}-\\d{2}-\\d{2}'], where: [below]}
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.extraction.blocks.node import Node
from invoiceocr.extraction.blocks.region import Region, compile_region
from invoiceocr.extraction.blocks.value import (
    KEYS,
    Match,
    ValueSpec,
    best_run,
    candidates,
    compile_value,
    takes_any_text,
)
from invoiceocr.geometry import Box
from invoiceocr.layout.form import Bounds, FormLayout, is_stamped
from invoiceocr.page import TextLine

MAX_PARTS = 6  # segments that may make up one value
# text heights between a caption and its value, and between the parts of one
MAX_GAP = 12.0
# of a caption's height, above and below it: values stand off their captions' lines, and seals on them
AROUND = 0.3
MAX_CELLS = 6  # of a block, that are worth a second look
# text heights by which the lines of one value begin apart
FLUSH = 0.7
# text heights between the middles of the lines of one value
NEXT_LINE = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """A field: the captions that it stands beside, and where."""

    value: ValueSpec
    labels: tuple[str, ...]
    where: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class KeyValue:
    """The compiled block."""

    entries: tuple[Entry, ...]
    region: Region


def compile_block(node: Node) -> KeyValue:
    """The block of *node*."""
    node.check(("fields", "where", "region"))
    where = node.list("where") or ["right", "below"]
    fields = node.node("fields")
    entries = [_entry(fields.entry(name), name, where) for name in fields.data]
    return KeyValue(tuple(entries), compile_region(node))


def _entry(node: Node, path: str, where: list[object]) -> Entry:
    node.check((*KEYS, "label", "where"))
    node.get("label")
    places = node.list("where") or where
    return Entry(
        value=compile_value(node, path),
        labels=node.phrases("label"),
        where=tuple(node.known("where", place, PLACES) for place in places),
    )


def read(form: FormLayout, block: KeyValue) -> Iterator[Candidate]:
    """The candidates of the fields, for each the best placed first."""
    bounds = block.region.bounds(form)
    for entry in block.entries:
        fit = beside(form, entry, bounds)
        if fit is not None:
            yield from candidates(entry.value, fit, form)


def beside(form: FormLayout, entry: Entry, bounds: Bounds | None) -> Match | None:
    """What stands beside the captions of *entry*: the first that makes a value, else the first that fits."""
    segments = form.inside(bounds)
    labels = [label.box for label in form.labels(*entry.labels)]
    found = (
        best_run(entry.value, PLACES[place](form, box, segments), MAX_PARTS)
        for place in entry.where
        for box in labels
        if bounds is None or bounds.holds(form.project(box))
    )
    fits = [pair[0] for pair in found if pair is not None]
    return min(fits, key=lambda fit: not fit.is_read, default=None)


def find_unread_cells(form: FormLayout, block: KeyValue) -> list[Box]:
    """Where the values of captions stand that nobody has read, right of them: under a seal, or with their ends lost.
    Only values of some form are looked for, any text would pass for the others."""
    if not any(line.source == "ocr" for line in form.page.lines):
        return []
    missing = [e for e in block.entries if e.value.path not in form.found and not takes_any_text(e.value)]
    cells = [_cell(form, label.box) for e in missing if e.where[0] == "right" for label in form.labels(*e.labels)]
    return [cell for cell in cells if cell.width > cell.height][:MAX_CELLS]


def _cell(form: FormLayout, caption: Box) -> Box:
    """What is right of *caption* on its level, up to the next caption or the end of the print."""
    margin = AROUND * caption.height
    stop = min(_next_caption(form, caption), form.area.x1 * form.size)
    return Box(caption.x1, caption.y0 - margin, max(stop, caption.x1), caption.y1 + margin)


def _wrapped(form: FormLayout, caption: Box, segments: list[TextLine]) -> list[TextLine]:
    """What stands right of *caption*, and the lines under it that begin where it does and have no caption."""
    run = _right(form, caption, segments)
    if not run:
        return run
    last = run[0]
    for segment in sorted(segments, key=lambda segment: segment.box.cy):
        if _goes_on(form, last, segment):
            run, last = [*run, segment], segment
    return run


def _goes_on(form: FormLayout, line: TextLine, segment: TextLine) -> bool:
    """Whether *segment* is the next line of the value that *line* belongs to."""
    flush = abs(segment.box.x0 - line.box.x0) < FLUSH * form.size
    near = line.box.height / 2 < segment.box.cy - line.box.cy < NEXT_LINE * form.size
    return flush and near and not any(form.right_of(label.box, segment.box) for label in form.page.labels)


def _right(form: FormLayout, caption: Box, segments: list[TextLine]) -> list[TextLine]:
    """The segments right of *caption*, up to the next caption, a wide gap, or a seal's text behind print."""
    end = _next_caption(form, caption)
    row = sorted((s for s in segments if form.right_of(caption, s.box)), key=lambda segment: segment.box.x0)
    run: list[TextLine] = []
    for segment in row:
        before = run[-1].box if run else caption
        if segment.box.x0 >= end or segment.box.x0 - before.x1 > MAX_GAP * form.size:
            break
        if run and is_stamped(segment) and not is_stamped(run[-1]):
            break
        run.append(segment)
    return run


def _below(form: FormLayout, caption: Box, segments: list[TextLine]) -> list[TextLine]:
    """The nearest segment under *caption*, with what follows in its row and is not under the next caption."""
    under = sorted((s for s in segments if form.below(caption, s.box)), key=lambda segment: segment.box.cy)
    if not under:
        return []
    first, end = under[0], _next_caption(form, caption)
    return [first, *(s for s in _right(form, first.box, segments) if s.box.cx < end)]


def _next_caption(form: FormLayout, caption: Box) -> float:
    """Where the next caption right of *caption* begins; infinity where it is the last of its row."""
    return min((box.x0 for label in form.page.labels if form.right_of(caption, box := label.box)), default=math.inf)


PLACES: Mapping[str, Callable[[FormLayout, Box, list[TextLine]], list[TextLine]]] = {
    "right": _right,
    "below": _below,
    "wrapped": _wrapped,
}
