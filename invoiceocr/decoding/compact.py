"""`compact`: a lattice without what decoding never uses, small enough to be stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from invoiceocr.decoding.nbest import SILENT
from invoiceocr.page import Lattice

# probability of a character below which no reading that uses it is ever kept
LEAST = 1e-6
SILENCE: dict[str, float] = {"": 1.0}
"""The step that stands for all in which no character is likely enough to be read."""


def compact(lattice: Lattice) -> Lattice:
    """*lattice* with each run of silent steps as one step, and without characters too faint to matter: it decodes to
    the same texts."""
    steps: list[dict[str, float]] = []
    for characters, probabilities in zip(lattice.characters, lattice.probabilities.tolist(), strict=True):
        step = _step(characters, probabilities)
        if step is not SILENCE or not steps or steps[-1] is not SILENCE:
            steps.append(step)
    return _lattice(steps)


def _lattice(steps: Sequence[Mapping[str, float]]) -> Lattice:
    """The lattice of *steps*, each with probabilities by character; short ones are filled up with impossible blanks."""
    width = max(map(len, steps), default=0)
    characters = [[*step, *[""] * (width - len(step))] for step in steps]
    probabilities = [[*step.values(), *[0.0] * (width - len(step))] for step in steps]
    return Lattice(tuple(map(tuple, characters)), np.array(probabilities, np.float32).reshape(len(steps), width))


def _step(characters: tuple[str, ...], probabilities: list[float]) -> dict[str, float]:
    """The characters of a step that matter, with their probabilities; `SILENCE` if nothing is emitted."""
    found = {c: p for c, p in zip(characters, probabilities, strict=True) if p > 0.0}
    if sum(probability for character, probability in found.items() if character) <= SILENT:
        return SILENCE
    return {character: probability for character, probability in found.items() if probability >= LEAST}
