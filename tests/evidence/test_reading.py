from sheets import line

from invoiceocr.evidence.reading import Reading
from invoiceocr.page import Page


def test_the_text_of_a_page_is_its_rows_from_top_to_bottom() -> None:
    lines = (line("金额", 100, 20), line("¥1.00", 100, 40), line("数量", 0, 20), line("电子发票", 50, 0))

    assert Reading(Page(1, 300, 200, lines), "other").text == "电子发票\n数量 金额\n¥1.00"


def test_a_page_without_lines_has_no_text() -> None:
    assert Reading(Page(1, 300, 200), "other").text == ""
