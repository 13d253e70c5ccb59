"""Vocabularies: public lists of names that fields may have (schemas/vocabularies/*.txt), such as railway stations.

A line is a name, and behind a tab what else is known of it: a station's name in letters, an airport's city, an
airline's code. Lines that begin with # tell source and license.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from invoiceocr import resources

FOLDER = "vocabularies"
_LETTERS = re.compile(r"[^a-z]")


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """The names of a list, each with what else is known of it; `beginnings` are all beginnings of names."""

    name: str
    entries: Mapping[str, str]
    beginnings: frozenset[str]

    def is_about(self, value: object) -> bool:
        """Whether *value* is written like the names of the list: a list of Chinese names says nothing about codes."""
        return isinstance(value, str) and value.isascii() == next(iter(self.entries)).isascii()

    def admits(self, value: object) -> bool:
        """Whether *value* is on the list or is nothing that it is about.

        >>> [vocabulary("stations").admits(value) for value in ("北京南", "北京甬", "BJP")]
        [True, False, True]
        """
        return value in self or not self.is_about(value)

    def __contains__(self, name: object) -> bool:
        return name in self.entries


def names() -> tuple[str, ...]:
    """The names of all vocabularies."""
    return tuple(sorted(path.stem for path in (resources.folder("schemas") / FOLDER).glob("*.txt")))


@lru_cache(maxsize=32)
def vocabulary(name: str) -> Vocabulary:
    """The vocabulary of that name."""
    text = (resources.folder("schemas") / FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    entries = {row[0]: row[1] if len(row) > 1 else "" for row in rows}
    beginnings = frozenset(entry[:length] for entry in entries for length in range(len(entry) + 1))
    return Vocabulary(name, entries, beginnings)


def letters(text: str) -> str:
    """The lower-case letters of *text*, by which names in letters are compared.

    >>> letters("Xi'anbei")
    'xianbei'
    """
    return _LETTERS.sub("", text.lower())


def spelled(name: str, text: str) -> str | None:
    """The only entry of the vocabulary *name* that *text* spells in letters, if it is one.

    >>> spelled("stations", "Beijingnan"), spelled("stations", "Huoxingnan")
    ('北京南', None)
    """
    found = _by_letters(name).get(letters(text), ())
    return found[0] if len(found) == 1 else None


@lru_cache(maxsize=32)
def _by_letters(name: str) -> Mapping[str, tuple[str, ...]]:
    """The entries of a vocabulary by what they are in letters."""
    found: dict[str, tuple[str, ...]] = {}
    for entry, known in vocabulary(name).entries.items():
        found[letters(known)] = (*found.get(letters(known), ()), entry)
    return found
