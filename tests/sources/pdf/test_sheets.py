"""Pages laid onto sheets stand there as viewers show them."""

import numpy as np
import pytest
from pdf_builder import Leaf, pdf, stroke, words

from invoiceocr.geometry import Box
from invoiceocr.sources.pdf.pages import draw
from invoiceocr.sources.pdf.sheets import PdfPage, Placed, imposed

SHEET = pdf(Leaf(media="0 0 500 600"))
CONTENT = words("Invoice", 120, 120, size=20) + stroke(110, 100, 280, 100)
DPI = 72  # a pixel a point


def drawn(data: bytes) -> np.ndarray:
    return next(iter(draw(data, "a.pdf", dpi=DPI))).pixels


@pytest.mark.parametrize("crop", ["", "100 80 300 180"])
@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_page_stands_on_a_sheet_as_it_is_shown_whatever_its_rotation_and_crop_box(
    rotation: int, crop: str, turn: int
) -> None:
    # given
    page = pdf(Leaf(CONTENT, crop=crop, rotate=rotation))
    shown = np.rot90(drawn(page), -turn // 90)

    # when
    sheet = drawn(imposed(SHEET, [Placed(0, PdfPage(page, 1, turn), Box(50, 50, 450, 450))]))

    # then
    height, width = shown.shape[:2]
    top, left = 250 - height // 2, 250 - width // 2
    place = sheet[top : top + height, left : left + width]
    assert shown.min() < 100
    assert np.abs(place.astype(int) - shown).mean() < 2
    assert (sheet < 200).sum() == pytest.approx((place < 200).sum())
