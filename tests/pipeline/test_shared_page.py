from invoiceocr.evidence.reading import Reading
from invoiceocr.page import Page
from invoiceocr.pipeline.shared_page import MIN_PAPER, SHARED, noted, with_turned


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
