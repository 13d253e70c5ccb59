"""CTC decoding: from class probabilities a step to text, how sure it is, and what else it could be."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from invoiceocr.ocr.charset import BLANK
from invoiceocr.ocr.session import Floats
from invoiceocr.page import Lattice

BEST = 5  # characters a lattice step keeps
FAINTEST = 1e-4  # probability below which a character is no alternative
BLANK_CLASS = 0


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """A decoded line: text, the probability that all of it is right, a probability and the emitting step of each
    character, and the lattice of the alternatives."""

    text: str
    confidence: float
    character_confidences: tuple[float, ...]
    character_steps: tuple[int, ...]
    lattice: Lattice


def decode(probabilities: Floats, charset: tuple[str, ...]) -> Reading:
    """The best reading of T×C class probabilities (rows sum to 1, class 0 is the blank)."""
    best = probabilities.argmax(axis=1)
    starts, stops = _runs(best)
    peaks = [
        start + int(probabilities[start:stop, best[start]].argmax()) for start, stop in zip(starts, stops, strict=True)
    ]
    sure = [
        _confidence(probabilities, int(best[start]), start, stop) for start, stop in zip(starts, stops, strict=True)
    ]
    return Reading(
        text="".join(charset[best[step]] for step in peaks),
        confidence=float(np.prod(sure)) if sure else 0.0,
        character_confidences=tuple(sure),
        character_steps=tuple(peaks),
        lattice=lattice(probabilities, charset),
    )


def lattice(probabilities: Floats, charset: tuple[str, ...]) -> Lattice:
    """The BEST characters of each step with their probabilities; empty places are blanks of probability 0."""
    steps, classes = np.nonzero(probabilities > FAINTEST)
    values = probabilities[steps, classes]
    order = np.lexsort((-values, steps))
    steps, classes, values = steps[order], classes[order], values[order]
    rank = np.arange(len(steps)) - np.searchsorted(steps, steps)
    kept = rank < BEST
    table = np.zeros((len(probabilities), BEST), np.float32)
    names = np.full((len(probabilities), BEST), BLANK_CLASS)
    table[steps[kept], rank[kept]] = values[kept]
    names[steps[kept], rank[kept]] = classes[kept]
    return Lattice(tuple(tuple(charset[c] for c in row) for row in names), table)


def _runs(best: NDArray[np.intp]) -> tuple[list[int], list[int]]:
    """Where runs of the same non-blank class start and stop."""
    edges = np.flatnonzero(np.diff(best)) + 1
    bounds = np.concatenate(([0], edges, [len(best)]))
    pairs = [(int(a), int(b)) for a, b in zip(bounds[:-1], bounds[1:], strict=True) if best[a] != BLANK_CLASS]
    return [a for a, _ in pairs], [b for _, b in pairs]


def _confidence(probabilities: Floats, label: int, start: int, stop: int) -> float:
    """The probability that *label* is emitted once within the steps: every path over label and blank but the all-blank."""
    blank = probabilities[start:stop, BLANK_CLASS].astype(np.float64)
    either = blank + probabilities[start:stop, label]
    return float(min(1.0, np.prod(either) - np.prod(blank)))


__all__ = ["BEST", "BLANK", "Reading", "decode", "lattice"]
