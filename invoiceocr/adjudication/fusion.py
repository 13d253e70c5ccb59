"""All that the witnesses say about a field becomes one value, with those that agree and those that don't.

Nothing is averaged and nothing is made up: the value is one that a witness gave.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.evidence.draft import ITEM, item_count
from invoiceocr.evidence.qr_witness import PROVEN
from invoiceocr.evidence.second_reading import SURE
from invoiceocr.proof import WitnessSource
from invoiceocr.settings import PRECEDENCE
from invoiceocr.text.lines import match_key
from invoiceocr.values import chinese_amount

Ranks = Mapping[str, int]
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


def ranks(order: Iterable[str] = ()) -> Ranks:
    """How early each source is believed, by its name: those of *order* first, then the others as `PRECEDENCE` has
    them. A QR code counts as `qr` only if its CRC verifies, else as `plain_qr`."""
    names = list(dict.fromkeys((*order, *PRECEDENCE)))
    return {name: len(names) - index for index, name in enumerate(names)}


USUAL = ranks()


def fuse(candidates: Iterable[Candidate], trust: Ranks = USUAL) -> dict[str, Fused]:
    """The fused fields by path; item rows are those of the most trusted source that has any. Candidates whose text
    made no value are left out."""
    by_path: dict[str, list[Candidate]] = {}
    for candidate in _with_one_table([candidate for candidate in candidates if candidate.value is not None], trust):
        by_path.setdefault(candidate.path, []).append(candidate)
    return {path: _fused(found, trust) for path, found in by_path.items() if path != "kind"}


def row_counts(candidates: Iterable[Candidate]) -> dict[WitnessSource, int]:
    """How many item rows each source that has any tells of."""
    found = list(candidates)
    sources = dict.fromkeys(candidate.source for candidate in found)
    counts = {source: item_count(c for c in found if c.source == source) for source in sources}
    return {source: count for source, count in counts.items() if count}


def _with_one_table(candidates: list[Candidate], trust: Ranks) -> list[Candidate]:
    """*candidates* without item rows of sources that count them differently from the most trusted one."""
    counts = row_counts(candidates)
    if len(counts) < 2:
        return candidates
    best = max(counts, key=lambda source: trust[source])
    dropped = {source for source in counts if counts[source] != counts[best]}
    return [c for c in candidates if not (c.source in dropped and ITEM.match(c.path))]


def _fused(found: list[Candidate], trust: Ranks) -> Fused:
    groups: dict[object, list[Candidate]] = {}
    for candidate in found:
        groups.setdefault(comparable(candidate.path, candidate.value), []).append(candidate)
    best = max(groups.values(), key=lambda group: _support(group, trust))
    chosen = max(best, key=lambda c: (rank(c, trust), not c.second, c.confidence))
    rest = [candidate for candidate in found if candidate not in best]
    return Fused(chosen, tuple(best), tuple(rest))


def _support(group: list[Candidate], trust: Ranks) -> tuple[int, float]:
    """The rank of a value's best witness, then how sure and how often it was read."""
    best = max(rank(candidate, trust) for candidate in group)
    sure = max(candidate.confidence for candidate in group if rank(candidate, trust) == best)
    return best, sure + REPEATED * (len(group) - 1)


def rank(candidate: Candidate, trust: Ranks = USUAL) -> int:
    """How early the candidate's source is believed; an unsure second reading after all others."""
    if candidate.second and candidate.confidence < SURE:
        return 0
    return trust["plain_qr" if candidate.source == "qr" and candidate.confidence < PROVEN else candidate.source]


def comparable(path: str, value: object) -> object:
    """The form of *value* in which two witnesses' words are compared."""
    if isinstance(value, Decimal):
        return value.normalize()
    if path == "total_in_words" and isinstance(value, str):
        return chinese_amount.parse(value) or match_key(value)
    return match_key(value).upper() if isinstance(value, str) else value
