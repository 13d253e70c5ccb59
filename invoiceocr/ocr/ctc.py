"""CTC decoding: from class probabilities for each step to a text, its probability, and its alternatives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import prod
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from invoiceocr.ocr.session import Floats
from invoiceocr.page import Lattice

BEST = 5  # how many characters a lattice step keeps
# probability below which a character is no alternative
FAINTEST = 1e-4
BLANK_CLASS = 0
BLANKS = ("",) * BEST


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """A decoded line: its text; the probability that all of it, apart from spaces, is right; the probability and the
    emitting step of each character; the probability that nothing is lost before each character and after the last; and
    the lattice of the alternatives."""

    text: str
    confidence: float
    character_confidences: tuple[float, ...]
    character_steps: tuple[int, ...]
    between: tuple[float, ...]
    lattice: Lattice


NOTHING = Reading("", 0.0, (), (), (1.0,), Lattice((), np.zeros((0, BEST), np.float32)))


def decode(probabilities: Floats, charset: tuple[str, ...]) -> Reading:
    """The best reading of T×C class probabilities (rows sum to 1, class 0 is the blank)."""
    classes, table = _best(probabilities)
    runs = list(_runs(classes[:, 0]))
    peaks = tuple(start + int(table[start:stop, 0].argmax()) for start, stop in runs)
    sure = tuple(_confidence(probabilities, int(classes[start, 0]), start, stop) for start, stop in runs)
    said = tuple(charset[classes[step, 0]] for step in peaks)
    kept = _nothing_lost(probabilities, classes[:, 0])
    gaps = zip((0, *(stop for _, stop in runs)), (*(start for start, _ in runs), len(kept)), strict=True)
    between = tuple(float(kept[start:stop].min(initial=1.0)) for start, stop in gaps)
    return Reading(
        text="".join(said),
        confidence=whole("".join(said), sure, between),
        character_confidences=sure,
        character_steps=peaks,
        between=between,
        lattice=Lattice(tuple(_named(row, charset) for row in classes.tolist()), table),
    )


def whole(text: str, confidences: Sequence[float], between: Sequence[float]) -> float:
    """The probability that all of *text*, apart from spaces, is right and nothing is lost; 0 for an empty text."""
    shown = [p for p, char in zip(confidences, text, strict=True) if not char.isspace()]
    return prod(shown) * prod(between) if shown else 0.0


def _nothing_lost(probabilities: Floats, best: NDArray[np.intp]) -> Floats:
    """The probability for each step that no character is lost there: that of the blank, the space and the characters on
    both sides together; 1 where a character is emitted."""
    steps = np.arange(len(best))
    emits = best != BLANK_CLASS
    before = best[np.maximum.accumulate(np.where(emits, steps, 0))]
    after = best[::-1][np.maximum.accumulate(np.where(emits[::-1], steps, 0))][::-1]
    space = probabilities.shape[1] - 1  # the last class
    kept: Floats = probabilities[:, BLANK_CLASS] + probabilities[:, space]
    kept += np.where((before == BLANK_CLASS) | (before == space), 0.0, probabilities[steps, before])
    unsaid = (after == BLANK_CLASS) | (after == space) | (after == before)
    kept += np.where(unsaid, 0.0, probabilities[steps, after])
    kept[emits] = 1.0
    return kept


def _best(probabilities: Floats) -> tuple[NDArray[np.intp], Floats]:
    """The BEST classes of each step and their probabilities, both T×BEST, best first; missing classes are blanks with
    probability 0."""
    steps, classes = np.divmod(np.flatnonzero(probabilities > FAINTEST), probabilities.shape[1])
    values = probabilities[steps, classes]
    order = np.lexsort((-values, steps))
    steps, classes, values = steps[order], classes[order], values[order]
    rank = np.arange(len(steps)) - np.searchsorted(steps, steps)
    kept = rank < BEST
    names = np.full((len(probabilities), BEST), BLANK_CLASS, np.intp)
    table = np.zeros((len(probabilities), BEST), np.float32)
    names[steps[kept], rank[kept]] = classes[kept]
    table[steps[kept], rank[kept]] = values[kept]
    return names, table


def _named(classes: list[int], charset: tuple[str, ...]) -> tuple[str, ...]:
    """The characters of the BEST *classes* of a step; most steps have none but the blank."""
    return itemgetter(*classes)(charset) if any(classes) else BLANKS


def _runs(best: NDArray[np.intp]) -> Iterator[tuple[int, int]]:
    """(start, stop) of the runs of one and the same non-blank class."""
    edges = np.flatnonzero(np.diff(best)) + 1
    bounds = [0, *edges.tolist(), len(best)]
    return ((a, b) for a, b in pairwise(bounds) if a < b and best[a] != BLANK_CLASS)


def _confidence(probabilities: Floats, label: int, start: int, stop: int) -> float:
    """The probability that *label* is emitted within the steps: that of all paths over it and blanks, except the empty
    one."""
    blank: list[float] = probabilities[start:stop, BLANK_CLASS].tolist()
    own: list[float] = probabilities[start:stop, label].tolist()
    emitted: float = prod(a + b for a, b in zip(blank, own, strict=True)) - prod(blank)
    return min(1.0, emitted)
