"""A finding for a tax QR code on the page of an invoice to which it does not belong."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from invoiceocr.evidence import qr_witness
from invoiceocr.evidence.draft import Draft
from invoiceocr.evidence.finding import finding
from invoiceocr.kinds import OTHER
from invoiceocr.proof import Finding
from invoiceocr.values import invoice_number, qr_payload
from invoiceocr.values.qr_payload import QrPayload

FOREIGN = "qr-of-another-invoice"
# digits that name the type of a tax code; other codes, such as links, may stand beside any invoice
TYPE_DIGITS = 2


def foreign(draft: Draft, codes: Sequence[QrPayload], matching: QrPayload | None) -> tuple[Finding, ...]:
    """An error for each tax code on a page of *draft* that states none of its values, and for each other code there
    that leads to another 数电票: somebody put it there, or it is on part of another paper that was not read. A number
    that was recognized may be a misreading of one that is nearly the same. *codes* are those of the file; *matching* is
    the invoice's own code, if it has one."""
    if draft.kind == OTHER or not draft.qr_codes:
        return ()
    here = _texts(draft)
    here_too = qr_witness.payloads(here)
    strangers = (code for code in codes if code in here_too and code is not matching)
    taxed = [code.number for code in strangers if _is_strange(code, draft)]
    linked = [number for number in _linked(here, draft) if matching is None or number != matching.number]
    near = {number for number in linked if _is_misread(draft, number)}
    others = dict.fromkeys((*taxed, *(number for number in linked if number not in near)))
    return (*map(_finding, others), *map(_near_finding, sorted(near)))


def _texts(draft: Draft) -> list[str]:
    """What the codes on the pages of *draft* say."""
    pages = {number for number, _ in draft.page_sizes}
    return [text for page, text in draft.qr_codes if page in pages]


def _is_strange(code: QrPayload, draft: Draft) -> bool:
    """Whether *code* is a tax code that states no value of *draft*."""
    return len(code.type) == TYPE_DIGITS and not qr_witness.belongs(code, draft.candidates)


def _linked(texts: Iterable[str], draft: Draft) -> list[str]:
    """The numbers of other 数电票 to which *texts* other than tax codes lead. A number that stands anywhere on the
    invoice, like that of the one that it corrects, is no other's; on an invoice with a shorter number, or with a year
    to come, it is an order's."""
    latest = max((invoice_number.year(str(number)) or 0 for number in draft.values("number")), default=0) + 1
    numbers = [number for number in map(_lead, texts) if number and (invoice_number.year(number) or math.inf) <= latest]
    if not numbers:  # nearly always
        return []
    said = [invoice_number.compact(text) for each in draft.candidates for text in (each.text, str(each.value))]
    return [number for number in numbers if not any(number in text for text in said)]


def _lead(text: str) -> str | None:
    """The number of the 数电票 to which the *text* of a code leads; none of a tax code."""
    code = qr_payload.parse(text)
    return None if code is not None and len(code.type) == TYPE_DIGITS else qr_payload.linked(text)


def _is_misread(draft: Draft, number: str) -> bool:
    """Whether the printed number was only recognized, and may be *number*."""
    printed = [said for said in draft.candidates if said.path == "number" and said.value is not None]
    return all(said.source == "ocr" and qr_witness.is_near(number, str(said.value)) for said in printed)


def _near_finding(number: str) -> Finding:
    zh = f"票面二维码指向号码 {number}，与识别出的号码只差一两位"
    en = f"the QR code leads to number {number}, which differs in a digit or two from the one that was recognized"
    return finding(FOREIGN, "error", (zh, en), ("number",))


def _finding(number: str) -> Finding:
    zh = f"票面二维码属于另一张发票（号码 {number}）"
    en = f"the QR code is that of another invoice (number {number})"
    return finding(FOREIGN, "error", (zh, en), ("number",))
