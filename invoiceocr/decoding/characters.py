"""The characters of a lattice one by one, each with what else the recognizer considered possible there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from invoiceocr.page import Lattice

# probability below which an alternative is noise
WORTH_SHOWING = 0.01

Step = dict[str, float]


@dataclass(frozen=True, slots=True)
class Character:
    """A recognized character and its position in the text, counted from 1. "" is a gap behind that position in which
    something might stand (position 0: before the text). `probability` is that of `text` at the step where it is
    clearest; `alternatives` are the others ("" for nothing at all), the likeliest first."""

    place: int
    text: str
    probability: float
    alternatives: tuple[tuple[str, float], ...] = ()


def characters(lattice: Lattice, *, least: float = WORTH_SHOWING) -> tuple[Character, ...]:
    """The best character of each position of *lattice*, and the gaps that might not be empty; alternatives have a
    probability of at least *least*. Blanks are left out: no value depends on them."""
    return tuple(
        _characters([_step(*pair) for pair in zip(lattice.characters, lattice.probabilities, strict=True)], least)
    )


def _step(names: Iterable[str], shares: Iterable[float]) -> Step:
    """The probabilities of a step by character; those of the same character are added up."""
    step: Step = {}
    for name, share in zip(names, shares, strict=True):
        step[name] = step.get(name, 0.0) + float(share)
    return step


def _characters(steps: list[Step], least: float) -> Iterator[Character]:
    """One character for adjacent steps with the same best name; a run of the blank, whose name is "", is a gap."""
    place, before = 0, ""
    runs = [(name, list(run)) for name, run in groupby(steps, key=_best)]
    following = [name for name, _ in runs[1:]] + [""]
    for (name, run), after in zip(runs, following, strict=False):
        place += bool(name)
        found = _character(place, name, run, least)
        if name:
            yield found
        elif others := tuple(pair for pair in found.alternatives if pair[0] not in (before, after)):
            # the blur of a neighbor is not another character
            yield replace(found, alternatives=others)
        before = name


def _best(step: Step) -> str:
    return max(step, key=lambda name: step[name])


def _character(place: int, name: str, run: list[Step], least: float) -> Character:
    """The character of steps with one best name, taken at the step where it is clearest; a gap where it is least clear,
    since something may have been missed there."""
    step = (max if name else min)(run, key=lambda step: step[name])
    worth = ((other, share) for other, share in step.items() if other != name and share >= least)
    others = sorted((pair for pair in worth if not pair[0].isspace()), key=lambda pair: -pair[1])
    return Character(place, name, step[name], tuple(others))
