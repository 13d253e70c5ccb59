import math

import pytest

from invoiceocr.sources.ofd.outline import subpaths


def test_each_part_of_a_path_has_its_own_points() -> None:
    assert list(subpaths("S 0 0 L 10 0 C M 1 1 B 2 2 3 3 4 4")) == [
        [(0, 0), (10, 0)],
        [(1, 1), (2, 2), (3, 3), (4, 4)],
    ]


def test_the_points_of_an_arc_lie_on_it() -> None:
    (points,) = subpaths("S 15 10 A 5 5 0 1 1 10 5")
    assert all(math.isclose(math.hypot(x - 10, y - 10), 5, abs_tol=1e-9) for x, y in points)
    assert max(y for _, y in points) == pytest.approx(15, abs=0.1)
    assert points[-1] == pytest.approx((10, 5))


@pytest.mark.parametrize("arc", ["1e-300 1e300 0 0 1 9e299 0", "1e200 1 0 0 1 1e200 1e200", "0 0 0 0 0 9 9"])
def test_an_arc_beyond_reckoning_is_its_end(arc: str) -> None:
    (points,) = subpaths(f"S 0 0 A {arc}")
    *_, x, y = map(float, arc.split())
    assert points == [(0, 0), (x, y)]


def test_an_arc_without_all_its_numbers_is_left_out() -> None:
    assert list(subpaths("S 1 1 A 5 5 0 L 2 2")) == [[(1, 1), (2, 2)]]
