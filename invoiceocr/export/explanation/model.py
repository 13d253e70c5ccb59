"""`Explanation`: how each field of an invoice came about, in both languages. Writers only lay it out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import get_args

from invoiceocr.adjudication.trace import Outcome, Picture
from invoiceocr.decoding.characters import Character
from invoiceocr.export.titles import Title
from invoiceocr.geometry import Box
from invoiceocr.proof import Evidence, Severity, Verdict, Witness, WitnessSource

OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
"""In the order in which they are told."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one source says about a field, and where. The value is None if the text gave none; `agrees` says whether it
    equals the chosen value; the page is None if a file states the value directly; `characters` are those of the
    recognizer's lattice, if the source is pixels; `second` marks the second recognizer."""

    source: WitnessSource
    value: object
    text: str
    confidence: float
    agrees: bool
    page: int | None = None
    box: Box | None = None
    characters: tuple[Character, ...] = ()
    second: bool = False


@dataclass(frozen=True, slots=True)
class RuleNote:
    """What a rule said about a field: a pass has no message; `supports` says whether the pass is independent evidence
    for it."""

    rule: str
    title: Title
    outcome: Outcome
    supports: bool = False
    severity: Severity | None = None
    message: Title | None = None


@dataclass(frozen=True, slots=True)
class Constraint:
    """A rule that forced a repair: it holds with the new value and did not hold without it."""

    rule: str
    title: Title


@dataclass(frozen=True, slots=True)
class Repair:
    """What replaced a misreading. `places` are the changed characters of the value: position from 1, old, new (none if
    it is reported as a whole). `share` is the recognizer's probability of the new reading as a multiple of that of the
    old one; `error` is the chance that the new value is wrong. Without `constraints`, a second print of the same value
    decided."""

    old_text: str
    new_text: str
    change: Title
    places: tuple[tuple[int, str, str], ...]
    constraints: tuple[Constraint, ...]
    share: float
    error: float


@dataclass(frozen=True, slots=True)
class FieldExplanation:
    """How the field at `path` came about: `text` as it was read (before a repair), the witnesses for and against the
    value, and what the rest of its evidence says."""

    path: str
    title: Title
    proof: Evidence
    text: str | None = None
    witnesses: tuple[Witness, ...] = ()
    readings: tuple[Reading, ...] = ()
    rules: tuple[RuleNote, ...] = ()
    repair: Repair | None = None

    @property
    def second_readings(self) -> tuple[Reading, ...]:
        """What the second recognizer says, each value once: a witness in addition to those of the evidence."""
        said = {reading.value: reading for reading in self.readings if reading.second and reading.value is not None}
        return tuple(said.values())


@dataclass(frozen=True, slots=True, eq=False)
class Explanation:
    """How an invoice came about: its fields in the order of the contract, all findings (none if only one field was
    requested), and the pictures of its pages by number."""

    source: str
    kind: str
    kind_title: Title
    number: str | None
    page: int | None
    verdict: Verdict
    fields: tuple[FieldExplanation, ...]
    findings: tuple[RuleNote, ...] = ()
    pictures: Mapping[int, Picture] = field(default_factory=dict)
