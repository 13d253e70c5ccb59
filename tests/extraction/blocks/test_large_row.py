from pathlib import Path

import kind_pages as pages
import pytest

from invoiceocr.extraction.blocks import large_row
from invoiceocr.extraction.candidates import UNSURE
from invoiceocr.page import TextLine

PLACES = """
fields: {origin: {type: text}, goal: {type: text}}
phrases: {run: [^车次]}
blocks:
  - large_row:
      fields: {origin: {like: ['^(\\p{Han}{2,8})$']}, goal: {like: ['^(\\p{Han}{2,8})$']}}
"""
TEXT = [pages.line("2024-05-01", 100, 300 + 40 * row) for row in range(3)]


def test_two_places_alone_in_a_row_of_large_print_are_from_and_to(tmp_path: Path) -> None:
    page = pages.page(pages.line("东山", 100, 200, height=28), pages.line("西河", 400, 200, height=28), *TEXT)

    assert pages.values(pages.reader(tmp_path, PLACES)(page)[1]) == {"origin": "东山", "goal": "西河"}


def test_print_of_the_text_may_stand_beside_them(tmp_path: Path) -> None:
    places = [pages.line(text, x, 200, height=28) for text, x in (("东山", 100), ("西河", 300))]
    page = pages.page(*places, pages.line("全票", 500, 200), *TEXT)

    assert pages.values(pages.reader(tmp_path, PLACES)(page)[1]) == {"origin": "东山", "goal": "西河"}


@pytest.mark.parametrize(
    "row",
    [
        [pages.line("东山", 100, 200), pages.line("西河", 400, 200)],
        [pages.line("东山", 100, 200, height=28), pages.line("12.50", 400, 200, height=28)],
        [pages.line(text, x, 200, height=28) for text, x in (("东山", 100), ("西河", 300), ("北川", 500))],
        [pages.line(text, x, 200, height=28) for text, x in (("东山", 100), ("西河", 300), ("车次", 500))],
    ],
    ids=["print-of-the-text", "another-look", "three-pieces", "caption"],
)
def test_other_rows_name_no_places(tmp_path: Path, row: list[TextLine]) -> None:
    assert pages.values(pages.reader(tmp_path, PLACES)(pages.page(*row, *TEXT))[1]) == {}


def test_words_in_large_print_need_another_witness_unless_the_lists_name_all_of_them(tmp_path: Path) -> None:
    listed = PLACES.replace("{type: text}", "{type: text, vocabulary: stations}")

    def sure(body: str, *words: str) -> set[float]:
        row = [pages.line(word, 100 + 300 * index, 200, height=28) for index, word in enumerate(words)]
        return {said.place for said in pages.reader(tmp_path, body)(pages.page(*row, *TEXT))[1]}

    assert sure(listed, "北京南", "长沙南") == {1.0}
    assert sure(listed, "北京南", "温馨提示") == sure(PLACES, "北京南", "长沙南") == {UNSURE}


BESIDE = PLACES.replace("  - large_row:\n", "  - large_row:\n      beside: way\n").replace(
    "{run: [^车次]}", "{way: [^航线$], run: [^车次]}"
)


def test_behind_a_caption_places_need_no_large_print_and_no_list(tmp_path: Path) -> None:
    row = [pages.line(text, x, 200) for text, x in (("航线", 20), ("东山", 150), ("西河", 400))]
    said = pages.reader(tmp_path, BESIDE)(pages.page(*row, *TEXT))[1]

    assert pages.values(said) == {"origin": "东山", "goal": "西河"}
    assert {found.place for found in said} == {1.0}


def test_behind_a_caption_beside_which_other_words_stand_places_are_doubtful(tmp_path: Path) -> None:
    row = [pages.line(text, x, 200) for text, x in (("航线", 20), ("东山", 150), ("西河", 400))]
    body = BESIDE.replace("beside: way\n", "beside: way\n      doubtful: true\n")

    said = pages.reader(tmp_path, body)(pages.page(*row, *TEXT))[1]

    assert pages.values(said) == {"origin": "东山", "goal": "西河"}
    assert {found.place for found in said} == {UNSURE}


@pytest.mark.parametrize("words", [("东山",), ("东山", "西河", "北川"), ("东山", "12.50"), ("东山", "车次", "西河")])
def test_other_print_behind_the_caption_names_no_places(tmp_path: Path, words: tuple[str, ...]) -> None:
    row = [pages.line("航线", 20, 200), *(pages.line(word, 150 * n, 200) for n, word in enumerate(words, 1))]

    assert pages.values(pages.reader(tmp_path, BESIDE)(pages.page(*row, *TEXT))[1]) == {}


def test_only_rows_of_large_print_are_compared_with_captions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []
    monkeypatch.setattr(large_row, "_has_caption", lambda row, _: compared.append(row))
    places = [pages.line("东山", 100, 500, height=28), pages.line("西河", 400, 500, height=28)]

    pages.reader(tmp_path, PLACES)(pages.page(*places, *TEXT))

    assert [[piece.text for piece in row] for row in compared] == [["东山", "西河"]]
