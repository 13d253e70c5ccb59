"""Lattices made by hand: sure characters, and a few with alternatives."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from invoiceocr.decoding.grammars import spelling
from invoiceocr.decoding.nbest import decode_nbest
from invoiceocr.evidence.candidate import Candidate
from invoiceocr.evidence.second_reading import second
from invoiceocr.geometry import Box
from invoiceocr.page import Lattice, TextLine
from invoiceocr.values import chinese_amount, money

SURE = 0.9995
KEPT = 5  # characters of a step
# how extraction parses what `spelling` reads with look-alikes folded
STRICT: Mapping[str, Callable[[str], object | None]] = {
    **dict.fromkeys(("total", "total_tax", "total_excluding_tax", "amount", "tax_amount"), money.parse),
    "total_in_words": lambda text: text if chinese_amount.is_valid(text) else None,
}


def lattice(text: str, alternatives: Mapping[int, Mapping[str, float]] | None = None) -> Lattice:
    """A lattice that reads *text*; *alternatives* gives, for a place, other characters and their probabilities."""
    steps: list[dict[str, float]] = []
    for place, character in enumerate(text):
        others = dict((alternatives or {}).get(place, {}))
        steps += [{character: SURE - sum(others.values()), **others}, {"": SURE}]
    return of_steps(*steps)


def of_steps(*steps: Mapping[str, float]) -> Lattice:
    """A lattice of the characters and probabilities of each step."""
    ranked = [sorted(step.items(), key=lambda pair: -pair[1]) + [("", 0.0)] * (KEPT - len(step)) for step in steps]
    table = np.array([[share for _, share in step] for step in ranked], np.float32).reshape(len(ranked), KEPT)
    return Lattice(tuple(tuple(name for name, _ in step) for step in ranked), table)


def read_again(first: Candidate, text: str, alternatives: Mapping[int, Mapping[str, float]] | None = None) -> Candidate:
    """What the second recognizer makes of the print of *first*."""
    found = lattice(text, alternatives)
    line = TextLine(text, Box(0, 0, 9, 1), "ocr", decode_nbest(found)[0].probability, lattice=found)
    again = second(first, line, None)
    assert again is not None
    return again


def recognized(
    path: str, text: str, alternatives: Mapping[int, Mapping[str, float]] | None = None, *, place: int = 0
) -> Candidate:
    """The candidate of a field that was read as *text*; its value is None where the text makes none."""
    spelled, found = spelling(path, None), lattice(text, alternatives)
    assert spelled is not None
    strict = STRICT.get(path.rpartition(".")[2], spelled.parse)
    value = strict(text)
    return Candidate(
        path, value, text, "ocr", decode_nbest(found)[0].probability, 1, Box(0, place, 9, place + 1), found
    )
