"""The canned outcomes: results in the form of the real reader, of invented invoices."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Literal, get_args

from invoiceocr.errors import CorruptFileError, TimedOutError
from invoiceocr.invoice import LineItem, Party, VatInvoice
from invoiceocr.proof import Evidence, Finding, Witness
from invoiceocr.result import ReadError, ReadResult

Outcome = Literal["accepted", "review", "rejected", "duplicate", "corrupt", "timeout"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)

TIMEOUT_S = 300  # that the message of a timeout names
ELAPSED_MS = 41.7
DOUBTFUL = Evidence(
    text="¥118.00", value=Decimal("118.00"), confidence=0.62, status="doubtful", alternatives=("113.00",)
)
NOT_EQUAL = Finding(
    rule="total-adds-up",
    severity="error",
    message="100.00 + 13.00 ≠ 118.00",
    message_en="100.00 + 13.00 is not 118.00",
    fields=("total_excluding_tax", "total_tax", "total"),
    pack="vat-core",
)
NOT_OURS = Finding(
    rule="buyer-is-own-company",
    severity="error",
    message="购买方不是本单位",
    message_en="the buyer is not one's own company",
    fields=("buyer.name",),
    pack="parties",
)
CLAIMED = Finding(
    rule="duplicate-claimed",
    severity="error",
    message="该发票已报销过",
    message_en="the invoice was claimed before",
    fields=("number",),
    pack="batch",
)


def result(outcome: Outcome, source: str) -> ReadResult:
    """The result of reading *source* with that outcome. The number of the invoice is derived from the name."""
    return _MAKERS[outcome](source)


def _accepted(source: str) -> ReadResult:
    return _of(_invoice(source))


def _review(source: str) -> ReadResult:
    invoice = _invoice(source)
    changed = {"total": DOUBTFUL.value, "verdict": "review", "findings": (NOT_EQUAL,)}
    return _of(invoice.model_copy(update={**changed, "evidence": {**invoice.evidence, "total": DOUBTFUL}}))


def _rejected(source: str) -> ReadResult:
    return _of(_invoice(source).model_copy(update={"verdict": "reject", "findings": (NOT_OURS,)}))


def _duplicate(source: str) -> ReadResult:
    return _of(_invoice(source).model_copy(update={"verdict": "review", "findings": (CLAIMED,)}))


def _corrupt(source: str) -> ReadResult:
    told = f"{source}: the file is damaged or cut off; get it again from the issuer"
    return _unread(source, _code_by_suffix(source), told)


def _timeout(source: str) -> ReadResult:
    return _unread(source, TimedOutError.code, f"{source}: reading it took longer than {TIMEOUT_S} s, 2 times")


_MAKERS: dict[Outcome, Callable[[str], ReadResult]] = {
    "accepted": _accepted,
    "review": _review,
    "rejected": _rejected,
    "duplicate": _duplicate,
    "corrupt": _corrupt,
    "timeout": _timeout,
}


def _of(invoice: VatInvoice) -> ReadResult:
    source = invoice.source or ""
    return ReadResult(source=source, sha256=_digest(source), invoices=(invoice,), elapsed_ms=ELAPSED_MS)


def _unread(source: str, code: str, told: str) -> ReadResult:
    return ReadResult(source=source, sha256=_digest(source), error=ReadError(code=code, message=told))


def _code_by_suffix(source: str) -> str:
    suffix = source.rpartition(".")[2].lower()
    known = {"pdf": "corrupt_pdf", "ofd": "corrupt_ofd", "xml": "corrupt_xml", "zip": "corrupt_archive"}
    pictures = dict.fromkeys(("png", "jpg", "jpeg", "webp", "tif", "tiff", "bmp"), "corrupt_image")
    return (known | pictures).get(suffix, CorruptFileError.code)


def _digest(source: str) -> str:
    return hashlib.sha256(source.encode("utf-8", "surrogateescape")).hexdigest()


def _invoice(source: str) -> VatInvoice:
    """A 数电票 over 113.00, every field of which is proven."""
    number = f"2531{int(_digest(source)[:15], 16) % 10**16:016}"
    values: dict[str, object] = {
        "number": number,
        "issue_date": date(2025, 3, 5),
        "total": Decimal("113.00"),
        "total_excluding_tax": Decimal("100.00"),
        "total_tax": Decimal("13.00"),
        "buyer.name": "测试采购有限公司",
        "buyer.tax_id": "91310000MA1FL00001",
        "seller.name": "样例软件有限公司",
        "seller.tax_id": "91310000MA1FL00002",
    }
    return VatInvoice(
        kind="digital_ordinary",
        number=number,
        issue_date=date(2025, 3, 5),
        total=Decimal("113.00"),
        total_in_words="壹佰壹拾叁圆整",
        total_excluding_tax=Decimal("100.00"),
        total_tax=Decimal("13.00"),
        buyer=Party(name="测试采购有限公司", tax_id="91310000MA1FL00001"),
        seller=Party(name="样例软件有限公司", tax_id="91310000MA1FL00002"),
        items=(LineItem(name="*信息技术服务*软件开发", amount=Decimal("100.00"), tax_rate=Decimal("0.13")),),
        evidence={path: _verified(value) for path, value in values.items()},
        verdict="accept",
        page=1,
        source=source,
    )


def _verified(value: object) -> Evidence:
    witnesses = tuple(Witness(source=source, value=value, agrees=True) for source in ("text_layer", "xml"))
    return Evidence(text=str(value), value=value, confidence=0.9999, status="verified", page=1, witnesses=witnesses)
