"""The columns of the item table: from the header's captions and the ruled lines between them."""

from __future__ import annotations

import itertools
import statistics
from dataclasses import dataclass

from invoiceocr.extraction.frame import Anchor, FormLayout
from invoiceocr.extraction.schema import Slot
from invoiceocr.geometry import Box

LAST = 8.0  # text heights from the header before to the end of a last column whose header was not read


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its slot, the extent of its header, and the ruled lines beside it (None where there is none)."""

    slot: Slot
    x0: float
    x1: float
    left: float | None = None
    right: float | None = None
    edge: float | None = None  # where its values usually begin


def find_columns(frame: FormLayout) -> list[Column]:
    """The columns whose labels stand on the table's header line, from left to right."""
    anchor = frame.anchors.get("table")
    if anchor is None:
        return []
    heads = []
    for slot in frame.form.columns:
        labels = [
            label
            for label in frame.labels(slot.label)
            if abs(label.box.cy - anchor.at(label.box.cx)) < 1.5 * label.box.height
        ]
        if labels:
            heads.append((labels[0].box, slot))
    heads = _completed(sorted(heads, key=lambda pair: pair[0].cx), frame)
    borders = [_border(frame, anchor, a[0].x1, b[0].x0) for a, b in itertools.pairwise(heads)]
    lefts = [_border(frame, anchor, 0.0, heads[0][0].x0) if heads else None, *borders]
    rights = [*borders, _border(frame, anchor, heads[-1][0].x1, frame.page.width) if heads else None]
    return [
        Column(slot, box.x0, box.x1, left, right) for (box, slot), left, right in zip(heads, lefts, rights, strict=True)
    ]


def _completed(heads: list[tuple[Box, Slot]], frame: FormLayout) -> list[tuple[Box, Slot]]:
    """*heads* with the headers that every table has but that were not read, in the middle between the printed
    neighbors."""
    order = [slot.name for slot in frame.form.columns]
    found = {slot.name for _, slot in heads}
    for slot in frame.form.columns:
        if not slot.always or slot.name in found:
            continue
        before = [pair for pair in heads if order.index(pair[1].name) < order.index(slot.name)]
        after = [pair for pair in heads if order.index(pair[1].name) > order.index(slot.name)]
        if after:
            left = before[-1][0].x1 if before else min(label.box.x0 for label in frame.page.labels)
            right = after[0][0]
            third = (right.x0 - left) / 3
            heads.insert(len(before), (Box(left + third, right.y0, right.x0 - third, right.y1), slot))
        elif before:
            last = before[-1][0]
            heads.append((Box(last.x1 + last.height, last.y0, last.x1 + LAST * last.height, last.y1), slot))
    return heads


def _border(frame: FormLayout, anchor: Anchor, x0: float, x1: float) -> float | None:
    """The ruled vertical line between two headers that goes down into the table."""
    crossing = [
        (ruling.x0 + ruling.x1) / 2
        for ruling in frame.page.rulings
        if not ruling.horizontal
        and x0 - 2 <= (ruling.x0 + ruling.x1) / 2 <= x1 + 2
        and min(ruling.y0, ruling.y1) < anchor.y + frame.size
        and max(ruling.y0, ruling.y1) > anchor.y + 3 * frame.size
    ]
    return statistics.median(crossing) if crossing else None
