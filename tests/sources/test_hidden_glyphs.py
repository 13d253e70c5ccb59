from unittest.mock import patch

import pytest
from glyph_runs import SIZE, run

from invoiceocr.sources import hidden_glyphs
from invoiceocr.sources.glyphs import are_alike
from invoiceocr.sources.hidden_glyphs import amid_seen


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

    with patch.object(hidden_glyphs, "are_alike", wraps=are_alike) as compared:
        amid_seen(set(range(0, 2000, 2)), heap)

    assert compared.call_count <= 1000 * 2 * hidden_glyphs.MAX_BESIDE * 3  # levels
