"""A finding for a tax QR code on the page of an invoice to which it does not belong."""

from __future__ import annotations

from collections.abc import Sequence

from invoiceocr.evidence import qr_witness
from invoiceocr.evidence.draft import Draft
from invoiceocr.evidence.finding import finding
from invoiceocr.kinds import OTHER
from invoiceocr.proof import Finding
from invoiceocr.values.qr_payload import QrPayload

FOREIGN = "qr-of-another-invoice"
# digits that name the type of a tax code; other codes, such as links, may stand beside any invoice
TYPE_DIGITS = 2


def foreign(draft: Draft, codes: Sequence[QrPayload], matching: QrPayload | None) -> tuple[Finding, ...]:
    """An error for each tax code on a page of *draft* that states none of its values: somebody put it there, or it is
    on part of another paper that was not read. *codes* are those of the file; *matching* is the invoice's own code, if
    it has one."""
    strangers = [code for code in codes if code is not matching and len(code.type) == TYPE_DIGITS]
    if draft.kind == OTHER or not strangers:
        return ()
    here = _codes(draft)
    return tuple(
        _finding(code) for code in strangers if code in here and not qr_witness.belongs(code, draft.candidates)
    )


def _codes(draft: Draft) -> list[QrPayload]:
    """The tax codes on the pages of *draft*."""
    pages = {number for number, _ in draft.page_sizes}
    return qr_witness.payloads(text for page, text in draft.qr_codes if page in pages)


def _finding(code: QrPayload) -> Finding:
    zh = f"票面二维码属于另一张发票（号码 {code.number}）"
    en = f"the QR code is that of another invoice (number {code.number})"
    return finding(FOREIGN, "error", (zh, en), ("number",))
