import cv2
import drawn
import numpy as np
import pytest

from invoiceocr.geometry import Box, box_quad, overlap_share, overlap_x, overlap_y
from invoiceocr.ocr.ink import ink_box, is_blank, without_rulings
from invoiceocr.page import Pixels

CELL = Box(100, 40, 220, 80)


def test_the_box_is_around_the_character_in_the_cell() -> None:
    page = drawn.paper(400, 120, [(150, 42, "8")], size=24)

    box = ink_box(page, CELL)

    assert box is not None
    assert box.x0 < 152
    assert box.x1 > 162
    assert box.width < 40


def test_a_minus_right_before_the_figure_is_in_its_box() -> None:
    page = drawn.paper(400, 120, [(150, 42, "8")], size=24)
    signed, far = page.copy(), page.copy()
    cv2.rectangle(signed, (138, 57), (146, 59), (0, 0, 0), -1)
    cv2.rectangle(far, (108, 57), (116, 59), (0, 0, 0), -1)

    plain, with_sign, without = (ink_box(each, CELL) for each in (page, signed, far))

    assert plain is not None
    assert with_sign is not None
    assert (with_sign.x0 < 138, with_sign.y0, with_sign.x1) == (True, plain.y0, plain.x1)
    assert without == plain


@pytest.mark.parametrize("left", [144, 124], ids=["small-hyphen", "full-width"])
def test_a_minus_may_be_short_or_as_wide_as_a_character(left: int) -> None:
    page = drawn.paper(400, 120, [(150, 42, "8")], size=24)
    cv2.rectangle(page, (left, 57), (147, 58), (0, 0, 0), -1)

    box = ink_box(page, CELL)

    assert box is not None
    assert box.x0 < left


@pytest.mark.parametrize(
    ("x0", "y0", "x1", "y1"),
    [(145, 58, 147, 58), (104, 57, 146, 59), (60, 58, 146, 59)],
    ids=["speck", "leader", "line-into-the-cell"],
)
def test_what_is_shorter_or_longer_than_a_minus_is_none(x0: int, y0: int, x1: int, y1: int) -> None:
    page = drawn.paper(400, 120, [(150, 42, "8")], size=24)
    marked = page.copy()
    cv2.rectangle(marked, (x0, y0), (x1, y1), (0, 0, 0), -1)

    assert ink_box(marked, CELL) == ink_box(page, CELL) is not None


def test_an_empty_cell_has_no_ink() -> None:
    assert ink_box(drawn.paper(400, 120), CELL) is None


def test_the_lines_of_the_cell_are_no_ink() -> None:
    page = drawn.paper(400, 120)
    cv2.rectangle(page, (100, 40), (220, 80), (40, 40, 40), 2)

    assert ink_box(page, CELL) is None


def test_specks_are_no_ink() -> None:
    page = drawn.paper(400, 120)
    cv2.circle(page, (150, 60), 2, (0, 0, 0), -1)

    assert ink_box(page, CELL) is None


@pytest.mark.parametrize("ink", [drawn.BLUE, drawn.RED])
def test_colored_print_is_ink(ink: tuple[int, int, int]) -> None:
    box = ink_box(drawn.paper(400, 120, [(150, 42, "8")], size=24, ink=ink), CELL)

    assert box is not None
    assert overlap_x(box, CELL) * overlap_y(box, CELL) > 0


@pytest.mark.parametrize("cell", [Box(0, 0, 1, 1), Box(390, 110, 900, 900), Box(-50, -50, -10, -10)])
def test_cells_beyond_the_page_are_empty(cell: Box) -> None:
    assert ink_box(drawn.paper(400, 120), cell) is None


def ruled(*, right: int = 0) -> Pixels:
    """A dark red line down through CELL, an 8 printed over it, both this far *right* of its middle."""
    page = drawn.paper(400, 120)
    cv2.line(page, (156 + right, 0), (156 + right, 120), (20, 20, 140), 3)
    return np.minimum(page, drawn.paper(400, 120, [(150 + right, 42, "8")], size=24))


@pytest.mark.parametrize("right", [0, 61], ids=["inside", "at-the-border"])
def test_print_over_a_ruled_line_is_found_once_the_line_is_gone(right: int) -> None:
    page = ruled(right=right)
    assert ink_box(page, CELL) is None

    box = ink_box(without_rulings(page, [CELL]), CELL)

    alone = ink_box(drawn.paper(400, 120, [(150 + right, 42, "8")], size=24), CELL)
    assert box is not None
    assert alone is not None
    assert overlap_share(box, alone) > 0.9


def test_a_ruled_line_leaves_paper() -> None:
    page = drawn.paper(400, 120)
    cv2.line(page, (156, 0), (156, 120), (40, 40, 40), 3)
    page = np.asarray(cv2.GaussianBlur(page, (3, 3), 0), np.uint8)

    assert ink_box(without_rulings(page, [CELL]), CELL) is None
    assert without_rulings(page, [CELL])[60, 156].min() > 200


def test_cells_without_ruled_lines_stay_as_they_are() -> None:
    page = drawn.paper(400, 120, [(150, 42, "8")], size=24)

    assert without_rulings(page, [CELL]) is page


@pytest.mark.parametrize(("gray", "blank"), [(255, True), (232, True), (150, False), (0, False)])
def test_paper_beside_a_print_is_blank_if_nothing_is_as_dark_as_worn_ink(gray: int, blank: bool) -> None:
    page = drawn.paper(400, 120, [(150, 42, "24.60")], size=24)
    end = np.minimum(page, drawn.paper(400, 120, [(130, 42, "1")], size=24, ink=(gray, gray, gray)))

    print_box = box_quad(drawn_box(page))
    assert is_blank(np.asarray(end, np.uint8), box_quad(Box(126, 42, 146, 70)), print_box) is blank


@pytest.mark.parametrize("rule", [None, (150, 71, 240, 73), (147, 30, 149, 76)], ids=["none", "below", "beside"])
def test_a_faint_character_beside_faint_print_is_no_blank_whatever_lines_run_through_it(
    rule: tuple[int, int, int, int] | None,
) -> None:
    gray = (205, 205, 205)
    page = drawn.paper(400, 120, [(150, 42, "24.60")], size=24, ink=gray)
    end = np.minimum(page, drawn.paper(400, 120, [(130, 42, "1")], size=24, ink=gray))
    if rule is not None:
        cv2.rectangle(end, rule[:2], rule[2:], (20, 20, 20), -1)

    assert not is_blank(np.asarray(end, np.uint8), box_quad(Box(126, 42, 143, 69)), box_quad(Box(146, 51, 212, 74)))


def drawn_box(page: Pixels) -> Box:
    """That around all ink of *page*."""
    rows, columns = np.nonzero(page.min(axis=2) < 128)
    return Box(float(columns.min()), float(rows.min()), float(columns.max()), float(rows.max()))
