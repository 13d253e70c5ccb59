from itertools import groupby, product
from math import prod

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from invoiceocr.ocr import ctc

CHARSET = ("", "零", "壹", "贰", " ")
BLANK, ZERO, ONE, TWO, SPACE = range(5)


def steps(*rows: dict[int, float]) -> NDArray[np.float32]:
    """Class probabilities a step; what is not given goes to the blank."""
    table = np.zeros((len(rows), len(CHARSET)), np.float32)
    for line, row in zip(table, rows, strict=True):
        for label, probability in row.items():
            line[label] = probability
        line[BLANK] += 1 - line.sum()
    return table


def sure(labels: list[int]) -> NDArray[np.float32]:
    return steps(*({label: 1.0} for label in labels))


def collapsed(labels: list[int]) -> str:
    return "".join(CHARSET[label] for label, _ in groupby(labels) if label != BLANK)


def test_repeated_steps_are_one_character_and_blanks_part_equal_ones() -> None:
    assert ctc.decode(sure([ONE, ONE, BLANK, ONE, TWO]), CHARSET).text == "壹壹贰"


@given(st.lists(st.integers(0, 4), min_size=1, max_size=30))
def test_a_sure_path_reads_as_what_it_collapses_to(labels: list[int]) -> None:
    reading = ctc.decode(sure(labels), CHARSET)

    assert reading.text == collapsed(labels)
    assert reading.confidence == pytest.approx(1.0 if reading.text.strip() else 0.0)


@given(st.lists(st.lists(st.floats(0.01, 1), min_size=5, max_size=5), min_size=1, max_size=30))
def test_whatever_is_read_each_character_has_its_step_and_probability(rows: list[list[float]]) -> None:
    table = np.array(rows, np.float32)
    table /= table.sum(axis=1, keepdims=True)

    reading = ctc.decode(table, CHARSET)

    assert len(reading.text) == len(reading.character_steps) == len(reading.character_confidences)
    assert list(reading.character_steps) == sorted(set(reading.character_steps))
    assert all(0 <= p <= 1 for p in reading.character_confidences)
    shown = [p for p, char in zip(reading.character_confidences, reading.text, strict=True) if char != " "]
    assert reading.confidence == pytest.approx(prod(shown) * nothing_lost(table) if shown else 0, abs=1e-6)


def nothing_lost(table: NDArray[np.float32]) -> float:
    """The probability that nothing is lost between characters, gap by gap."""
    best = table.argmax(1).tolist()
    runs = [(label, [table[step] for step in steps]) for label, steps in groupby(range(len(best)), best.__getitem__)]
    probable = 1.0
    for i, (label, rows) in enumerate(runs):
        if label == BLANK:
            kept = {BLANK, SPACE, *(runs[j][0] for j in (i - 1, i + 1) if 0 <= j < len(runs))}
            probable *= min(sum(float(row[each]) for each in kept) for row in rows)
    return probable


def test_a_doubtful_space_makes_no_line_doubtful() -> None:
    reading = ctc.decode(steps({ONE: 1.0}, {SPACE: 0.6, ONE: 0.4}, {TWO: 0.9, ONE: 0.1}), CHARSET)

    assert reading.text == "壹 贰"
    assert reading.confidence == pytest.approx(0.9)


def test_a_character_that_was_nearly_said_makes_the_line_doubtful() -> None:
    reading = ctc.decode(steps({ONE: 1.0}, {ZERO: 0.4}, {TWO: 1.0}), CHARSET)

    assert reading.text == "壹贰"
    assert reading.character_confidences == pytest.approx((1.0, 1.0))
    assert reading.confidence == pytest.approx(0.6)


def test_a_neighbor_that_begins_early_or_ends_late_leaves_no_doubt() -> None:
    reading = ctc.decode(steps({ONE: 1.0}, {ONE: 0.4}, {}, {TWO: 0.3, SPACE: 0.2}, {TWO: 1.0}), CHARSET)

    assert reading.text == "壹贰"
    assert reading.confidence == pytest.approx(1.0)


def test_a_character_is_as_probable_as_all_ways_to_emit_it() -> None:
    table = steps({ONE: 0.6}, {ONE: 0.7}, {ONE: 0.9})
    ways = [
        prod(float(table[t, label]) for t, label in enumerate(path))
        for path in product((BLANK, ONE), repeat=3)
        if ONE in path
    ]

    assert ctc.decode(table, CHARSET).character_confidences[0] == pytest.approx(sum(ways), abs=1e-6)


def test_the_whole_text_is_less_probable_than_each_of_its_characters() -> None:
    reading = ctc.decode(steps({ONE: 0.9}, {}, {TWO: 0.8}), CHARSET)

    assert reading.confidence == pytest.approx(0.72, abs=1e-6)


def test_the_step_of_a_character_is_where_it_is_most_probable() -> None:
    assert ctc.decode(steps({}, {ONE: 0.6}, {ONE: 0.9}, {ONE: 0.7}), CHARSET).character_steps == (2,)


def test_the_lattice_holds_the_rivals_of_each_step_best_first() -> None:
    lattice = ctc.decode(steps({ONE: 0.5, TWO: 0.3, ZERO: 0.15}), CHARSET).lattice

    assert lattice.characters[0][:4] == ("壹", "贰", "零", "")
    assert lattice.probabilities[0].tolist() == pytest.approx([0.5, 0.3, 0.15, 0.05, 0.0], abs=1e-6)


def test_rivals_that_are_next_to_impossible_are_left_out() -> None:
    lattice = ctc.decode(steps({ONE: 0.99998, TWO: 0.00002}), CHARSET).lattice

    assert lattice.characters[0] == ("壹", "", "", "", "")


def test_blank_steps_are_no_text() -> None:
    reading = ctc.decode(sure([BLANK] * 4), CHARSET)

    assert (reading.text, reading.confidence, reading.character_steps) == ("", 0.0, ())
    assert len(reading.lattice.characters) == 4
