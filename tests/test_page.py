import dataclasses

import numpy as np
import pytest

from invoiceocr.geometry import Box
from invoiceocr.page import Lattice, Page, PageImage, Ruling, TextLine


def test_a_picture_is_as_wide_as_it_has_columns() -> None:
    image = PageImage(np.zeros((20, 30, 3), np.uint8))

    assert (image.width, image.height) == (30, 20)
    assert (image.transform == np.eye(3)).all()


def test_pictures_do_not_share_their_transform() -> None:
    first, second = (PageImage(np.zeros((1, 1, 3), np.uint8)) for _ in range(2))

    assert first.transform is not second.transform


def test_a_part_of_a_lattice_keeps_characters_and_probabilities_together() -> None:
    lattice = Lattice((("1", "7"), ("", "1"), ("3", "8")), np.array([[0.9, 0.1], [0.8, 0.2], [0.6, 0.4]], np.float32))

    part = lattice.steps(1, 3)

    assert part.characters == (("", "1"), ("3", "8"))
    assert part.probabilities.tolist() == pytest.approx(np.array([[0.8, 0.2], [0.6, 0.4]]))


@pytest.mark.parametrize(
    ("ruling", "expected"),
    [(Ruling(0, 0, 9, 1), True), (Ruling(0, 0, 1, 9), False), (Ruling(9, 0, 0, 0), True), (Ruling(5, 9, 5, 0), False)],
)
def test_a_ruling_is_horizontal_by_its_longer_side_whichever_way_it_was_drawn(ruling: Ruling, expected: bool) -> None:
    assert ruling.horizontal is expected


def test_stage_values_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Page(1, 10.0, 10.0).number = 2  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        TextLine("a", Box(0, 0, 1, 1), "ocr").text = "b"  # type: ignore[misc]


def test_a_line_of_a_text_layer_is_sure_without_being_told() -> None:
    assert TextLine("a", Box(0, 0, 1, 1), "text_layer").confidence == 1.0
