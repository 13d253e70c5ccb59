"""The readings of a lattice against a brute-force sum over all CTC paths."""

import itertools
import math
from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lattices import lattice, of_steps

from invoiceocr.decoding.nbest import ANYTHING, decode_nbest, folded
from invoiceocr.page import Lattice

STEPS = st.lists(
    st.dictionaries(st.sampled_from(["", "1", "2"]), st.floats(0.05, 1.0), min_size=1, max_size=3),
    min_size=1,
    max_size=4,
)


def by_brute_force(found: Lattice) -> dict[str, float]:
    """The probability of every text: the sum over all paths that collapse to it."""
    texts: defaultdict[str, float] = defaultdict(float)
    rows = [
        list(zip(names, row, strict=True))
        for names, row in zip(found.characters, found.probabilities.tolist(), strict=True)
    ]
    for path in itertools.product(*rows):
        merged = [name for name, _ in itertools.groupby(name for name, _ in path)]
        texts["".join(merged)] += math.prod(share for _, share in path)
    return texts


def normalized(steps: list[dict[str, float]]) -> Lattice:
    return of_steps(*({name: share / sum(step.values()) for name, share in step.items()} for step in steps))


@given(STEPS)
@settings(max_examples=100)
def test_a_reading_has_the_probability_of_all_its_paths(steps: list[dict[str, float]]) -> None:
    # given
    found = normalized(steps)
    expected = by_brute_force(found)

    # when
    alternatives = decode_nbest(found, most=5)

    # then
    best = max(expected.values())
    for alternative in alternatives:
        assert alternative.probability == pytest.approx(expected[alternative.text], rel=1e-4)
        assert alternative.ratio == pytest.approx(alternative.probability / best, rel=1e-3)


@given(STEPS)
@settings(max_examples=100)
def test_the_readings_are_the_best_ones_in_order_and_distinct(steps: list[dict[str, float]]) -> None:
    # given
    found = normalized(steps)
    expected = sorted(by_brute_force(found).values(), reverse=True)

    # when
    alternatives = decode_nbest(found, most=3)

    # then
    assert len({alternative.text for alternative in alternatives}) == len(alternatives)
    shares = [alternative.probability for alternative in alternatives]
    assert shares == pytest.approx(expected[: len(shares)], rel=1e-4)


def test_a_character_repeats_only_behind_a_blank() -> None:
    together = of_steps({"1": 1.0}, {"1": 1.0})
    apart = of_steps({"1": 1.0}, {"": 1.0}, {"1": 1.0})

    assert [found.text for found in decode_nbest(together)] == ["1"]
    assert [found.text for found in decode_nbest(apart)] == ["11"]


def test_characters_that_fold_together_are_one_character() -> None:
    # given: the letter O and the digit 0 share the probability over two steps
    found = of_steps({"O": 0.6, "0": 0.4}, {"0": 0.6, "O": 0.4})

    # when
    digits = folded(lambda character: "0" if character == "O" else character)

    # then
    assert [(a.text, a.ratio) for a in decode_nbest(found, digits)] == [("0", 1.0)]
    assert decode_nbest(found)[0].text in ("O0", "0O")


def test_a_character_folded_to_nothing_is_a_blank() -> None:
    found = of_steps({"1": 1.0}, {" ": 1.0}, {"1": 1.0})

    assert decode_nbest(found, folded(str.strip))[0].text == "11"


def test_the_ratio_tells_how_far_a_reading_is_behind_the_best() -> None:
    # given
    found = lattice("186", {1: {"0": 0.2}})

    # when
    best, second = decode_nbest(found, most=2)

    # then
    assert (best.text, second.text) == ("186", "106")
    assert second.ratio == pytest.approx(0.2 / 0.7995, rel=1e-3)


def test_an_empty_lattice_reads_as_nothing() -> None:
    assert [found.text for found in decode_nbest(of_steps(), ANYTHING)] == [""]


def test_a_lattice_of_many_doubts_is_searched_with_a_bounded_beam() -> None:
    # given: 4**40 texts
    found = of_steps(*({"1": 0.4, "2": 0.3, "3": 0.2, "4": 0.1} for _ in range(40)))

    # when
    alternatives = decode_nbest(found, most=10)

    # then
    assert len(alternatives) == 10
    assert all(alternative.ratio <= 1.0 + 1e-9 for alternative in alternatives)
