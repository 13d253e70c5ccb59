import pytest

from invoiceocr.export.sheets.cell import Cell
from invoiceocr.export.sheets.columns import Column
from invoiceocr.export.sheets.widths import (
    HIGHEST,
    LINE_POINTS,
    NARROWEST,
    WIDEST,
    column_width,
    display_width,
    line_count,
    row_height,
)
from invoiceocr.export.titles import Title

NAME = Column("name", Title("名", "n"))


@pytest.mark.parametrize(("text", "width"), [("abc", 3), ("发票", 4), ("（", 2), ("", 0)])
def test_a_chinese_character_is_as_wide_as_two_letters(text: str, width: int) -> None:
    assert display_width(text) == width


@pytest.mark.parametrize(("value", "width"), [("二十个字二十个字", 18), ("长" * 100, WIDEST), (None, NARROWEST)])
def test_a_column_is_as_wide_as_its_longest_line_within_limits(value: str | None, width: int) -> None:
    assert column_width(NAME, [{"name": Cell("短")}, {"name": Cell(value)}, {}]) == width


def test_a_row_is_as_high_as_its_wrapped_lines() -> None:
    assert row_height({"name": Cell("一\n二")}, {"name": WIDEST, "none": WIDEST}) == 2 * LINE_POINTS
    assert row_height({"name": Cell("长" * 23)}, {"name": WIDEST}) == 2 * LINE_POINTS
    assert row_height({"name": Cell("一\n" * 999)}, {"name": WIDEST}) == HIGHEST


def test_a_row_of_one_line_keeps_the_usual_height() -> None:
    assert row_height({"name": Cell("一"), "other": Cell("a\nb")}, {"name": WIDEST}) is None


@pytest.mark.parametrize(
    ("text", "lines"), [("", 1), ("十个字十个字", 2), ("发票 25312000000012345678", 3), ("a bc def ghij", 2)]
)
def test_a_word_goes_to_the_next_line_whole(text: str, lines: int) -> None:
    assert line_count(text, 10) == lines
