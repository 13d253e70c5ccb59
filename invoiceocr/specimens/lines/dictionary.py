"""Words, persons and places of the Chinese dictionary of the package jieba. Nothing else of the package is used."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from itertools import accumulate

AREAS = "省市县区旗州盟镇乡村"
FREQUENT = 0.5  # exponent of a word's frequency in its odds


@lru_cache(maxsize=1)
def people() -> tuple[str, ...]:
    """The persons of jieba's dictionary (its word class nr) with names of two or three characters."""
    return tuple(word for word, _, kind in _entries() if kind == "nr" and len(word) in (2, 3))


@lru_cache(maxsize=1)
def dictionary() -> tuple[tuple[str, ...], tuple[float, ...]]:
    """All words of jieba's dictionary and their cumulative odds: frequent words come more often, but rare ones come,
    too."""
    known = [(word, float(times)) for word, times, _ in _entries()]
    return tuple(word for word, _ in known), tuple(accumulate(times**FREQUENT for _, times in known))


@lru_cache(maxsize=1)
def places() -> tuple[str, ...]:
    """The Chinese places of jieba's dictionary: its words of the class ns that name a province, city, county and the
    like, and the short ones."""
    return tuple(word for word, _, kind in _entries() if kind == "ns" and (len(word) <= 3 or word[-1] in AREAS))


def _entries() -> list[list[str]]:
    """Word, frequency and word class of each entry."""
    lines = resources.files("jieba").joinpath("dict.txt").read_text(encoding="utf-8").splitlines()
    return [line.split(" ") for line in lines]
