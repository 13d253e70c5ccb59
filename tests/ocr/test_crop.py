import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoiceocr.geometry import Box, Quad, box_quad
from invoiceocr.ocr import crop

LINE = box_quad(Box(100, 40, 300, 60))
SIDEWAYS: Quad = ((60, 10), (60, 210), (40, 210), (40, 10))  # text that runs down, its top to the right


def test_length_runs_along_the_text_and_height_across_it() -> None:
    assert crop.size(LINE) == (200, 20)
    assert crop.size(SIDEWAYS) == (200, 20)


@pytest.mark.parametrize(("width", "height", "column"), [(20, 100, True), (100, 20, False), (20, 25, False)])
def test_what_is_much_higher_than_wide_is_a_column(width: float, height: float, column: bool) -> None:
    assert crop.is_column(box_quad(Box(0, 0, width, height))) is column


def test_a_part_of_the_page_is_cut_out() -> None:
    page = np.zeros((100, 400, 3), np.uint8)
    page[40:60, 100:300] = 200

    assert crop.flat(page, LINE, 200, 20).min() == 200


def test_large_print_is_averaged_not_sampled() -> None:
    stripes = np.zeros((80, 400, 3), np.uint8)
    stripes[:, ::2] = 255

    flat = crop.flat(stripes, box_quad(Box(0, 0, 400, 80)), 100, 20)

    assert flat[:, 2:-2].min() > 110
    assert flat[:, 2:-2].max() < 145


def test_beyond_the_page_its_border_goes_on() -> None:
    page = np.full((50, 50, 3), 77, np.uint8)

    assert (crop.flat(page, box_quad(Box(-20, -20, 80, 30)), 100, 50) == 77).all()


def test_a_stretch_of_a_line_is_a_box_on_the_page() -> None:
    assert crop.stretch(LINE, 0.25, 0.5) == Box(150, 40, 200, 60)


@given(st.floats(0.05, 1))
def test_the_beginning_of_a_line_keeps_its_height(share: float) -> None:
    length, height = crop.size(crop.beginning(LINE, share))

    assert length == pytest.approx(200 * share)
    assert height == 20


def test_a_column_can_be_read_either_way_along() -> None:
    column = box_quad(Box(40, 10, 60, 210))

    assert crop.downward(column)[0] == (60, 10)
    assert crop.upward(column)[0] == (40, 210)
    assert crop.size(crop.downward(column)) == crop.size(crop.upward(column)) == (200, 20)


def test_a_part_of_a_slanted_line_slants_with_it() -> None:
    slanted = ((0.0, 0.0), (100.0, 10.0), (100.0, 30.0), (0.0, 20.0))

    assert crop.part(slanted, 0.5, 1.0) == ((50.0, 5.0), (100.0, 10.0), (100.0, 30.0), (50.0, 25.0))
