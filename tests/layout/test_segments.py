from dataclasses import replace

import kind_pages as pages
import pytest

from invoiceocr.geometry import Box, union
from invoiceocr.layout.segments import has_characters, outside, slope


def test_lines_of_exact_characters_tell_the_slope_by_these() -> None:
    lines = []
    for index in range(6):
        flat = pages.line("一二三四五六七八", 100, 100 + 50 * index)
        boxes = tuple(box.shift(0, 0.05 * box.cx) for box in flat.character_boxes)
        lines.append(replace(flat, source="text_layer", quad=None, box=union(boxes), character_boxes=boxes))

    assert round(slope(pages.page(*lines)), 6) == 0.05


@pytest.mark.parametrize(
    ("text", "box", "found"),
    [
        ("发票", Box(0, 0, 40, 20), True),
        ("发票", Box(0, 0, 20, 40), False),
        ("¥", Box(0, 0, 10, 20), True),
        (")", Box(0, 0, 10, 20), False),
    ],
    ids=["across the page", "down the margin", "a sign", "a lone bracket"],
)
def test_recognized_print_across_the_page_has_characters(text: str, box: Box, found: bool) -> None:
    assert has_characters(replace(pages.line(text, 0, 0), box=box)) is found


def test_a_text_in_which_a_value_was_found_keeps_what_stands_on_both_sides() -> None:
    text = pages.line("金额123元整", 100, 100)
    value = union(text.character_boxes[2:5])

    assert [part.text for part in outside(text, [value])] == ["金额", "元整"]
    assert outside(text, [value.shift(0, value.height)]) == [text]
