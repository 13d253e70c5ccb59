"""The doubtful stretches of a long line: a slower recognizer reads only these, and the rest stays as it was read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from invoiceocr.ocr import ctc
from invoiceocr.page import Lattice

# probability of a character, or of nothing being lost beside it, below which it is read again
DOUBTED = 0.9
# steps: how near to a doubtful character others are read with it; about one Chinese character
CONTEXT = 5
# steps on both sides of a stretch that are read with it and then dropped
MARGIN = 5
# steps: shorter lines, among them all codes and sums, are read again as a whole
LONG = 60
# share of the line: if this much is doubtful, all of it is read again
WORTH = 0.6


@dataclass(frozen=True, slots=True)
class Stretch:
    """The lattice steps start..stop-1 of a line, and whether to read them again."""

    start: int
    stop: int
    doubtful: bool


def stretches(reading: ctc.Reading) -> list[Stretch]:
    """The stretches of a line one after another; none if the line is short or mostly doubtful."""
    length, peaks = len(reading.lattice.characters), reading.character_steps
    near = _near_doubt(reading)
    if length < LONG or sum(near) >= WORTH * len(near):
        return []
    edges = [i for i in range(1, len(near)) if near[i] != near[i - 1]]
    cuts = [0, *((peaks[edge - 1] + peaks[edge] + 1) // 2 for edge in edges), length]
    return [Stretch(*ends, near[first]) for ends, first in zip(pairwise(cuts), [0, *edges], strict=True)]


def _near_doubt(reading: ctc.Reading) -> list[bool]:
    """For each character, whether a doubtful one stands near it."""
    sure = [1.0 if char.isspace() else p for p, char in zip(reading.character_confidences, reading.text, strict=True)]
    beside = np.minimum(reading.between[:-1], reading.between[1:])
    peaks = np.array(reading.character_steps)
    doubtful = peaks[np.minimum(sure, beside) < DOUBTED]
    near: list[bool] = (np.abs(peaks[:, None] - doubtful) <= CONTEXT).any(axis=1).tolist()
    return near


def within(reading: ctc.Reading, start: int, stop: int) -> ctc.Reading:
    """What *reading* says in its steps start..stop-1."""
    peaks = np.array(reading.character_steps)
    first, last = np.searchsorted(peaks, (start, stop)).tolist()
    text, sure = reading.text[first:last], reading.character_confidences[first:last]
    between = reading.between[first : last + 1]
    steps = tuple((peaks[first:last] - start).tolist())
    return ctc.Reading(text, ctc.whole(text, sure, between), sure, steps, between, reading.lattice.steps(start, stop))


def joined(readings: Sequence[ctc.Reading]) -> ctc.Reading:
    """The *readings* of consecutive stretches as one; where two meet, the less sure one counts."""
    text = "".join(each.text for each in readings)
    sure = tuple(p for each in readings for p in each.character_confidences)
    between = [1.0]
    steps: list[int] = []
    start = 0
    for each in readings:
        between = [*between[:-1], min(between[-1], each.between[0]), *each.between[1:]]
        steps += [start + step for step in each.character_steps]
        start += len(each.lattice.characters)
    rows = tuple(row for each in readings for row in each.lattice.characters)
    lattice = Lattice(rows, np.concatenate([each.lattice.probabilities for each in readings]))
    return ctc.Reading(text, ctc.whole(text, sure, between), sure, tuple(steps), tuple(between), lattice)
