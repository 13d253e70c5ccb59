"""Where a reading differs from the truth, and whether the lattice knew better."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from bench.recognizers import Read, compared
from invoiceocr.ocr.ctc import BEST


@dataclass(slots=True)
class Misreads:
    """Counts of characters exchanged, lost and added; `ranks[n]`: how often the right one was the n-th of its step
    (0: not among the BEST)."""

    exchanged: int = 0
    lost: int = 0
    added: int = 0
    ranks: list[int] = field(default_factory=lambda: [0] * (BEST + 1))


def misreads(found: Iterable[Read]) -> Misreads:
    """The misread characters of all readings."""
    counts = Misreads()
    for each in found:
        if not each.right:
            _count(counts, each)
    return counts


def _count(counts: Misreads, found: Read) -> None:
    steps = _steps(found)
    for tag, a, b, c, d in SequenceMatcher(None, found.text, found.truth, autojunk=False).get_opcodes():
        exchanged = min(b - a, d - c) if tag == "replace" else 0
        counts.exchanged += exchanged
        if tag != "equal":
            counts.added += (b - a) - exchanged
            counts.lost += (d - c) - exchanged
        for place in range(exchanged):
            counts.ranks[_rank(found, steps[a + place], found.truth[c + place])] += 1


def _steps(found: Read) -> list[int]:
    """The step at which each character of the folded text was emitted."""
    pairs = zip(found.reading.text, found.reading.character_steps, strict=True)
    return [step for char, step in pairs for _ in compared(char)]


def _rank(found: Read, step: int, wanted: str) -> int:
    """The place of *wanted* among the characters of *step*, the blank not counted; 0 if it is not there."""
    lattice = found.reading.lattice
    named = zip(lattice.characters[step], lattice.probabilities[step].tolist(), strict=True)
    names = [compared(char) for char, probability in named if char and probability > 0]
    return names.index(wanted) + 1 if wanted in names else 0
