import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sheets import line

from invoiceocr.geometry import Box, union
from invoiceocr.page import Lattice, TextLine
from invoiceocr.text import lines as text_lines
from invoiceocr.text.lines import (
    behind_gaps,
    cut,
    join,
    loose_index,
    match_key,
    rows,
    same_column,
    same_row,
    strip,
    vertical_text,
)

texts = st.text("发票号码：金额0123456789.¥ A", min_size=1, max_size=12)
sources = st.sampled_from(["text_layer", "ocr"])
lines = st.builds(
    lambda text, x, y, size, source: line(text, x, y, size=size, source=source),
    texts,
    st.integers(0, 500),
    st.integers(0, 300),
    st.integers(6, 14),
    sources,
)


def recognized(text: str, steps: tuple[int, ...], length: int) -> TextLine:
    """A line with a lattice of *length* steps whose best character is the number of its step."""
    lattice = Lattice(tuple((str(step), "") for step in range(length)), np.full((length, 2), 0.5, np.float32))
    boxes = tuple(Box(i * 10, 0, i * 10 + 10, 10) for i in range(len(text)))
    confidences = tuple(0.9 for _ in text)
    return TextLine(text, union(boxes), "ocr", 0.9 ** len(text), None, boxes, confidences, steps, lattice)


def best(part: TextLine) -> str:
    assert part.lattice is not None
    return " ".join(characters[0] for characters in part.lattice.characters)


@pytest.mark.parametrize(
    ("printed", "folded"),
    [
        ("名　称：", "名称:"),
        ("（小写）￥１２", "(小写)¥12"),
        ("〔2024〕－【1】", "(2024)-[1]"),
        ("⾦额", "金额"),
        ("、，；。", ",,;."),
        ("﹊﹋﹌", "﹊﹋﹌"),
        ("", ""),
    ],
)
def test_text_is_folded_for_comparison(printed: str, folded: str) -> None:
    assert match_key(printed) == folded


@given(st.text(max_size=20))
def test_every_folded_character_knows_where_it_came_from(text: str) -> None:
    folded, origin = loose_index(text)

    assert folded == match_key(text)
    assert len(origin) == len(folded)
    assert origin == sorted(origin)
    assert all(character in match_key(text[index]) for character, index in zip(folded, origin, strict=True))


@given(st.text(max_size=20))
def test_folded_text_holds_no_white_space(text: str) -> None:
    assert not any(character.isspace() for character in match_key(text))


# cut


@given(lines.filter(lambda item: len(item.text) > 1), st.data())
def test_the_parts_of_a_cut_line_make_the_line(whole: TextLine, data: st.DataObject) -> None:
    place = data.draw(st.integers(1, len(whole.text) - 1))

    left, right = cut(whole, 0, place), cut(whole, place, len(whole.text))

    assert left.text + right.text == whole.text
    assert left.character_boxes + right.character_boxes == whole.character_boxes
    assert math.isclose(left.confidence * right.confidence, whole.confidence)


@given(lines, st.data())
def test_a_part_stands_where_its_characters_stand(whole: TextLine, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(whole.text) - 1))
    stop = data.draw(st.integers(start + 1, len(whole.text)))

    part = cut(whole, start, stop)

    assert part.box == union(whole.character_boxes[start:stop])
    assert len(part.text) == len(part.character_boxes) == stop - start


def test_a_line_without_character_boxes_is_cut_by_even_shares() -> None:
    whole = TextLine("发票号码", Box(100, 0, 140, 10), "ocr", 0.8)

    part = cut(whole, 2, 4)

    assert (part.text, part.box, part.confidence) == ("号码", Box(120, 0, 140, 10), 0.8)


def test_a_cut_shares_the_lattice_halfway_between_the_characters() -> None:
    whole = recognized("号1234", (1, 4, 6, 8, 10), 12)

    caption, value = cut(whole, 0, 1), cut(whole, 1, 5)

    assert best(caption) == "0 1 2"
    assert best(value) == "3 4 5 6 7 8 9 10 11"
    assert value.character_steps == (1, 3, 5, 7)


def test_the_steps_of_a_part_point_at_the_same_characters_of_its_lattice() -> None:
    whole = recognized("abcd", (2, 3, 7, 9), 11)

    part = cut(whole, 1, 3)

    assert part.lattice is not None
    assert [part.lattice.characters[step][0] for step in part.character_steps] == ["3", "7"]


def test_a_cut_turns_nothing_into_a_quad_that_it_no_longer_fills() -> None:
    quad = ((0.0, 0.0), (20.0, 1.0), (20.0, 11.0), (0.0, 10.0))
    whole = TextLine("金额", Box(0, 0, 20, 11), "ocr", quad=quad)

    assert cut(whole, 0, 1).quad is None


# strip


def test_blanks_at_the_ends_are_cut_off_with_their_boxes() -> None:
    found = strip(line("　 金 额 ", 0, 0, size=10))

    assert found is not None
    assert found.text == "金 额"
    assert found.box == Box(15, 0, 40, 10)


def test_nothing_but_blanks_is_nothing() -> None:
    assert strip(line(" 　", 0, 0)) is None


def test_a_line_without_blanks_at_its_ends_is_itself() -> None:
    whole = line("金 额", 0, 0)

    assert strip(whole) is whole


# join


def test_pieces_of_a_row_are_joined_from_left_to_right() -> None:
    joined = join([line("日", 60, 0), line("2024年", 0, 0), line("03月", 40, 0)])

    assert joined.text == "2024年03月日"
    assert joined.box == Box(0, 0, 69, 9)


def test_digits_printed_between_the_words_of_a_date_are_merged_by_place() -> None:
    words = line("    年  月  日", 0, 0, size=10)
    digits = [line("2024", 0, 1, size=10), line("03", 30, 1, size=10), line("05", 50, 1, size=10)]

    assert join([words, *digits]).text == "2024年03月05日"


def test_a_single_line_keeps_its_lattice() -> None:
    whole = recognized("12", (1, 2), 4)

    assert join([whole]) is whole
    assert join([whole, line("3", 100, 0)]).lattice is None


@given(st.lists(lines, min_size=1, max_size=5), st.randoms())
def test_joined_lines_do_not_depend_on_the_order_in_which_they_are_given(some: list[TextLine], chance: object) -> None:
    apart = [
        TextLine(item.text, item.box.shift(i * 700, 0), item.source, item.confidence) for i, item in enumerate(some)
    ]
    mixed = list(apart)
    chance.shuffle(mixed)  # type: ignore[attr-defined]

    one, other = join(apart), join(mixed)

    assert (one.text, one.box) == (other.text, other.box)
    assert one.text == "".join(item.text for item in apart)
    assert math.isclose(one.confidence, other.confidence)


@given(st.lists(lines, min_size=1, max_size=5))
def test_joining_keeps_every_visible_character_and_the_place_of_each(some: list[TextLine]) -> None:
    joined = join(some)

    visible = [character for item in some for character in item.text if not character.isspace()]
    assert sorted(character for character in joined.text if not character.isspace()) == sorted(visible)
    assert len(joined.text) == len(joined.character_boxes)
    assert joined.box == union(item.box for item in some)


# rows


def test_levels_are_told_from_columns() -> None:
    assert same_row(Box(0, 0, 10, 10), Box(50, 4, 60, 14))
    assert not same_row(Box(0, 0, 10, 10), Box(50, 6, 60, 16))
    assert same_column(Box(0, 0, 10, 10), Box(4, 50, 30, 60))
    assert not same_column(Box(0, 0, 10, 10), Box(6, 50, 16, 60))


@given(st.lists(lines, max_size=12), st.randoms())
def test_rows_hold_every_line_once_each_from_left_to_right(some: list[TextLine], chance: object) -> None:
    mixed = list(some)
    chance.shuffle(mixed)  # type: ignore[attr-defined]

    found = rows(mixed)

    assert sorted(id(item) for row in found for item in row) == sorted(id(item) for item in some)
    assert all(row for row in found)
    assert all(a.box.x0 <= b.box.x0 for row in found for a, b in itertools.pairwise(row))


@given(st.lists(st.integers(1, 8), min_size=1, max_size=6), st.floats(-1.5, 1.5), st.randoms())
def test_the_rows_of_a_slanted_table_are_found(lengths: list[int], drop: float, chance: object) -> None:
    """*lengths*: how many cells each row has; *drop*: how much lower a cell stands than its left neighbor."""
    expected = [[f"{row}{column}" for column in range(length)] for row, length in enumerate(lengths)]
    table = [
        line(text, column * 60, 16 * row + drop * column)
        for row, texts in enumerate(expected)
        for column, text in enumerate(texts)
    ]
    chance.shuffle(table)  # type: ignore[attr-defined]

    assert [[item.text for item in row] for row in rows(table)] == expected


def test_what_stands_under_a_piece_of_a_row_is_no_part_of_it() -> None:
    amount, name, wrapped = line("100.00", 200, 4), line("很长的货物名称", 0, 0), line("继续的一行", 0, 8)

    found = [{item.text for item in row} for row in rows([amount, name, wrapped])]

    assert not any({"很长的货物名称", "继续的一行"} <= row for row in found)


def test_a_sign_between_two_numbers_of_a_row_is_part_of_it() -> None:
    words, digits = line("年    月", 24, 0), line("2024", 0, 1)

    assert len(rows([words, digits, line("03", 36, 1)])) == 1


def test_no_lines_have_no_rows() -> None:
    assert rows([]) == []


def test_a_value_that_wraps_in_its_cell_is_joined_line_by_line() -> None:
    upper = TextLine("2633200000012345", Box(0, 0, 80, 10), "text_layer")
    lower = TextLine("6789", Box(0, 12, 20, 22), "text_layer")

    assert join([lower, upper]).text == "26332000000123456789"


def spaced(text: str, *advances: float) -> TextLine:
    """A recognized line whose characters' middles stand *advances* apart."""
    middles = list(itertools.accumulate(advances, initial=10.0))
    boxes = tuple(Box(middle - 5, 0, middle + 5, 20) for middle in middles)
    return TextLine(text, union(boxes), "ocr", character_boxes=boxes)


def test_a_gap_is_told_from_the_advance_of_narrow_and_wide_characters() -> None:
    line = spaced("上车09下车10", 20, 15, 10, 35, 20, 15, 10)

    assert behind_gaps(line, 0.4) == [4]


def test_a_line_of_even_advance_has_no_gaps() -> None:
    assert behind_gaps(spaced("出租汽车发票", 22, 22, 22, 22, 22), 0.3) == []


def test_characters_one_below_another_are_vertical_text_and_those_of_a_row_or_a_list_are_not() -> None:
    down = [line(character, 20, 50 + 14 * i) for i, character in enumerate("下载次数一")]
    across = [line(character, 100 + 14 * i, 50) for i, character in enumerate("样例文字")]
    apart = [line("1", 300, 50 + 60 * i) for i in range(5)]

    assert vertical_text([*down, *across, *apart]) == {one.box for one in down}
    assert vertical_text(down[:2]) == frozenset()


@pytest.mark.parametrize("shift", [0.0, 2.0, 4.5, 7.0])
def test_vertical_text_may_waver(shift: float) -> None:
    down = [line(character, shift + 20 + 2 * (i % 2), 50 + 14 * i) for i, character in enumerate("下载次数一")]

    assert vertical_text(down) == {one.box for one in down}


def test_vertical_text_is_found_among_thousands_of_characters_without_comparing_each_with_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compared: list[Box] = []

    def counting(upper: Box, lower: Box) -> bool:
        compared.append(upper)
        return same_column(upper, lower)

    monkeypatch.setattr(text_lines, "same_column", counting)
    crowd = [line("1", 10 * (i % 40), i // 40) for i in range(2000)]

    vertical_text(crowd)

    assert len(compared) <= 8 * len(crowd)
