from dataclasses import replace

import pytest
from handmade import Sheet, piece, written

from invoiceocr.evidence.reading import Reading
from invoiceocr.geometry import Box
from invoiceocr.page import Page, TextLine
from invoiceocr.pipeline.reader import Reader
from invoiceocr.pipeline.shared_page import MAX_TURNED, MIN_PAPER, SHARED, may_be_read, noted, with_turned, without


def reading(kind: str) -> Reading:
    return Reading(Page(1, 100.0, 100.0), kind)


def test_each_of_several_invoices_on_a_page_says_so() -> None:
    found = noted([reading("digital_ordinary"), reading("digital_special")])

    assert [[note.rule for note in each.notes] for each in found] == [[SHARED], [SHARED]]


def test_an_invoice_beside_something_else_is_alone() -> None:
    assert [each.notes for each in noted([reading("digital_ordinary"), reading("other")])] == [(), ()]


def test_a_page_with_a_paper_s_worth_of_turned_print_is_crowded() -> None:
    def is_crowded(turned: int, kind: str = "digital_ordinary") -> bool:
        return with_turned(reading(kind), Page(1, 100.0, 100.0, turned=turned)).crowded

    assert is_crowded(MIN_PAPER)
    assert not is_crowded(MIN_PAPER - 1)
    assert not is_crowded(MIN_PAPER, "other")


OTHER_NUMBER = "26332000000555666777"
SIDEWAYS, HEADLONG = "0 1 -1 0 999 0", "-0.66 0 0 -0.66 480 270"


@pytest.mark.parametrize(("place", "rotation"), [(SIDEWAYS, 90), (HEADLONG, 180)], ids=["sideways", "headlong"])
def test_a_paper_that_is_turned_against_the_page_is_read_from_its_pixels(
    reader: Reader, place: str, rotation: int
) -> None:
    # given: two sheets on one page, the second one turned
    second = Sheet({**Sheet().segments, "number": piece("number", OTHER_NUMBER)})
    both = f"q 0.8 0 0 0.8 0 280 cm {Sheet().content()} Q q {place} cm {second.content()} Q"
    data = written(Sheet({}, form="", before=both)).replace(b"[0 0 600 400]", b"[0 0 999 600]")

    found = reader.read(data)

    assert [(invoice.number, invoice.rotation) for invoice in found[1:]] == [(OTHER_NUMBER, rotation)]
    assert "several-invoices" not in {finding.rule for invoice in found for finding in invoice.findings}


def test_a_page_of_nothing_but_turned_print_is_not_looked_at_again() -> None:
    def page(turned: int) -> Page:
        return Page(1, 100.0, 100.0, turned=turned)

    assert [may_be_read(page(turned)) for turned in (MIN_PAPER - 1, MIN_PAPER, MAX_TURNED, MAX_TURNED + 1)] == [
        False, True, True, False,
    ]  # fmt: skip


def test_turned_papers_that_are_read_leave_the_others_turned() -> None:
    page = Page(1, 100.0, 100.0, turned=2 * MIN_PAPER)
    line = TextLine("1" * MIN_PAPER, Box(0, 0, 9, 9), "ocr")
    paper = Reading(replace(page, lines=(line,)), "digital_ordinary")

    assert with_turned(reading("digital_ordinary"), without(page, [paper])).crowded
    assert not with_turned(reading("digital_ordinary"), without(page, [paper, paper])).crowded
