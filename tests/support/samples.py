"""Invoices made by hand with invented values, for tests of what happens after reading."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from invoiceocr.invoice import LineItem, Party, VatInvoice
from invoiceocr.proof import Evidence, Finding, Witness
from invoiceocr.result import ReadError, ReadResult

NUMBER = "25312000000012345678"
BUYER_TAX_ID = "91310000MA1FL00001"


def verified(value: object, text: str | None = None) -> Evidence:
    witnesses = (Witness(source="text_layer", value=value, agrees=True), Witness(source="qr", value=value, agrees=True))
    return Evidence(
        text=text or str(value),
        value=value,
        confidence=0.99991,
        status="verified",
        page=1,
        box=(420.0, 30.0, 540.0, 44.0),
        page_size=(595.0, 396.0),
        witnesses=witnesses,
    )


def read(value: object) -> Evidence:
    return Evidence(text=str(value), value=value, confidence=0.97, status="read", page=1)


def doubtful(value: object, *alternatives: str) -> Evidence:
    witnesses = (Witness(source="ocr", value=value, agrees=True), Witness(source="arithmetic", value="9", agrees=False))
    return Evidence(
        text=str(value), value=value, confidence=0.41, status="doubtful", witnesses=witnesses, alternatives=alternatives
    )


def accepted_invoice(**changes: object) -> VatInvoice:
    """A 数电票 whose every field is proven, over one item."""
    invoice = VatInvoice(
        kind="digital_ordinary",
        number=NUMBER,
        issue_date=date(2025, 3, 5),
        total=Decimal("113.00"),
        total_in_words="壹佰壹拾叁圆整",
        buyer=Party(name="测试采购有限公司", tax_id=BUYER_TAX_ID),
        seller=Party(name="样例软件（上海）有限公司", tax_id="91310000MA1FL00002"),
        total_excluding_tax=Decimal("100.00"),
        total_tax=Decimal("13.00"),
        items=(
            LineItem(
                name="*信息技术服务*软件开发",
                unit="项",
                quantity=Decimal("3"),
                unit_price=Decimal("33.3333333333"),
                amount=Decimal("100.00"),
                tax_rate=Decimal("0.13"),
                tax_amount=Decimal("13.00"),
            ),
        ),
        drawer="张三",
        evidence={
            "number": verified(NUMBER),
            "issue_date": verified(date(2025, 3, 5), "2025年03月05日"),
            "total": verified(Decimal("113.00"), "¥113.00"),
            "total_in_words": verified("壹佰壹拾叁圆整"),
            "total_excluding_tax": verified(Decimal("100.00")),
            "total_tax": verified(Decimal("13.00")),
            "buyer.name": read("测试采购有限公司"),
            "buyer.tax_id": verified(BUYER_TAX_ID),
            "seller.name": read("样例软件（上海）有限公司"),
            "items.0.amount": verified(Decimal("100.00")),
            "items.0.name": read("*信息技术服务*软件开发"),
        },
        verdict="accept",
        page=1,
        source="a.pdf",
    )
    return invoice.model_copy(update=changes)


def doubtful_invoice(**changes: object) -> VatInvoice:
    """A paper invoice with one contradicted amount and no check code."""
    invoice = VatInvoice(
        kind="vat_special",
        code="3100201130",
        number="01234567",
        issue_date=date(2021, 6, 30),
        total=Decimal("186.00"),
        total_excluding_tax=Decimal("100.00"),
        total_tax=Decimal("6.00"),
        buyer=Party(name="测试采购有限公司"),
        items=(LineItem(name="*餐饮服务*餐费", amount=Decimal("100.00"), tax_rate="免税"),),
        evidence={
            "number": read("01234567"),
            "total": doubtful(Decimal("186.00"), "106.00"),
            "check_code": Evidence(),
        },
        findings=(
            Finding(
                rule="total-adds-up",
                severity="error",
                message="100.00 + 6.00 ≠ 186.00",
                message_en="100.00 + 6.00 is not 186.00",
                fields=("total_excluding_tax", "total_tax", "total"),
                pack="vat-core",
            ),
        ),
        verdict="review",
        page=1,
        source="扫描件.jpg",
    )
    return invoice.model_copy(update=changes)


def accepted(source: str = "a.pdf") -> ReadResult:
    return ReadResult(source=source, sha256="ab" * 32, invoices=(accepted_invoice(source=source),), elapsed_ms=41.7)


def reviewed(source: str = "扫描件.jpg") -> ReadResult:
    return ReadResult(source=source, sha256="cd" * 32, invoices=(doubtful_invoice(source=source),), elapsed_ms=410.0)


def unread(source: str = "broken.pdf", code: str = "corrupt_pdf") -> ReadResult:
    return ReadResult(source=source, error=ReadError(code=code, message=f"{source}: cut off; get the file again"))
