"""`by_shape`: values that nothing but their look tells, wherever they stand in a region.

- by_shape:
    region: {bottom: 0.3}
    fields:
      ticket_number: {like: ['^[A-Z]\\d{6}$']}
      total: {like: ['^¥(\\d+\\.\\d{2})$'], prefer: last}     # first (default), last or largest

Digits alone may be another number, such as a telephone number where the number of the paper could not be read: that the
characters are sure does not tell whose they are. The same holds of two values that look alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.extraction.blocks.node import Node
from invoiceocr.extraction.blocks.printed import printed
from invoiceocr.extraction.blocks.region import Region, compile_region
from invoiceocr.extraction.blocks.value import KEYS, Match, ValueSpec, candidates, compile_value, match
from invoiceocr.layout.form import FormLayout
from invoiceocr.page import TextLine


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """A field, and which of several fitting pieces of print is taken."""

    value: ValueSpec
    prefer: str


@dataclass(frozen=True, slots=True, eq=False)
class ByShape:
    """The compiled block."""

    entries: tuple[Entry, ...]
    region: Region


def compile_block(node: Node) -> ByShape:
    """The block of *node*."""
    node.check(("fields", "region"))
    node.get("fields")
    fields = node.node("fields")
    return ByShape(tuple(_entry(fields.entry(name), name) for name in fields.data), compile_region(node))


def _entry(node: Node, path: str) -> Entry:
    node.check((*KEYS, "prefer"))
    return Entry(compile_value(node, path), node.choice("prefer", RANKS, "first"))


def read(form: FormLayout, block: ByShape) -> Iterator[Candidate]:
    """The best fitting piece of print of each field; a piece is taken once."""
    free = [segment for row in form.rows(block.region.inside(form)) for segment in row]
    for entry in block.entries:
        fits = [(fit, segment) for segment in free if (fit := match(entry.value, printed([segment]))) is not None]
        ranked = [(_rank(entry, fit, segment, index), index) for index, (fit, segment) in enumerate(fits)]
        if ranked:
            fit, taken = fits[max(ranked)[1]]
            free = [segment for segment in free if segment is not taken]
            placed = _is_telling(fit, [other for other, _ in fits])
            yield from (replace(said, placed=placed) for said in candidates(entry.value, fit, form))


def _is_telling(fit: Match, others: Sequence[Match]) -> bool:
    """Whether *fit* has more than digits, and none of the *others* looks as much like the value and says otherwise."""
    texts = {tuple(text for _, _, text in other.parts) for other in others if other.likeness >= fit.likeness}
    return len(texts) == 1 and not any(text.isdigit() for _, _, text in fit.parts)


def _rank(entry: Entry, fit: Match, segment: TextLine, index: int) -> tuple[float, ...]:
    return (fit.is_read, fit.likeness, RANKS[entry.prefer](segment, index))


RANKS: Mapping[str, Callable[[TextLine, int], float]] = {
    "first": lambda segment, index: -index,
    "last": lambda segment, index: index,
    "largest": lambda segment, index: segment.box.height,
}
