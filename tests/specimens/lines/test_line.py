from random import Random

import numpy as np
import pytest

from invoiceocr.specimens.lines import figures, texts
from invoiceocr.specimens.lines.alphabets import alphabet
from invoiceocr.specimens.lines.conditions import CONDITIONS
from invoiceocr.specimens.lines.faces import faces, glyph, usable
from invoiceocr.specimens.lines.line import Order, draw_line
from invoiceocr.specimens.lines.typeset import BOTTOM, TOP, Setting, draw_setting, ink_rows, typeset

ID = texts.MIXES["id"]


@pytest.mark.parametrize("condition", list(CONDITIONS))
def test_a_line_is_the_same_each_time_it_is_drawn(condition: str) -> None:
    for seed in range(8):
        first, second = (draw_line(Order(ID, condition), seed) for _ in range(2))
        assert first.text == second.text
        assert np.array_equal(first.pixels, second.pixels)


def test_lines_are_pictures_with_ink_in_the_asked_size() -> None:
    lines = [draw_line(Order({figures.invoice_number: 1}, "light32"), seed) for seed in range(20)]
    assert all(line.pixels.dtype == np.uint8 and line.pixels.shape[2] == 3 for line in lines)
    assert all(int(line.pixels.max()) - int(line.pixels.min()) > 100 for line in lines)
    assert all(15 <= line.pixels.shape[0] <= 50 for line in lines)
    assert all(line.pixels.shape[1] > 2 * line.pixels.shape[0] for line in lines)


def test_other_seeds_and_validation_give_other_lines() -> None:
    texts_drawn = {draw_line(Order(ID, "mild"), seed).text for seed in range(20)}
    assert len(texts_drawn) > 10
    assert draw_line(Order(ID, "mild", validation=True), 1).text != draw_line(Order(ID, "mild"), 1).text


def test_faces_of_validation_are_none_of_training_where_any_is_installed() -> None:
    training, held_out = ({face.name for part in usable(kept) for face in part} for kept in (False, True))
    if any(face.held_out for face in faces()):
        assert not training & held_out - {face.name for face in faces()[:2]}
    assert "NotoSansSC-Regular" in training


def test_a_text_takes_more_room_with_tracking_and_pitch() -> None:
    face = faces()[1]
    plain, spaced, wide = (
        typeset("1234", setting) for setting in (Setting((face,)), Setting((face,), None, 0.3), Setting((face,), 1.0))
    )
    assert plain.shape[1] < spaced.shape[1] < wide.shape[1]
    assert plain.shape[0] == TOP + BOTTOM


def test_a_face_without_a_character_leaves_it_to_the_next() -> None:
    lacking = [face for face in faces() if face.kind == "latin"]
    if not lacking:
        pytest.skip("no Latin face of the list is installed")
    assert glyph(lacking[0].path, "年") is None
    ink = typeset("年", Setting((lacking[0], faces()[0])))
    first, last = ink_rows(ink)
    assert last - first > 20


def test_every_character_of_the_id_alphabet_can_be_drawn() -> None:
    blank = [char for char in alphabet("id").dictionary if not typeset(char, Setting(faces()[:2])).any()]
    assert not blank


def test_no_character_is_left_out_of_a_line_whatever_its_faces_lack() -> None:
    settings = [draw_setting(Random(seed)) for seed in range(60)]
    assert all(typeset(char, setting).any() for setting in settings for char in "堃喆嫑發A")
