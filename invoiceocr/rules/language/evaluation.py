"""`Evaluation`: the state of one evaluation, and how it is stopped."""

from __future__ import annotations

from typing import Any

# A value while a rule runs: a number, text, date, truth, list or record. Its Type is known since the rule was compiled.
Value = Any


MAX_STEPS = 150_000
"""Operations a single evaluation may make inside loops: about 40 ms; an invoice of 1,000 rows needs 30,000."""
# wall time that an evaluation may spend on patterns
PATTERN_SECONDS = 0.03
MAX_LOOPS = 4
"""Loops that may stand inside one another."""


class Stopped(Exception):
    """An evaluation used up its steps or its time for patterns: its outcome is unknown."""


class Evaluation:
    """One evaluation: the invoice, the context, the paths read so far, the rows of the active loops, and the remaining
    steps and seconds for patterns."""

    __slots__ = ("context", "indexes", "invoice", "pattern_seconds", "reads", "rows", "steps")

    def __init__(self, invoice: Value, context: Value) -> None:
        self.invoice = invoice
        self.context = context
        self.reads: list[str] = []
        self.rows: list[Value] = [None] * MAX_LOOPS
        self.indexes: list[int] = [0] * MAX_LOOPS
        self.steps = MAX_STEPS
        self.pattern_seconds = PATTERN_SECONDS
