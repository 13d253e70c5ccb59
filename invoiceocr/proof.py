"""Evidence and findings: what proves a field, what contradicts it. Public models, see the output contract."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

# What a field holds: money, a date, a text, a truth, rows; its kind says which. None where it is unknown.
FieldValue = Any

WitnessSource = Literal[
    "ocr",
    "text_layer",
    "ofd",
    "xml",
    "qr",
    "words",
    "arithmetic",
    "checksum",
    "caller",
    "ledger",
    "register",
    "reviewer",
]
Status = Literal["verified", "read", "doubtful", "missing"]
Severity = Literal["error", "warning", "info"]
Verdict = Literal["accept", "review", "reject"]
Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
"""That of `Finding.message`; `message_en` is always English."""


class Witness(BaseModel):
    """One source's word on a field: what it says and whether that agrees with the chosen value."""

    model_config = ConfigDict(frozen=True)

    source: WitnessSource
    value: FieldValue
    agrees: bool


class Evidence(BaseModel):
    """How a field's value came about and how sure it is.

    `text` is as read, `value` normalized as in the field; `confidence` is the probability that the value
    equals what is printed; `box` is (x0, y0, x1, y1) in units of `page_size` (width, height).
    """

    model_config = ConfigDict(frozen=True)

    text: str | None = None
    value: FieldValue = None
    confidence: float = 0.0
    status: Status = "missing"
    repaired: bool = False
    page: int | None = None
    box: tuple[float, float, float, float] | None = None
    page_size: tuple[float, float] | None = None
    witnesses: tuple[Witness, ...] = ()
    alternatives: tuple[str, ...] = ()

    def __repr_args__(self) -> Iterator[tuple[str | None, object]]:
        """What it comes to; who says so and where it stands is in `model_dump`."""
        yield from {"value": self.value, "status": self.status, "confidence": self.confidence}.items()


class Finding(BaseModel):
    """What a rule found: a stable id, how grave it is, the message in both languages, the fields concerned. `verdict`
    is what the rule asks for, None where it leaves that to how grave the finding is."""

    model_config = ConfigDict(frozen=True)

    rule: str
    severity: Severity
    message: str
    message_en: str = ""
    fields: tuple[str, ...] = ()
    pack: str = ""
    verdict: Verdict | None = None

    def in_language(self, language: str) -> Finding:
        """The finding with its message in *language* ("zh" or "en"). It can be turned to English, but not back."""
        if language != "en" or not self.message_en:
            return self
        return self.model_copy(update={"message": self.message_en})

    def __repr_args__(self) -> Iterator[tuple[str | None, object]]:
        """What was found, in the language of the reader."""
        yield from {"severity": self.severity, "rule": self.rule, "message": self.message}.items()
