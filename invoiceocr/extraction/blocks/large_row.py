"""`large_row`: values side by side in print that is larger than the text.

    - large_row:
        region: {bottom: 0.6}
        fields:
          departure_station: {like: ['^(\\p{Han}{2,8})$']}
          arrival_station: {like: ['^(\\p{Han}{2,8})$']}

Tickets print the names of two places like this, without a caption, or with an arrow that was not read. The row holds as
many pieces of large print as there are fields, each of which looks like the value of its field, and no caption.

Other words may stand like this, too. Unless the public lists of the fields name all of them, they are unsure: another
witness must confirm them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.extraction.blocks.node import Node
from invoiceocr.extraction.blocks.printed import printed
from invoiceocr.extraction.blocks.region import Region, compile_region
from invoiceocr.extraction.blocks.value import KEYS, Match, ValueSpec, candidates, compile_value, match
from invoiceocr.kinds.vocabulary import vocabulary
from invoiceocr.layout.form import FormLayout
from invoiceocr.page import TextLine

LARGE = 1.2  # text heights: print of this height is larger than the text
# the probability that words in large print are the values though no list names them: they are doubtful
UNLISTED = 0.45


@dataclass(frozen=True, slots=True, eq=False)
class LargeRow:
    """The compiled block: the values from left to right, and the name of each one's public list."""

    values: tuple[ValueSpec, ...]
    lists: tuple[str, ...]
    region: Region


def compile_block(node: Node) -> LargeRow:
    """The block of *node*."""
    node.check(("fields", "region"))
    fields = list(node.fields())
    lists = tuple(node.field(name, name).vocabulary for name, _ in fields)
    return LargeRow(tuple(_value(entry, name) for name, entry in fields), lists, compile_region(node))


def _value(node: Node, path: str) -> ValueSpec:
    node.check(KEYS)
    return compile_value(node, path)


def read(form: FormLayout, block: LargeRow) -> Iterator[Candidate]:
    """The values of the first such row."""
    rows = form.rows(block.region.inside(form))
    large = ((row, _fits([piece for piece in row if _is_large(piece, form)], block.values)) for row in rows)
    fits = next((fits for row, fits in large if fits and not _has_caption(row, form)), ())
    found = [said for value, fit in fits for said in candidates(value, fit, form)]
    sure = 1.0 if _are_listed(found, block) else UNLISTED
    yield from (replace(said, place=sure) for said in found)


def _is_large(piece: TextLine, form: FormLayout) -> bool:
    return form.project(piece.box).height >= LARGE


def _has_caption(row: list[TextLine], form: FormLayout) -> bool:
    return any(form.same_row(row[0].box, label.box) for label in form.page.labels)


def _fits(row: list[TextLine], values: tuple[ValueSpec, ...]) -> tuple[tuple[ValueSpec, Match], ...]:
    """Each of *values* with how its piece of *row* fits it, or nothing if there are more or one does not."""
    if len(row) != len(values):
        return ()
    fits = [(value, match(value, printed([piece]))) for value, piece in zip(values, row, strict=True)]
    read = tuple((value, fit) for value, fit in fits if fit is not None and fit.is_read)
    return read if len(read) == len(values) else ()


def _are_listed(found: list[Candidate], block: LargeRow) -> bool:
    """Whether each field has a public list that names its value."""
    return all(name and said.value in vocabulary(name) for said, name in zip(found, block.lists, strict=False))
