"""All that the witnesses say about a field becomes one value, with those that agree and those that don't.

Nothing is averaged and nothing is made up: the value is one that a witness gave.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.evidence.draft import ITEM, item_count
from invoiceocr.evidence.qr_facts import PROVEN
from invoiceocr.lines import loose
from invoiceocr.proof import WitnessSource
from invoiceocr.values import chinese_amount

# who is believed first; a QR code counts as `qr` only if its CRC verifies
PRECEDENCE: Mapping[str, int] = {"caller": 7, "xml": 6, "ofd": 5, "qr": 4, "text_layer": 3, "plain_qr": 2, "ocr": 1}
REPEATED = 0.3  # what a second reading of the same value elsewhere on the page adds to its support


@dataclass(frozen=True, slots=True)
class Fused:
    """A field's value: the witness it was taken from, all that agree with it and all that don't."""

    chosen: Candidate
    agreeing: tuple[Candidate, ...]
    contradicting: tuple[Candidate, ...] = ()

    @property
    def sources(self) -> frozenset[WitnessSource]:
        """The sources that agree on the value."""
        return frozenset(candidate.source for candidate in self.agreeing)

    @property
    def placed(self) -> bool:
        """Whether a witness makes it sure that the value belongs to this field."""
        return any(candidate.placed for candidate in self.agreeing)


def fuse(candidates: Iterable[Candidate]) -> dict[str, Fused]:
    """The fused fields by path; item rows are those of the most trusted source that has any. Candidates whose text
    made no value are left out."""
    by_path: dict[str, list[Candidate]] = {}
    for candidate in _with_one_table([candidate for candidate in candidates if candidate.value is not None]):
        by_path.setdefault(candidate.path, []).append(candidate)
    return {path: _fused(found) for path, found in by_path.items() if path != "kind"}


def _with_one_table(candidates: list[Candidate]) -> list[Candidate]:
    """*candidates* without item rows of sources that count them differently from the most trusted one."""
    counts = {
        source: item_count(c for c in candidates if c.source == source) for source in {c.source for c in candidates}
    }
    with_rows = [source for source, count in counts.items() if count]
    if len(with_rows) < 2:
        return candidates
    best = max(with_rows, key=lambda source: PRECEDENCE[source])
    dropped = {source for source in with_rows if counts[source] != counts[best]}
    return [c for c in candidates if not (c.source in dropped and ITEM.match(c.path))]


def _fused(found: list[Candidate]) -> Fused:
    groups: dict[object, list[Candidate]] = {}
    for candidate in found:
        groups.setdefault(comparable(candidate.path, candidate.value), []).append(candidate)
    best = max(groups.values(), key=_support)
    chosen = max(best, key=lambda c: (rank(c), c.confidence))
    rest = [candidate for candidate in found if candidate not in best]
    return Fused(chosen, tuple(best), tuple(rest))


def _support(group: list[Candidate]) -> tuple[int, float]:
    """The rank of a value's best witness, then how sure and how often it was read."""
    best = max(rank(candidate) for candidate in group)
    sure = max(candidate.confidence for candidate in group if rank(candidate) == best)
    return best, sure + REPEATED * (len(group) - 1)


def rank(candidate: Candidate) -> int:
    """How early the candidate's source is believed."""
    plain = candidate.source == "qr" and candidate.confidence < PROVEN
    return PRECEDENCE["plain_qr" if plain else candidate.source]


def comparable(path: str, value: object) -> object:
    """The form of *value* in which two witnesses' words are compared."""
    if isinstance(value, Decimal):
        return value.normalize()
    if path == "total_in_words" and isinstance(value, str):
        return chinese_amount.parse(value) or loose(value)
    return loose(value).upper() if isinstance(value, str) else value
