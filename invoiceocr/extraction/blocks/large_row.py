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

    - large_row: {beside: ends, fields: ...}                    # of print of any size, behind that caption
    - large_row: {beside: route, doubtful: true, fields: ...}   # behind which other words may stand, too

Behind a caption that says what they are, they need neither large print nor a list.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.extraction.blocks.node import Node
from invoiceocr.extraction.blocks.places import PLACES
from invoiceocr.extraction.blocks.printed import printed
from invoiceocr.extraction.blocks.region import Region, compile_region
from invoiceocr.extraction.blocks.value import KEYS, Match, ValueSpec, candidates, compile_value, match
from invoiceocr.extraction.candidates import UNSURE
from invoiceocr.kinds.vocabulary import vocabulary
from invoiceocr.layout.form import FormLayout
from invoiceocr.page import TextLine

LARGE = 1.2  # text heights: print of this height is larger than the text

Fits = tuple[tuple[ValueSpec, Match], ...]


@dataclass(frozen=True, slots=True, eq=False)
class LargeRow:
    """The compiled block: the values from left to right, the name of each one's public list, and the captions behind
    which they stand, and whether other words stand there, too."""

    values: tuple[ValueSpec, ...]
    lists: tuple[str, ...]
    region: Region
    captions: tuple[str, ...]
    doubtful: bool


def compile_block(node: Node) -> LargeRow:
    """The block of *node*."""
    node.check(("fields", "region", "beside", "doubtful"))
    fields = list(node.fields())
    lists = tuple(node.field(name, name).vocabulary for name, _ in fields)
    values = tuple(_value(entry, name) for name, entry in fields)
    captions = node.phrases("beside")
    return LargeRow(values, lists, compile_region(node), captions, node.flag("doubtful") or not captions)


def _value(node: Node, path: str) -> ValueSpec:
    node.check(KEYS)
    return compile_value(node, path)


def read(form: FormLayout, block: LargeRow) -> Iterator[Candidate]:
    """The values of the first such row."""
    segments = block.region.inside(form)
    fits = _first_beside(form, block, segments) if block.captions else _first_large(form, block, segments)
    found = [said for value, fit in fits for said in candidates(value, fit, form)]
    sure = UNSURE if block.doubtful and not _are_listed(found, block) else 1.0
    yield from (replace(said, place=sure) for said in found)


def _first_beside(form: FormLayout, block: LargeRow, segments: list[TextLine]) -> Fits:
    """How the values fit the print behind the first caption that they do."""
    rows = (PLACES["right"](form, label.box, segments) for label in form.labels(*block.captions))
    return next(filter(None, (_fits(row, block.values) for row in rows)), ())


def _first_large(form: FormLayout, block: LargeRow, segments: list[TextLine]) -> Fits:
    """How the values fit the first row whose large print they do."""
    large = ((row, [piece for piece in row if _is_large(piece, form)]) for row in form.rows(segments))
    fits = ((row, _fits(pieces, block.values)) for row, pieces in large)
    return next((fits for row, fits in fits if fits and not _has_caption(row, form)), ())


def _is_large(piece: TextLine, form: FormLayout) -> bool:
    return form.project(piece.box).height >= LARGE


def _has_caption(row: list[TextLine], form: FormLayout) -> bool:
    return any(form.same_row(row[0].box, label.box) for label in form.page.labels)


def _fits(row: list[TextLine], values: tuple[ValueSpec, ...]) -> Fits:
    """Each of *values* with how its piece of *row* fits it, or nothing if there are more or one does not."""
    if len(row) != len(values):
        return ()
    fits = [(value, match(value, printed([piece]))) for value, piece in zip(values, row, strict=True)]
    read = tuple((value, fit) for value, fit in fits if fit is not None and fit.is_read)
    return read if len(read) == len(values) else ()


def _are_listed(found: list[Candidate], block: LargeRow) -> bool:
    """Whether each field has a public list that names its value."""
    return all(name and said.value in vocabulary(name) for said, name in zip(found, block.lists, strict=False))
