"""`large_row`: values side by side in print that is larger than the text, alone in their row.

    - large_row:
        region: {bottom: 0.6}
        fields:
          departure_station: {like: ['^(\\p{Han}{2,8})$']}
          arrival_station: {like: ['^(\\p{Han}{2,8})$']}

Coach tickets print the names of two places like this, without a caption or an arrow. The row holds as many pieces of
print as there are fields, no caption among them, and each of them looks like the value of its field.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.extraction.blocks.node import Node
from invoiceocr.extraction.blocks.printed import printed
from invoiceocr.extraction.blocks.region import Region, compile_region
from invoiceocr.extraction.blocks.value import KEYS, Match, ValueSpec, candidates, compile_value, match
from invoiceocr.layout.form import FormLayout
from invoiceocr.page import TextLine

LARGE = 1.2  # text heights: print of this height is larger than the text


@dataclass(frozen=True, slots=True, eq=False)
class LargeRow:
    """The compiled block: the values from left to right."""

    values: tuple[ValueSpec, ...]
    region: Region


def compile_block(node: Node) -> LargeRow:
    """The block of *node*."""
    node.check(("fields", "region"))
    node.get("fields")
    fields = node.node("fields")
    return LargeRow(tuple(_value(fields.entry(name), name) for name in fields.data), compile_region(node))


def _value(node: Node, path: str) -> ValueSpec:
    node.check(KEYS)
    return compile_value(node, path)


def read(form: FormLayout, block: LargeRow) -> Iterator[Candidate]:
    """The values of the first such row."""
    rows = (row for row in form.rows(block.region.inside(form)) if _is_alone(row, form, len(block.values)))
    fits = next((fits for row in rows if (fits := _fits(row, block.values))), ())
    for value, fit in fits:
        yield from candidates(value, fit, form)


def _is_alone(row: list[TextLine], form: FormLayout, count: int) -> bool:
    """Whether *row* consists of *count* pieces of large print without a caption beside them."""
    if len(row) != count or any(form.project(piece.box).height < LARGE for piece in row):
        return False
    return not any(form.same_row(row[0].box, label.box) for label in form.page.labels)


def _fits(row: list[TextLine], values: tuple[ValueSpec, ...]) -> tuple[tuple[ValueSpec, Match], ...]:
    """Each of *values* with how its piece of *row* fits it, or nothing if one does not."""
    fits = [(value, match(value, printed([piece]))) for value, piece in zip(values, row, strict=True)]
    read = tuple((value, fit) for value, fit in fits if fit is not None and fit.is_read)
    return read if len(read) == len(values) else ()
