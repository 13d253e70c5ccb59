"""The columns of a table: from the header's captions and the ruled lines between them."""

from __future__ import annotations

import itertools
import statistics
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from invoiceocr.extraction.tables.spec import ColumnSpec, TableSpec
from invoiceocr.geometry import Box
from invoiceocr.layout.anchors import Anchor
from invoiceocr.layout.form import FormLayout
from invoiceocr.page import Ruling

# headers; from fewer, the places of the others can't be derived
MIN_READ = 3
# in heights: how far a header may be off the line of the header
ON_HEADER = 1.5
# text heights below the header that the ruled line between two columns reaches
INTO = 3.0
# page units: how far a ruled line may be off the gap between two headers
SLACK = 2.0
# text heights from the preceding header to the end of a last column whose header was not read
LAST = 8.0


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its definition in the schema, the extent of its header, which may be a guess if the header was not
    read, and the ruled lines beside it (None: no line)."""

    spec: ColumnSpec
    x0: float
    x1: float
    left: float | None = None
    right: float | None = None
    edge: float | None = None  # where its values usually begin
    guessed: bool = False

    @property
    def is_ruled(self) -> bool:
        """Whether it stands between two ruled lines."""
        return self.left is not None and self.right is not None


def find_columns(form: FormLayout, table: TableSpec) -> list[Column]:
    """The columns whose captions are on the header line of the table, from left to right; none if too few were read."""
    anchor = form.anchors.get(table.header)
    if anchor is None:
        return []
    read = ((_head(form, spec, anchor), spec) for spec in table.columns)
    heads = [(box, spec) for box, spec in read if box is not None]
    if len(heads) < MIN_READ or not _reach(heads, table):
        return []
    known = {spec for _, spec in heads}
    heads = _completed(sorted(heads, key=lambda pair: pair[0].cx), form, table)
    # the gaps before, between and behind the headers, and the ruled line in each
    ends, starts = [0.0, *(box.x1 for box, _ in heads)], [*(box.x0 for box, _ in heads), form.page.width]
    rules = _rules(form, anchor)
    borders = [_border(rules, end, start) for end, start in zip(ends, starts, strict=True)]
    sides = itertools.pairwise(borders)
    return [
        Column(spec, box.x0, box.x1, left, right, guessed=spec not in known)
        for (box, spec), (left, right) in zip(heads, sides, strict=True)
    ]


def _reach(heads: Sequence[tuple[Box, ColumnSpec]], table: TableSpec) -> bool:
    """Whether *heads* show where records begin: one of that column or of one behind it is among them. This matters for
    tables whose cells can be assigned by their order alone: guessed columns mislead if print is shifted on its form."""
    behind = table.columns[table.columns.index(table.starts) :]
    return table.unheaded is None or any(spec in behind for _, spec in heads)


def _head(form: FormLayout, spec: ColumnSpec, anchor: Anchor) -> Box | None:
    """The first caption of a column on the table's header line."""
    boxes = (label.box for label in form.labels(*spec.labels))
    return next((box for box in boxes if abs(box.cy - anchor.at(box.cx)) < ON_HEADER * box.height), None)


def _completed(heads: list[tuple[Box, ColumnSpec]], form: FormLayout, table: TableSpec) -> list[tuple[Box, ColumnSpec]]:
    """*heads* with the headers that every such table has but that were not read, evenly spread between their printed
    neighbors."""
    order = {spec: place for place, spec in enumerate(table.columns)}
    start = min(label.box.x0 for label in form.page.labels)
    unread = _not_read({spec.name for _, spec in heads}, table)
    gaps = Counter(sum(order[other] < order[spec] for _, other in heads) for spec in unread)
    boxes = [box for box, _ in heads]
    guesses = (
        box for gap, count in gaps.items() for box in _unread(boxes[:gap][-1:], boxes[gap : gap + 1], start, count)
    )
    return sorted([*heads, *zip(guesses, unread, strict=True)], key=lambda pair: pair[0].cx)


def _not_read(found: Set[str], table: TableSpec) -> list[ColumnSpec]:
    """The columns that every table has, or every one with some of those *found*, and whose headers were not found."""
    return [spec for spec in table.columns if spec.name not in found and (spec.always or spec.beside & found)]


def _unread(before: Sequence[Box], after: Sequence[Box], start: float, count: int) -> Iterator[Box]:
    """The places of *count* headers that were not read: behind the one *before* them, in the middle of equal shares of
    the room toward the one *after* them; the first header may begin as far left as *start*."""
    if after:
        left, right = before[0].x1 if before else start, after[0]
        third = (right.x0 - left) / count / 3
        ends = [(left + (3 * i + 1) * third, left + (3 * i + 2) * third) for i in range(count)]
    else:
        (right,) = before
        ends = [
            (right.x1 + (i * LAST + 1) * right.height, right.x1 + (i + 1) * LAST * right.height) for i in range(count)
        ]
    yield from (Box(x0, right.y0, x1, right.y1) for x0, x1 in ends)


def _rules(form: FormLayout, anchor: Anchor) -> list[float]:
    """The x of each ruled vertical line that extends down into the table."""
    down = (ruling for ruling in form.page.rulings if not ruling.horizontal and _goes_into(ruling, form, anchor))
    return [(ruling.x0 + ruling.x1) / 2 for ruling in down]


def _border(rules: Sequence[float], x0: float, x1: float) -> float | None:
    """The one of *rules* between two headers, from *x0* to *x1*."""
    between = [x for x in rules if x0 - SLACK <= x <= x1 + SLACK]
    return statistics.median(between) if between else None


def _goes_into(ruling: Ruling, form: FormLayout, header: Anchor) -> bool:
    """Whether a vertical line begins at the *header* or above it and ends in the table."""
    top, bottom = sorted((ruling.y0, ruling.y1))
    return top < header.y + form.size and bottom > header.y + INTO * form.size
