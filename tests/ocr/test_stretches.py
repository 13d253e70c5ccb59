from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoiceocr.ocr import ctc
from invoiceocr.ocr.stretches import LONG, Stretch, joined, stretches, within

CHARSET = ("", "零", "壹", "贰", " ")
PITCH = 5  # steps from character to character


def line(*probabilities: float) -> ctc.Reading:
    """A reading of characters with these probabilities, the rest being that of another one."""
    table = np.zeros((PITCH * len(probabilities), len(CHARSET)), np.float32)
    table[:, 0] = 1.0
    for index, probability in enumerate(probabilities):
        table[PITCH * index + 2] = (0.0, 1 - probability, probability, 0.0, 0.0)
    return ctc.decode(table, CHARSET)


def test_a_sure_line_is_one_stretch_that_is_not_doubtful() -> None:
    assert stretches(line(*[0.99] * 20)) == [Stretch(0, 20 * PITCH, doubtful=False)]


def test_a_doubtful_character_is_looked_at_with_its_neighbors_and_no_more() -> None:
    parts = stretches(line(*[0.99] * 10, 0.6, *[0.99] * 9))

    assert [part.doubtful for part in parts] == [False, True, False]
    assert (parts[1].start, parts[1].stop) == (9 * PITCH, 12 * PITCH)


def test_a_character_that_may_be_lost_is_looked_for() -> None:
    table = np.zeros((LONG, len(CHARSET)), np.float32)
    table[:, 0] = 1.0
    for step in (2, 12, 22, 32, 42, 52):
        table[step] = (0.0, 0.0, 1.0, 0.0, 0.0)
    table[27] = (0.6, 0.0, 0.0, 0.4, 0.0)

    (found,) = [part for part in stretches(ctc.decode(table, CHARSET)) if part.doubtful]

    assert found.start <= 27 < found.stop


def test_short_and_mostly_doubtful_lines_are_not_parted() -> None:
    assert stretches(line(*[0.99] * 5, 0.6, *[0.99] * 4)) == []
    assert stretches(line(*[0.99, 0.6] * 10)) == []
    assert stretches(ctc.NOTHING) == []


def test_a_doubtful_space_is_no_reason_to_look_again() -> None:
    table = np.zeros((100, len(CHARSET)), np.float32)
    table[:, 0] = 1.0
    table[2::PITCH] = (0.0, 0.0, 1.0, 0.0, 0.0)
    table[52] = (0.4, 0.0, 0.0, 0.0, 0.6)

    assert not any(part.doubtful for part in stretches(ctc.decode(table, CHARSET)))


@given(st.lists(st.floats(0.55, 1.0), min_size=LONG // PITCH, max_size=40))
def test_stretches_put_together_again_are_the_line(probabilities: list[float]) -> None:
    reading = line(*probabilities)
    parts = stretches(reading)
    if not parts:
        return

    again = joined([within(reading, part.start, part.stop) for part in parts])

    assert (parts[0].start, parts[-1].stop) == (0, len(reading.lattice.characters))
    assert all(a.stop == b.start and a.doubtful != b.doubtful for a, b in pairwise(parts))
    assert (again.text, again.character_steps) == (reading.text, reading.character_steps)
    assert again.character_confidences == reading.character_confidences
    assert again.between == pytest.approx(reading.between)
    assert again.confidence == pytest.approx(reading.confidence)
    assert np.array_equal(again.lattice.probabilities, reading.lattice.probabilities)


def test_what_stands_within_some_steps_is_cut_out_with_its_lattice() -> None:
    reading = line(0.9, 0.8, 0.7, 0.6)

    middle = within(reading, PITCH, 3 * PITCH)

    assert middle.text == "壹壹"
    assert middle.character_steps == (2, PITCH + 2)
    assert middle.confidence == pytest.approx(0.8 * 0.7)
    assert len(middle.lattice.characters) == 2 * PITCH
    assert within(reading, 0, 2).text == ""
