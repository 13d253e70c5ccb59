from collections.abc import Sequence

import numpy as np
import pytest
from fake_text_reader import PLACE, FakeDetector, FakeTextReader, page, picture, plain

from invoiceocr.geometry import Quad, box_quad
from invoiceocr.imaging import flatten, orientation
from invoiceocr.ocr.detector import Glance
from invoiceocr.page import PageImage, Pixels
from invoiceocr.pipeline.recognition.page_recognizer import PageRecognizer
from invoiceocr.settings import Settings


def test_without_preprocessing_the_picture_is_read_as_it_came() -> None:
    original = picture()

    found = plain()(page(original))

    assert found.image is not None
    assert found.image.pixels is original


def test_the_same_picture_is_prepared_in_the_same_way() -> None:
    reader = PageRecognizer(Settings(preprocess="auto"))

    first, second = (reader.prepare(PageImage(picture())).image.pixels for _ in range(2))

    assert np.array_equal(first, second)


def test_the_stages_of_the_preparation_are_named_and_begin_with_the_original() -> None:
    original = PageImage(picture())

    prepared = PageRecognizer(Settings(preprocess="classic")).prepare(original)

    names = [name for name, _ in prepared.pictures]
    assert (names[0], names[-1]) == ("original", "classic")
    assert prepared.pictures[0][1] is original
    assert prepared.image is prepared.pictures[-1][1]


def test_black_and_white_is_black_and_white() -> None:
    shaded = (picture() * np.linspace(0.5, 1, 800)[None, :, None]).astype(np.uint8)

    image = PageRecognizer(Settings(preprocess="classic")).prepare(PageImage(shaded)).image

    assert set(np.unique(image.pixels)) <= {0, 255}


def test_the_classic_chain_brings_lines_to_the_height_that_is_asked_for() -> None:
    classic = PageRecognizer(Settings(preprocess="classic", line_height=10))

    prepared = classic.prepare(PageImage(picture(2000, 1250)))

    ((left_top, _, _, left_bottom),) = prepared.quads
    assert left_bottom[1] - left_top[1] == 10
    assert (prepared.image.width, prepared.image.height) == (1000, 625)
    assert prepared.image.transform[0][0] == 2.0


class Certain(FakeDetector):
    """Is certain at a glance of a page with one line."""

    def __init__(self, line: Quad, *, lying: bool = False) -> None:
        self.line, self.lying = line, lying

    def __call__(self, picture: Pixels) -> tuple[Quad, ...]:
        return (self.line,)

    def glance(self, picture: Pixels) -> Glance:
        return Glance((self.line,), self.lying, False)


def refused(*_: object) -> None:
    raise AssertionError("not needed")


@pytest.mark.parametrize(("rise", "flattened"), [(0.0, False), (4.0, True)])
def test_a_drawn_page_whose_text_runs_level_is_flat_as_it_is(
    monkeypatch: pytest.MonkeyPatch, fake: type[FakeTextReader], rise: float, flattened: bool
) -> None:
    # given: a line that rises so many pixels
    line = ((100.0, 40.0 + rise), (300.0, 40.0), (300.0, 60.0), (100.0, 60.0 + rise))
    asked: list[Sequence[Quad]] = []

    def flatten_(image: PageImage, quads: Sequence[Quad]) -> tuple[PageImage, tuple[Quad, ...]]:
        asked.append(quads)
        return image, tuple(quads)

    monkeypatch.setattr(fake, "detect", Certain(line))
    monkeypatch.setattr(flatten, "flatten", flatten_)

    # when
    PageRecognizer(Settings(read_qr=False)).prepare(PageImage(picture(1000, 600)))

    # then
    assert bool(asked) is flattened


@pytest.mark.parametrize(("lying", "size"), [(False, (1000, 600)), (True, (600, 1000))])
def test_a_drawn_page_is_turned_by_what_a_glance_is_certain_of(
    monkeypatch: pytest.MonkeyPatch, fake: type[FakeTextReader], lying: bool, size: tuple[int, int]
) -> None:
    monkeypatch.setattr(fake, "detect", Certain(box_quad(PLACE), lying=lying))
    monkeypatch.setattr(orientation, "lies", refused)
    monkeypatch.setattr(orientation, "is_upside_down", refused)
    monkeypatch.setattr(flatten, "flatten", refused)

    prepared = PageRecognizer(Settings(read_qr=False)).prepare(PageImage(picture(1000, 600)))

    assert (prepared.image.width, prepared.image.height) == size
