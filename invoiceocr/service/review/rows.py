"""A field on the review page, with the values that it may be."""

from __future__ import annotations

import re
from dataclasses import dataclass

from invoiceocr.export.titles import Title
from invoiceocr.kinds import FieldSpec
from invoiceocr.proof import Evidence
from invoiceocr.values import rate

WEAK = 0.02  # weight of a choice that nothing recommends
MOMENT = "datetime"  # a type of fields
PLAIN_MOMENT = re.compile(r"^(\d{4}-\d\d-\d\d)T(\d\d:\d\d(?::(?!00)\d\d)?)(?::00)?$")


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that a field may have: who says so, how much speaks for it, how many doubts it would settle."""

    value: str
    source: Title
    weight: float = WEAK
    settles: int = 0


@dataclass(frozen=True, slots=True)
class Mark:
    """A character of the text that the recognizer was not sure of: its place from 0, its probability."""

    place: int
    text: str
    probability: float


@dataclass(frozen=True, slots=True)
class Row:
    """A field on the review page; `spec` is what the invoice's kind knows of it."""

    path: str
    title: Title
    value: str | None
    proof: Evidence
    spec: FieldSpec | None = None
    reasons: tuple[Title, ...] = ()
    choices: tuple[Choice, ...] = ()
    marks: tuple[Mark, ...] = ()
    text: str | None = None
    doubted: bool = False

    @property
    def column(self) -> Title:
        """What the field is called on its own: 税号 of 购买方税号."""
        return self.spec.title if self.spec else self.title

    def printed(self, value: str | None) -> str | None:
        """A *value* of the field as people write it, if it is a rate (0.13: 13%) or a moment (no T, no seconds that are
        zero); any other as it is."""
        if value is None or self.spec is None:
            return value
        if self.spec.type.name == MOMENT:
            return PLAIN_MOMENT.sub(r"\1 \2", value)
        parsed = rate.parse(value) if self.spec.is_rate else None
        return value if parsed is None else rate.to_text(parsed)
