from itertools import pairwise
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoiceocr.geometry import Box, union
from invoiceocr.page import UNREAD
from invoiceocr.sources import text_layer
from invoiceocr.sources.text_layer import Glyph, amid_seen, is_broken, is_usable, to_lines, with_overprints
from invoiceocr.text.lines import cut

SIZE = 10.0
words = st.text("发票号码金额0123456789.A", min_size=1, max_size=8)


def run(text: str, x: float, y: float, piece: int, *, size: float = SIZE, unmapped: bool = False) -> list[Glyph]:
    """The glyphs of one text object, characters as wide as high."""
    return [
        Glyph(character, Box(x + i * size, y, x + i * size + size, y + size), piece, unmapped)
        for i, character in enumerate(text)
    ]


def texts(*runs: list[Glyph]) -> list[str]:
    return [line.text for line in to_lines([glyph for some in runs for glyph in some])]


# hidden characters


def test_only_hidden_characters_between_shown_ones_of_their_text_are_amid() -> None:
    glyphs = [*run("15.35", 0, 0, 0), *run(" 1.2 ", 80, 0, 1)]

    assert amid_seen({0, 2, 4}, glyphs) == {2}
    assert amid_seen({6, 7, 8}, glyphs) == set()  # blanks show nothing
    assert amid_seen(set(range(5)), glyphs) == set()


def test_a_hidden_character_between_shown_ones_is_amid_whatever_their_text_objects_and_order() -> None:
    single = [*run("9", 0, 0, 0), *run("6", 10, 0, 1), *run("8", 20, 0, 2), *run(".", 30, 0, 3), *run("00", 40, 0, 4)]
    written_last = [*run("968", 0, 0, 0), *run("00", 40, 0, 0), *run(".", 30, 0, 0)]

    assert amid_seen({3}, single) == {3}
    assert amid_seen({5}, written_last) == {5}


@pytest.mark.parametrize(("x", "y", "size"), [(30, 0, SIZE), (28, 1, SIZE)])
def test_a_hidden_character_in_the_place_of_a_shown_one_is_not_amid(x: float, y: float, size: float) -> None:
    line = run("968.00", 0, 0, 0)

    assert amid_seen({6}, [*line, *run(".", x, y, 1, size=size)]) == set()


@pytest.mark.parametrize(("text", "x", "y", "size"), [(".", 30, 6, SIZE), (".", 25, -5, 2 * SIZE), ("█", 30, 0, SIZE)])
def test_what_belongs_to_no_line_of_it_stands_not_in_the_place_of_a_hidden_character(
    text: str, x: float, y: float, size: float
) -> None:
    line = [*run("968", 0, 0, 0), *run(".", 30, 0, 1), *run("00", 40, 0, 2)]

    assert amid_seen({3}, [*line, *run(text, x, y, 3, size=size)]) == {3}


def test_hidden_text_beside_shown_one_is_not_amid() -> None:
    row = [*run("金额", 0, 0, 0), *run("968.00", 25, 0, 1), *run("元", 110, 0, 2)]
    column = [*run("金额", 0, 0, 0), *run("9", 10, 12, 1), *run("元元", 0, 24, 2)]

    assert amid_seen(set(range(2, 8)), row) == set()
    assert amid_seen({2}, column) == set()


def test_each_hidden_character_is_compared_with_few_others() -> None:
    heap = [glyph for piece in range(2000) for glyph in run(str(piece % 10), piece % 7, piece % 4, piece)]

    with patch.object(text_layer, "_are_alike", wraps=text_layer._are_alike) as compared:
        amid_seen(set(range(0, 2000, 2)), heap)

    assert compared.call_count <= 1000 * 2 * text_layer.MAX_BESIDE * 3  # levels


# broken layers


def test_a_layer_of_readable_text_is_usable() -> None:
    assert is_usable(run("电子发票增值税普通发票号码", 0, 0, 0))


def test_a_page_number_is_no_text_layer() -> None:
    assert not is_usable(run("第1页共2页", 0, 0, 0))


def test_a_layer_in_private_use_characters_is_broken() -> None:
    private = run("\ue000\ue001\ue002" * 6, 0, 20, 1)

    assert all(is_broken(glyph) for glyph in private)
    assert not is_usable(run("电子发票增值税普通发票号码", 0, 0, 0) + private)


def test_a_layer_without_a_mapping_is_broken_whatever_it_seems_to_say() -> None:
    assert not is_usable(run("abcdefghijklmnopqrstuvw", 0, 0, 0, unmapped=True))


def test_a_layer_whose_captions_alone_are_unreadable_is_still_usable() -> None:
    assert is_usable(run("25312000000012345678¥113.00", 0, 0, 0) + run("\x01\x02\x03\x04", 0, 20, 1))


def test_blanks_and_unreadable_glyphs_do_not_count_as_text() -> None:
    assert not is_usable(run("第1页" + " " * 40, 0, 0, 0))


def test_a_glyph_without_meaning_keeps_its_place_in_the_line() -> None:
    assert texts(run("金额\ue0005", 0, 0, 0)) == ["金额\ufffd5"]


# runs to lines


def test_a_run_keeps_its_inner_blanks_and_loses_the_outer_ones() -> None:
    assert texts(run(" 名 称 ", 0, 0, 0)) == ["名 称"]


def test_a_blank_that_the_library_leaves_out_is_seen_by_its_gap() -> None:
    row = [*run("电费 度", 0, 0, 0), *run("1", 45, 0, 0), *run("25.00", 60, 0, 0)]

    assert texts(row) == ["电费 度 1 25.00"]


def test_a_text_object_without_blanks_gets_none() -> None:
    assert texts([*run("金额", 0, 0, 0), *run("度1", 25, 0, 0)]) == ["金额度1"]


def test_latin_words_of_an_object_each_are_one_text() -> None:
    assert texts(run("Sample", 0, 0, 0), run("Pro,", 65, 0, 1), run("2023", 110, 0, 2)) == ["Sample Pro, 2023"]


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


# print over print


@pytest.mark.parametrize(
    ("over", "line"),
    [("968.00", f"{UNREAD}68.00"), ("9", f"{UNREAD}68.00"), ("268.00", "268.00"), ("2×8.00", "268.00")],
)
def test_a_figure_printed_over_another_is_unread(over: str, line: str) -> None:
    found = with_overprints([*run("268.00", 0, 0, 0), *run(over, 1, 1, 1)])

    assert texts(list(found))[0] == line


def test_a_name_printed_over_another_leaves_one_text_of_what_both_say() -> None:
    found = with_overprints([*run("样例科技公司", 0, 0, 0), *run("样品科技公司", 0.2, 0, 1)])

    assert texts(list(found)) == [f"样{UNREAD}科技公司"]


def test_thousands_of_characters_at_one_spot_say_nothing() -> None:
    heap = [glyph for piece in range(5000) for glyph in run(str(piece % 10), 0, 0, piece)]

    assert set(with_overprints([*heap, *run("268.00", 60, 0, 5000)])) >= set(run("268.00", 60, 0, 5000))
    assert texts(list(with_overprints(heap))) == [UNREAD]


@pytest.mark.parametrize(("x", "y", "size"), [(60, 0, SIZE), (0, 12, SIZE), (0, 0, 3 * SIZE)])
def test_print_beside_below_or_under_a_large_seal_is_read(x: float, y: float, size: float) -> None:
    apart = [*run("268.00", 0, 0, 0), *run("章", x, y, 1, size=size)]

    assert with_overprints(apart) == apart
