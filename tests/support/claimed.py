"""Invented invoices for tests of the ledger."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import samples

from invoiceocr.invoice import Party, VatInvoice
from invoiceocr.proof import Evidence
from invoiceocr.result import ReadResult

SELLER_ID = "91110105MA01ABCD5F"
SELLER = Party(name="样例商贸（北京）有限公司", tax_id=SELLER_ID, bank_account="某某银行北京分行 11012345678901")
BUYER = Party(name="测试采购有限公司", tax_id="91350100M000100Y43")
NUMBER = "25112000000012345678"


def invoice(number: str | None = NUMBER, *, status: str = "verified", **changes: Any) -> VatInvoice:
    """A 数电票 whose number and seller have *status*."""
    made = VatInvoice(
        kind="digital_ordinary",
        number=number,
        issue_date=date(2025, 6, 1),
        total=Decimal("113.00"),
        total_excluding_tax=Decimal("100.00"),
        total_tax=Decimal("13.00"),
        buyer=BUYER,
        seller=SELLER,
        verdict="accept",
    ).model_copy(update=changes)
    seller = made.seller or Party()
    proofs = {
        "code": made.code,
        "number": made.number,
        "issue_date": made.issue_date,
        "total": made.total,
        "seller.name": seller.name,
        "seller.tax_id": seller.tax_id,
        "buyer.name": "测试采购有限公司",
    }
    evidence = {
        path: samples.verified(value) if status == "verified" else samples.read(value)
        for path, value in proofs.items()
        if value is not None
    }
    return made.model_copy(update={"evidence": evidence | ({} if number else {"number": Evidence()})})


def paper(number: str = "12345678", code: str = "031001900104", **changes: Any) -> VatInvoice:
    """An invoice with code and number."""
    return invoice(number, code=code, kind="vat_ordinary", **changes)


def result(source: str, *invoices: VatInvoice, sha256: str | None = None) -> ReadResult:
    """The result of a file."""
    named = tuple(found.model_copy(update={"source": source}) for found in invoices or (invoice(),))
    return ReadResult(source=source, sha256=sha256 or f"{abs(hash(source)):064x}"[:64], invoices=named)
