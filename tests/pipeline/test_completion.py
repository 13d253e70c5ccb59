"""The lines of a text layer and what is recognized on the page, made one."""

from __future__ import annotations

from unittest.mock import create_autospec

import numpy as np

from invoiceocr.evidence.reading import Reading
from invoiceocr.geometry import Box
from invoiceocr.page import UNREAD, Page, PageImage, TextLine
from invoiceocr.pipeline.completion import MAX_BROKEN, Completion, is_unexplained, reconciled
from invoiceocr.pipeline.recognition.page_recognizer import PageRecognizer

NUMBER = "25312000000012345678"


def line(text: str, x: float = 0, y: float = 0, source: str = "text_layer") -> TextLine:
    boxes = tuple(Box(x + 10 * i, y, x + 10 * i + 10, y + 10) for i in range(len(text)))
    sure = tuple(0.9 for _ in text)
    box = Box(x, y, x + 10 * len(text), y + 10)
    return TextLine(text, box, source, 1.0, character_boxes=boxes, character_confidences=sure)  # type: ignore[arg-type]


def texts(*lines: TextLine) -> list[str]:
    return [found.text for found in lines]


def test_the_layer_is_believed_where_it_says_about_what_is_printed() -> None:
    stated, printed = line("海棠样品餐饮管理"), line("海裳样品餐饮管理", source="ocr")

    assert texts(*reconciled([stated], [printed])) == ["海棠样品餐饮管理"]


def test_what_is_printed_replaces_a_layer_that_says_something_else() -> None:
    stated, printed = line('"#!%&'), line("发票号码:", source="ocr")

    assert texts(*reconciled([stated], [printed])) == ["发票号码:"]


def test_signs_in_place_of_a_caption_before_its_value_are_read_again() -> None:
    stated, printed = line('"#:海棠样品餐饮管理'), line("名称:海棠样品餐饮管理", source="ocr")

    assert texts(*reconciled([stated], [printed])) == ["名称:海棠样品餐饮管理"]


def test_print_without_characters_is_added_and_characters_without_print_stay() -> None:
    found = reconciled([line("甲", y=50)], [line("发票号码", source="ocr")])

    assert texts(*found) == ["发票号码", "甲"]


def reading(kind: str, *lines: TextLine, **more: object) -> Reading:
    return Reading(Page(1, 600, 400, lines, **more), kind)  # type: ignore[arg-type]


def test_a_page_that_a_picture_fills_and_its_text_does_not_explain_is_to_be_recognized() -> None:
    stamp = line("Scanned with some app")

    assert is_unexplained(reading("other", stamp, pictured=0.9), None)
    assert not is_unexplained(reading("other", stamp, pictured=0.1), None)


def test_a_page_of_unknown_kind_with_an_invoice_number_or_tax_code_is_to_be_recognized() -> None:
    assert is_unexplained(reading("other", line(NUMBER)), None)
    assert is_unexplained(reading("other", line("a"), qr_payloads=(f"01,32,,{NUMBER},113.00,20250601,,6F05",)), None)
    assert not is_unexplained(reading("other", line("行程单")), None)


def test_no_more_characters_are_read_from_the_pixels_than_can_be_soon() -> None:
    # given: a page of lines of a hundred characters, none of them mapped
    pixels = create_autospec(PageRecognizer, instance=True)
    pixels.under.return_value = []
    lines = tuple(line(100 * UNREAD, y=20 * i) for i in range(100))

    Completion(pixels, 100.0).lines(
        Page(1, 1000, 2000, lines), lambda number, dpi=0.0: PageImage(np.zeros((20, 10, 3), np.uint8), dpi=dpi)
    )

    ((_, quads), _) = pixels.under.call_args
    assert len(quads) == MAX_BROKEN // 100


def test_nothing_is_read_into_a_blank_place_on_tinted_paper() -> None:
    # given: a glyph without meaning and without ink, whose neighbor the recognizer reads twice
    broken = line("10" + UNREAD + "5")
    pixels = np.full((10, 40, 3), (238, 215, 189), np.uint8)
    for x in (3, 13, 33):
        pixels[2:8, x : x + 4] = 0
    recognizer = create_autospec(PageRecognizer, instance=True)
    recognizer.under.return_value = [line("1005", source="ocr")]

    # when
    drawn = Completion(recognizer, 100.0).lines(Page(1, 40, 10, lines=(broken,)), lambda *_: PageImage(pixels))

    # then
    assert texts(*drawn.lines) == [broken.text]
