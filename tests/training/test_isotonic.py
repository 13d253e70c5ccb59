from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.isotonic import LEAST, fit, pooled

numbers = st.lists(st.floats(0, 1), min_size=1, max_size=40)
readings = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=400)


@given(numbers)
def test_pooled_values_rise_and_keep_the_mean(values: list[float]) -> None:
    found = pooled(np.array(values), np.ones(len(values)))

    assert (np.diff(found) >= -1e-12).all()
    assert found.mean() == pytest.approx(np.mean(values), abs=1e-9)


@given(numbers)
def test_rising_values_stay_as_they_are(values: list[float]) -> None:
    rising = np.array(sorted(values))

    assert pooled(rising, np.ones(len(rising))) == pytest.approx(rising)


def test_heavier_values_pull_more() -> None:
    assert pooled(np.array([0.9, 0.5]), np.array([3.0, 1.0])) == pytest.approx([0.8, 0.8])


@given(readings)
def test_blocks_hold_every_field_once_and_rise(found: list[tuple[float, bool]]) -> None:
    blocks = fit([score for score, _ in found], [right for _, right in found])

    assert sum(block.count for block in blocks) == len(found)
    assert sum(block.wrong for block in blocks) == sum(not right for _, right in found)
    assert all(a.score < b.score and a.confidence <= b.confidence for a, b in pairwise(blocks))


@given(readings)
def test_no_block_is_surer_than_its_fields_can_show(found: list[tuple[float, bool]]) -> None:
    blocks = fit([score for score, _ in found], [right for _, right in found])

    assert all(1 / (len(found) + 3) < block.confidence < 1 - 1 / (len(found) + 3) for block in blocks)


def test_fields_that_were_all_right_are_one_block_with_laplace_s_share() -> None:
    (block,) = fit([0.5 + i / 1000 for i in range(498)], [True] * 498)

    assert (block.count, block.wrong, block.confidence) == (498, 0, 0.998)


def test_surer_fields_that_were_more_often_right_make_a_block_of_their_own() -> None:
    doubtful, sure = [(0.5, i % 2 == 0) for i in range(2 * LEAST)], [(0.9, True)] * (2 * LEAST)
    scores, right = zip(*doubtful, *sure, strict=True)

    low, high = fit(scores, right)

    assert (low.score, high.score) == (0.5, 0.9)
    assert low.confidence == pytest.approx(0.5)
    assert high.confidence == pytest.approx(81 / 82, abs=1e-4)
