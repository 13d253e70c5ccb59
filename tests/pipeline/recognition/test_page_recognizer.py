from concurrent.futures import ThreadPoolExecutor
from typing import Literal

import pytest
from fake_text_reader import PLACE, FakeTextReader, page, picture, plain
from ofd_builder import PAYLOAD

from invoiceocr.page import Page
from invoiceocr.pipeline.recognition.page_recognizer import PageRecognizer
from invoiceocr.settings import Settings


def test_a_page_of_pixels_becomes_a_page_of_lines_with_its_codes() -> None:
    found = plain()(page(picture()))

    assert [(line.text, line.box) for line in found.lines] == [("发票号码", PLACE)]
    assert found.qr_payloads == (PAYLOAD,)
    assert (found.number, found.width, found.height) == (2, 800, 500)


def test_a_drawn_page_is_read_as_it_was_drawn() -> None:
    drawn = page(picture(400, 250))

    read = PageRecognizer(Settings(preprocess="classic")).drawn(drawn)

    assert (read.width, read.height, read.number) == (400, 250, 2)
    assert drawn.image is not None
    assert read.image is not None
    assert read.image.pixels is drawn.image.pixels


@pytest.mark.parametrize(("text", "known"), [("发票", True), ("（１）", True), ("发票 号码", True), ("发烎", False)])
def test_a_text_is_known_if_the_recognizer_has_all_its_characters(text: str, known: bool) -> None:
    assert plain().is_known(text) is known


def test_codes_are_not_looked_for_where_that_is_turned_off() -> None:
    assert plain(read_qr=False)(page(picture())).qr_payloads == ()


@pytest.mark.parametrize("preprocess", ["auto", "classic", "none"])
def test_the_size_of_the_page_is_that_of_the_picture_that_was_read(
    preprocess: Literal["auto", "classic", "none"],
) -> None:
    found = PageRecognizer(Settings(preprocess=preprocess))(page(picture(3600, 2400)))

    assert found.image is not None
    assert (found.width, found.height) == (found.image.width, found.image.height)
    assert found.lines


def test_a_code_in_the_original_is_read_though_the_prepared_picture_is_smaller() -> None:
    assert PageRecognizer(Settings(preprocess="auto"))(page(picture(3600, 2400))).qr_payloads == (PAYLOAD,)


def test_models_are_loaded_with_the_first_page_and_once_for_all_threads(fake: type[FakeTextReader]) -> None:
    reader = plain()
    assert fake.built == []

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(reader, [page(picture(200, 200)) for _ in range(16)]))

    assert len(fake.built) == 1


def test_a_page_without_a_picture_is_not_looked_at_again(fake: type[FakeTextReader]) -> None:
    empty = Page(1, 600, 390)

    assert plain().recognize_cells(empty, [PLACE]) is empty
    assert fake.built == []


def test_a_page_knows_where_its_picture_ends() -> None:
    found = PageRecognizer(Settings(preprocess="none"))(page(picture(800, 500)))

    assert found.outline == ((0.0, 0.0), (800.0, 0.0), (800.0, 500.0), (0.0, 500.0))
