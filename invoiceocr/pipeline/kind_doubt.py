"""Papers whose kind is unsure are read as the likeliest one, with a warning."""

from __future__ import annotations

from dataclasses import replace

from invoiceocr.evidence.finding import finding
from invoiceocr.evidence.reading import Reading
from invoiceocr.kinds import OTHER

DOUBTFUL = "kind-doubtful"
SURE = 0.75  # probability: forms with title or captions of their kind come to 0.8 and more


def noted(reading: Reading) -> Reading:
    """*reading*, with a warning if its kind is doubtful."""
    if reading.kind == OTHER or reading.kind_confidence >= SURE:
        return reading
    share = round(100 * reading.kind_confidence)
    words = (
        f"票种识别置信度不足（{share}%），请人工确认",
        f"the kind of this document is only {share} % sure; please check it",
    )
    doubt = finding(DOUBTFUL, "warning", words, ("kind",), verdict="review")
    return replace(reading, notes=(*reading.notes, doubt))
