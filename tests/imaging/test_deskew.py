import drawn_forms
import numpy as np
import pytest

from invoiceocr.geometry import Quad
from invoiceocr.imaging.deskew import by_text, skew
from invoiceocr.imaging.warp import moved


def lines(rise: float, growth: float = 0.0, count: int = 12) -> tuple[Quad, ...]:
    """Lines of text down a page 1000×600, their rise over run growing from top to bottom."""

    def quad(y: float) -> Quad:
        drop = (rise + growth * y / 600) * 400
        return ((300, y), (700, y + drop), (700, y + drop + 20), (300, y + 20))

    return tuple(quad(40 + 560 * index / count) for index in range(count))


@pytest.mark.parametrize("rise", [-0.2, -0.02, 0.02, 0.2])
def test_tilted_lines_are_leveled(rise: float) -> None:
    matrix = by_text(lines(rise), 1000, 600)

    assert matrix is not None
    assert skew(moved(lines(rise), matrix)) < 0.15 * abs(rise)


def test_lines_that_spread_down_the_page_are_made_parallel() -> None:
    spread = lines(-0.03, growth=0.08)

    matrix = by_text(spread, 1000, 600)

    assert matrix is not None
    assert skew(moved(spread, matrix)) < 0.005


def test_one_stray_line_does_not_tilt_the_page() -> None:
    level = lines(0.0)
    stray: Quad = ((100, 300), (500, 500), (495, 515), (95, 315))

    matrix = by_text((*level, stray), 1000, 600)

    assert matrix is not None
    assert skew(moved(level, matrix)) < 0.002


def test_few_lines_that_agree_tell_how_the_page_is_turned() -> None:
    few = lines(0.1, count=3)

    matrix = by_text(few, 1000, 600)

    assert matrix is not None
    assert skew(moved(few, matrix)) < 0.015


@pytest.mark.parametrize("few", [lines(0.1, count=2), (*lines(0.1, count=3), *lines(-0.1, count=3))])
def test_two_lines_or_few_that_disagree_say_nothing(few: tuple[Quad, ...]) -> None:
    assert by_text(few, 1000, 600) is None


def test_lines_without_a_common_direction_say_nothing() -> None:
    rng = np.random.default_rng(1)
    mess = tuple(quad for rise in rng.uniform(-0.3, 0.3, 10) for quad in lines(float(rise), count=1))

    assert by_text(mess, 1000, 600) is None


def test_short_boxes_have_no_tilt() -> None:
    _, quads = drawn_forms.form()
    short = tuple((tl, (tl[0] + 20, tl[1] + 8), (bl[0] + 20, bl[1] + 8), bl) for tl, _, _, bl in quads)

    assert skew(short) == 0.0
