import drawn
import numpy as np
import pytest

from invoiceocr.geometry import Box
from invoiceocr.imaging import ink_layers
from invoiceocr.page import PageImage, Pixels

BROWN = (110, 70, 40)
CAPTION, VALUE = "地址、电话：", "示例市示例路100号"


def sheet(*, shift: int) -> Pixels:
    """A form in brown with print in blue, *shift* pixels below its caption; other rows apart."""
    rows = [(60 + 40 * column, 60 + 90 * row, CAPTION) for row in range(8) for column in (0, 14)]
    values = [(x + 160, y + (shift if row == 0 else 30), VALUE) for row, (x, y, _) in enumerate(rows)]
    form = drawn.paper(1300, 900, [(60 if row else 220, y, text) for row, (_, y, text) in enumerate(rows)], ink=BROWN)
    return np.minimum(form, drawn.paper(1300, 900, values, ink=drawn.BLUE))


def test_a_page_of_one_ink_is_not_taken_apart() -> None:
    assert ink_layers.separate(PageImage(drawn.paper(600, 400, [(40, 40 * row, CAPTION) for row in range(9)]))) is None


def test_black_print_with_the_colored_fringes_of_a_screen_is_of_one_ink() -> None:
    whole = drawn.paper(1300, 900, [(40, 40 * row, VALUE * 3) for row in range(20)])
    fringed = np.dstack([np.roll(whole[:, :, channel], channel - 1, axis=1) for channel in range(3)])

    assert ink_layers.separate(PageImage(fringed)) is None


@pytest.mark.parametrize("size", [(10, 500), (500, 10), (1, 1)])
def test_a_picture_too_narrow_for_print_is_not_taken_apart(size: tuple[int, int]) -> None:
    assert ink_layers.separate(PageImage(np.zeros((*size, 3), np.uint8))) is None


def test_each_layer_shows_one_ink() -> None:
    found = ink_layers.separate(PageImage(sheet(shift=30)))

    assert found is not None
    whole = sheet(shift=30)
    blue = (whole[:, :, 0].astype(int) - whole[:, :, 2]) > 80
    brown = (whole[:, :, 2].astype(int) - whole[:, :, 0]) > 40
    assert found.print.pixels[blue].mean() < 150 < 225 < found.form.pixels[blue].mean()
    assert found.form.pixels[brown].mean() < 120 < 225 < found.print.pixels[brown].mean()


def test_text_over_text_is_tangled_and_text_apart_is_not() -> None:
    found = ink_layers.separate(PageImage(sheet(shift=6)))

    assert found is not None
    assert found.overlapping(Box(215, 55, 420, 95))
    assert not found.overlapping(Box(55, 145, 200, 185))
