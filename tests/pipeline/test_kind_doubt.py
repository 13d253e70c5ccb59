import pytest

from invoiceocr.evidence.reading import Reading
from invoiceocr.page import Page
from invoiceocr.pipeline.kind_doubt import DOUBTFUL, noted


def reading(kind: str, confidence: float) -> Reading:
    return Reading(Page(1, 100.0, 100.0), kind, kind_confidence=confidence)


def test_a_paper_of_doubtful_kind_is_for_review() -> None:
    notes = noted(reading("toll_receipt", 0.58)).notes

    assert [(note.rule, note.fields, note.verdict) for note in notes] == [(DOUBTFUL, ("kind",), "review")]


@pytest.mark.parametrize(("kind", "confidence"), [("taxi", 0.99), ("other", 0.6)])
def test_a_sure_kind_and_no_invoice_are_left_alone(kind: str, confidence: float) -> None:
    assert noted(reading(kind, confidence)).notes == ()
