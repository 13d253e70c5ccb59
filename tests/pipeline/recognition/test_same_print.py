import pytest
from fake_text_reader import PLACE

from invoiceocr.page import TextLine
from invoiceocr.pipeline.recognition.same_print import is_piece, is_print


@pytest.mark.parametrize(
    ("text", "confidence", "found"),
    [("12", 0.7, True), ("12345678", 0.5, True), ("1234567", 0.5, False), ("12345678", 0.3, False)],
    ids=["sure", "long and legible", "legible but short", "long but illegible"],
)
def test_specks_are_neither_sure_nor_long_and_legible(text: str, confidence: float, found: bool) -> None:
    assert is_print(TextLine(text, PLACE, "ocr", confidence)) is found


@pytest.mark.parametrize(
    ("text", "down", "found"),
    [("345", 0.0, True), ("345", 15.0, False), ("354", 0.0, False)],
    ids=["on its level", "in the next row", "other characters"],
)
def test_a_piece_of_a_print_is_a_part_of_its_text_on_its_level(text: str, down: float, found: bool) -> None:
    whole = TextLine("12345", PLACE.grown(20.0), "ocr")

    assert is_piece(TextLine(text, PLACE.shift(0.0, down), "ocr"), whole) is found
