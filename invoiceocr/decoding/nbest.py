"""The texts that a lattice holds: the most probable ones, each with the probability of all its CTC paths.

Steps at which nearly surely nothing is emitted cut a lattice into short segments that don't depend on one another.
Each segment is spelled out by a prefix beam; the segments are joined from left to right. A `Grammar` may forbid texts
and
says which beginnings compete: of those with the same state only the best are kept, so a check digit is searched
with one beam a residue and finds the right text even where several characters are misread.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass

from invoiceocr.page import Lattice

# probability of all characters together below which a step emits nothing
SILENT = 3e-4
# share of the best reading's probability; fainter readings prove nothing
FAINTEST = 1e-5
PREFIXES = 32  # how many beginnings of one segment are followed
# how many spellings of one segment, and readings of one state, are followed
LIKELIEST = 12
WIDEST = 128  # how many beginnings are followed in total
MOST = 24  # how many readings are returned

# characters ("" is the blank) and their probabilities
Step = tuple[tuple[str, float], ...]
Spellings = dict[str, float]  # texts and their probabilities


@dataclass(frozen=True, slots=True)
class Alternative:
    """A text, the probability of all its paths, and that probability as a share of the best reading's (1.0: the best
    one)."""

    text: str
    probability: float
    ratio: float


@dataclass(frozen=True, slots=True, eq=False)
class Grammar:
    """Which texts a value can have. `fold` maps a character to what it counts as ("": nothing at all); `follow` gives
    the state after a character, None if it can't stand there; `accept` says in which states a text may end."""

    fold: Callable[[str], str]
    start: Hashable
    follow: Callable[[Hashable, str], Hashable | None]
    accept: Callable[[Hashable], bool]

    def walk(self, state: Hashable | None, text: str) -> Hashable | None:
        """The state after *text*, starting from *state*; None if one of its characters can't stand there."""
        for character in text:
            if state is None:
                return None
            state = self.follow(state, character)
        return state


def folded(fold: Callable[[str], str]) -> Grammar:
    """The grammar of any text, with its characters folded."""
    return Grammar(fold, 0, lambda state, character: state, lambda state: True)


ANYTHING = folded(str)


def decode_nbest(lattice: Lattice, grammar: Grammar = ANYTHING, *, most: int = MOST) -> tuple[Alternative, ...]:
    """The *most* probable texts of *lattice* that *grammar* accepts, best first; none if it accepts none. Ratios are
    relative to the best text, whether the grammar accepts it or not."""
    top = 1.0
    beam: dict[Hashable, Spellings] = {grammar.start: {"": 1.0}}
    for segment in _pieces(lattice, grammar.fold):
        best = max(segment.values())
        top *= best
        beam = _joined(beam, {text: share / best for text, share in segment.items()}, grammar)
    found = [pair for state, texts in beam.items() if grammar.accept(state) for pair in texts.items()]
    ranked = sorted(found, key=lambda pair: (-pair[1], pair[0]))[:most]
    # a text with several ways through the segments can exceed the best way of each segment
    scale = max([1.0, *(ratio for _, ratio in ranked[:1])])
    return tuple(Alternative(text, ratio * top, ratio / scale) for text, ratio in ranked)


def _pieces(lattice: Lattice, fold: Callable[[str], str]) -> Iterator[Spellings]:
    """The spellings of the segments between silent steps; adjacent sure ones are one segment."""
    sure = ""
    for steps in _runs(_steps(lattice, fold)):
        segment = _spelled(steps)
        if len(segment) == 1:
            sure += next(iter(segment))
            continue
        if sure:
            yield {sure: 1.0}
            sure = ""
        yield segment
    yield {sure: 1.0}


def _steps(lattice: Lattice, fold: Callable[[str], str]) -> Iterator[Step]:
    """The characters of each step, folded; those that become alike are added up."""
    for characters, probabilities in zip(lattice.characters, lattice.probabilities.tolist(), strict=True):
        step: dict[str, float] = {}
        for character, probability in zip(characters, probabilities, strict=True):
            if probability > 0.0:
                name = fold(character) if character else ""
                step[name] = step.get(name, 0.0) + probability
        yield tuple(step.items())


def _runs(steps: Iterable[Step]) -> Iterator[list[Step]]:
    """Runs of steps that may emit something, without the silent steps between them."""
    run: list[Step] = []
    for step in steps:
        if sum(probability for character, probability in step if character) > SILENT:
            run.append(step)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _spelled(steps: list[Step]) -> Spellings:
    """The texts of a few steps: a CTC prefix beam whose paths are distinguished by whether they end in a blank."""
    if len(steps) == 1:
        return _likeliest(dict(steps[0]))
    # text: paths ending in a blank, in its last character
    beam: dict[str, tuple[float, float]] = {"": (1.0, 0.0)}
    for step in steps:
        after: dict[str, list[float]] = {}
        for text, ends in beam.items():
            _emit(text, ends, step, after)
        kept = _likeliest({text: blank + letter for text, (blank, letter) in after.items()}, PREFIXES)
        beam = {text: (after[text][0], after[text][1]) for text in kept}
    return _likeliest({text: blank + letter for text, (blank, letter) in beam.items()})


def _emit(text: str, ends: tuple[float, float], step: Step, after: dict[str, list[float]]) -> None:
    """Adds to *after* what *text* becomes at *step*; a character repeats only after a blank."""
    blank, letter = ends
    for character, probability in step:
        if not character:
            after.setdefault(text, [0.0, 0.0])[0] += (blank + letter) * probability
        elif text.endswith(character):
            after.setdefault(text, [0.0, 0.0])[1] += letter * probability
            after.setdefault(text + character, [0.0, 0.0])[1] += blank * probability
        else:
            after.setdefault(text + character, [0.0, 0.0])[1] += (blank + letter) * probability


def _likeliest(spellings: Spellings, most: int = LIKELIEST) -> Spellings:
    best = max(spellings.values(), default=0.0)
    kept = [pair for pair in spellings.items() if pair[1] > best * FAINTEST]
    return dict(sorted(kept, key=lambda pair: (-pair[1], pair[0]))[:most])


def _joined(beam: dict[Hashable, Spellings], segment: Spellings, grammar: Grammar) -> dict[Hashable, Spellings]:
    """The beginnings in *beam*, each followed by each spelling of *segment*."""
    grown: dict[Hashable, Spellings] = {}
    for state, texts in beam.items():
        best = max(texts.values())
        for text, share in segment.items():
            after = grammar.walk(state, text) if best * share > FAINTEST else None
            if after is not None:
                _add(grown.setdefault(after, {}), texts, text, share)
    return _bounded({state: _likeliest(texts) for state, texts in grown.items()})


def _add(grown: Spellings, texts: Spellings, text: str, share: float) -> None:
    for beginning, ratio in texts.items():
        if ratio * share > FAINTEST:
            whole = beginning + text
            grown[whole] = grown.get(whole, 0.0) + ratio * share


def _bounded(beam: dict[Hashable, Spellings]) -> dict[Hashable, Spellings]:
    """*beam* without its faintest beginnings if there are too many."""
    if sum(map(len, beam.values())) <= WIDEST:
        return beam
    ratios = sorted((ratio for texts in beam.values() for ratio in texts.values()), reverse=True)
    floor = ratios[WIDEST - 1]
    kept = {state: {text: ratio for text, ratio in texts.items() if ratio >= floor} for state, texts in beam.items()}
    return {state: texts for state, texts in kept.items() if texts}
