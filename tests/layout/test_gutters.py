from dataclasses import replace

from invoiceocr.geometry import Box
from invoiceocr.layout.gutters import gutters, is_turned
from invoiceocr.layout.papers import ACROSS, DOWN
from invoiceocr.page import Page, TextLine


def block(x: float, y: float, lines: int = 6) -> list[TextLine]:
    """A block of lines 200 wide and 20 high, 25 apart."""
    return [TextLine("发票号码12345678", Box(x, y + 25 * i, x + 200, y + 25 * i + 20), "ocr") for i in range(lines)]


def page(*lines: TextLine) -> Page:
    return Page(1, 1000, 1000, tuple(lines))


def test_the_blank_between_two_blocks_side_by_side_is_found() -> None:
    (gutter,) = gutters(page(*block(0, 0), *block(260, 5)))

    assert (gutter.axis, gutter.place, gutter.width) == (ACROSS, 230, 60)


def test_the_blank_between_two_blocks_under_one_another_is_found() -> None:
    (gutter,) = gutters(page(*block(0, 0), *block(30, 200)))

    assert (gutter.axis, gutter.place) == (DOWN, 172.5)


def test_lines_of_one_block_leave_no_gutter() -> None:
    assert gutters(page(*block(0, 0, 30))) == []


def test_a_few_lines_apart_are_no_paper() -> None:
    assert gutters(page(*block(0, 0, 12), *block(300, 0, 4))) == []


def test_a_stain_does_not_close_a_gutter() -> None:
    stain = TextLine("圓彐", Box(190, 20, 270, 60), "ocr", confidence=0.05)

    assert len(gutters(page(*block(0, 0), *block(260, 5), stain))) == 1


def test_the_blank_above_a_paper_on_its_head_is_found_although_hardly_any_of_its_lines_is_sure() -> None:
    first, *others = block(30, 200)
    headlong = [first, *(replace(line, confidence=0.1) for line in others)]

    (gutter,) = gutters(page(*block(0, 0), *headlong))

    assert (gutter.axis, gutter.place) == (DOWN, 172.5)


def test_text_that_runs_down_is_turned_and_a_margin_note_is_not() -> None:
    down = [TextLine("发票号码12345678", Box(25 * i, 0, 25 * i + 20, 200), "ocr") for i in range(6)]

    assert is_turned(down)
    assert not is_turned([*block(100, 0), down[0]])
