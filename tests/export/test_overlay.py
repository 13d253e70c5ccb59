import cv2
import numpy as np
import pytest

from invoiceocr.errors import MissingExtraError
from invoiceocr.export.overlay import INK, Mark, annotate, listing, png
from invoiceocr.geometry import Box
from invoiceocr.page import Page
from invoiceocr.specimens import fonts

PAGE = Page(1, width=100.0, height=50.0)
MARKS = [Mark(Box(10, 20, 60, 40), "价税\n合计: 113.00")]


def white(width: int, height: int) -> np.ndarray:
    return np.full((height, width, 3), 255, np.uint8)


def test_boxes_are_drawn_where_they_lie_on_the_page_whatever_the_size_of_the_picture() -> None:
    drawn = annotate(PAGE, white(400, 200), MARKS)
    assert [tuple(drawn[y, x]) for y, x in ((120, 40), (120, 240), (80, 140), (160, 140))] == [INK] * 4
    assert tuple(drawn[120, 140]) == (255, 255, 255)


def test_the_picture_given_is_not_changed() -> None:
    picture = white(400, 200)
    annotate(PAGE, picture, MARKS)
    assert picture.min() == 255


def test_a_page_without_a_picture_is_drawn_on_a_white_sheet() -> None:
    drawn = annotate(PAGE, None, MARKS)
    assert drawn.shape[1] == 2 * drawn.shape[0]


def test_a_chinese_label_stands_above_its_box() -> None:
    drawn = annotate(PAGE, white(1000, 500), MARKS)
    assert (drawn[180:198, 100:300] != 255).any()


def test_boxes_bear_numbers_where_no_font_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_fonts(face: str) -> None:
        raise MissingExtraError("not installed")

    monkeypatch.setattr(fonts, "bundled", no_fonts)
    drawn = annotate(PAGE, white(1000, 500), MARKS)
    assert (drawn[180:198, 100:120] != 255).any()
    assert (drawn[180:198, 130:300] == 255).all()


def test_the_listing_has_one_line_a_mark() -> None:
    assert listing(MARKS) == "1\t10.0,20.0,60.0,40.0\t价税 合计: 113.00\n"


def test_a_picture_becomes_a_png() -> None:
    read = cv2.imdecode(np.frombuffer(png(white(4, 3)), np.uint8), cv2.IMREAD_COLOR)
    assert read is not None
    assert read.shape == (3, 4, 3)
