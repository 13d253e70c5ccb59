import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoiceocr.geometry import Box, box_quad
from invoiceocr.imaging import warp
from invoiceocr.page import PageImage

TILT = np.array([[0.98, -0.1, 20], [0.12, 1.0, -7], [1e-5, 2e-5, 1]])


def page(width: int = 300, height: int = 200) -> PageImage:
    return PageImage(np.full((height, width, 3), 255, np.uint8))


def through(matrix: np.ndarray, x: float, y: float) -> tuple[float, float]:
    a, b, c = matrix @ (x, y, 1)
    return a / c, b / c


def test_nothing_of_a_moved_picture_is_cut_off() -> None:
    moved, onto = warp.warped(page(), TILT)

    corners = warp.outline(300, 200, onto)
    assert corners.min() >= -1e-6
    assert corners[:, 0].max() <= moved.width
    assert corners[:, 1].max() <= moved.height


@given(st.floats(0, 300), st.floats(0, 200))
def test_every_place_of_a_moved_picture_leads_back_to_the_page(x: float, y: float) -> None:
    moved, onto = warp.warped(page(), TILT)

    assert through(moved.transform, *through(onto, x, y)) == pytest.approx((x, y), abs=1e-6)


def test_moving_twice_still_leads_back() -> None:
    once, first = warp.warped(page(), TILT)
    twice, second = warp.warped(once, TILT)

    assert through(twice.transform, *through(second @ first, 40, 50)) == pytest.approx((40, 50), abs=1e-6)


def test_a_mark_goes_where_the_map_says() -> None:
    marked = page()
    marked.pixels[80:84, 100:104] = 0

    moved, onto = warp.warped(marked, TILT)

    x, y = through(onto, 102, 82)
    assert moved.pixels[round(y), round(x)].max() < 120


def test_quads_move_with_their_corners_in_order() -> None:
    quad = box_quad(Box(10, 20, 50, 40))

    (found,) = warp.moved([quad], TILT)

    assert np.array(found) == pytest.approx(np.array([through(TILT, *corner) for corner in quad]), abs=1e-6)
    assert warp.moved([], TILT) == ()
