import numpy as np
import pytest
from numpy.typing import NDArray

from invoiceocr.geometry import quad_box
from invoiceocr.ocr import kernel_map


def drawn(*kernels: tuple[int, int, int, int]) -> NDArray[np.float32]:
    """A map of 60×200 with full kernels at (x0, y0, x1, y1)."""
    found = np.zeros((60, 200), np.float32)
    for x0, y0, x1, y1 in kernels:
        found[y0:y1, x0:x1] = 0.9
    return found


def test_a_kernel_grows_to_the_whole_text() -> None:
    (quad,) = kernel_map.quads(drawn((20, 10, 120, 20)))

    box = quad_box(quad)
    assert box.as_tuple() == pytest.approx((18, 5, 122, 25), abs=1.0)


def test_neighbors_a_pixel_apart_stay_two_texts() -> None:
    assert len(kernel_map.quads(drawn((20, 10, 60, 16), (61, 10, 100, 16)))) == 2


def test_a_single_digit_stands_level() -> None:
    (quad,) = kernel_map.quads(drawn((20, 10, 26, 18)))

    assert quad[0][1] == quad[1][1]
    assert quad[0][0] == quad[3][0]


def test_specks_and_faint_places_are_no_text() -> None:
    faint = drawn((20, 10, 120, 20)) * np.float32(0.5)

    assert kernel_map.quads(drawn((5, 5, 6, 6))) == ()
    assert kernel_map.quads(faint) == ()


def test_only_the_text_of_a_page_votes_on_how_it_stands() -> None:
    kernels = drawn((20, 10, 120, 20))
    maps = np.stack([np.where(kernels > 0.5, 4.0, -9.0), np.where(kernels > 0.5, -5.0, 9.0)]).astype(np.float32)

    assert kernel_map.direction(maps, kernels) == (4.0, -5.0)


def test_a_page_without_text_stands_anyhow() -> None:
    assert kernel_map.direction(np.zeros((2, 60, 200), np.float32), drawn()) is None


def test_pixels_that_are_neither_text_nor_background_make_a_map_uncertain() -> None:
    crisp = drawn((20, 10, 120, 20))
    faint = crisp + drawn((20, 30, 70, 40)) * np.float32(0.5)

    assert kernel_map.uncertainty(crisp) == 0.0
    assert kernel_map.uncertainty(faint) == pytest.approx(0.5, abs=0.01)
    assert kernel_map.uncertainty(drawn()) == 0.0


def test_lines_whose_kernels_touch_in_places_are_parted() -> None:
    touching = drawn((20, 10, 120, 16), (20, 17, 120, 23), (150, 10, 190, 16), (150, 40, 190, 46))
    touching[16, 30:60] = 0.9

    assert len(kernel_map.quads(touching)) == 4


def test_a_tall_line_stays_one() -> None:
    assert len(kernel_map.quads(drawn((20, 8, 180, 24), (20, 40, 60, 46), (80, 40, 120, 46)))) == 3
