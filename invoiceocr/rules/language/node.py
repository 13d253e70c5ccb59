"""`Node`: a compiled part of an expression."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from invoiceocr.rules.language.evaluation import Evaluation, Value
from invoiceocr.rules.language.types import Type

Run = Callable[[Evaluation], Value]
"""What a compiled part does: its value for the frame, None where that is unknown."""


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A compiled part of an expression: its type, what it does, how many steps that takes, and its value if it
    is the same for every invoice."""

    type: Type
    run: Run
    weight: int = 1
    constant: Value = None


def literal(kind: Type, value: Value) -> Node:
    """A node that is always *value*."""
    return Node(kind, lambda frame: value, constant=value)
