import drawn_forms
import numpy as np
import pytest

from invoiceocr.imaging.frame import by_frame, flattening
from invoiceocr.imaging.warp import moved
from invoiceocr.page import PageImage

OBLIQUE = [(150, 120), (1300, 60), (1350, 900), (60, 840)]
CORNERS = [
    pytest.param(OBLIQUE, id="from above left"),
    pytest.param([(60, 80), (1250, 160), (1200, 920), (180, 800)], id="from the right"),
    pytest.param([(200, 60), (1150, 60), (1340, 940), (40, 940)], id="from below"),
    pytest.param([(100, 160), (1280, 60), (1345, 800), (165, 900)], id="turned a little"),
]


@pytest.mark.parametrize("corners", CORNERS)
def test_a_photographed_form_is_laid_flat_by_its_lines(corners: list[tuple[float, float]]) -> None:
    image, quads, _ = drawn_forms.photographed(*drawn_forms.form(), corners)
    assert max(drawn_forms.slant(quads)) > 0.03

    matrix = by_frame(image, quads)

    assert matrix is not None
    assert max(drawn_forms.slant(moved(quads, matrix))) < 0.008


def test_the_middle_keeps_its_scale() -> None:
    image, quads, _ = drawn_forms.photographed(*drawn_forms.form(), [(200, 60), (1150, 60), (1340, 940), (40, 940)])

    matrix = by_frame(image, quads)

    assert matrix is not None
    (tl, tr, _, bl) = moved((((700, 500), (710, 500), (710, 510), (700, 510)),), matrix)[0]
    assert np.hypot(tr[0] - tl[0], tr[1] - tl[1]) == pytest.approx(10, rel=0.05)
    assert np.hypot(bl[0] - tl[0], bl[1] - tl[1]) == pytest.approx(10, rel=0.05)


def test_a_flat_form_stays_as_it_is() -> None:
    image, quads = drawn_forms.form()

    matrix = by_frame(image, quads)

    assert matrix is not None
    assert matrix / matrix[2, 2] == pytest.approx(np.eye(3), abs=2)
    assert max(drawn_forms.slant(moved(quads, matrix))) < 0.002


def test_a_page_without_lines_says_nothing() -> None:
    image, quads, _ = drawn_forms.photographed(
        *drawn_forms.form(ruled=False), [(150, 120), (1300, 60), (1350, 900), (60, 840)]
    )

    assert by_frame(image, quads) is None


def test_a_page_without_text_says_nothing() -> None:
    image, _ = drawn_forms.form()

    assert by_frame(image, ()) is None


def test_lines_that_contradict_each_other_say_nothing() -> None:
    image, quads = drawn_forms.form(ruled=False)
    rng = np.random.default_rng(4)
    pixels = image.pixels.copy()
    for _ in range(60):
        start, angle = rng.uniform((100, 100), (1000, 650)), rng.choice([0, np.pi / 2]) + rng.uniform(-0.3, 0.3)
        stop = start + 150 * np.array([np.cos(angle), np.sin(angle)])
        pixels = _line(pixels, start, stop)

    assert by_frame(PageImage(pixels), quads) is None


def test_points_far_away_along_the_axes_are_left_there() -> None:
    matrix = flattening(np.array([1.0, 0.0, 1e-9]), np.array([0.0, 1.0, 1e-9]))

    assert matrix / matrix[2, 2] == pytest.approx(np.eye(3), abs=1e-6)


def _line(pixels: np.ndarray, start: np.ndarray, stop: np.ndarray) -> np.ndarray:
    import cv2

    return np.asarray(cv2.line(pixels, start.astype(int).tolist(), stop.astype(int).tolist(), (60, 80, 120), 2))
