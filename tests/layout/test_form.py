from dataclasses import replace

import kind_pages as pages

from invoiceocr.geometry import Box
from invoiceocr.layout.form import Bounds, lay_out
from invoiceocr.page import Page


def tilted(slope: float) -> Page:
    """Six wide lines that rise by *slope*."""
    lines = []
    for index in range(6):
        flat = pages.line("一二三四五六七八", 100, 100 + 50 * index)
        assert flat.quad is not None
        (x0, y0), (x1, y1), (x2, y2), (x3, y3) = flat.quad
        quad = ((x0, y0 + slope * x0), (x1, y1 + slope * x1), (x2, y2 + slope * x2), (x3, y3 + slope * x3))
        lines.append(replace(flat, quad=quad))
    return replace(pages.page(*lines), segments=tuple(lines))


def test_boxes_are_projected_to_text_heights_without_the_slope_of_the_lines() -> None:
    form = lay_out(tilted(0.1))
    left, right = Box(0, 100, 20, 120), Box(500, 150, 520, 170)
    assert form.project(left).height == 1.0
    assert abs(form.project(left).cy - form.project(right).cy) < 1e-6
    assert form.same_row(left, right)


def test_what_is_right_of_something_stands_in_its_row_and_behind_it() -> None:
    form = lay_out(tilted(0.0))
    caption = Box(100, 100, 160, 120)
    assert form.right_of(caption, Box(170, 104, 200, 124))
    assert not form.right_of(caption, Box(20, 104, 60, 124))
    assert not form.right_of(caption, Box(170, 140, 200, 160))


def test_what_is_below_something_shares_its_columns_and_is_near() -> None:
    form = lay_out(tilted(0.0))
    caption = Box(100, 100, 160, 120)
    assert form.below(caption, Box(120, 130, 200, 150))
    assert not form.below(caption, Box(170, 130, 200, 150))
    assert not form.below(caption, Box(120, 300, 200, 320))


def test_the_next_line_is_the_one_below_and_not_the_one_below_that_however_the_lines_rise() -> None:
    flat, tilt = lay_out(tilted(0.0)), lay_out(tilted(0.1))
    line = Box(100, 100, 160, 120)
    assert flat.is_next_line(line, Box(300, 125, 340, 145))
    assert not flat.is_next_line(line, Box(300, 105, 340, 125))
    assert not flat.is_next_line(line, Box(300, 150, 340, 170))
    assert tilt.is_next_line(line, Box(400, 155, 440, 175))
    assert not tilt.is_next_line(line, Box(400, 125, 440, 145))


def test_inside_are_the_segments_whose_middle_lies_in_the_bounds() -> None:
    form = lay_out(tilted(0.0))
    assert [s.box.cy for s in form.inside(Bounds(top=11.0, bottom=18.0))] == [250.0, 300.0, 350.0]


def test_print_that_belongs_to_a_value_is_taken_out_character_by_character() -> None:
    whole = pages.line("08车04F号", 100, 100)
    form = lay_out(replace(pages.page(whole), segments=(whole,)))
    seat = Box(whole.character_boxes[3].x0, 90, whole.character_boxes[5].x1, 110)
    assert [segment.text for segment in form.without([seat]).segments] == ["08车", "号"]
