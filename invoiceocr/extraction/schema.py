"""Document schemas: schemas/*.yaml as checked, frozen values.

Captions and shapes are defined in YAML. A mistake there is reported when it is loaded, with file and line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import regex

from invoiceocr.kinds import yaml_nodes
from invoiceocr.kinds.yaml_nodes import KindFile
from invoiceocr.page import KeyPhrase
from invoiceocr.text.lines import match_key
from invoiceocr.yaml_file import YamlNode


@dataclass(frozen=True, slots=True)
class Shape:
    """How well a text looks like a value: the score of the first pattern found, or else `otherwise`."""

    patterns: tuple[tuple[regex.Pattern[str], float], ...]
    otherwise: float

    def fit(self, text: str) -> float:
        """The score 0..1 of *text*."""
        return _score(self.patterns, self.otherwise, match_key(text))


@lru_cache(maxsize=4096)
def _score(patterns: tuple[tuple[regex.Pattern[str], float], ...], otherwise: float, folded: str) -> float:
    return next((score for pattern, score in patterns if pattern.search(folded)), otherwise)


@dataclass(frozen=True, slots=True)
class Schemas:
    """What kinds share: captions and shapes."""

    captions: tuple[KeyPhrase, ...]
    shapes: Mapping[str, Shape]


def load(folder: Path) -> Schemas:
    """The schemas of *folder*; SchemaError with the file, the line and the nearest valid name if one is wrong."""
    return Schemas(tuple(_captions(folder / "labels.yaml")), dict(_shapes(folder / "shapes.yaml")))


def _entry(file: KindFile, node: YamlNode, key: str) -> YamlNode:
    """The value at *key* of *node*; SchemaError if there is none."""
    if not isinstance(node, Mapping) or key not in node:
        raise file.error(node, None, f"{key!r} is missing")
    return node[key]


def _captions(path: Path) -> Iterable[KeyPhrase]:
    file = yaml_nodes.load(path)
    for name, entry in _entry(file, file.data, "labels").items():
        for text in _entry(file, entry, "forms"):
            yield KeyPhrase(
                id=str(name),
                form=match_key(str(text).removeprefix("^").removesuffix("$")),
                starts=str(text).startswith("^"),
                ends=str(text).endswith("$"),
                vertical=bool(entry.get("vertical", False)),
                figures=bool(entry.get("figures", False)),
            )


def _shapes(path: Path) -> Iterable[tuple[str, Shape]]:
    file = yaml_nodes.load(path)
    for name, entry in _entry(file, file.data, "shapes").items():
        patterns = tuple((_compiled(file, pair), float(pair[1])) for pair in _entry(file, entry, "patterns"))
        yield str(name), Shape(patterns, float(_entry(file, entry, "otherwise")))


def _compiled(file: KindFile, pair: YamlNode) -> regex.Pattern[str]:
    try:
        return regex.compile(pair[0])
    except regex.error as error:
        raise file.error(pair, 0, f"{pair[0]!r} is no regular expression: {error}") from error
