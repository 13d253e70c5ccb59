"""The character sets of our recognizers (charsets.toml), and texts written in them."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from invoiceocr.specimens.content.words import TomlTable

Name = Literal["id", "zh"]
FILE = Path(__file__).with_name("charsets.toml")
BLANK, UNKNOWN = "", "□"
# ！ to ～
FULL_WIDTH = {point: point - 0xFEE0 for point in range(0xFF01, 0xFF5F)}
FOLDED = FULL_WIDTH | str.maketrans("￥–—−", "¥---")
# Blanks that carry meaning: between Latin words or figures, and gaps as wide as a column's.
GAP = re.compile(r"(?<=\S)\s{3,}(?=\S)|(?<=[!-9;-~])\s+(?=[!-~])")
SPACE = " "


@dataclass(frozen=True, slots=True)
class Alphabet:
    """The texts of a network's output classes, as `invoiceocr.ocr.charset` reads them: blank, dictionary, space; and
    whether the network ever outputs the space."""

    name: str
    dictionary: tuple[str, ...]
    spaced: bool = False

    @property
    def classes(self) -> tuple[str, ...]:
        """The text of each class."""
        return (BLANK, *self.dictionary, " ")

    @property
    def metadata(self) -> str:
        """The dictionary as the ONNX metadata hold it, one character per line."""
        return "\n".join(self.dictionary)

    def spelled(self, text: str) -> str:
        """*text* in this alphabet: folded, □ for what it lacks, without blanks; a GAP is a space if it is `spaced`."""
        known = _members(self.name)
        parts = GAP.split(text.translate(FOLDED)) if self.spaced else [text]
        return SPACE.join("".join(char if char in known else UNKNOWN for char in folded(part)) for part in parts)

    def encoded(self, text: str) -> list[int]:
        """The class of each character of *text* as spelled."""
        places = _places(self.name)
        return [places[char] for char in self.spelled(text)]


def folded(text: str) -> str:
    """*text* with full-width forms folded and without any blanks."""
    return "".join(text.translate(FOLDED).split())


@lru_cache(maxsize=4)
def alphabet(name: str) -> Alphabet:
    """The alphabet *name* of charsets.toml; KeyError if there is none."""
    blocks: list[TomlTable] = tomllib.loads(FILE.read_text(encoding="utf-8"))[name]
    characters = dict.fromkeys(char for block in blocks for char in _characters(block))
    shown = tuple(char for char in characters if not char.isspace())
    return Alphabet(name, shown, spaced=any(block.get("characters") == SPACE for block in blocks))


def _characters(block: TomlTable) -> str:
    return _hanzi(block["codec"]) if "codec" in block else str(block["characters"])


def _hanzi(codec: str) -> str:
    """All Chinese characters that *codec* can encode, in order of their code points."""
    every = (chr(point) for point in range(0x4E00, 0xA000))
    return "".join(char for char in every if char.encode(codec, "ignore"))


@lru_cache(maxsize=4)
def _places(name: str) -> dict[str, int]:
    return {char: index for index, char in enumerate(alphabet(name).classes)}


@lru_cache(maxsize=4)
def _members(name: str) -> frozenset[str]:
    return frozenset(alphabet(name).dictionary)
