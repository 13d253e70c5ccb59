"""The domain: `Invoice` and its kinds, `Party`, `LineItem`. Free of OCR; see the field contract (docs/fields.md)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from invoiceocr.proof import Evidence, Finding, Verdict

VatKind = Literal[
    "vat_special",
    "vat_ordinary",
    "vat_roll",
    "e_vat_ordinary",
    "e_vat_special",
    "digital_ordinary",
    "digital_special",
    "toll",
    "blockchain",
]
VAT_KINDS: tuple[str, ...] = get_args(VatKind)
Rate = Annotated[Decimal | str, Field(union_mode="left_to_right")]
"""A fraction (0.13) or a printed marker (免税, 不征税, ***); "0.13" of a JSON file is the fraction."""


class Party(BaseModel):
    """A buyer or seller as printed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str | None = None
    tax_id: str | None = None
    address_phone: str | None = None
    bank_account: str | None = None


class LineItem(BaseModel):
    """One row of the item table; a discount line is a row of its own with negative amounts."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str | None = None
    specification: str | None = None
    unit: str | None = None
    quantity: Decimal | None = None
    unit_price: Decimal | None = None
    amount: Decimal | None = None
    tax_rate: Rate | None = None
    tax_amount: Decimal | None = None
    plate_number: str | None = None
    vehicle_type: str | None = None
    start_date: date | None = None
    end_date: date | None = None


class Invoice(BaseModel):
    """What every kind has: identity, money, parties, and the proof of each field."""

    model_config = ConfigDict(frozen=True, extra="forbid")

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


class VatInvoice(Invoice):
    """The VAT family: paper and electronic 专票/普票, 数电票, 通行费, 区块链."""

    kind: VatKind
    check_code: str | None = None
    machine_number: str | None = None
    total_excluding_tax: Decimal | None = None
    total_tax: Decimal | None = None
    items: tuple[LineItem, ...] = ()
    remarks: str | None = None
    payee: str | None = None
    reviewer: str | None = None
    drawer: str | None = None
    is_red_letter: bool = False
    cipher_area: str | None = None
    copy_: str | None = Field(default=None, alias="copy", serialization_alias="copy")

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, serialize_by_alias=True)


class OtherDocument(Invoice):
    """A document of no supported kind, with its text."""

    kind: Literal["other"] = "other"
    text: str = ""


AnyInvoice = Annotated[VatInvoice | OtherDocument, Field(discriminator="kind")]
INVOICE_ADAPTER: TypeAdapter[VatInvoice | OtherDocument] = TypeAdapter(AnyInvoice)
