"""`RuleContext`: what rules may know besides the invoice itself. Whatever is missing makes the rules that use it
unknown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from invoiceocr.invoice import Invoice
from invoiceocr.result import InvoiceOutline
from invoiceocr.values.qr_payload import QrPayload


class Company(NamedTuple):
    """A name to which a claim may be made out, and its tax id."""

    name: str
    tax_id: str | None = None


@dataclass(frozen=True, slots=True)
class BatchEntry:
    """Another invoice of the batch or the ledger than the one that is checked; `claimed` if it was paid before."""

    number: str | None = None
    code: str | None = None
    seller: str | None = None
    issue_date: date | None = None
    total: Decimal | None = None
    claimed: bool = False

    @classmethod
    def of(cls, invoice: Invoice | InvoiceOutline, *, claimed: bool = False) -> BatchEntry:
        """The entry of *invoice*."""
        seller = invoice.seller.name if invoice.seller else None
        return cls(invoice.number, invoice.code, seller, invoice.issue_date, invoice.total, claimed)


@dataclass(frozen=True, slots=True)
class RuleContext:
    """What rules may use besides the invoice.

    `title_kind` is the kind that the printed title states; `born_digital` says whether the text never was pixels;
    `certain` are the paths of fields whose characters are beyond doubt: exact text, or pixels that two recognizers
    of different make read alike; `seal_found` and `seal_text` are what was seen of the seller's seal;
    `platform_status` is what the caller learned from the tax platform (正常, 作废, 红冲). An empty `company` or `batch`
    means unknown, not "none". From a ledger, pass only the entries that can matter (same number, seller, day or
    code): thousands exceed the steps of a rule.
    """

    today: date
    claim_date: date | None = None
    qr: QrPayload | None = None
    title_kind: str | None = None
    company: tuple[Company, ...] = ()
    batch: tuple[BatchEntry, ...] = ()
    born_digital: bool = False
    seal_found: bool | None = None
    seal_text: str | None = None
    platform_status: str | None = None
    certain: tuple[str, ...] = ()
