"""What names mean in an expression, and how they are read."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from operator import attrgetter

from invoiceocr.rules.language.aggregates import PREPARED_ROWS, Loop, item_path, item_paths
from invoiceocr.rules.language.evaluation import Evaluation, Value
from invoiceocr.rules.language.node import Node, Run
from invoiceocr.rules.language.syntax import Syntax
from invoiceocr.rules.language.types import Field, Type


@dataclass(frozen=True, slots=True)
class Let:
    """A named expression of a pack and the names it may use itself (those before it). `nodes` are its compiled forms
    by the number of loops around them, so that lets that use one another are compiled once each."""

    syntax: Syntax
    scope: Scope = field(repr=False)
    nodes: dict[int, Node] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Scope:
    """The names an expression may use: fields of the invoice, of the context, params and lets of the pack."""

    fields: Mapping[str, Field]
    context: Mapping[str, Field]
    params: Mapping[str, Node] = field(default_factory=dict)
    lets: Mapping[str, Let] = field(default_factory=dict)

    def names(self) -> tuple[str, ...]:
        """All names, the pack's own first."""
        return (*self.lets, *self.params, *self.fields, *self.context)


def nearest(name: str, known: Iterable[str]) -> str:
    """A hint for an unknown name: the closest known one, else all of them."""
    known = sorted(known)
    close = difflib.get_close_matches(name, known, n=1)
    return f"did you mean {close[0]}?" if close else f"known: {', '.join(known)}"


def field_node(root: str, path: str, attributes: tuple[str, ...], kind: Type) -> Node:
    """A node that reads the field at *path* of the frame's *root* ("invoice" or "context") and notes the path."""
    if kind.element:
        return Node(kind, _list_reader(root, path, attributes[-1]))
    if len(attributes) == 1:
        return Node(kind, _root_reader(root, path, attributes[0]))
    return Node(kind, _nested_reader(root, path, attributes), weight=len(attributes))


def _root_reader(root: str, path: str, attribute: str) -> Run:
    get = attrgetter(f"{root}.{attribute}")

    def run(frame: Evaluation) -> Value:
        frame.reads.append(path)
        return get(frame)

    return run


def _nested_reader(root: str, path: str, attributes: tuple[str, ...]) -> Run:
    def run(frame: Evaluation) -> Value:
        frame.reads.append(path)
        value = getattr(frame, root)
        for attribute in attributes:
            value = getattr(value, attribute)
            if value is None:
                return None
        return value

    return run


def _list_reader(root: str, path: str, attribute: str) -> Run:
    """Rows note their own paths; only a list without rows is noted as a whole, and it is missing."""
    get = attrgetter(f"{root}.{attribute}")

    def run(frame: Evaluation) -> Value:
        found = get(frame)
        if not found:
            frame.reads.append(path)
        return found or None

    return run


def row_node(loop: Loop, name: str, attributes: tuple[str, ...], kind: Type) -> Node:
    """A node that reads a field of the loop's current row, or the row itself without *attributes*."""
    slot, path = loop.slot, loop.path
    get = attrgetter(*attributes) if attributes else _itself
    if not path:
        return Node(kind, lambda frame: get(frame.rows[slot]))
    prepared = item_paths(path, name)

    def run(frame: Evaluation) -> Value:
        index = frame.indexes[slot]
        frame.reads.append(prepared[index] if index < PREPARED_ROWS else item_path(path, index, name))
        return get(frame.rows[slot])

    return Node(kind, run)


def _itself(row: Value) -> Value:
    return row
