"""Lines with characters that can't be decoded, held against what a recognizer reads there."""

from __future__ import annotations

import pytest

from invoiceocr.geometry import Box
from invoiceocr.page import UNREAD, TextLine
from invoiceocr.text.line_alignment import completed

U = UNREAD


def line(text: str, *, wide: str = "", confidence: float = 1.0) -> TextLine:
    """A line of characters 10 wide; those of *wide* take two places."""
    boxes, x = [], 0.0
    for character in text:
        width = 20.0 if character in wide and character else 10.0
        boxes.append(Box(x, 0, x + width, 20))
        x += width
    sure = tuple(confidence for _ in text)
    return TextLine(text, Box(0, 0, x, 20), "text_layer", 1.0, character_boxes=tuple(boxes), character_confidences=sure)


@pytest.mark.parametrize(
    ("known", "seen", "wanted"),
    [
        (f"265{U}35", "265.35", "265.35"),
        (f"{U}65.35", "265.35", "265.35"),
        (f"265.3{U}", "265.35", "265.35"),
        (f"云{U}示例科技有限公司", "云栖示例科技有限公司", "云栖示例科技有限公司"),
        (f"云{U}示例科技有限公司", "云栖示例科技有限公可", "云栖示例科技有限公司"),
        (f"{U}{U}:云栖", "名称:云栖", "名称:云栖"),
    ],
)
def test_an_unread_character_is_the_one_recognized_at_its_place(known: str, seen: str, wanted: str) -> None:
    assert completed(line(known), line(seen)).text == wanted


def test_what_is_filled_in_is_recognized_and_as_sure_as_that() -> None:
    found = completed(line(f"265{U}35"), line("265.35", confidence=0.9))

    assert found.source == "ocr"
    assert found.confidence == pytest.approx(0.9)


def test_one_glyph_may_be_several_characters() -> None:
    found = completed(line(f"1{U}.35", wide=U), line("152.35"))

    assert found.text == "152.35"
    assert len(found.character_boxes) == len(found.text)


@pytest.mark.parametrize(
    ("known", "seen"),
    [
        (f"265{U}35", "26535"),  # the point is not recognized
        (f"265{U}35", "发票号码"),  # another text
    ],
)
def test_what_cannot_be_aligned_stays_unread(known: str, seen: str) -> None:
    assert UNREAD in completed(line(known), line(seen)).text


def test_a_line_of_which_nothing_is_known_is_what_is_recognized() -> None:
    assert completed(line(U * 4), line("发票号码")).text == "发票号码"


def test_without_anything_recognized_a_line_stays_as_it_is() -> None:
    known = line(f"265{U}35")

    assert completed(known, None) is known


def test_a_character_whose_place_is_blank_is_not_read_into_it() -> None:
    # a recognizer may read one more of several zeros than there are
    known, seen = line(f"2600{U}1"), line("260001")

    assert completed(known, seen).text == "260001"
    assert completed(known, seen, lambda box: box == known.character_boxes[4]) is known
