"""Identifiers that a paper prints twice, such as code and number of a paper invoice: with the form, and again by the
issuer's printer in another typeface. Each print is a witness of the other, as it is for a person who compares them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from invoiceocr.adjudication.fusion import Fused
from invoiceocr.evidence.candidate import Candidate
from invoiceocr.geometry import overlap

# the calibration group of values in which no character follows from the others
IDENTIFIERS = "identifiers"
# confidence that a print needs to be a witness; what is misread twice alike on degraded pages has less
CLEAR = 0.98


def is_repeated(field: Fused) -> bool:
    """Whether the value of *field* was read in two places of one page, clearly by both recognizers, and nothing
    contradicts it."""
    if field.sources != {"ocr"} or not _is_identifier(field):
        return False
    if any(other.value is not None for other in field.contradicting):
        return False
    return _is_clear_twice([c for c in field.agreeing if c.placed and c.confidence >= CLEAR])


def _is_clear_twice(prints: Sequence[Candidate]) -> bool:
    """Whether both recognizers read *prints* in two places."""
    first = [c for c in prints if not c.second]
    again = {_place(c) for c in prints if c.second}
    return any(_are_apart(a, b) and {_place(a), _place(b)} <= again for a, b in combinations(first, 2))


def _place(candidate: Candidate) -> tuple[int, tuple[float, ...] | None]:
    return candidate.page, candidate.box.as_tuple() if candidate.box else None


def _are_apart(a: Candidate, b: Candidate) -> bool:
    """Whether both are separate prints on the same page."""
    if a.box is None or b.box is None or a.page != b.page:
        return False
    return not overlap(a.box, b.box)


def _is_identifier(field: Fused) -> bool:
    return field.spec is not None and field.spec.type.group == IDENTIFIERS and isinstance(field.chosen.value, str)
