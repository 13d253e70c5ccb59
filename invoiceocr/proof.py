"""Evidence and findings: what proves a field and what contradicts it. Public models, see the output contract."""

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
    """What one source says about a field, and whether that agrees with the chosen value."""

    model_config = ConfigDict(frozen=True)

    source: WitnessSource
    value: FieldValue
    agrees: bool


class Evidence(BaseModel):
    """How the value of a field came about and how sure it is. `text` is as read, `value` is normalized as in the field;
    `confidence` is the probability that the value equals what is printed; `box` is (x0, y0, x1, y1) in units of
    `page_size` (width, height)."""

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
        """The outcome; its witnesses and its place are in `model_dump`."""
        yield from {"value": self.value, "status": self.status, "confidence": self.confidence}.items()


class Finding(BaseModel):
    """What a rule found: a stable id, the severity, the message in both languages, and the fields concerned. `verdict`
    is what the rule requests, None if the severity decides."""

    model_config = ConfigDict(frozen=True)

    rule: str
    severity: Severity
    message: str
    message_en: str = ""
    fields: tuple[str, ...] = ()
    pack: str = ""
    verdict: Verdict | None = None

    def in_language(self, language: str) -> Finding:
        """The finding with its message in *language* ("zh" or "en"). It can be changed to English, but not back."""
        if language != "en" or not self.message_en:
            return self
        return self.model_copy(update={"message": self.message_en})

    def __repr_args__(self) -> Iterator[tuple[str | None, object]]:
        """What was found, in the language of the reader."""
        yield from {"severity": self.severity, "rule": self.rule, "message": self.message}.items()
