"""What every invoice has, whatever its kind; the models of the kinds are generated from these into invoice.py."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from invoiceocr.proof import Evidence, Finding, Verdict

Rate = Annotated[Decimal | str, Field(union_mode="left_to_right")]
"""A fraction (0.13) or a printed marker (免税, 不征税, ***); "0.13" of a JSON file is the fraction."""
NOT_PRINTED = frozenset({"evidence", "findings", "verdict", "page", "source", "box", "rotation"})
"""What is told of an invoice beside its kind and its printed fields."""


class PrintedRecord(BaseModel):
    """A frozen group of printed fields; a field goes by its name in the contract, whatever attribute holds it."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, serialize_by_alias=True)


class Party(PrintedRecord):
    """A buyer or seller as printed."""

    name: str | None = None
    tax_id: str | None = None
    address_phone: str | None = None
    bank_account: str | None = None


class Invoice(PrintedRecord):
    """What every kind has: identity, money, parties, and the proof of each field.

    `box` is where this paper lies on its page (x0, y0, x1, y1 in pixels of the upright picture, or in points); None
    where it fills the page. `rotation` is how far it had to be turned clockwise to stand upright, in degrees.
    """

    kind: str
    code: str | None = None
    number: str | None = None
    issue_date: date | None = None
    total: Decimal | None = None
    total_in_words: str | None = None
    buyer: Party | None = None
    seller: Party | None = None
    evidence: dict[str, Evidence] = Field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    verdict: Verdict = "review"
    page: int | None = None
    source: str | None = None
    box: tuple[float, float, float, float] | None = None
    rotation: Literal[0, 90, 180, 270] = 0
