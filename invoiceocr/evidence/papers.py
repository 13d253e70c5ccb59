"""Two invoices on one page, of which only one is read."""

from __future__ import annotations

from dataclasses import replace

from invoiceocr.evidence.draft import OTHER
from invoiceocr.evidence.reading import Reading
from invoiceocr.proof import Finding

SEVERAL = "several-on-page"
HEAD, FOOT = "number", "total"  # captions that each form has once, in this order


def noted(reading: Reading) -> Reading:
    """*reading* with an error if its page holds the captions of a second form below those of the first."""
    if reading.kind == OTHER or _forms(reading) < 2:
        return reading
    finding = Finding(
        rule=SEVERAL,
        severity="error",
        message="同一页上有不止一张发票，只读取了一张",
        message_en="the page holds more than one invoice, of which only one is read",
        pack="evidence",
    )
    return replace(reading, notes=(*reading.notes, finding))


def _forms(reading: Reading) -> int:
    """How many times the head of a form is followed by its foot, from top to bottom."""
    labels = sorted((label for label in reading.page.labels if label.id in (HEAD, FOOT)), key=lambda one: one.box.cy)
    order = "".join("h" if label.id == HEAD else "f" for label in labels)
    return sum(order[i - 1 : i + 1] == "hf" for i in range(1, len(order)))
