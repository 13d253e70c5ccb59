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


@pytest.mark.parametrize(("lying", "upside_down", "quarters"), [(-1, -1, 0), (1, -1, 1), (-1, 1, 2), (1, 1, 3)])
def test_the_votes_of_the_text_say_how_the_page_stands(lying: float, upside_down: float, quarters: int) -> None:
    kernels = drawn((20, 10, 120, 20))
    direction = np.stack([np.full_like(kernels, lying), np.full_like(kernels, upside_down)])

    assert kernel_map.turned_upright(direction, kernels) == quarters


def test_a_page_without_text_stands_anyhow() -> None:
    assert kernel_map.turned_upright(np.zeros((2, 60, 200), np.float32), drawn()) is None
