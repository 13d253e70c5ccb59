"""What the operators do: Kleene's three-valued logic, exact arithmetic and comparisons, over compiled parts.

None is unknown: it passes through arithmetic and comparisons, and `and` and `or` settle it only if the other side alone
decides.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from decimal import Decimal

from invoiceocr.rules.language.evaluation import Evaluation, Value
from invoiceocr.rules.language.node import Run

ARITHMETIC: dict[type[ast.operator], Callable[[Decimal, Decimal], Decimal | None]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: lambda left, right: left / right if right else None,
}
COMPARISONS: dict[type[ast.cmpop], Callable[[Value, Value], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda left, right: left in right,
    ast.NotIn: lambda left, right: left not in right,
}


def both(parts: list[Run]) -> Run:
    """`and`: False as soon as one part is, else unknown if one is unknown."""
    return _joined(parts, decisive=False)


def either(parts: list[Run]) -> Run:
    """`or`: True as soon as one part is, else unknown if one is unknown."""
    return _joined(parts, decisive=True)


def _joined(parts: list[Run], *, decisive: bool) -> Run:
    """A function that returns *decisive* as soon as one part does; parts behind that are not evaluated."""

    def run(frame: Evaluation) -> bool | None:
        result: bool | None = not decisive
        for part in parts:
            value: bool | None = part(frame)
            if value is decisive:
                return decisive
            if value is None:
                result = None
        return result

    return run


def negation(part: Run) -> Run:
    """`not`: unknown stays unknown."""

    def run(frame: Evaluation) -> bool | None:
        value = part(frame)
        return None if value is None else not value

    return run


def minus(part: Run) -> Run:
    """Unary minus."""

    def run(frame: Evaluation) -> Decimal | None:
        value: Decimal | None = part(frame)
        return None if value is None else -value

    return run


def binary(operation: Callable[[Value, Value], Value], left: Run, right: Run) -> Run:
    """*operation* of two parts. Both are always evaluated, so that the paths read don't depend on what is missing."""

    def run(frame: Evaluation) -> Value:
        first = left(frame)
        second = right(frame)
        return None if first is None or second is None else operation(first, second)

    return run


def binary_with(operation: Callable[[Value, Value], Value], left: Run, constant: Value) -> Run:
    """*operation* of a part and a constant."""

    def run(frame: Evaluation) -> Value:
        value = left(frame)
        return None if value is None else operation(value, constant)

    return run


def chosen(condition: Run, then: Run, otherwise: Run) -> Run:
    """`then if condition else otherwise`; unknown if the condition is."""

    def run(frame: Evaluation) -> Value:
        value = condition(frame)
        return None if value is None else then(frame) if value else otherwise(frame)

    return run
