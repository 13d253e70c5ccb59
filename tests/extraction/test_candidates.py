import numpy as np
import pytest
from lattices import lattice
from sheets import line

from invoiceocr.extraction.candidates import Target, candidate, is_misread, valued
from invoiceocr.geometry import Box
from invoiceocr.kinds.types import TYPES
from invoiceocr.page import Lattice, Page, TextLine, TextSource

PAGE = Page(3, 600, 390)
NUMBER, WORDS = Target("number", TYPES["invoice_number"]), Target("fee_in_words", TYPES["words"])
PLATE = Target("lorry", TYPES["printed_plate"])
LATTICE = Lattice((("1", ""),), np.ones((1, 2), np.float32))


def test_a_candidate_keeps_its_way_back_to_the_page() -> None:
    parts = [line("样例", 10, 20, size=10), line("公司", 50, 24, size=10)]

    found = candidate(Target("buyer.name", TYPES["name"]), "样例公司", "样例 公司", parts, PAGE)

    assert (found.path, found.value, found.text) == ("buyer.name", "样例公司", "样例 公司")
    assert (found.source, found.page, found.box) == ("text_layer", 3, Box(10, 20, 70, 34))


def test_a_value_is_as_sure_as_all_its_parts_together() -> None:
    parts = [TextLine("1", Box(0, 0, 1, 1), "ocr", 0.9), TextLine("2", Box(1, 0, 2, 1), "ocr", 0.8)]

    assert candidate(NUMBER, "12", "12", parts, PAGE).confidence == pytest.approx(0.72)


def test_only_a_value_in_one_piece_has_a_lattice() -> None:
    one = TextLine("1", Box(0, 0, 1, 1), "ocr", lattice=LATTICE)

    assert candidate(NUMBER, "1", "1", [one], PAGE).lattice is LATTICE
    assert candidate(NUMBER, "11", "11", [one, one], PAGE).lattice is None


def misread(text: str, *, at: int, for_: str) -> TextLine:
    """Print that reads *text*, with the character that is true second at *at*."""
    return TextLine(text, Box(0, 0, 90, 10), "ocr", lattice=lattice(text, {at: {for_: 0.2}}))


def test_a_misread_figure_is_a_candidate_without_value() -> None:
    segment = misread("1B6.00", at=1, for_="8")

    found = valued(Target("total", TYPES["sum"]), None, segment.text, [segment], PAGE)

    assert found is not None
    assert (found.value, found.text, found.lattice) == (None, "1B6.00", segment.lattice)


@pytest.mark.parametrize("text", ["转账", "第1联", "12-34-56"])
def test_print_of_which_no_reading_makes_a_value_is_no_candidate(text: str) -> None:
    assert not is_misread(TYPES["sum"], [TextLine(text, Box(0, 0, 90, 10), "ocr", lattice=lattice(text))])


def test_text_of_a_text_layer_is_never_misread() -> None:
    assert not is_misread(TYPES["sum"], [line("1B6.00", 10, 20, size=10)])


def test_no_value_of_a_type_without_a_grammar_is_misread() -> None:
    assert not is_misread(TYPES["text"], [misread("1B6.00", at=1, for_="8")])


def test_recognized_words_that_lack_a_character_make_no_value_printed_ones_do() -> None:
    short = "拾圆整"
    seen = TextLine(short, Box(0, 0, 90, 10), "ocr", 0.99)

    assert candidate(WORDS, short, short, [seen], PAGE).value is None
    assert candidate(WORDS, short, short, [line(short, 10, 20, size=10)], PAGE).value == short


def test_a_recognized_plate_has_no_letter_that_looks_like_a_digit() -> None:
    seen = TextLine("京AOB1I2", Box(0, 0, 90, 10), "ocr", 0.99)

    assert candidate(PLATE, "京AOB1I2", "京AOB1I2", [seen], PAGE).value == "京A0B112"


@pytest.mark.parametrize("text", ["样例██有限公司", "样例\ufffd有限公司", "▓▓▓▓"])
def test_a_text_that_is_blacked_out_in_part_has_no_value(text: str) -> None:
    target = Target("seller.name", TYPES["name"])

    assert candidate(target, text, text, [line(text, 10, 20, size=10)], PAGE).value is None


@pytest.mark.parametrize(("source", "read"), [("ocr", "91110105MA01ABCD5F"), ("text_layer", "91110105MAO1ABCD5F")])
def test_a_recognized_id_of_a_vehicle_s_buyer_has_no_letters_that_no_id_has(source: TextSource, read: str) -> None:
    text, target = "91110105MAO1ABCD5F", Target("buyer.tax_id", TYPES["buyer_id"])

    found = valued(target, target.type.parse(text), text, [TextLine(text, Box(0, 0, 90, 10), source)], PAGE)

    assert found is not None
    assert found.value == read
