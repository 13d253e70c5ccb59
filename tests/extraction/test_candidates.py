import numpy as np
import pytest
from sheets import line

from invoiceocr.extraction.candidates import candidate
from invoiceocr.geometry import Box
from invoiceocr.page import Lattice, Page, TextLine

PAGE = Page(3, 600, 390)
LATTICE = Lattice((("1", ""),), np.ones((1, 2), np.float32))


def test_a_candidate_keeps_its_way_back_to_the_page() -> None:
    parts = [line("样例", 10, 20, size=10), line("公司", 50, 24, size=10)]

    found = candidate("buyer.name", "样例公司", "样例 公司", parts, PAGE)

    assert (found.path, found.value, found.text) == ("buyer.name", "样例公司", "样例 公司")
    assert (found.source, found.page, found.box) == ("text_layer", 3, Box(10, 20, 70, 34))


def test_a_value_is_as_sure_as_all_its_parts_together() -> None:
    parts = [TextLine("1", Box(0, 0, 1, 1), "ocr", 0.9), TextLine("2", Box(1, 0, 2, 1), "ocr", 0.8)]

    assert candidate("number", "12", "12", parts, PAGE).confidence == pytest.approx(0.72)


def test_only_a_value_in_one_piece_has_a_lattice() -> None:
    one = TextLine("1", Box(0, 0, 1, 1), "ocr", lattice=LATTICE)

    assert candidate("number", "1", "1", [one], PAGE).lattice is LATTICE
    assert candidate("number", "11", "11", [one, one], PAGE).lattice is None
