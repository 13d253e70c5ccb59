"""Papers whose kind is unsure: a seal may cover their title; otherwise they are read as the likeliest kind, with a
warning."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from invoiceocr.evidence.finding import finding
from invoiceocr.evidence.reading import Reading
from invoiceocr.kinds import OTHER
from invoiceocr.page import Page

DOUBTFUL = "kind-doubtful"
SURE = 0.75  # probability: forms with title or captions of their kind come to 0.8 and more


def surer(reading: Reading, uncover_head: Callable[[Page], Page], extract: Callable[[Page], Reading]) -> Reading:
    """*reading*, or what its page says with its head uncovered, if its own kind is unsure and that one's is not."""
    if _is_sure(reading):
        return reading
    page = uncover_head(reading.page)
    again = reading if page is reading.page else extract(page)
    return again if _is_sure(again) else reading


def noted(reading: Reading) -> Reading:
    """*reading*, with a warning if its kind is doubtful."""
    if reading.kind == OTHER or _is_sure(reading):
        return reading
    share = round(100 * reading.kind_confidence)
    words = (
        f"票种识别置信度不足（{share}%），请人工确认",
        f"the kind of this document is only {share} % sure; please check it",
    )
    doubt = finding(DOUBTFUL, "warning", words, ("kind",), verdict="review")
    return replace(reading, notes=(*reading.notes, doubt))


def _is_sure(reading: Reading) -> bool:
    """Whether the page is certainly of a kind that is known."""
    return reading.kind != OTHER and reading.kind_confidence >= SURE
