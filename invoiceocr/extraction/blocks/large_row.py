"""`large_row`: values side by side in print that is larger than the text.

    - large_row:
        region: {bottom: 0.6}
        fields:
          departure_station: {like: ['^(\\p{Han}{2,8})$']}
          arrival_station: {like: ['^(\\p{Han}{2,8})$']}

Tickets print the names of two places like this, without a caption, or with an arrow that was not read. The row holds as
many pieces of large print as there are fields, each of which looks like the value of its field, and no caption.
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
    rows = (row for row in form.rows(block.region.inside(form)) if not _has_caption(row, form))
    large = ([piece for piece in row if form.project(piece.box).height >= LARGE] for row in rows)
    fits = next((fits for row in large if (fits := _fits(row, block.values))), ())
    for value, fit in fits:
        yield from candidates(value, fit, form)


def _has_caption(row: list[TextLine], form: FormLayout) -> bool:
    return any(form.same_row(row[0].box, label.box) for label in form.page.labels)


def _fits(row: list[TextLine], values: tuple[ValueSpec, ...]) -> tuple[tuple[ValueSpec, Match], ...]:
    """Each of *values* with how its piece of *row* fits it, or nothing if there are more or one does not."""
    fits = [(value, match(value, printed([piece]))) for value, piece in zip(values, row, strict=False)]
    read = tuple((value, fit) for value, fit in fits if fit is not None and fit.is_read)
    return read if len(read) == len(values) == len(row) else ()
