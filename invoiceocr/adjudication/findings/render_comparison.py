"""What the recognized pixels of a page say whose characters are known: what agrees, what differs, and what surely
differs.

A misreading must never become an accusation: a print surely differs only if two looks at it read the same, and neither
of them considered the stated value possible.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import product

from invoiceocr.adjudication.findings.conflicts import is_key
from invoiceocr.adjudication.fusion import comparable
from invoiceocr.decoding.grammars import spelling
from invoiceocr.decoding.nbest import ANYTHING, decode_nbest
from invoiceocr.evidence.candidate import Candidate
from invoiceocr.evidence.finding import finding
from invoiceocr.evidence.row_paths import ITEM, item_count
from invoiceocr.kinds import KindSpec, field_of
from invoiceocr.proof import Finding
from invoiceocr.values import confusion, tax_id

UNSURE = "pixels-unsure"
CLEAR = 0.8  # probability that a look must give to its value
# probability of the stated value from which a look doesn't rule it out
FAINT = 1e-3
# confidence that a print without a lattice needs; one with a lattice on which two looks agree has at least that
SURE = 0.95
MONEY = "money"  # the type of checked cells of rows
TAX_ID = "tax_id"  # the type whose check digits reveal a misreading
CURRENCY = ("¥", "￥")
_POINT = re.compile(r"[.,]")


@dataclass(frozen=True, slots=True)
class Comparison:
    """The printed candidates that agree with what is stated, those of checked fields that differ, and those of fields
    that are not stated."""

    agreeing: tuple[Candidate, ...] = ()
    differing: tuple[Candidate, ...] = ()
    added: tuple[Candidate, ...] = ()


def compare(stated: Iterable[Candidate], printed: Sequence[Candidate], spec: KindSpec | None) -> Comparison:
    """*printed*, by how it relates to *stated*. Item rows count only if both have the same number."""
    known = [candidate for candidate in stated if candidate.value is not None]
    legible = _legible(printed, same_rows=item_count(known) == item_count(printed))
    values = _values(known, spec)
    agreeing = [c for c in legible if comparable(c.path, c.value, spec) in values.get(c.path, ())]
    settled = {candidate.path for candidate in agreeing}
    others = [candidate for candidate in legible if candidate.path not in settled]
    return Comparison(
        # characters need no repair
        agreeing=tuple(replace(candidate, lattice=None) for candidate in agreeing),
        differing=tuple(c for c in others if c.path in values and is_checked(c.path, spec)),
        added=tuple(c for c in others if c.path not in values and not ITEM.match(c.path)),
    )


def surely_differs(
    looks: Sequence[Candidate],
    stated: Iterable[Candidate],
    is_known: Callable[[str], bool],
    spec: KindSpec | None,
) -> bool:
    """Whether *looks* at one print of a field surely say something else than *stated* does. *is_known* says whether the
    recognizer knows all characters of a text; it can only misread others."""
    path = looks[0].path
    if len(looks) < 2 or len({comparable(path, look.value, spec) for look in looks}) != 1:
        return False
    against = [c for c in stated if c.path == path and c.value is not None]
    if not all(is_known(str(candidate.value)) for candidate in against):
        return False
    return all(_differs(look, candidate, spec) for look, candidate in product(looks, against))


def _differs(look: Candidate, stated: Candidate, spec: KindSpec | None) -> bool:
    """Whether *look* is neither a part nor a misreading of what is *stated*, and doesn't consider it possible."""
    if _is_torn(look, stated) or _is_misread(look, stated, spec):
        return False
    return _rules_out(look, stated.value, spec)


def witness(looks: Sequence[Candidate]) -> Candidate:
    """The candidate for *looks* that say the same, with their combined confidence."""
    doubt = 1.0
    for look in looks:
        doubt *= 1.0 - look.confidence
    return replace(looks[0], confidence=max(SURE, 1.0 - doubt), lattice=None, confirmed=True)


def unconfirmed(
    own: Iterable[Candidate],
    agreeing: Iterable[Candidate],
    is_known: Callable[[str], bool],
    spec: KindSpec | None,
) -> tuple[str, ...]:
    """The key fields that the page states in characters and no print agrees with. Fields that were already reported as
    not seen are left out, and so are names that contain characters the recognizer doesn't know."""
    settled = {candidate.path for candidate in agreeing}
    stated = (c for c in own if is_key(c.path, spec) and c.value is not None and c.source != "ocr" and not c.unseen)
    return tuple(dict.fromkeys(c.path for c in stated if c.path not in settled and is_known(c.text)))


def misread(looks: Iterable[Candidate], stated: Sequence[Candidate], spec: KindSpec | None) -> frozenset[str]:
    """The paths of tax ids that each of *looks* misreads: they differ from what is *stated* in one look-alike, which
    breaks the check digits. No other id can be meant, since two valid ids differ in more than one character."""
    right: dict[str, bool] = {}
    for look in looks:
        against = [c for c in stated if c.path == look.path and c.value is not None]
        near = bool(against) and all(_is_misread(look, candidate, spec) for candidate in against)
        right[look.path] = right.get(look.path, True) and near
    return frozenset(path for path, near in right.items() if near)


def unsure(paths: Iterable[str]) -> tuple[Finding, ...]:
    """A finding for each field whose print could not be read as the characters state it."""
    return tuple(
        finding(
            UNSURE,
            "warning",
            (
                f"{path} 的画面未能读出与文字相同的内容，请人工核对",
                f"the print of {path} could not be read as what the characters say: look at it",
            ),
            (path,),
        )
        for path in paths
    )


def _legible(printed: Iterable[Candidate], *, same_rows: bool) -> list[Candidate]:
    """The *printed* candidates with a value; those of item rows only with *same_rows*."""
    return [c for c in printed if c.value is not None and (same_rows or not ITEM.match(c.path))]


def _values(candidates: Iterable[Candidate], spec: KindSpec | None) -> dict[str, set[object]]:
    values: dict[str, set[object]] = {}
    for candidate in candidates:
        values.setdefault(candidate.path, set()).add(comparable(candidate.path, candidate.value, spec))
    return values


def is_checked(path: str, spec: KindSpec | None) -> bool:
    """Whether the print of the field at *path* may contradict its characters; *spec* is what is known of its kind, or
    None."""
    field = field_of(path, spec)
    return is_key(path, spec) or (field is not None and ITEM.match(path) is not None and field.type.name == MONEY)


def _is_torn(look: Candidate, stated: Candidate) -> bool:
    """Whether the two differ only in a point, or in characters at an end that a crop may have lost or taken from its
    neighbors. A figure behind its currency sign has no neighbor."""
    printed, known = str(look.value), str(stated.value)
    if _POINT.sub("", printed) == _POINT.sub("", known) or printed in known:
        return True
    return known in printed and not look.text.startswith(CURRENCY)


def _is_misread(look: Candidate, stated: Candidate, spec: KindSpec | None) -> bool:
    """Whether *look* reads one look-alike in the tax id *stated*, and therefore an id whose check digits are wrong."""
    field, read, known = field_of(look.path, spec), str(look.value), str(stated.value)
    if field is None or field.type.name != TAX_ID or len(read) != len(known):
        return False
    other = [(one, two) for one, two in zip(read, known, strict=True) if one != two]
    alike = len(other) == 1 and other[0][1] in confusion.alternatives("tax_id", other[0][0])
    return alike and tax_id.is_valid(known) and not tax_id.is_valid(read)


def _rules_out(look: Candidate, value: object, spec: KindSpec | None) -> bool:
    if look.lattice is None:
        return look.confidence >= SURE
    return _probability(look, look.value, spec) >= CLEAR and _probability(look, value, spec) < FAINT


def _probability(look: Candidate, value: object, spec: KindSpec | None) -> float:
    """The probability of all texts in the lattice that give *value*."""
    assert look.lattice is not None
    spelled, wanted = spelling(look.path, spec), comparable(look.path, value, spec)
    best = 0.0
    for grammar in spelled.grammars if spelled else (ANYTHING,):
        found = [
            (one.probability, spelled.parse(one.text) if spelled else one.text)
            for one in decode_nbest(look.lattice, grammar)
        ]
        best = max(
            best, sum(p for p, made in found if made is not None and comparable(look.path, made, spec) == wanted)
        )
    return best
