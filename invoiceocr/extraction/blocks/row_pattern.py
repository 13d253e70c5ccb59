"""`row_pattern`: several values in one row of print, separated by a regular expression with named groups.

    - row_pattern:
        region: {top: 0.1, bottom: 0.5}
        patterns:
          - '^(?P<departure_station>\\p{Han}+)(?P<train_number>[GDC]\\d{1,4})(?P<arrival_station>\\p{Han}+)$'

The segments of a row are one text without white space. The first pattern that is found in a row gives the values of
that row; a row gives each field at most once. Of rows that fit alike, the first one that was clearly read is used: an
unclear one may be a seal's own text.

    - row_pattern: {doubtful: true, patterns: ...}   # other words may stand like this, too

Doubtful values need another witness.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.extraction.blocks.node import Node
from invoiceocr.extraction.blocks.printed import printed
from invoiceocr.extraction.blocks.region import Region, compile_region
from invoiceocr.extraction.blocks.value import Match, ValueSpec, candidates, compile_value, match
from invoiceocr.extraction.candidates import UNSURE
from invoiceocr.layout.form import FormLayout
from invoiceocr.page import TextLine
from invoiceocr.text.lines import is_clear


@dataclass(frozen=True, slots=True, eq=False)
class RowPattern:
    """The compiled block; `doubtful` says that other words may stand like the values."""

    value: ValueSpec
    region: Region
    doubtful: bool


def compile_block(node: Node) -> RowPattern:
    """The block of *node*."""
    node.check(("patterns", "region", "doubtful"))
    node.get("patterns")
    value = compile_value(node, None, key="patterns")
    if not value.pieces:
        raise node.error("patterns", "no named group: write (?P<field>...) around each value")
    return RowPattern(value, compile_region(node), node.flag("doubtful"))


def read(form: FormLayout, block: RowPattern) -> Iterator[Candidate]:
    """The values of the row that fits best."""
    rows = form.rows(block.region.inside(form))
    fits = [fit for row in rows if (fit := _match(row, block.value)) is not None]
    best = max(fits, default=None, key=lambda fit: (_read(fit), fit.likeness, _is_clear(fit)))
    if best is not None:
        for said in candidates(block.value, best, form):
            yield replace(said, place=UNSURE, placed=False) if block.doubtful else said


def _match(row: list[TextLine], value: ValueSpec) -> Match | None:
    return match(value, printed(row))


def _is_clear(fit: Match) -> bool:
    """Whether all print of *fit* was clearly read."""
    return all(is_clear(part) for _, parts, _ in fit.parts for part in parts)


def _read(fit: Match) -> int:
    """How many pieces of *fit* give values."""
    return sum(piece.type.parse(text) is not None for piece, _, text in fit.parts)
