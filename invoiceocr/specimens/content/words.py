"""The word lists that specimens are made of (wordlists/words.toml), and how to draw from them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any

# What a TOML file of this package holds; a test keeps its shape.
TomlValue = Any
TomlTable = dict[str, TomlValue]

FOLDER = Path(__file__).resolve().parents[1]  # of all that is drawn from: word lists, forms, papers
_BLANK = re.compile(r"\{(\w+)(?::(\d+))?\}")


@lru_cache(maxsize=1)
def words() -> TomlTable:
    """The word lists by name."""
    return tomllib.loads((FOLDER / "wordlists" / "words.toml").read_text(encoding="utf-8"))


def digits(rng: Random, count: int) -> str:
    """That many random digits."""
    return "".join(rng.choices("0123456789", k=count))


def person(rng: Random) -> str:
    """An invented person's name of two or three characters."""
    lists = words()
    return str(rng.choice(lists["surname"])) + "".join(rng.choices(lists["given"], k=rng.choice((1, 2, 2))))


def brand(rng: Random, length: int = 3) -> str:
    """An invented trade name."""
    return "".join(rng.sample(words()["brand"], length))


def filled(rng: Random, template: str, **known: str) -> str:
    """The template with {digits:N}, {person}, {month}, {brand} drawn at random and {name} taken from *known*."""
    return _BLANK.sub(lambda found: known.get(found[1]) or _FILLERS[found[1]](rng, int(found[2] or 0)), template)


_FILLERS: dict[str, Callable[[Random, int], str]] = {
    "digits": digits,
    "person": lambda rng, _: person(rng),
    "brand": lambda rng, length: brand(rng, length or 3),
    "month": lambda rng, _: str(rng.randint(1, 12)),
}


def rate_choices(band: str, day: date) -> list[Decimal]:
    """The rates that a good of that band bore on that day, as fractions."""
    periods = [period for period in words()["rates"] if period["from"] <= day]
    return [Decimal(percent) / 100 for percent in periods[-1]["bands"][band]]
