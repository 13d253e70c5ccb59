"""`hypotheses`: the values that a field may have, decoded from its lattices and weighted relative to the current
one."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from invoiceocr.adjudication.fusion import Fused, comparable
from invoiceocr.decoding.grammars import Spelling, spelling
from invoiceocr.decoding.nbest import Grammar, decode_nbest
from invoiceocr.evidence.candidate import Candidate
from invoiceocr.evidence.row_paths import ITEM
from invoiceocr.evidence.second_reading import alike, lacks_cents
from invoiceocr.geometry import Box
from invoiceocr.kinds import KindSpec

# share of the current reading's probability; misread characters on degraded pages had 0.004 and more
FAINTEST = 1e-3
# the confidence of a number from which no other reading can reach that share
SURE = 1.0 - FAINTEST
MOST = 12  # how many options a field may have
# share of the best value's probability that the current value must have in its lattice
BORNE_OUT = 0.4
# the part of the doubt about a reading that is due to texts that its lattice doesn't contain
RESIDUAL = 0.1
LEAST_RESIDUAL = 1e-4  # recognizers are sometimes sure and wrong
# the chance that a field without a lattice is misread, if its reading is sure
UNKNOWN = 1e-3
# the same for the second recognizer, which sometimes loses a character and is sure nevertheless
SECOND = 0.005
EXACT = 1e-5  # the same for characters that were never pixels
# weight of "none of these" if a text gave no value
UNREAD = 0.1
# weight of an absent character, or of one that the alphabet doesn't have
NO_VALUE = 1e-3

Share = tuple[object, str, float]
"""A value, the likeliest text that makes it, and the probability of all texts that do."""


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """A value that a field may have, its text, and its probability relative to the current reading."""

    value: object
    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class Hypotheses:
    """The hypotheses of the field at *path*, most probable first. `current` is what was read (its value is None if the
    text could not be parsed), `residual` is the weight of all values that no lattice contains, and `legible` is the
    likelihood of the best value relative to a text that could not be parsed."""

    path: str
    options: tuple[Hypothesis, ...]
    current: Hypothesis
    residual: float
    legible: float = 0.0


@dataclass(frozen=True, slots=True)
class _Print:
    """The values decoded from one print, by their comparable form, with text and probability."""

    place: object
    shares: Mapping[object, Share]
    residual: float

    def share(self, key: object) -> float:
        return self.shares[key][2] if key in self.shares else self.residual


@dataclass(frozen=True, slots=True)
class _SecondPrint(_Print):
    """The same from the verification recognizer. It can't distinguish all characters, and it reads the same cut of the
    page: neither sees a minus outside that cut."""

    def share(self, key: object) -> float:
        known = (share for other, (_, _, share) in self.shares.items() if _blurred(other) == _blurred(key))
        return max(known, default=self.residual)


def _blurred(key: object) -> object:
    """*key* without what a second reading of the same cut can't distinguish."""
    return abs(key) if isinstance(key, Decimal) else alike(key)


@dataclass(frozen=True, slots=True)
class _Notation:
    """How values of the field at `path` are printed and compared according to its kind."""

    path: str
    spec: KindSpec | None
    # None if no rule restricts such a field: its lattices are not searched
    spelled: Spelling | None

    def key(self, value: object) -> object:
        """The comparable form of *value*."""
        return comparable(self.path, value, self.spec)

    def lacks_cents(self, value: object) -> bool:
        """Whether *value* is an amount whose cents were cut off."""
        return lacks_cents(self.path, value, self.spec)


def hypotheses(path: str, field: Fused | None, unread: Sequence[Candidate], spec: KindSpec | None) -> Hypotheses:
    """The hypotheses of a field, from all its prints together. Only the current value if an exact source states it or
    no lattice supports it. *field* is None if no text could be parsed; *unread* are such texts. *spec* is what is known
    of the kind, or None."""
    notation = _Notation(path, spec, spelling(path, spec))
    if field is None:
        found = _illegible(path, Hypothesis(None, unread[0].text, NO_VALUE), _prints(notation, unread))
        return replace(found, legible=found.legible / max(unread[0].confidence, FAINTEST))
    if not _is_pixels(field) or field.chosen.lattice is None or _is_sure(field):
        return _settled(path, field)
    prints = _prints(notation, [field.chosen, *field.agreeing, *field.contradicting, *unread])
    return _weighed(field, prints, notation) or _settled(path, field)


def _is_pixels(field: Fused) -> bool:
    return field.sources == {"ocr"}


def _is_sure(field: Fused) -> bool:
    """Whether no other reading can reach `FAINTEST`. Identifiers are always searched, since they may contain letters
    that their alphabet doesn't have. So are positive figures of rows, which may have lost their minus."""
    value, path = field.chosen.value, field.chosen.path
    open_ = isinstance(value, str) or (isinstance(value, Decimal) and value > 0 and ITEM.match(path) is not None)
    return field.chosen.confidence >= SURE and not open_ and not field.contradicting


def _settled(path: str, field: Fused) -> Hypotheses:
    current = Hypothesis(field.chosen.value, field.chosen.text, 1.0)
    doubt = max(UNKNOWN, 1.0 - field.chosen.confidence) if _is_pixels(field) else EXACT
    return Hypotheses(path, (current,), current, doubt)


def _prints(notation: _Notation, candidates: Iterable[Candidate]) -> list[_Print]:
    """The decoded prints of the field: the first one, its second reading, and prints elsewhere with the same value."""
    found = [_print(candidate, notation) for candidate in _distinct(candidates)] if notation.spelled else []
    return [other for other in found if other.place == found[0].place or other.shares.keys() & found[0].shares.keys()]


def _distinct(candidates: Iterable[Candidate]) -> list[Candidate]:
    """One candidate for each piece of print and each recognizer."""
    places: dict[object, Candidate] = {}
    for candidate in candidates:
        if candidate.source == "ocr" and candidate.lattice is not None:
            places.setdefault((_place(candidate), candidate.second), candidate)
    return list(places.values())


def _place(candidate: Candidate) -> tuple[int, Box | None]:
    return candidate.page, candidate.box


def _print(candidate: Candidate, notation: _Notation) -> _Print:
    shares = _shares(candidate, notation)
    # a sum without its cents was cut off and says nothing about the rest
    if candidate.value is None:
        shares = {key: share for key, share in shares.items() if not notation.lacks_cents(share[0])}
    # cut out of a text that gives no value
    elif not shares:
        shares[notation.key(candidate.value)] = (candidate.value, candidate.text, candidate.confidence)
    # what is left for values that no lattice lists
    best = max((share for _, _, share in shares.values()), default=0.0)
    make, least = (_SecondPrint, SECOND) if candidate.second else (_Print, LEAST_RESIDUAL)
    return make(_place(candidate), shares, max(least, RESIDUAL * (1.0 - best)))


def _shares(candidate: Candidate, notation: _Notation) -> dict[object, Share]:
    """The values as which the print can be read, each with its probability in the grammar that reads it best."""
    spelled = notation.spelled
    assert spelled is not None
    shares: dict[object, Share] = {}
    for grammar in spelled.grammars:
        for key, (value, text, probability) in _shares_under(grammar, spelled, candidate, notation).items():
            first = shares.get(key, (value, text, 0.0))
            shares[key] = (first[0], first[1], max(first[2], probability))
    return shares


def _shares_under(
    grammar: Grammar, spelled: Spelling, candidate: Candidate, notation: _Notation
) -> dict[object, Share]:
    """The values that the lattice has under *grammar*; texts with the same value share its probability."""
    assert candidate.lattice is not None
    read = decode_nbest(candidate.lattice, grammar)
    likely = ((text, found.probability * part) for found in read for text, part in spelled.variants(found.text))
    shares: dict[object, Share] = {}
    for text, probability in likely:
        value = spelled.parse(text)
        if value is not None:
            key = notation.key(value)
            first = shares.get(key, (value, text, 0.0))
            shares[key] = (first[0], first[1], first[2] + probability)
    return shares


def _weighed(field: Fused, prints: list[_Print], notation: _Notation) -> Hypotheses | None:
    """The hypotheses of all *prints*; None if the lattice doesn't support the current value."""
    shares = prints[0].shares if prints else {}
    if not shares:
        return None
    best = max(shares, key=lambda key: shares[key][2])
    path, read = notation.path, field.chosen
    key = notation.key(read.value)
    if key not in shares and isinstance(read.value, str) and best == _folded(notation, read.value):
        return _illegible(path, Hypothesis(read.value, read.text, NO_VALUE), prints)
    if key not in shares or shares[key][2] < BORNE_OUT * shares[best][2]:
        return None
    base = _together(prints, key)
    current = Hypothesis(read.value, read.text, 1.0)
    others = tuple(option for option in _options(prints, base) if notation.key(option.value) != key)
    ranked = tuple(sorted((current, *others), key=lambda option: -option.weight))
    return Hypotheses(path, ranked, current, math.prod(found.residual for found in prints) / base)


def _folded(notation: _Notation, text: str) -> object:
    """The comparable form of *text* once its look-alikes are folded; None if that is no value."""
    spelled = notation.spelled
    value = spelled.parse("".join(map(spelled.grammars[0].fold, text))) if spelled else None
    return None if value is None else notation.key(value)


def _illegible(path: str, current: Hypothesis, prints: list[_Print]) -> Hypotheses:
    """The hypotheses of a text that can't be parsed, or of a value with a character that such a field can't contain
    (the letter O in a tax id)."""
    base = max((_together(prints, key) for found in prints for key in found.shares), default=1.0)
    return Hypotheses(path, (*_options(prints, base), current), current, UNREAD, base if prints else 0.0)


def _together(prints: Iterable[_Print], key: object) -> float:
    return math.prod(found.share(key) for found in prints)


def _options(prints: Sequence[_Print], base: float) -> tuple[Hypothesis, ...]:
    """The values of all prints that are not too improbable compared with *base*, best first."""
    values = {key: (value, text) for found in reversed(prints) for key, (value, text, _) in found.shares.items()}
    found = [Hypothesis(value, text, _together(prints, key) / base) for key, (value, text) in values.items()]
    kept = [option for option in found if option.weight >= FAINTEST]
    return tuple(sorted(kept, key=lambda option: (-option.weight, option.text)))[:MOST]
