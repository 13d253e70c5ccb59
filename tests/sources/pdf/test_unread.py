"""Glyphs that are shown and mapped to something else than a character."""

from __future__ import annotations

from functools import partial

import pytest
from counting import functions_called
from handmade import FIELDS, SIZE, Sheet, shown, written
from pdf_builder import Leaf, pdf, words
from remapping import remapped

from invoiceocr.geometry import Box
from invoiceocr.page import UNREAD, Page
from invoiceocr.pipeline.reader import Reader
from invoiceocr.settings import Settings
from invoiceocr.sources.pdf import ink as pdf_ink
from invoiceocr.sources.pdf import unread as pdf_unread
from invoiceocr.sources.pdf.pages import open_pdf
from invoiceocr.specimens import make

GENUINE = make("digital_ordinary", 3, format="pdf").data
TOTAL = "¥15.35"


def page_of(data: bytes) -> Page:
    return next(open_pdf(data, "a.pdf", Settings(read_qr=False)).pages)


def lines(data: bytes) -> list[str]:
    return [line.text for line in page_of(data).lines]


@pytest.mark.parametrize("text", ["\ue000", "\uf8ff", "\x03", None])
def test_a_glyph_without_meaning_is_an_unread_character(text: str | None) -> None:
    found = lines(remapped(GENUINE, {".": text}))

    assert TOTAL.replace(".", UNREAD) in found


@pytest.mark.parametrize(("glyph", "wanted"), [("5", f"¥1{UNREAD}.3{UNREAD}"), (".", f"¥15{UNREAD}35")])
def test_a_glyph_mapped_to_a_blank_is_seen_by_its_ink(glyph: str, wanted: str) -> None:
    assert wanted in lines(remapped(GENUINE, {glyph: " "}))


def test_the_first_glyph_of_a_figure_is_missed_where_it_is_mapped_to_a_blank() -> None:
    found = lines(remapped(GENUINE, {"¥": " "}))

    assert f"{UNREAD}15.35" in found


def test_a_glyph_mapped_to_two_characters_is_unread() -> None:
    assert TOTAL.replace("5", UNREAD) in lines(remapped(GENUINE, {"5": "55"}))


def test_a_character_of_a_name_mapped_to_a_blank_is_unread() -> None:
    names = [text for text in lines(GENUINE) if text.endswith("学")]

    assert names[0].replace("学", UNREAD) in lines(remapped(GENUINE, {"学": " "}))


def test_an_untouched_page_has_no_unread_character() -> None:
    assert not [text for text in lines(GENUINE) if UNREAD in text]


NAME = "buyer.name"
CROSS = "0 .4 m .4 .4 l .4 0 l .6 0 l .6 .4 l 1 .4 l 1 .6 l .6 .6 l .6 1 l .4 1 l .4 .6 l 0 .6 l h"


def with_outline(index: int, operator: str = "f", ink: str = "0 g 0 G 0.1 w") -> list[str]:
    """The lines of a page on which one character of the buyer's name is drawn as an outline."""
    name, x, y = FIELDS[NAME]
    outline = f"q {ink} 8 0 0 8 {x + SIZE * index + 0.5} {y - 0.5} cm {CROSS} {operator} Q\n"
    before, behind = name[:index], name[index + 1 :]
    pieces = shown(before, x, y) if before else ""
    pieces += shown(behind, x + SIZE * (index + 1), y) if behind else ""
    return lines(written(Sheet({**Sheet().segments, NAME: pieces + outline})))


@pytest.mark.parametrize("index", [0, 4, 9])
def test_an_outline_in_place_of_a_character_is_unread(index: int) -> None:
    name = FIELDS[NAME][0]

    assert name[:index] + UNREAD + name[index + 1 :] in with_outline(index)


def test_an_outline_in_the_color_of_seals_is_none() -> None:
    assert FIELDS[NAME][0][:9] in with_outline(9, ink="1 0 0 rg")


def test_a_sign_of_lines_beside_text_is_no_character() -> None:
    assert FIELDS[NAME][0][1:] in with_outline(0, operator="S")


STROKES = ((0, 0, 8, 0), (0, 7, 8, 7), (4, -0.5, 4, 7.5), (1, 3.5, 7, 3.5))


def by_strokes(*places: int, count: int = len(STROKES)) -> Sheet:
    """A page on which characters of the buyer's name are drawn by lines, each a path of its own."""
    name, x, y = FIELDS[NAME]
    lefts = [(x + SIZE * place + 0.5, STROKES[:count]) for place in places]
    lines_ = (f"{left + a} {y + b} m {left + c} {y + d} l S\n" for left, many in lefts for a, b, c, d in many)
    kept = (shown(name[i], x + SIZE * i, y) for i in range(len(name)) if i not in places)
    return Sheet({**Sheet().segments, NAME: f"0 G 0.8 w {''.join(lines_)}{''.join(kept)}"})


@pytest.mark.parametrize("places", [(0,), (4,), (9,), (2, 3), (0, 1)])
def test_characters_drawn_stroke_by_stroke_are_unread(places: tuple[int, ...]) -> None:
    name = "".join(UNREAD if i in places else character for i, character in enumerate(FIELDS[NAME][0]))

    assert name in lines(written(by_strokes(*places)))


def test_a_name_with_a_gap_is_doubtful(reader: Reader) -> None:
    # given: too few strokes for a character
    (found,) = reader.read(written(by_strokes(4, count=1)))

    assert found.evidence[NAME].status == "doubtful"


def test_ruled_lines_and_a_box_to_be_ticked_are_no_characters() -> None:
    name, x, y = FIELDS[NAME]
    box = f"{x - 60} {y} 7 7 re S {x - 20} {y - 10} m {x - 20} {y + 20} l S {x - 20} {y - 10} m {x + 80} {y - 10} l S\n"

    found = lines(written(Sheet({**Sheet().segments, NAME: f"0 G {box}{shown(name, x, y)}"})))

    assert not [text for text in found if UNREAD in text]


def test_outlines_beside_one_another_are_all_unread() -> None:
    name, x, y = FIELDS[NAME]
    outlines = "".join(f"q 0 g 8 0 0 8 {x + SIZE * i + 0.5} {y - 0.5} cm {CROSS} f Q\n" for i in (0, 1, 2))

    found = lines(written(Sheet({**Sheet().segments, NAME: outlines + shown(name[3:], x + 3 * SIZE, y)})))

    assert UNREAD * 3 + name[3:] in found


@pytest.mark.parametrize("text", ["\u200b", "\u00ad", "\u0301", "\u05d0"])
def test_a_glyph_mapped_to_what_stands_for_no_character_is_unread(text: str) -> None:
    assert TOTAL.replace(".", UNREAD) in lines(remapped(GENUINE, {".": text}))


@pytest.mark.parametrize("limit", ["MAX_SILENT", "MAX_DRAWN"])
def test_no_more_texts_without_characters_are_drawn_than_some_hundred(
    monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    blank = remapped(GENUINE, dict.fromkeys("0123456789.¥", " "))
    drawn: list[Box] = []
    look = pdf_ink.Canvas.ink

    def counted(canvas: pdf_ink.Canvas, box: Box, texts: frozenset[int]) -> pdf_ink.Ink:
        drawn.append(box)
        return look(canvas, box, texts)

    monkeypatch.setattr(pdf_ink.Canvas, "ink", counted)

    all_seen, all_drawn = lines(blank), len(drawn)
    monkeypatch.setattr(pdf_unread, limit, 1)
    drawn.clear()
    few_seen, few_drawn = lines(blank), len(drawn)

    assert few_drawn < all_drawn
    assert [text for text in few_seen if UNREAD in text] == [text for text in all_seen if UNREAD in text] != []


def test_blanks_that_are_texts_of_their_own_in_fonts_that_are_not_embedded_are_not_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    blanks = "".join(shown(" ", 18 + index % 18 * 32, 390 - 4 * (index // 18), 5) for index in range(300))
    asked = written(Sheet({**Sheet().segments, "blanks": blanks}))
    monkeypatch.setattr(pdf_unread, "MAX_SILENT", 0)

    assert not [text for text in lines(asked) if UNREAD in text]


def printed_twice(columns: int) -> bytes:
    """Single digits in so many *columns*, each a text object of its own and printed twice in one place."""
    return pdf(Leaf("".join(words("1", 5 + 4 * x, y, size=3) * 2 for x in range(columns) for y in range(5, 195))))


def test_texts_printed_twice_are_compared_at_once_instead_of_each_with_all_others() -> None:
    # given: a first page loads what all need
    assert UNREAD not in "".join(lines(printed_twice(4)))

    # when
    calls, doubled = (functions_called(partial(lines, printed_twice(columns))) for columns in (2, 4))

    # then
    assert doubled < 3 * calls


def with_strokes(*strokes: tuple[float, float, float, float]) -> list[str]:
    """The lines of a page with rectangles beside and over the first digit of an amount, from the left of its box and
    its baseline, in points."""
    path = "items.0.amount"
    _, x, y = FIELDS[path]
    drawn = "".join(f"q 0 g {x + left} {y + low} {width} {height} re f Q\n" for left, low, width, height in strokes)
    return lines(written(Sheet(Sheet().segments, after=drawn)))


AMOUNT = FIELDS["items.0.amount"][0]


@pytest.mark.parametrize("stroke", [(0.5, 3.0, 4.0, 0.8), (0.8, 1.0, 0.9, 5.0)])
def test_a_digit_that_a_stroke_crosses_is_unread(stroke: tuple[float, float, float, float]) -> None:
    assert UNREAD + AMOUNT[1:] in with_strokes(stroke)


@pytest.mark.parametrize("stroke", [(-2.5, 0.0, 0.9, 6.5), (-4.0, 2.3, 3.0, 0.7)], ids=["one", "minus"])
def test_a_stroke_before_a_figure_is_an_unread_character(stroke: tuple[float, float, float, float]) -> None:
    assert UNREAD + AMOUNT in with_strokes(stroke)


@pytest.mark.parametrize(
    "stroke",
    [(-2.5, -3.0, 0.5, 14.0), (-2.0, -2.2, 8.0, 0.5), (-30.0, 2.0, 4.0, 0.8), (-1.0, 3.0, 20.0, 0.6)],
    ids=["border", "underline", "far", "through"],
)
def test_lines_of_a_form_beside_a_figure_are_no_strokes_of_it(stroke: tuple[float, float, float, float]) -> None:
    found = with_strokes(stroke)

    assert AMOUNT in found
    assert not [text for text in found if UNREAD in text]


def test_strokes_far_from_one_another_that_are_one_path_are_seen_each() -> None:
    # given: a line on the first digit of two amounts
    places = [(x + 0.5, y + 3.4) for _, x, y in (FIELDS["items.0.amount"], FIELDS["total"])]
    path = "".join(f"{x} {y} m {x + 4} {y} l " for x, y in places)

    # when
    found = lines(written(Sheet(Sheet().segments, after=f"q 0 G 0.8 w {path} S Q\n")))

    # then
    assert UNREAD + AMOUNT[1:] in found
    assert UNREAD + FIELDS["total"][0][1:] in found
