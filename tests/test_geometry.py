import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoiceocr.geometry import Box, box_quad, common, overlap, overlap_share, overlap_x, overlap_y, quad_box, union

numbers = st.integers(-1000, 1000)
boxes = st.builds(
    lambda x, y, w, h: Box(x, y, x + w, y + h), numbers, numbers, st.integers(0, 500), st.integers(0, 500)
)


def test_a_box_knows_its_size_and_center() -> None:
    box = Box(10, 20, 40, 30)

    assert (box.width, box.height, box.cx, box.cy) == (30, 10, 25, 25)
    assert box.as_tuple() == (10, 20, 40, 30)


def test_a_point_on_the_border_is_inside() -> None:
    box = Box(0, 0, 10, 10)

    assert box.contains(0, 10)
    assert not box.contains(10.1, 5)
    assert not box.contains(5, -0.1)


def test_boxes_shift_and_scale() -> None:
    assert Box(1, 2, 3, 4).shift(10, -1) == Box(11, 1, 13, 3)
    assert Box(1, 2, 3, 4).scale(2) == Box(2, 4, 6, 8)
    assert Box(1, 2, 3, 4).scaled(2, 10) == Box(2, 20, 6, 40)


def test_boxes_that_only_touch_share_nothing() -> None:
    assert overlap_x(Box(0, 0, 10, 1), Box(10, 0, 20, 1)) == 0
    assert overlap_y(Box(0, 0, 1, 10), Box(0, 12, 1, 20)) == 0


def test_the_shared_area_is_told_as_a_share_of_the_smaller_box() -> None:
    small, large = Box(0, 0, 10, 10), Box(5, 0, 100, 100)

    assert (overlap(small, large), overlap_share(small, large), overlap_share(large, small)) == (50, 0.5, 0.5)


def test_boxes_that_are_apart_or_empty_share_nothing() -> None:
    assert overlap_share(Box(0, 0, 10, 10), Box(20, 0, 30, 10)) == 0
    assert overlap_share(Box(5, 0, 5, 10), Box(0, 0, 10, 10)) == 0


def test_overlaps_are_measured_along_one_axis_only() -> None:
    a, b = Box(0, 0, 10, 10), Box(4, 100, 30, 108)

    assert overlap_x(a, b) == 6
    assert overlap_y(a, b) == 0


def test_no_boxes_have_no_union() -> None:
    with pytest.raises(ValueError, match="no box"):
        union([])


@given(st.lists(boxes, min_size=1, max_size=6))
def test_a_union_holds_every_box_and_nothing_more(some: list[Box]) -> None:
    whole = union(some)

    assert all(whole.contains(box.x0, box.y0) and whole.contains(box.x1, box.y1) for box in some)
    assert whole.x0 in {box.x0 for box in some}
    assert whole.y1 in {box.y1 for box in some}


@given(boxes, boxes)
def test_overlaps_are_symmetric_and_no_wider_than_either_box(a: Box, b: Box) -> None:
    assert overlap_x(a, b) == overlap_x(b, a) <= min(a.width, b.width)
    assert overlap_y(a, b) == overlap_y(b, a) <= min(a.height, b.height)


@given(boxes)
def test_a_box_is_the_box_around_its_own_corners(box: Box) -> None:
    assert quad_box(box_quad(box)) == box
    assert box_quad(box)[0] == (box.x0, box.y0)
    assert box_quad(box)[2] == (box.x1, box.y1)


def test_the_box_of_a_tilted_quad_reaches_its_outermost_corners() -> None:
    assert quad_box(((2, 0), (12, 3), (10, 9), (0, 6))) == Box(0, 0, 12, 9)


def test_what_boxes_have_in_common_has_no_size_where_they_do_not_meet() -> None:
    assert common(Box(0, 0, 4, 4), Box(1, 2, 9, 9)) == Box(1, 2, 4, 4)
    apart = common(Box(0, 0, 1, 1), Box(5, 0, 6, 1))
    assert (apart.width, apart.height) == (0, 1)
