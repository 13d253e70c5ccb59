"""A finding for the sums of two invoices on one page, of which only one became an invoice."""

from __future__ import annotations

from decimal import Decimal

from invoiceocr.adjudication.findings.conflicts import SEVERAL
from invoiceocr.evidence.draft import Draft
from invoiceocr.evidence.finding import finding
from invoiceocr.proof import Finding
from invoiceocr.values import chinese_amount


def several(draft: Draft) -> tuple[Finding, ...]:
    """An error if a page prints two totals in digits and both again in words: an invoice has only one."""
    pages = sorted({c.page for c in draft.candidates if c.path == "total_in_words" and c.box is not None})
    totals = {page: sorted(_totals(draft, page)) for page in pages}
    return tuple(_finding(found) for found in totals.values() if len(found) > 1)


def _totals(draft: Draft, page: int) -> set[Decimal]:
    """The totals that *page* prints both in digits and in words."""
    printed = [c for c in draft.candidates if c.page == page and c.box is not None]
    words = {chinese_amount.parse(str(c.value)) for c in printed if c.path == "total_in_words" and c.value is not None}
    return {c.value for c in printed if c.path == "total" and isinstance(c.value, Decimal) and c.value in words}


def _finding(totals: list[Decimal]) -> Finding:
    listed = [str(total) for total in totals]
    zh = f"同一页印有多个价税合计（{'、'.join(listed)}）：可能有多张发票，只识别了一张"
    en = f"the page prints several totals ({', '.join(listed)}): it may hold several invoices, of which one was read"
    # the other total may only be quoted: a person decides
    return finding(SEVERAL, "error", (zh, en), ("total",), verdict="review")
