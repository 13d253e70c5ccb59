import base64

import numpy as np
from explained import SIZE, picture

from invoiceocr.export.explanation.pictures import HIGHEST, PAGE_WIDTH, Sheet
from invoiceocr.geometry import Box
from invoiceocr.imaging import jpeg
from invoiceocr.page import Pixels


def pixels(uri: str | None) -> Pixels:
    assert uri is not None
    kind, _, data = uri.partition(",")
    assert kind == "data:image/jpeg;base64"
    return jpeg.decode(base64.b64decode(data))


def test_a_crop_shows_what_stands_in_the_box_with_a_margin() -> None:
    crop = pixels(Sheet(picture()).crop(Box(100, 50, 200, 70)))

    dark = np.argwhere(crop.max(axis=2) < 60)
    assert abs(crop.shape[0] - 2 * 34) <= 2
    assert abs(crop.shape[1] - 2 * 114) <= 2
    assert abs(dark[:, 0].min() - 14) <= 2
    assert abs(dark[:, 1].min() - 14) <= 2


def test_a_box_beside_the_page_has_no_crop_and_one_at_its_edge_what_is_there() -> None:
    sheet = Sheet(picture())

    assert sheet.crop(Box(700, 50, 800, 70)) is None
    assert pixels(sheet.crop(Box(-50, -20, 20, 20))).shape[1] < 2 * 70


def test_a_large_crop_and_a_large_page_are_made_smaller() -> None:
    sheet = Sheet(picture())

    assert pixels(sheet.crop(Box(0, 0, *map(float, SIZE)))).shape[0] == HIGHEST
    assert pixels(sheet.page()).shape[1] == min(PAGE_WIDTH, 2 * SIZE[0])
