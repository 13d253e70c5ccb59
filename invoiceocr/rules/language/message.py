"""Messages of findings: texts with expressions in braces."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from invoiceocr.rules.language.aggregates import Loop
from invoiceocr.rules.language.evaluation import Evaluation, Value
from invoiceocr.rules.language.expression import Expression, compile_expression
from invoiceocr.rules.language.scope import Scope
from invoiceocr.rules.language.syntax import ExpressionError

MISSING = "—"
MAX_SHOWN = 80  # characters of a value in a message
LARGEST_EXPONENT = 30  # larger numbers are written 1E+31
BOOLS = {"zh": {True: "是", False: "否"}, "en": {True: "yes", False: "no"}}
_HOLE = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True, eq=False)
class Message:
    """A compiled message in one language: its pattern, cut into plain texts and expressions by turns."""

    pattern: str
    texts: tuple[str, ...]
    holes: tuple[Expression, ...]
    language: str

    def fill(self, frame: Evaluation) -> str:
        """The message with the values of *frame*."""
        values = [shown(hole.evaluate(frame), self.language) for hole in self.holes]
        return "".join(text + value for text, value in zip(self.texts, [*values, ""], strict=True))


def compile_message(text: str, language: str, scope: Scope, loops: Mapping[str, Loop]) -> Message:
    """The compiled *text*; raises ExpressionError for a brace left open or a faulty expression."""
    parts = _HOLE.split(text)
    for part in parts[::2]:
        if "{" in part or "}" in part:
            raise ExpressionError("a brace is open; expressions stand as {total}", text.index(part))
    holes = tuple(_hole(text, part, scope, loops) for part in parts[1::2])
    return Message(text, tuple(parts[::2]), holes, language)


def _hole(text: str, source: str, scope: Scope, loops: Mapping[str, Loop]) -> Expression:
    try:
        return compile_expression(source, scope, loops=loops)
    except ExpressionError as error:
        raise ExpressionError(str(error), text.index("{" + source + "}") + 1 + error.offset) from None


def shown(value: Value, language: str) -> str:
    """A value as messages show it."""
    if value is None:
        return MISSING
    if isinstance(value, bool):
        return BOOLS[language][value]
    if isinstance(value, Decimal):
        exponent = value.as_tuple().exponent
        return f"{value:f}" if isinstance(exponent, int) and abs(exponent) <= LARGEST_EXPONENT else str(value)
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if isinstance(value, tuple):
        return ", ".join(shown(part, language) for part in value)[:MAX_SHOWN]
    return str(value)[:MAX_SHOWN]
