"""Shapes on a page that stand for characters, or make others of them."""

from __future__ import annotations

from unittest.mock import patch

from invoiceocr.geometry import Box
from invoiceocr.page import UNREAD
from invoiceocr.sources import drawn_characters
from invoiceocr.sources.drawn_characters import Inked, Shape, with_shapes
from invoiceocr.sources.glyphs import Glyph
from invoiceocr.sources.page_cells import TextCells

SIZE = 10.0
CROSSING = Shape(Box(103.0, 104.0, 107.0, 106.0), 0, is_stroke=True)


def figure(text: str, x: float = 100.0, y: float = 100.0, gray: int | None = 0) -> list[Inked]:
    """The characters of *text*, each as wide as high."""
    boxes = (Box(x + SIZE * i, y, x + SIZE * (i + 1), y + SIZE) for i in range(len(text)))
    return [(Glyph(letter, box, 0), gray) for letter, box in zip(text, boxes, strict=True)]


def told(shapes: list[Shape], found: list[Inked]) -> str:
    return "".join(glyph.text for glyph in with_shapes(shapes, found))


def test_a_digit_that_a_stroke_crosses_is_unread() -> None:
    assert told([CROSSING], figure("068.00")) == f"{UNREAD}68.00"


def test_shapes_that_reach_no_text_are_left_out_however_many_there_are() -> None:
    # given: a code of a thousand squares, and a row of outlines that ends at text
    text = [glyph for glyph, _ in figure("068.00")]
    code = [(3.0 * (i % 40), 300.0 + 3.0 * (i // 40), 3.0 * (i % 40) + 3, 303.0 + 3.0 * (i // 40)) for i in range(1600)]
    row = [(100.0 - SIZE * i, 100.0, 109.0 - SIZE * i, 109.0) for i in range(1, 8)]

    # when
    near = TextCells(text).near([*code, *row])

    # then
    assert near == [False] * len(code) + [True] * len(row)


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
