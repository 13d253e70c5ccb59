"""`Node`: a mapping of a kind's `match` or `blocks` while it is compiled; its errors name the file, the line and the
nearest name."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import regex

from invoiceocr import resources, yaml_file
from invoiceocr.errors import SchemaError
from invoiceocr.extraction.candidates import Target
from invoiceocr.extraction.schema import Schemas, Shape
from invoiceocr.kinds.spec import FieldSpec, KindSpec
from invoiceocr.kinds.types import TYPES, ValueType
from invoiceocr.kinds.yaml_nodes import unknown
from invoiceocr.layout.plan import FREE_FORM, FormPlan
from invoiceocr.text.lazy_pattern import lazily


@dataclass(frozen=True, slots=True)
class Scope:
    """What the blocks of a kind may name: its fields, the ids of key phrases, the shapes of *schemas*, and the lines
    and regions of its form."""

    kind: KindSpec
    phrases: frozenset[str]
    schemas: Schemas
    plan: FormPlan = FREE_FORM

    def field_names(self) -> list[str]:
        """The paths of the kind's fields, those of parties and rows included."""
        return [leaf.path for leaf in self.kind.leaves()]


@dataclass(frozen=True, slots=True)
class Node:
    """One mapping of the file."""

    data: Mapping[str, object]
    scope: Scope

    def error(self, key: str | int | None, problem: str, data: object = None) -> SchemaError:
        """An error to raise for *problem* at the entry *key*."""
        return SchemaError(f"{self.scope.kind.place(self.data if data is None else data, key)}: {problem}")

    def known(self, key: str | int, name: object, names: Iterable[str], data: object = None) -> str:
        """*name* if it is one of *names*; otherwise an error with the nearest one."""
        valid = sorted(names) if isinstance(names, frozenset) else list(names)
        if str(name) in valid:
            return str(name)
        raise self.error(key, unknown(name, valid), data)

    def check(self, names: Iterable[str]) -> None:
        """Raises an error for a key that is none of *names*."""
        valid = tuple(names)
        for key in self.data:
            self.known(key, key, valid)

    def get(self, key: str) -> object:
        """The entry *key*, which must exist."""
        if key not in self.data:
            raise self.error(None, f"{key!r} is missing")
        return self.data[key]

    def node(self, key: str) -> Node:
        """The mapping at *key*; empty if there is none."""
        return self.sub(self.data[key], key) if key in self.data else Node({}, self.scope)

    def sub(self, data: object, key: str | int, owner: object = None) -> Node:
        """*data*, found at *key*, as a node."""
        if not isinstance(data, Mapping):
            what = f"entry {key + 1}" if isinstance(key, int) else repr(key)
            raise self.error(key, f"{what} must map names to values", owner)
        return Node(data, self.scope)

    def entry(self, path: str, prefix: str = "") -> Node:
        """The mapping of a field of the kind, within rows or a party at *prefix*; its name is checked."""
        self.field(path, f"{prefix}{path}")
        return self.node(path)

    def fields(self, prefix: str = "") -> Iterator[tuple[str, Node]]:
        """The fields of the kind under `fields`, which must exist, or those of rows or a party at *prefix*: each name,
        which is checked, with its mapping."""
        self.get("fields")
        fields = self.node("fields")
        return ((name, fields.entry(name, prefix)) for name in fields.data)

    def nodes(self, key: str) -> Iterator[Node]:
        """The mappings in the list at *key*."""
        entries = self.list(key)
        return (self.sub(entry, index, entries) for index, entry in enumerate(entries))

    def list(self, key: str) -> list[object]:
        """The list at *key*; a single value is a list of one, and a missing key gives an empty list."""
        value = self.data.get(key, [])
        if value is None:
            raise self.error(key, f"{key!r} is empty: give it a value or leave it out")
        return value if isinstance(value, list) else yaml_file.listed(value, self.data, key)

    def text(self, key: str, default: str | None = None) -> str:
        """The text at *key*."""
        value = self.data[key] if default is not None and key in self.data else default
        return str(self.get(key) if value is None else value)

    def number(self, key: str, default: float) -> float:
        """The number at *key*, or else *default*."""
        value = self.data.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise self.error(key, f"{key} is a number")
        return float(value)

    def flag(self, key: str) -> bool:
        """Whether *key* is true; it need not be there."""
        value = self.data.get(key, False)
        if not isinstance(value, bool):
            raise self.error(key, f"{key} is true or false")
        return value

    def choice(self, key: str, names: Iterable[str], default: str) -> str:
        """The word at *key*, one of *names*."""
        return self.known(key, self.data.get(key, default), names)

    def patterns(self, key: str) -> tuple[regex.Pattern[str], ...]:
        """The regular expressions at *key*."""
        return tuple(self.compile(key, text) for text in self.list(key))

    def compile(self, key: str | int, text: object, data: object = None) -> regex.Pattern[str]:
        """*text* as a regular expression, whose named groups are fields of the kind."""
        if not isinstance(text, str | int | float):
            raise self.error(key, f"{text!r} is no regular expression: write it in quotes", data)
        # the tests compile all of them
        if _ships(self.scope.kind.file):
            return lazily(str(text))
        try:
            return regex.compile(str(text))
        except regex.error as cause:
            raise self.error(key, f"{text!r} is no regular expression: {cause}", data) from cause

    def phrases(self, key: str) -> tuple[str, ...]:
        """The ids of key phrases at *key*."""
        return tuple(self.known(key, name, self.scope.phrases) for name in self.list(key))

    def phrase(self, name: object, key: str | int | None = None) -> str:
        """*name*, found at *key*, as the id of a key phrase."""
        return self.known(str(name) if key is None else key, name, self.scope.phrases)

    def line(self, key: str) -> str:
        """The line of the form that is named at *key*."""
        return self.known(key, self.get(key), self.scope.plan.lines)

    def region(self, key: str) -> str:
        """The region of the form that is named at *key*."""
        return self.known(key, self.get(key), self.scope.plan.regions)

    def shape(self, key: str) -> Shape:
        """The shape that is named at *key*."""
        return self.scope.schemas.shapes[self.known(key, self.get(key), self.scope.schemas.shapes)]

    def shape_of(self, kind: ValueType) -> Shape | None:
        """The shape of values of a type; None if the type has none."""
        return self.scope.schemas.shapes.get(kind.name)

    def target(self, path: str, prefix: str = "") -> Target:
        """The field at *path*, within rows or a party at *prefix*, with the type that its node may give it."""
        return Target(path, self.type(self.field(path, f"{prefix}{path}")))

    def field(self, key: str | int, path: object, data: object = None) -> FieldSpec:
        """The field of the kind at *path*."""
        found = self.scope.kind.field(str(path))
        if found is None:
            self.known(key, path, self.scope.field_names(), data)
            raise self.error(key, f"{path!r} holds no value", data)
        return found

    def type(self, field: FieldSpec | None) -> ValueType:
        """The type that the node gives its value, or else that of *field*, or else text."""
        if "type" in self.data:
            return TYPES[self.known("type", self.data["type"], TYPES)]
        return field.type if field else TYPES["text"]


@lru_cache(maxsize=256)
def _ships(file: Path) -> bool:
    """Whether *file* is one of the package's own."""
    return file.is_relative_to(resources.folder("schemas"))
