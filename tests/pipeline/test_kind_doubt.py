import pytest

from invoiceocr.evidence.reading import Reading
from invoiceocr.page import Page
from invoiceocr.pipeline.kind_doubt import DOUBTFUL, noted, surer
from invoiceocr.pipeline.reader import Reader
from invoiceocr.settings import Settings
from invoiceocr.specimens import Order, deliver


def reading(kind: str, confidence: float) -> Reading:
    return Reading(Page(1, 100.0, 100.0), kind, kind_confidence=confidence)


def test_a_paper_of_doubtful_kind_is_for_review() -> None:
    notes = noted(reading("toll_receipt", 0.58)).notes

    assert [(note.rule, note.fields, note.verdict) for note in notes] == [(DOUBTFUL, ("kind",), "review")]


@pytest.mark.parametrize(("kind", "confidence"), [("taxi", 0.99), ("other", 0.6)])
def test_a_sure_kind_and_no_invoice_are_left_alone(kind: str, confidence: float) -> None:
    assert noted(reading(kind, confidence)).notes == ()


def uncovered(page: Page) -> Page:
    return Page(page.number, page.width, page.height)


def test_the_kind_that_an_uncovered_title_says_is_taken_if_it_is_sure() -> None:
    unsure, other = reading("quota", 0.6), reading("other", 0.6)

    assert surer(unsure, uncovered, lambda _: reading("quota", 0.99)).kind_confidence == 0.99
    assert surer(other, uncovered, lambda _: reading("machine_printed", 0.9)).kind == "machine_printed"
    assert surer(unsure, uncovered, lambda _: reading("taxi", 0.6)) is unsure


def test_a_page_of_sure_kind_is_not_read_again() -> None:
    def fail(_: Page) -> Page:
        raise AssertionError

    sure = reading("taxi", 0.99)
    assert surer(sure, fail, lambda _: sure) is sure


def test_a_title_under_the_seal_of_its_form_says_the_kind() -> None:
    coupon = deliver(Order("quota", 985_010, "png"))

    found = Reader(Settings()).read(coupon.data, name=coupon.name)[0]

    assert found.kind == "quota"
    assert DOUBTFUL not in {each.rule for each in found.findings}
