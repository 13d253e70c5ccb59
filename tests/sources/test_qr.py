import cv2
import numpy as np
import pytest
from ofd_builder import PAYLOAD, qr_png

from invoiceocr.page import Pixels
from invoiceocr.sources import qr

WEB_PAGE = "https://example.com/fapiao"


def code(payload: str, side: int) -> Pixels:
    """A QR code *side* pixels wide, on white."""
    picture = np.asarray(cv2.imdecode(np.frombuffer(qr_png(payload), np.uint8), cv2.IMREAD_COLOR))
    return np.asarray(cv2.resize(picture, (side, side), interpolation=cv2.INTER_AREA), np.uint8)


def page(width: int, height: int, *codes: tuple[int, int, Pixels]) -> Pixels:
    paper = np.full((height, width, 3), 255, np.uint8)
    for x, y, picture in codes:
        paper[y : y + len(picture), x : x + picture.shape[1]] = picture
    return paper


def in_blue(picture: Pixels) -> Pixels:
    """Black ink replaced by a printer's blue."""
    ink = np.array([200, 90, 60], np.float32)
    share = picture.astype(np.float32) / 255
    return (share * 255 + (1 - share) * ink).astype(np.uint8)


def test_the_tax_code_at_the_top_left_is_read() -> None:
    assert qr.decode(page(1200, 800, (40, 30, code(PAYLOAD, 150)))) == (PAYLOAD,)


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_code_is_read_wherever_a_turned_page_has_it(turns: int) -> None:
    turned = np.ascontiguousarray(np.rot90(page(1200, 800, (40, 30, code(PAYLOAD, 150))), turns))

    assert qr.decode(turned) == (PAYLOAD,)


def test_a_small_blue_code_on_a_large_photo_is_read() -> None:
    assert qr.decode(page(3900, 2600, (3500, 2300, in_blue(code(PAYLOAD, 90))))) == (PAYLOAD,)


def test_a_blurred_code_of_a_small_picture_is_read() -> None:
    blurred = cv2.GaussianBlur(code(PAYLOAD, 80), (0, 0), 0.8)

    assert qr.decode(page(600, 400, (20, 20, np.asarray(blurred, np.uint8)))) == (PAYLOAD,)


def test_the_search_goes_on_past_codes_that_are_no_tax_code() -> None:
    paper = page(1200, 800, (40, 30, code(WEB_PAGE, 150)), (900, 600, code(PAYLOAD, 150)))

    assert set(qr.decode(paper)) == {WEB_PAGE, PAYLOAD}


def test_a_code_found_by_several_tries_is_told_once() -> None:
    assert qr.decode(page(1200, 800, (40, 30, code(WEB_PAGE, 150)))) == (WEB_PAGE,)


@pytest.mark.parametrize("size", [(1, 1), (3, 200), (640, 480)])
def test_a_page_without_a_code_has_none(size: tuple[int, int]) -> None:
    assert qr.decode(page(*size)) == ()
