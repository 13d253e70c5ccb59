"""Shapes on a page that stand for characters, or make others of them."""

from __future__ import annotations

from unittest.mock import patch

from invoiceocr.geometry import Box
from invoiceocr.page import UNREAD
from invoiceocr.sources import drawn_characters
from invoiceocr.sources.drawn_characters import Inked, Shape, with_shapes
from invoiceocr.sources.text_layer import Glyph

SIZE = 10.0
CROSSING = Shape(Box(103.0, 104.0, 107.0, 106.0), 0, is_stroke=True)


def figure(text: str, x: float = 100.0, y: float = 100.0, gray: int | None = 0) -> list[Inked]:
    """The characters of *text*, each as wide as high."""
    boxes = (Box(x + SIZE * i, y, x + SIZE * (i + 1), y + SIZE) for i in range(len(text)))
    return [(Glyph(letter, box, 0), gray) for letter, box in zip(text, boxes, strict=True)]


def told(shapes: list[Shape], found: list[Inked]) -> str:
    return "".join(glyph.text for glyph in with_shapes(shapes, found))


def elsewhere(count: int) -> list[Shape]:
    """Strokes where no text stands."""
    return [Shape(Box(5.0 * i, 500.0, 5.0 * i + 2.0, 501.0), 0, is_stroke=True) for i in range(count)]


def test_a_digit_that_a_stroke_crosses_is_unread() -> None:
    assert told([CROSSING], figure("068.00")) == f"{UNREAD}68.00"


def test_many_strokes_elsewhere_do_not_keep_a_crossing_one_from_being_seen() -> None:
    assert told([*elsewhere(2000), CROSSING], figure("068.00")) == f"{UNREAD}68.00"


def test_all_text_that_more_strokes_stand_in_than_can_be_told_apart_is_unread() -> None:
    crowd = [Shape(Box(100.0 + i / 20, 103.0, 101.0 + i / 20, 104.0), 0, is_stroke=True) for i in range(1000)]

    assert told(crowd, figure("12345") + figure("678", y=300.0)) == UNREAD * 5 + "678"


def test_a_row_of_outlines_before_a_name_is_unread_to_its_first_character() -> None:
    outlines = [Shape(Box(100.0 - SIZE * i, 100.0, 109.0 - SIZE * i, 110.0), 0) for i in range(1, 9)]

    assert told(outlines, figure("海棠样品")) == UNREAD * 8 + "海棠样品"


def test_a_long_row_of_outlines_is_gone_through_a_few_times_whatever_their_order() -> None:
    # given: the one beside the text comes last
    row = [Shape(Box(100.0 + SIZE * i, 100.0, 109.0 + SIZE * i, 110.0), 0) for i in range(300, 0, -1)]
    calls = 0
    takes = drawn_characters._Line.takes

    def counted(line: drawn_characters._Line, one: Shape) -> bool:
        nonlocal calls
        calls += 1
        return takes(line, one)

    # when
    with patch.object(drawn_characters._Line, "takes", counted):
        found = told(row, figure("品"))

    # then
    assert found == "品" + UNREAD * 300
    assert calls <= drawn_characters.MAX_PASSES * len(row)
