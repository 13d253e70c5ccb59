import numpy as np
import pytest

from invoiceocr.imaging import scale
from invoiceocr.page import PageImage


def page(width: int, height: int, dpi: float | None = None) -> PageImage:
    return PageImage(np.full((height, width, 3), 255, np.uint8), dpi)


@pytest.mark.parametrize(
    ("size", "found"), [((5760, 2880), (2880, 1440)), ((800, 400), (1000, 500)), ((200, 100), (400, 200))]
)
def test_pictures_come_to_a_size_that_stages_work_on(size: tuple[int, int], found: tuple[int, int]) -> None:
    sized = scale.working_size(page(*size))

    assert (sized.width, sized.height) == found


def test_a_picture_of_working_size_is_not_touched() -> None:
    image = page(1500, 900)

    assert scale.working_size(image) is image


def test_places_lead_back_and_the_resolution_goes_with_the_size() -> None:
    sized = scale.working_size(page(5760, 2880, dpi=600.0))

    assert (sized.transform @ (2880, 1440, 1)).tolist() == [5760, 2880, 1]
    assert sized.dpi == 300.0


@pytest.mark.parametrize("size", [(1, 1), (9000, 1), (1, 5000)])
def test_pictures_of_odd_shapes_keep_a_pixel(size: tuple[int, int]) -> None:
    sized = scale.working_size(page(*size))

    assert min(sized.width, sized.height) >= 1
