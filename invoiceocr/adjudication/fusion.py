"""`fuse`: one value for each field, chosen from the statements of its witnesses by source rank, confidence and
repetition.

Nothing is averaged: the value is always one that a witness gave.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.evidence.qr_witness import PROVEN
from invoiceocr.evidence.row_paths import ITEM, item_count
from invoiceocr.evidence.second_reading import SURE
from invoiceocr.kinds import FieldSpec, KindSpec, field_of
from invoiceocr.proof import WitnessSource
from invoiceocr.settings import PRECEDENCE
from invoiceocr.text.lines import match_key

Ranks = Mapping[str, int]
UNREAD = 0  # the rank of a value that no source states: a sum of others
# times the height of its part, from which a text has more lines
MORE_LINES = 1.5
# what a second print of the same value elsewhere on the page adds to its support
REPEATED = 0.3


@dataclass(frozen=True, slots=True)
class Fused:
    """A fused field: the candidate that gave the value, the candidates that agree, and those that contradict. `spec` is
    what the invoice's kind knows of the field; None if no kind has it."""

    chosen: Candidate
    agreeing: tuple[Candidate, ...]
    contradicting: tuple[Candidate, ...] = ()
    spec: FieldSpec | None = None

    @property
    def sources(self) -> frozenset[WitnessSource]:
        """The sources that agree on the value."""
        return frozenset(candidate.source for candidate in self.agreeing)

    @property
    def placed(self) -> bool:
        """Whether a witness stands where it can only belong to this field."""
        return any(candidate.placed for candidate in self.agreeing)

    def key(self, value: object) -> object:
        """The form of *value* in which it is compared with other values of the field."""
        return _key(value, self.spec)


def ranks(order: Iterable[str] = ()) -> Ranks:
    """The rank of each source by its name: those of *order* first, then the others in the order of `PRECEDENCE`. A QR
    code counts as `qr` only if its CRC is correct, otherwise as `plain_qr`."""
    names = list(dict.fromkeys((*order, *PRECEDENCE)))
    return {name: len(names) - index for index, name in enumerate(names)}


USUAL = ranks()


def fuse(candidates: Iterable[Candidate], spec: KindSpec | None, trust: Ranks = USUAL) -> dict[str, Fused]:
    """The fused fields of an invoice, by path. Item rows are those of the most trusted source that has any. Candidates
    whose text gave no value are left out."""
    by_path: dict[str, list[Candidate]] = {}
    for candidate in _with_one_table([candidate for candidate in candidates if candidate.value is not None], trust):
        by_path.setdefault(candidate.path, []).append(candidate)
    return {path: _fused(found, field_of(path, spec), trust) for path, found in by_path.items() if path != "kind"}


def row_counts(candidates: Iterable[Candidate]) -> dict[WitnessSource, int]:
    """The number of item rows for each source that has any."""
    found = list(candidates)
    sources = dict.fromkeys(candidate.source for candidate in found)
    counts = {source: item_count(c for c in found if c.source == source) for source in sources}
    return {source: count for source, count in counts.items() if count}


def _with_one_table(candidates: list[Candidate], trust: Ranks) -> list[Candidate]:
    """*candidates* without the item rows of sources whose number of rows differs from that of the most trusted one."""
    counts = row_counts(candidates)
    if len(counts) < 2:
        return candidates
    best = max(counts, key=lambda source: trust[source])
    dropped = {source for source in counts if counts[source] != counts[best]}
    return [c for c in candidates if not (c.source in dropped and ITEM.match(c.path))]


def _fused(found: list[Candidate], spec: FieldSpec | None, trust: Ranks) -> Fused:
    groups: dict[object, list[Candidate]] = {}
    for candidate in found:
        groups.setdefault(_key(candidate.value, spec), []).append(candidate)
    best = max(groups.values(), key=lambda group: _support(group, trust))
    best = next((group for group in groups.values() if _completes(group[0], best[0])), best)
    chosen = max(best, key=lambda c: (rank(c, trust), not c.second, c.confidence))
    rest = [candidate for candidate in found if candidate not in best]
    return Fused(chosen, tuple(best), tuple(rest), spec)


def _completes(whole: Candidate, part: Candidate) -> bool:
    """Whether *part* is an OFD tag that points to one of several printed lines, all of which *whole* contains."""
    if whole.source != "ofd" or part.source != "ofd" or whole.box is None or part.box is None:
        return False
    if not isinstance(whole.value, str) or not isinstance(part.value, str):
        return False
    inside = whole.box.contains(part.box.cx, part.box.cy) and whole.box.height > MORE_LINES * part.box.height
    less, more = match_key(part.value), match_key(whole.value)
    return inside and less != more and less in more


def _support(group: list[Candidate], trust: Ranks) -> tuple[int, float]:
    """The sort key of a group of equal values: the rank of its best witness, then confidence plus repetition."""
    best = max(rank(candidate, trust) for candidate in group)
    sure = max(candidate.confidence for candidate in group if rank(candidate, trust) == best)
    return best, sure + REPEATED * (len(group) - 1)


def rank(candidate: Candidate, trust: Ranks = USUAL) -> int:
    """The rank of the candidate's source; an unsure second reading comes last."""
    if candidate.second and candidate.confidence < SURE:
        return 0
    name = "plain_qr" if candidate.source == "qr" and candidate.confidence < PROVEN else candidate.source
    return trust.get(name, UNREAD)


def with_witnesses(chosen: Candidate, others: Iterable[Candidate], spec: FieldSpec | None) -> Fused:
    """The field with the value of *chosen*; each of *others* agrees with it or contradicts it."""
    key = _key(chosen.value, spec)
    agreeing: list[Candidate] = [chosen]
    contradicting: list[Candidate] = []
    for other in others:
        (agreeing if _key(other.value, spec) == key else contradicting).append(other)
    return Fused(chosen, tuple(agreeing), tuple(contradicting), spec)


def comparable(path: str, value: object, spec: KindSpec | None) -> object:
    """The form of *value* in which two statements about the field at *path* are compared; *spec* is what is known of
    its kind, or None."""
    return _key(value, field_of(path, spec))


def _key(value: object, spec: FieldSpec | None) -> object:
    if isinstance(value, Decimal):
        return value.normalize()
    if not isinstance(value, str):
        return value
    key = spec.type.key(value) if spec else match_key(value)
    return key.upper() if isinstance(key, str) else key
