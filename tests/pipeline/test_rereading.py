from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from invoiceocr.geometry import Box, Quad, box_quad, quad_box
from invoiceocr.page import Page, PageImage, Pixels, TextLine
from invoiceocr.pipeline import rereading

LINE = TextLine("39.00", Box(10, 20, 60, 30), "ocr", 0.5, box_quad(Box(10, 20, 60, 30)))


@dataclass
class FakeRecognizer:
    """Reads the same wherever it looks, and remembers where."""

    confidence: float
    seen: list[Box]

    def recognize_full_width(self, pixels: Pixels, quad: Quad) -> TextLine:
        self.seen.append(quad_box(quad))
        return TextLine("34.00", quad_box(quad), "ocr", self.confidence, quad, (quad_box(quad),))


def read(confidence: float, line: TextLine = LINE) -> tuple[TextLine, Sequence[Box]]:
    """What *line* of a page half as large as its original becomes, and where the original was looked at."""
    recognizer: Any = FakeRecognizer(confidence, [])
    original = PageImage(np.zeros((200, 200, 3), np.uint8))
    half = PageImage(np.zeros((100, 100, 3), np.uint8), transform=np.diag([2.0, 2.0, 1.0]))
    page = Page(1, 100, 100, (line,), image=half)
    (found,) = rereading.surer(page, original, [line], lambda: (recognizer, recognizer)).lines
    return found, recognizer.seen


def test_a_line_is_read_again_where_the_original_shows_it_and_stays_in_its_place() -> None:
    found, seen = read(0.9)

    assert seen == [Box(20, 40, 120, 60)]
    assert (found.text, found.box, found.quad, found.character_boxes) == ("34.00", LINE.box, LINE.quad, (LINE.box,))


def test_a_line_that_reads_less_surely_again_stays_as_it_was() -> None:
    assert read(0.3)[0] is LINE


@pytest.mark.parametrize("quad", [None, box_quad(Box(10, 20, 15, 90))])
def test_columns_and_lines_without_a_place_are_not_read_again(quad: Quad | None) -> None:
    line = TextLine("39.00", Box(10, 20, 60, 30), "ocr", 0.5, quad)

    assert read(0.9, line) == (line, [])
