from itertools import pairwise

import pytest
from glyph_runs import SIZE, run, texts
from hypothesis import given
from hypothesis import strategies as st

from invoiceocr.geometry import Box, union
from invoiceocr.sources.glyphs import Glyph
from invoiceocr.sources.text_layer import to_lines
from invoiceocr.text.lines import cut

words = st.text("发票号码金额0123456789.A", min_size=1, max_size=8)


def test_a_glyph_without_meaning_keeps_its_place_in_the_line() -> None:
    assert texts(run("金额\ue0005", 0, 0, 0)) == ["金额\ufffd5"]


def test_a_run_keeps_its_inner_blanks_and_loses_the_outer_ones() -> None:
    assert texts(run(" 名 称 ", 0, 0, 0)) == ["名 称"]


def test_a_blank_that_the_library_leaves_out_is_seen_by_its_gap() -> None:
    row = [*run("电费 度", 0, 0, 0), *run("1", 45, 0, 0), *run("25.00", 60, 0, 0)]

    assert texts(row) == ["电费 度 1 25.00"]


def test_a_text_object_without_blanks_gets_none() -> None:
    assert texts([*run("金额", 0, 0, 0), *run("度1", 25, 0, 0)]) == ["金额度1"]


def test_latin_words_of_an_object_each_are_one_text() -> None:
    assert texts(run("Sample", 0, 0, 0), run("Pro,", 65, 0, 1), run("2023", 110, 0, 2)) == ["Sample Pro, 2023"]


@pytest.mark.parametrize("piece", [0, 1])
def test_a_narrow_blank_at_the_end_of_a_text_object_or_alone_parts_words(piece: int) -> None:
    blank = Glyph(" ", Box(30, 0, 32.8, SIZE), piece)

    assert texts(run("Ace", 0, 0, 0), [blank], run("Trading", 32.8, 0, 2)) == ["Ace Trading"]
    assert texts(run("Ace", 0, 0, 0), run("Trading", 32.8, 0, 2)) == ["AceTrading"]


def test_blanks_of_another_object_that_lie_under_spaced_letters_part_no_words() -> None:
    letters = [run(letter, 13 * index, 0, index) for index, letter in enumerate("ACME")]
    beneath = [Glyph(" ", Box(5 * index, 0, 5 * index + 5, SIZE), 9) for index in range(20)]

    assert texts(*letters, beneath) == ["ACME"]


def test_a_blank_that_fills_its_gap_parts_words_wherever_it_is_written() -> None:
    assert texts([Glyph(" ", Box(30, 0, 32.8, SIZE), 0)], run("Ace", 0, 0, 5), run("Trading", 32.8, 0, 9)) == [
        "Ace Trading"
    ]


def test_a_narrow_blank_parts_no_number() -> None:
    assert texts(run("263", 0, 0, 0), [Glyph(" ", Box(30, 0, 32.8, SIZE), 1)], run("33", 32.8, 0, 2)) == ["26333"]


@pytest.mark.parametrize(
    ("before", "behind"), [("A", "12"), ("12", "B"), ("12,", "34"), ("12;", "34"), ("12)", "34"), ("12", "(34)")]
)
def test_a_word_and_what_belongs_to_it_are_one_text(before: str, behind: str) -> None:
    assert texts(run(before, 0, 0, 0), run(behind, SIZE * (len(before) + 0.5), 0, 1)) == [f"{before} {behind}"]


def test_numbers_that_stand_as_far_apart_as_words_are_two() -> None:
    assert texts(run("12", 0, 0, 0), run("25.00", 25, 0, 1)) == ["12", "25.00"]


def test_one_value_in_many_text_objects_is_one_line() -> None:
    pieces = [run(character, i * 10, 0, i) for i, character in enumerate("¥1234.50")]

    assert texts(*pieces) == ["¥1234.50"]


def test_a_line_tells_where_its_text_objects_begin() -> None:
    glyphs = [*run("ab", 0, 0, 1), *run("c", 2 * SIZE, 0, 2), *run("de", 3 * SIZE, 0, 3)]

    (line,) = to_lines(glyphs)

    assert (line.text, line.seams) == ("abcde", (2, 3))
    assert cut(line, 1, 4).seams == (1, 2)


def test_a_text_object_over_two_columns_is_cut_at_the_gap() -> None:
    glyphs = run("单价", 0, 0, 0) + run("金额", 100, 0, 0)

    assert texts(glyphs) == ["单价", "金额"]


def test_a_text_object_over_two_rows_is_cut_where_its_baseline_changes() -> None:
    glyphs = run("样例科技有限", 0, 0, 0) + run("公司", 0, 14, 0)

    assert texts(glyphs) == ["样例科技有限", "公司"]


def test_columns_that_stand_close_stay_apart() -> None:
    assert texts(run("6%", 0, 0, 0), run("6.00", 24, 0, 1)) == ["6%", "6.00"]


def test_a_shadow_copy_of_a_run_is_dropped() -> None:
    assert texts(run("价税合计", 0, 0, 0), run("价税合计", 0.8, 0.6, 1)) == ["价税合计"]


def test_the_same_text_elsewhere_is_no_shadow() -> None:
    assert texts(run("100.00", 0, 0, 0), run("100.00", 0, 20, 1), run("100.00", 100, 0, 2)) == ["100.00"] * 3


def test_a_run_of_much_larger_print_is_not_joined() -> None:
    assert texts(run("发票", 0, 0, 0, size=20), run("样", 40, 5, 1)) == ["发票", "样"]


def test_a_ligature_has_a_box_for_each_of_its_characters() -> None:
    (found,) = to_lines([Glyph("ﬁ", Box(0, 0, 10, 10), 0), Glyph("fi", Box(10, 0, 20, 10), 0)])

    assert len(found.character_boxes) == len(found.text) == 3


places = st.lists(
    st.tuples(words, st.integers(0, 3), st.integers(0, 12)), max_size=12, unique_by=lambda item: (item[1], item[2])
)


@given(places, st.randoms())
def test_runs_that_stand_apart_are_the_lines_whatever_their_order(
    placed: list[tuple[str, int, int]], chance: object
) -> None:
    runs = [run(text, column * 100, row * 15, piece) for piece, (text, column, row) in enumerate(placed)]
    chance.shuffle(runs)  # type: ignore[attr-defined]

    found = to_lines([glyph for some in runs for glyph in some])

    assert [line.text for line in found] == [text for text, _, _ in sorted(placed, key=lambda item: (item[2], item[1]))]
    assert all(line.source == "text_layer" and line.confidence == 1.0 for line in found)


@given(words, st.lists(st.integers(1, 7), max_size=4, unique=True), st.randoms())
def test_a_line_broken_into_text_objects_is_whole_again_whatever_their_order(
    text: str, breaks: list[int], chance: object
) -> None:
    ends = [0, *sorted(place for place in breaks if place < len(text)), len(text)]
    runs = [run(text[a:b], a * 10, 0, i) for i, (a, b) in enumerate(pairwise(ends))]
    chance.shuffle(runs)  # type: ignore[attr-defined]

    (found,) = to_lines([glyph for some in runs for glyph in some])

    assert found.text == text
    assert found.box == Box(0, 0, len(text) * 10, 10)


@given(places)
def test_every_character_keeps_its_box(placed: list[tuple[str, int, int]]) -> None:
    glyphs = [
        glyph for piece, (text, column, row) in enumerate(placed) for glyph in run(text, column * 100, row * 15, piece)
    ]

    found = to_lines(glyphs)

    boxes = sorted(box.as_tuple() for line in found for box in line.character_boxes)
    assert boxes == sorted(glyph.box.as_tuple() for glyph in glyphs)
    assert all(line.box == union(line.character_boxes) for line in found)


@given(st.lists(st.tuples(words, st.integers(0, 60), st.integers(0, 60)), max_size=8), st.randoms())
def test_overlapping_runs_lose_no_text_but_shadows_and_need_no_order(
    placed: list[tuple[str, int, int]], chance: object
) -> None:
    runs = [run(text, x, y, piece) for piece, (text, x, y) in enumerate(placed)]
    mixed = list(runs)
    chance.shuffle(mixed)  # type: ignore[attr-defined]

    found = to_lines([glyph for some in runs for glyph in some])

    assert {character for line in found for character in line.text} == {c for text, _, _ in placed for c in text}
    assert sum(len(line.text) for line in found) <= sum(len(text) for text, _, _ in placed)
