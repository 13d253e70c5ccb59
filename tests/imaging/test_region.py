from dataclasses import replace

import numpy as np
import pytest

from invoiceocr.geometry import Box, box_quad, quad_box
from invoiceocr.imaging import orientation, region
from invoiceocr.page import PageImage


@pytest.fixture
def image() -> PageImage:
    pixels = np.random.default_rng(1).integers(0, 255, (60, 100, 3), dtype=np.uint8)
    return PageImage(pixels)


def test_a_cut_out_leads_back_to_its_place(image: PageImage) -> None:
    crop = region.cut_out(image, Box(20, 10, 50, 40))

    assert (crop.pixels == image.pixels[10:40, 20:50]).all()
    assert quad_box(region.mapped(box_quad(Box(0, 0, 30, 30)), crop.transform)) == Box(20, 10, 50, 40)


def test_a_cut_out_ends_with_the_picture(image: PageImage) -> None:
    crop = region.cut_out(image, Box(-10, -10, 130, 20))

    assert (crop.width, crop.height) == (100, 20)


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_rotation_tells_how_far_a_picture_was_turned(image: PageImage, quarters: int) -> None:
    turned = orientation.turn(image, quarters)

    assert region.rotation(region.relative(turned, image)) == 90 * quarters


def test_points_of_a_turned_part_are_found_on_another_picture(image: PageImage) -> None:
    crop = orientation.turn(region.cut_out(image, Box(20, 10, 50, 40)), 1)
    half = replace(image, transform=np.diag([2.0, 2.0, 1.0]))

    x, y = region.mapping_onto(half, crop)(0, 0)

    assert (x, y) == pytest.approx((10, 19.5))
