"""A tax QR code on an invoice's page that is another invoice's: a finding."""

from __future__ import annotations

from invoiceocr.evidence import qr_witness
from invoiceocr.evidence.draft import OTHER, Draft
from invoiceocr.proof import Finding, Language
from invoiceocr.values.qr_payload import QrPayload

FOREIGN = "qr-of-another-invoice"
TYPES = 2  # digits of a tax type; links and fiscal bills may stand beside any invoice


def foreign(draft: Draft, matching: QrPayload | None, language: Language = "zh") -> tuple[Finding, ...]:
    """An error for each tax QR code on the pages of *draft* that states none of its values: it was put there, or a
    part of another paper shows, which was not read. *matching* is the invoice's own code, if it has one."""
    if draft.kind == OTHER:
        return ()
    pages = {number for number, _ in draft.page_sizes}
    codes = qr_witness.payloads(text for page, text in draft.qr_codes if page in pages)
    known = {matching.number} if matching is not None else set()
    strangers = (code for code in codes if code.number not in known and len(code.type) == TYPES)
    return tuple(_finding(code, language) for code in strangers if not qr_witness.belongs(code, draft.candidates))


def _finding(code: QrPayload, language: Language) -> Finding:
    zh = f"票面二维码属于另一张发票（号码 {code.number}）"
    en = f"the QR code is that of another invoice (number {code.number})"
    return Finding(
        rule=FOREIGN,
        severity="error",
        message=en if language == "en" else zh,
        message_en=en,
        fields=("number",),
        pack="evidence",
    )
