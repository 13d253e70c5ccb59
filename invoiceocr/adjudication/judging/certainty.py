"""`certain`: the fields whose characters are beyond doubt, and that stand where they can only be these fields.

Characters of a text layer or an attachment are exact. Pixels are certain if two recognizers of different make surely
read them alike, a longer cut shows no more of the print (a detector that loses an end of a line misleads both), and
nothing else that was read for the field differs. This is no proof by itself: a rule must relate the value to others, or
to a structure that a misreading would break (`certain_only` in rule packs). Such relations are loose, so that another
number of the page may fulfill them, too: what only its look places is not certain.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from invoiceocr.adjudication.fusion import Fused
from invoiceocr.evidence.candidate import IN_CHARACTERS, Candidate

FIRST, SECOND = 0.9, 0.7  # the confidence that each of two readings needs
TOGETHER = 1.5e-3  # the largest product of their doubts


def certain(fused: Mapping[str, Fused], corrected: Collection[str] = ()) -> tuple[str, ...]:
    """The paths of *fused* fields that are placed and whose characters are certain; *corrected* ones are not, because
    nobody read them as they are."""
    return tuple(path for path, field in fused.items() if field.placed and path not in corrected and _is_certain(field))


def _is_certain(field: Fused) -> bool:
    if any(candidate.source in IN_CHARACTERS and not candidate.unseen for candidate in field.agreeing):
        return True
    return not _prints(field.contradicting) and _is_read_alike(_prints(field.agreeing))


def _prints(candidates: Iterable[Candidate]) -> list[Candidate]:
    """The candidates that were recognized in pixels."""
    return [candidate for candidate in candidates if candidate.source == "ocr"]


def _is_read_alike(prints: Sequence[Candidate]) -> bool:
    """Whether both recognizers read the value so clearly that together they are hardly ever wrong."""
    first = min((_doubt(c) for c in prints if not c.second), default=1.0)
    second = min((_doubt(c) for c in prints if c.second and c.whole), default=1.0)
    return first <= 1.0 - FIRST and second <= 1.0 - SECOND and first * second <= TOGETHER


def _doubt(candidate: Candidate) -> float:
    return 1.0 - candidate.confidence
