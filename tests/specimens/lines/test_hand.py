from random import Random

import numpy as np

from invoiceocr.specimens.lines import figures, hand, texts
from invoiceocr.specimens.lines.alphabets import UNKNOWN, alphabet
from invoiceocr.specimens.lines.faces import HANDS, faces, usable, written
from invoiceocr.specimens.lines.typeset import BOTTOM, TOP, ink_rows


def test_no_two_writings_of_a_text_are_alike_and_each_is_the_same_again() -> None:
    first, again = (hand.write("王小明", Random(1))[0] for _ in range(2))
    other = hand.write("王小明", Random(2))[0]
    assert np.array_equal(first, again)
    assert first.shape != other.shape or not np.array_equal(first, other)


def test_writing_keeps_the_height_of_a_line_and_leaves_its_ink_within() -> None:
    for seed in range(20):
        ink, _ = hand.write("贰佰元整", Random(seed))
        first, last = ink_rows(ink)
        assert ink.shape[0] == TOP + BOTTOM
        assert last - first > 20
        assert ink[:, 0].any()
        assert ink[:, -1].any()


def test_a_label_before_a_colon_is_printed_in_front_of_the_name() -> None:
    name, labeled = (np.mean([hand.write(text, Random(seed))[0].shape[1] for seed in range(20)]) for text in TWO)
    assert labeled > 1.8 * name


TWO = ("李芳", "开票人：李芳")


def test_printed_lines_are_never_in_a_face_of_handwriting() -> None:
    printed = {face.kind for held_out in (False, True) for part in usable(held_out) for face in part}
    assert not printed & set(HANDS)


def test_hands_of_validation_are_none_of_training() -> None:
    training, held_out = ({face.name for part in written(kept) for face in part} for kept in (False, True))
    if any(face.kind in HANDS and face.held_out for face in faces()):
        assert not training & held_out
    assert training


def test_what_is_written_is_within_the_chinese_alphabet() -> None:
    drawn = [texts.draw(Random(seed), texts.WRITTEN)[1] for seed in range(100)]
    assert len(set(drawn)) > 90
    assert sum(UNKNOWN in alphabet("zh").spelled(text) for text in drawn) < 5


def test_dates_are_written_without_zeros_before_single_figures() -> None:
    rng = Random(3)
    days = [figures.written_day(rng) for _ in range(100)]
    assert not [day for day in days if "年0" in day or "月0" in day or day.startswith("0")]
