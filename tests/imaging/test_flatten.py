import drawn_forms
import numpy as np
import pytest

from invoiceocr.geometry import Quad
from invoiceocr.imaging.flatten import flatten
from invoiceocr.page import PageImage

OBLIQUE = [(150, 120), (1300, 60), (1350, 900), (60, 840)]
TURNED = [(150, 60), (1345, 160), (1250, 930), (60, 840)]


def test_a_photographed_form_is_flat_and_its_text_with_it() -> None:
    image, quads, _ = drawn_forms.photographed(*drawn_forms.form(), OBLIQUE)

    flat, found = flatten(image, quads)

    assert max(drawn_forms.slant(found)) < 0.008
    assert flat is not image


def test_the_flat_picture_leads_back_to_the_photo() -> None:
    image, quads, _ = drawn_forms.photographed(*drawn_forms.form(), OBLIQUE)

    flat, found = flatten(image, quads)

    (x, y), (back_x, back_y) = found[0][0], quads[0][0]
    a, b, c = flat.transform @ (x, y, 1)
    assert (a / c, b / c) == pytest.approx((back_x, back_y), abs=1e-6)


def test_the_text_lies_on_the_pixels_it_lay_on() -> None:
    blank, quads = drawn_forms.form()
    for (x0, y0), _, (x1, y1), _ in quads:
        blank.pixels[int(y0) : int(y1), int(x0) : int(x1)] = (0, 0, 255)
    image, seen, _ = drawn_forms.photographed(blank, quads, OBLIQUE)

    flat, found = flatten(image, seen)

    centers = [np.mean(quad, axis=0) for quad in found]
    assert all(flat.pixels[round(y), round(x), 2] > 200 > 60 > flat.pixels[round(y), round(x), 0] for x, y in centers)


def test_a_receipt_without_lines_is_leveled_by_its_text() -> None:
    image, quads, _ = drawn_forms.photographed(
        *drawn_forms.form(ruled=False), [(150, 60), (1345, 160), (1250, 930), (60, 840)]
    )

    _, found = flatten(image, quads)

    assert drawn_forms.slant(found)[0] < 0.01 < drawn_forms.slant(quads)[0]


def test_a_flat_page_is_not_touched() -> None:
    image, quads = drawn_forms.form()

    flat, found = flatten(image, quads)

    assert flat is image
    assert found == quads


def test_a_page_without_text_is_not_touched() -> None:
    image = PageImage(np.full((300, 400, 3), 255, np.uint8))

    assert flatten(image, ()) == (image, ())


def test_print_that_is_tilted_on_its_form_is_not_tilted_further() -> None:
    image, quads = drawn_forms.form()
    tilted: tuple[Quad, ...] = tuple(
        (tl, (tr[0], tr[1] + 3), (br[0], br[1] + 3), bl) for tl, tr, br, bl in quads
    )  # the form is level, the print rises by 3 in 160

    _, found = flatten(image, tilted)

    assert drawn_forms.slant(found)[0] <= drawn_forms.slant(tilted)[0] + 1e-9
