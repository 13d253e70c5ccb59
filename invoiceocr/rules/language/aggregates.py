"""Loops over lists: what `sum(i.amount for i in items if ...)` and its siblings do.

A list without rows was not read, so its aggregates are unknown. A filter that leaves no row of a list that has some
gives 0, True or False as usual, and unknown for min and max.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, partial

from invoiceocr.rules.language.evaluation import Evaluation, Stopped, Value
from invoiceocr.rules.language.node import Run
from invoiceocr.rules.language.types import BOOL, NUMBER, Type

Values = Iterator[Value]
# more than nearly every invoice has; further paths are made as they are read
PREPARED_ROWS = 100


@dataclass(frozen=True, slots=True)
class Loop:
    """A loop variable: the path of its list ("" for a constant list), its slot in the frame, its type."""

    path: str
    slot: int
    type: Type


@cache
def item_paths(path: str, attribute: str) -> tuple[str, ...]:
    """The paths of a field of the first rows, such as items.0.amount, or of the rows without *attribute*."""
    return tuple(item_path(path, index, attribute) for index in range(PREPARED_ROWS))


def item_path(path: str, index: int, attribute: str) -> str:
    """The path of a field of a row, such as items.0.amount, or of the row itself without *attribute*."""
    return f"{path}.{index}.{attribute}" if attribute else f"{path}.{index}"


def rows(
    loop: Loop, source: Run, body: Run, condition: Run | None, weight: int
) -> Callable[[Evaluation], Values | None]:
    """A function of the frame that returns the values of *body* row by row, or None for a missing list. A row whose
    *condition* is unknown has an unknown value."""
    slot = loop.slot

    def walk(frame: Evaluation, found: Value) -> Values:
        for index, row in enumerate(found):
            frame.steps -= weight
            if frame.steps < 0:
                raise Stopped
            frame.rows[slot], frame.indexes[slot] = row, index
            chosen = True if condition is None else condition(frame)
            if chosen is None:
                yield None
            elif chosen:
                yield body(frame)

    def run(frame: Evaluation) -> Values | None:
        found = source(frame)
        return walk(frame, found) if found else None

    return run


def _total(values: Values) -> Decimal | None:
    known, complete = Decimal(0), True
    for value in values:
        if value is None:
            complete = False
        else:
            known += value
    return known if complete else None


def _decided(values: Iterable[bool | None], *, decisive: bool) -> bool | None:
    """*decisive* as soon as one value is, else unknown if one is unknown."""
    result: bool | None = not decisive
    for value in values:
        if value is decisive:
            return decisive
        if value is None:
            result = None
    return result


def _count(values: Values) -> Decimal | None:
    known = list(values)
    return None if None in known else Decimal(sum(known))


def _extreme(choose: Callable[[list[Value]], Value]) -> Callable[[Values], Value]:
    def fold(values: Values) -> object:
        known = list(values)
        return choose(known) if known and None not in known else None

    return fold


@dataclass(frozen=True, slots=True)
class Aggregate:
    """A fold over rows: the type that its rows must have (None: any that can be ordered), and the type of its result
    (None: that of the rows)."""

    takes: Type | None
    gives: Type | None
    fold: Callable[[Values], object]


AGGREGATES: dict[str, Aggregate] = {
    "sum": Aggregate(NUMBER, NUMBER, _total),
    "all": Aggregate(BOOL, BOOL, partial(_decided, decisive=False)),
    "any": Aggregate(BOOL, BOOL, partial(_decided, decisive=True)),
    "count": Aggregate(BOOL, NUMBER, _count),
    "min": Aggregate(None, None, _extreme(min)),
    "max": Aggregate(None, None, _extreme(max)),
}


def aggregate(fold: Callable[[Values], object], values: Callable[[Evaluation], Values | None]) -> Run:
    """*fold* over the *values* of a loop; unknown for a missing list."""

    def run(frame: Evaluation) -> Value:
        found = values(frame)
        return None if found is None else fold(found)

    return run
