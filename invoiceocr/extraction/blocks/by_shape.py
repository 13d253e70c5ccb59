"""`by_shape`: values that only their look distinguishes, wherever they stand in a region.

- by_shape:
    region: {bottom: 0.3}
    fields:
      ticket_number: {like: ['^[A-Z]\\d{6}$']}
      total: {like: ['^¥(\\d+\\.\\d{2})$'], prefer: last}     # first (default), last or largest
      number: {like: ['^\\d{8}$'], under: code}

Digits alone may be another number, such as a telephone number if the number of the paper could not be read. Even if the
characters are sure, this doesn't say to which field they belong, and the confidence of a recognized value is reduced.
The same holds for two values that look alike. `under` names a field: a value right below its print, flush with it and
as large, is certainly the field's, because the press puts code and number there and no other figure. So is the value
above it.

`torn` is how a value looks whose end was lost, since detectors lose what reaches under a seal. If the field has no
value, such print is read again together with the paper to the right of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import regex

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.extraction.blocks.node import Node
from invoiceocr.extraction.blocks.printed import printed
from invoiceocr.extraction.blocks.region import Region, compile_region
from invoiceocr.extraction.blocks.value import KEYS, Match, ValueSpec, candidates, compile_value, match
from invoiceocr.geometry import Box
from invoiceocr.layout.form import FormLayout
from invoiceocr.page import TextLine
from invoiceocr.text.lines import is_clear, match_key

# in heights of the print: how far apart flush lines may begin, and how far below the next line may stand on slips,
# which leave more room between their lines
FLUSH, NEXT_LINE = 0.6, 2.5
ALIKE = 1.25  # times as high: print of one size
# in heights of print whose end was lost: the margin that is read around it, and right of it for a character or two
AROUND, END = 0.1, 1.5
MOST_TORN = 3
UNPLACED = 0.93  # what is left of the confidence of a recognized value that may belong to another field


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """A field; which of several fitting pieces is used; the field below whose print it stands; and how it looks with
    its end lost."""

    value: ValueSpec
    prefer: str
    under: str | None
    torn: tuple[regex.Pattern[str], ...]


@dataclass(frozen=True, slots=True, eq=False)
class ByShape:
    """The compiled block."""

    entries: tuple[Entry, ...]
    region: Region


def compile_block(node: Node) -> ByShape:
    """The block of *node*."""
    node.check(("fields", "region"))
    return ByShape(tuple(_entry(entry, name) for name, entry in node.fields()), compile_region(node))


def _entry(node: Node, path: str) -> Entry:
    node.check((*KEYS, "prefer", "under", "torn"))
    under = node.field("under", node.text("under", "")).path if "under" in node.data else None
    return Entry(compile_value(node, path), node.choice("prefer", RANKS, "first"), under, node.patterns("torn"))


def read(form: FormLayout, block: ByShape) -> Iterator[Candidate]:
    """What the best fitting piece of print of each field says; a piece is taken once."""
    taken = _taken(form, block)
    held = {entry.under for entry, best in taken if best.under}
    for entry, best in taken:
        yield from _said(entry, best, form, placed=best.placed or entry.value.path in held)


def _taken(form: FormLayout, block: ByShape) -> list[tuple[Entry, _Piece]]:
    """The best fitting piece of print of each field that has one."""
    free = [segment for row in form.rows(block.region.inside(form)) for segment in row]
    boxes = {said.path: said.box for said in form.said if said.value is not None}
    taken: list[tuple[Entry, _Piece]] = []
    for entry in block.entries:
        above = boxes.get(entry.under) if entry.under else None
        best = _best(_pieces(entry, free, above, form), entry)
        if best is not None:
            free = [segment for segment in free if segment is not best.segment]
            boxes |= {entry.value.path or "": best.segment.box} if best.fit.is_read else {}
            taken.append((entry, best))
    return taken


def _said(entry: Entry, best: _Piece, form: FormLayout, *, placed: bool) -> Iterator[Candidate]:
    """What the *best* piece says about the field of *entry*; it is *placed* where it can be no other field's."""
    sure = 1.0 if placed or best.segment.source != "ocr" else UNPLACED
    found = candidates(entry.value, best.fit, form)
    return (replace(said, placed=placed, confidence=sure * said.confidence) for said in found)


def find_unread_cells(form: FormLayout, block: ByShape) -> list[Box]:
    """The places of values that have lost their ends, together with the paper to the right that may contain these."""
    looks = [look for entry in block.entries if entry.value.path not in form.found for look in entry.torn]
    recognized = (segment for segment in block.region.inside(form) if segment.source == "ocr") if looks else ()
    torn = (s for s in recognized if any(look.search(match_key(s.text)) for look in looks))
    return [_lengthened(segment.box) for segment in torn][:MOST_TORN]


def _lengthened(box: Box) -> Box:
    margin = AROUND * box.height
    return Box(box.x0 - margin, box.y0 - margin, box.x1 + END * box.height, box.y1 + margin)


@dataclass(frozen=True, slots=True, eq=False)
class _Piece:
    """A piece of print that fits, whether it stands below the print of another field, and whether no other piece looks
    as much like the value."""

    segment: TextLine
    fit: Match
    under: bool
    telling: bool = False

    @property
    def placed(self) -> bool:
        """Whether it must be the field's."""
        return self.under or self.telling


def _pieces(entry: Entry, free: Sequence[TextLine], above: Box | None, form: FormLayout) -> list[_Piece]:
    """The pieces that look like the value, and whether they stand below the print *above*."""
    fits = [(segment, fit) for segment in free if (fit := match(entry.value, printed([segment]))) is not None]
    return [_Piece(segment, fit, above is not None and _is_under(form, segment.box, above)) for segment, fit in fits]


def _best(pieces: Sequence[_Piece], entry: Entry) -> _Piece | None:
    """The piece that is used: one below the print of another field first."""
    if not pieces:
        return None
    _, best = max(enumerate(pieces), key=lambda numbered: _rank(entry, *numbered))
    return replace(best, telling=_is_telling(best.fit, [piece.fit for piece in pieces]))


def _is_under(form: FormLayout, box: Box, above: Box) -> bool:
    """Whether *box* is the next line below *above*, flush with it and as large."""
    small, large = sorted((box.height, above.height))
    is_flush = abs(box.x0 - above.x0) < FLUSH * above.height
    return is_flush and large < ALIKE * small and form.is_next_line(above, box, NEXT_LINE)


def _is_telling(fit: Match, others: Sequence[Match]) -> bool:
    """Whether *fit* has more than digits, and none of the *others* looks as much like the value but says something
    else."""
    texts = {tuple(text for _, _, text in other.parts) for other in others if other.likeness >= fit.likeness}
    return len(texts) == 1 and not any(text.isdigit() for _, _, text in fit.parts)


def _rank(entry: Entry, index: int, piece: _Piece) -> tuple[float, ...]:
    return (piece.under, piece.fit.is_read, piece.fit.likeness, RANKS[entry.prefer](piece.segment, index), index)


def _clear_height(segment: TextLine, _: int) -> float:
    """The height of *segment*; none of one that is unclear, such as a seal's own text, whose box is that of an arc."""
    return segment.box.height if is_clear(segment) else 0.0


RANKS: Mapping[str, Callable[[TextLine, int], float]] = {
    "first": lambda _, index: -index,
    "last": lambda _, index: index,
    "largest": _clear_height,
}
