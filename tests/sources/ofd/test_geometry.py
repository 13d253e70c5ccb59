import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoiceocr.geometry import POINTS_PER_MM
from invoiceocr.sources.ofd import geometry as ofd_geometry
from invoiceocr.sources.ofd.geometry import frame

OFFSETS = st.decimals(-100, 100, places=2).map(float)


@given(st.lists(st.tuples(st.integers(1, 9), OFFSETS), max_size=8))
def test_repeated_offsets_mean_the_same_as_written_out(groups: list[tuple[int, float]]) -> None:
    short = " ".join(f"g {times} {value}" for times, value in groups)
    long = " ".join(str(value) for times, value in groups for _ in range(times))

    assert ofd_geometry.deltas(short) == ofd_geometry.deltas(long)


@pytest.mark.parametrize(("written", "count"), [("g 3", 0), ("g x 2", 0), ("1 g -5 2 3", 2), ("1 nan 2", 1)])
def test_broken_offsets_end_the_list(written: str, count: int) -> None:
    assert len(ofd_geometry.deltas(written)) == count


def test_a_repetition_cannot_fill_the_memory() -> None:
    assert len(ofd_geometry.deltas("g 999999999999 1")) == ofd_geometry.MAX_REPEAT


def test_a_frame_maps_millimeters_to_points() -> None:
    place = frame("0.5 0 0 1 0 0", (10.0, 20.0))

    assert place.point(4, 5) == pytest.approx((12 * POINTS_PER_MM, 25 * POINTS_PER_MM))
    assert place.box(0, 0, 4, 5).as_tuple() == pytest.approx(
        (10 * POINTS_PER_MM, 20 * POINTS_PER_MM, 12 * POINTS_PER_MM, 25 * POINTS_PER_MM)
    )


def test_a_turned_box_is_the_box_around_its_corners() -> None:
    assert frame("0 1 -1 0 0 0", (0.0, 0.0)).box(0, 0, 4, 1).as_tuple() == pytest.approx(
        (-POINTS_PER_MM, 0, 0, 4 * POINTS_PER_MM)
    )


@pytest.mark.parametrize(
    ("ctm", "upright"),
    [("", True), ("0.89 0 0 1 0 0", True), ("0 1 -1 0 0 0", False), ("-1 0 0 1 0 0", False), ("1 0 0.1 1 0 0", True)],
)
def test_turned_and_mirrored_text_is_not_upright(ctm: str, upright: bool) -> None:
    assert frame(ctm, (0.0, 0.0)).upright is upright


@given(st.text(max_size=40))
def test_any_text_gives_numbers_or_none(written: str) -> None:
    assert all(isinstance(value, float) for value in ofd_geometry.numbers(written))
    assert len(ofd_geometry.matrix(written)) == 6
