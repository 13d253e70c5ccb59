import tracemalloc

import cv2
import drawn
import numpy as np
import pytest

from invoiceocr.geometry import Box
from invoiceocr.imaging import seal
from invoiceocr.imaging.seal import lifted, red_share
from invoiceocr.page import PageImage

PLACE = Box(20, 20, 220, 70)
BROWN = (140, 90, 60)


@pytest.mark.parametrize("ink", [drawn.BLACK, drawn.BLUE, BROWN])
def test_print_and_form_are_no_seal(ink: tuple[int, int, int]) -> None:
    page = PageImage(drawn.paper(260, 100, [(30, 25, "开票人李四")], size=32, ink=ink))

    assert red_share(page, PLACE) < 0.05


def test_a_stamped_text_is_red() -> None:
    page = PageImage(drawn.paper(260, 100, [(30, 25, "发票专用章")], size=32, ink=drawn.RED))

    assert red_share(page, PLACE) > 0.7


def test_print_under_the_ring_of_a_seal_is_partly_red() -> None:
    page = drawn.paper(260, 100, [(30, 25, "开票人李四")], size=32)
    cv2.ellipse(page, (120, 45), (110, 40), 0, 0, 360, (40, 30, 210), 3)

    assert 0.05 < red_share(PageImage(page), PLACE) < 0.6


def test_the_red_line_beside_a_character_does_not_make_it_red() -> None:
    page = drawn.paper(60, 60, [(18, 10, "计")], size=32)
    cv2.line(page, (14, 0), (14, 60), (40, 30, 210), 3)

    assert red_share(PageImage(page), Box(12, 8, 52, 48)) < 0.05


@pytest.mark.parametrize("box", [Box(0, 0, 0, 0), Box(500, 500, 600, 600), Box(20, 20, 220, 70)])
def test_where_nothing_is_printed_nothing_is_red(box: Box) -> None:
    assert red_share(PageImage(drawn.paper(260, 100)), box) == 0.0


def test_a_lifted_seal_is_as_bright_as_paper_and_the_print_under_it_stays() -> None:
    printed = drawn.paper(260, 100, [(30, 25, "壹佰圆整")], size=32)
    sealed = printed.copy()
    cv2.ellipse(sealed, (120, 45), (60, 30), 0, 0, 360, (60, 60, 190), -1)
    sealed = np.minimum(sealed, printed)

    found = lifted(PageImage(sealed), [PLACE]).pixels

    assert found[:, :, 0][printed.min(axis=2) > 250].min() > 240
    assert found[:, :, 0][printed.max(axis=2) < 50].max() < 80


def test_a_lifted_seal_leaves_no_trace_in_the_shadow_and_worn_print_as_it_was() -> None:
    light = np.linspace(1.0, 0.5, 260)[None, :, None]
    printed = drawn.paper(260, 100, [(30, 25, "壹佰圆整")], size=32, ink=(120, 120, 120)) * light
    ring = np.zeros((100, 260), np.uint8)
    cv2.ellipse(ring, (120, 45), (100, 30), 0, 0, 360, 1, 6)
    sealed = np.where(ring[:, :, None] > 0, printed * (np.array([90, 90, 190]) / 255), printed)

    found = lifted(PageImage(sealed.astype(np.uint8)), [PLACE]).pixels[:, :, 0].astype(float)

    assert np.abs(found - printed[:, :, 2])[ring > 0].max() < 20


def test_a_page_is_freed_of_its_seals_strip_by_strip(monkeypatch: pytest.MonkeyPatch) -> None:
    # given: seals over a whole page
    page = drawn.paper(900, 1400, [(30, 100 * row, "壹佰圆整") for row in range(14)], size=32)
    cv2.circle(page, (450, 700), 400, (60, 60, 190), 30)
    places = [Box(0, 0, 900, 1400)]

    # when
    tracemalloc.start()
    found = lifted(PageImage(page), places).pixels
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    # then
    monkeypatch.setattr(seal, "STRIP", 1400)
    assert np.array_equal(found, lifted(PageImage(page), places).pixels)
    assert most < 6 * page.nbytes


def test_a_picture_too_small_for_print_is_what_red_light_shows() -> None:
    specks = np.full((4, 4, 3), (40, 30, 210), np.uint8)

    assert (lifted(PageImage(specks), [PLACE]).pixels == 210).all()


def test_a_picture_without_seals_is_what_red_light_shows() -> None:
    printed = PageImage(drawn.paper(260, 100, [(30, 25, "壹佰圆整")], size=32))

    assert (lifted(printed, [PLACE]).pixels == printed.pixels).all()


def test_violet_print_is_no_seal() -> None:
    page = PageImage(drawn.paper(260, 100, [(30, 25, "壹佰圆整")], size=32, ink=(95, 60, 150)))

    assert (lifted(page, [PLACE]).pixels[:, :, 0] == page.pixels[:, :, 2]).all()


def test_a_seal_far_from_the_place_stays() -> None:
    page = drawn.paper(600, 100)
    for x in (120, 500):
        cv2.ellipse(page, (x, 45), (60, 30), 0, 0, 360, (60, 60, 190), -1)

    found = lifted(PageImage(page), [PLACE]).pixels[45, :, 0]

    assert found[120] > 240
    assert found[500] < 200
