import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from invoiceocr.geometry import Quad
from invoiceocr.ocr import crop, textmap


def text_map(*bars: tuple[int, int, int, int], value: float = 0.9) -> NDArray[np.float32]:
    """A map with bars of text at (x0, y0, x1, y1)."""
    found = np.zeros((200, 400), np.float32)
    for x0, y0, x1, y1 in bars:
        found[y0:y1, x0:x1] = value
    return found


def test_bars_apart_are_lines_apart() -> None:
    assert len(textmap.quads(text_map((20, 20, 120, 30), (150, 20, 250, 30), (20, 60, 120, 70)))) == 3


@pytest.mark.parametrize("faint", [0.1, 0.3])
def test_what_is_hardly_text_is_none(faint: float) -> None:
    assert textmap.quads(text_map((100, 50, 300, 60), value=faint)) == ()


def test_specks_are_no_text() -> None:
    assert textmap.quads(text_map((100, 50, 102, 52))) == ()


@pytest.mark.parametrize("angle", [-30, -10, 10, 30])
def test_a_tilted_line_gives_a_quad_along_it(angle: float) -> None:
    turned = cv2.warpAffine(text_map((100, 95, 300, 107)), cv2.getRotationMatrix2D((200, 100), -angle, 1), (400, 200))

    (quad,) = textmap.quads(np.asarray(turned, np.float32))

    (x0, y0), (x1, y1) = quad[0], quad[1]
    assert np.degrees(np.arctan2(y1 - y0, x1 - x0)) == pytest.approx(angle, abs=2)


@given(st.floats(-44, 44), st.floats(30, 100), st.floats(5, 20))
def test_corners_go_clockwise_from_the_top_left(angle: float, width: float, height: float) -> None:
    quad: Quad = textmap.corners(((200, 100), (width, height), angle))

    (ax, ay), (bx, by), (cx, cy), (dx, dy) = quad
    area = (ax * by - bx * ay + bx * cy - cx * by + cx * dy - dx * cy + dx * ay - ax * dy) / 2
    assert area > 0  # clockwise where y points down
    assert ax + dx < bx + cx


@given(st.floats(10, 300), st.floats(5, 50), st.floats(-90, 90))
def test_growing_adds_the_same_margin_on_every_side(width: float, height: float, angle: float) -> None:
    center, (wide, high), turned = textmap.unclip(((0, 0), (width, height), angle))

    assert (center, turned) == ((0, 0), angle)
    assert wide - width == pytest.approx(high - height)
    assert wide > width


def test_a_page_of_noise_yields_a_bounded_number_of_lines() -> None:
    noise = np.random.default_rng(0).random((600, 600), np.float32)

    assert len(textmap.quads(noise)) <= textmap.MOST_LINES
    assert all(min(crop.size(quad)) > 0 for quad in textmap.quads(noise))
