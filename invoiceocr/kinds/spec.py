"""`KindSpec` and `FieldSpec`: what is known of a kind of document and of each of its fields."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from invoiceocr import yaml_file
from invoiceocr.kinds.types import PARTY, RATE, ROWS, ValueType
from invoiceocr.kinds.yaml_nodes import KindFile

# the groups of fields, and the types of sums, that distinguish papers
TELLING, SUMS = frozenset({"identifiers", "dates", "money"}), frozenset({"sum", "words"})
# the fields that number a paper, of which the first one present counts: tickets have no invoice number
IDENTITIES = ("number", "ticket_number", "e_ticket_number", "serial_number")
ROW_INDEX = re.compile(r"\.\d+(?=\.|$)")


class Title(NamedTuple):
    """The name of something, in Chinese and in English."""

    zh: str
    en: str

    def within(self, outer: Title) -> Title:
        """The title of a part: 购买方 + 名称, buyer + name."""
        return Title(outer.zh + self.zh, f"{outer.en} {self.en}")


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """A field of a kind. `path` has no row numbers: `items.amount`. A field of type `party` or `rows` has `fields` of
    its own; `row_model` names the class of a row. `key`: a person must look if it is in doubt. `expected`: it is
    reported as missing if it is not found. `group` is its calibration group. `extra` keeps it out of the first columns
    of tables. `witnesses` are the sources that can state it. `vocabulary` names the public list of its values."""

    path: str
    type: ValueType
    title: Title
    key: bool = False
    expected: bool = False
    group: str = "text"
    decimals: int | None = None
    witnesses: tuple[str, ...] = ()
    extra: bool = False
    row_model: str = ""
    vocabulary: str = ""
    fields: tuple[FieldSpec, ...] = ()

    @property
    def name(self) -> str:
        """The last name of the path: `amount` of `items.amount`."""
        return self.path.rpartition(".")[2]

    @property
    def is_party(self) -> bool:
        """Whether the field holds a party."""
        return self.type.name == PARTY

    @property
    def is_rows(self) -> bool:
        """Whether the field holds rows."""
        return self.type.name == ROWS

    @property
    def is_rate(self) -> bool:
        """Whether the field holds a rate, which is printed in percent."""
        return self.type.name == RATE

    @property
    def is_sum(self) -> bool:
        """Whether the field is a sum of the whole paper, in figures or in words."""
        return self.type.name in SUMS

    @property
    def is_telling(self) -> bool:
        """Whether the field distinguishes papers: a key number, date or sum of the whole paper."""
        return self.key and "." not in self.path and self.group in TELLING

    def leaves(self) -> Iterator[FieldSpec]:
        """The field itself, or the fields of its party or its rows."""
        if not self.fields:
            yield self
        for part in self.fields:
            yield from part.leaves()


@dataclass(frozen=True, slots=True, eq=False)
class KindSpec:
    """A kind: its titles, its rule families, the name of its model, and its fields in the order of the model. `match`,
    `phrases`, `layout` and `blocks` are the unprocessed nodes of the YAML file, which the extraction compiles; `place`
    says where one of them is."""

    kind: str
    title: Title
    families: tuple[str, ...]
    model: str
    fields: Mapping[str, FieldSpec]
    file: Path
    order: int = 1000
    match: Mapping[str, object] = field(default_factory=dict)
    phrases: Mapping[str, object] = field(default_factory=dict)
    layout: Mapping[str, object] = field(default_factory=dict)
    blocks: tuple[object, ...] = ()
    origins: tuple[KindFile, ...] = ()
    paths: Mapping[str, FieldSpec] = field(default_factory=dict)

    def field(self, path: str) -> FieldSpec | None:
        """The field at *path*, without row numbers (`items.0.amount`); None if the kind has none."""
        return self.paths.get(without_rows(path))

    def leaves(self) -> Iterator[FieldSpec]:
        """The fields that hold values, those of parties and rows included, in order."""
        for top in self.fields.values():
            yield from top.leaves()

    @property
    def key_fields(self) -> frozenset[str]:
        """The paths of the key fields."""
        return frozenset(field.path for field in self.leaves() if field.key)

    @property
    def expected(self) -> tuple[str, ...]:
        """The paths of the fields that are missing if nothing is found."""
        return tuple(field.path for field in self.leaves() if field.expected)

    @property
    def rows(self) -> tuple[str, ...]:
        """The names of the fields that hold rows."""
        return tuple(field.path for field in self.fields.values() if field.is_rows)

    @property
    def parties(self) -> tuple[str, ...]:
        """The names of the fields that hold a party."""
        return tuple(field.path for field in self.fields.values() if field.is_party)

    def place(self, node: object, key: str | int | None = None) -> str:
        """File, line and column of the entry *key* of the YAML *node*, or of the node itself (`train.yaml:12:3`), in
        the kind's own file or in one that it extends."""
        line, column = yaml_file.position(node, key)
        file = next((origin.path for origin in self.origins if origin.holds(node)), self.file)
        return f"{file}:{line}:{column}"


def without_rows(path: str) -> str:
    """*path* without row numbers.

    >>> without_rows("items.0.amount"), without_rows("buyer.name")
    ('items.amount', 'buyer.name')
    """
    return ROW_INDEX.sub("", path)
