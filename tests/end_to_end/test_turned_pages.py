"""Pages of characters that lie on their side or upside down are turned and read from their characters."""

from __future__ import annotations

from dataclasses import replace

import pytest
from handmade import FIELDS, Sheet, written

from invoiceocr import Reader, Settings
from invoiceocr.evidence.reading import Reading
from invoiceocr.geometry import Box
from invoiceocr.page import Page
from invoiceocr.pipeline.shared_page import turned_back
from invoiceocr.sources.pdf.pages import draw_page, open_pdf


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(Settings(threads=1))


@pytest.mark.parametrize(("rotate", "turn"), [(90, 270), (180, 180), (270, 90)])
def test_a_page_on_its_side_is_read_from_its_characters(reader: Reader, rotate: int, turn: int) -> None:
    sheet = Sheet(page=f"/Rotate {rotate}")
    (straight,) = reader.read(written(Sheet()))
    (turned,) = reader.read(written(sheet))

    assert turned.rotation == turn
    assert (turned.number, turned.issue_date, turned.total) == (straight.number, straight.issue_date, straight.total)
    for path in FIELDS:
        assert turned.evidence[path].value == straight.evidence[path].value
        assert turned.evidence[path].box == straight.evidence[path].box
        assert {witness.source for witness in turned.evidence[path].witnesses} >= {"text_layer"}


def test_the_picture_of_a_page_on_its_side_is_upright() -> None:
    data = written(Sheet(page="/Rotate 90"))
    document = open_pdf(data, "a.pdf", Settings())
    (page,) = document.pages
    assert document.draw is not None
    upright, as_shown = document.draw(1, 72.0), draw_page(data, "a.pdf", Settings(), 1, 72.0)

    assert (page.width, page.height) == (upright.width, upright.height) == (600, 400)
    assert (as_shown.width, as_shown.height) == (400, 600)


TURNED = "q BT {} Tf 0 1 -1 0 590 20 Tm <{}> Tj ET Q\n"
MARKED = [
    Sheet(page="/Rotate 90", before="/Span <</ActualText()>> BDC\n", after="EMC\n"),
    Sheet(before=f"/Span <</ActualText({'x' * 3000})>> BDC {TURNED.format('/L 9', '41')} EMC\n"),
]


@pytest.mark.parametrize("sheet", MARKED, ids=["its words left out", "a long text for one glyph"])
def test_words_in_place_of_glyphs_turn_no_picture(sheet: Sheet) -> None:
    document = open_pdf(written(sheet), "a.pdf", Settings())
    (page,) = document.pages
    assert document.draw is not None
    picture = document.draw(1, 72.0)

    assert (page.width, page.height) == (picture.width, picture.height) == (600, 400)


@pytest.mark.parametrize("color", ["3 Tr", "1 1 1 rg"], ids=["not painted", "white"])
def test_characters_that_nobody_sees_turn_no_page(color: str) -> None:
    unseen = TURNED.format(f"{color} /L .1", b"1234567890".hex() * 500)
    (page,) = open_pdf(written(Sheet(after=unseen)), "a.pdf", Settings()).pages

    assert page.turn == 0 < len(page.lines)


def test_a_note_in_the_margin_turns_no_page() -> None:
    note = TURNED.format("/L 9", b"1234567890".hex() * 12)
    (page,) = open_pdf(written(replace(Sheet(), after=note)), "a.pdf", Settings()).pages

    assert page.turn == 0 < page.turned


@pytest.mark.parametrize(
    ("turn", "box"), [(90, Box(10, 560, 30, 590)), (180, Box(560, 370, 590, 390)), (270, Box(370, 10, 390, 40))]
)
def test_the_place_of_a_paper_is_that_on_the_page_of_the_file(turn: int, box: Box) -> None:
    page = Page(1, 600.0, 400.0, turn=turn)  # type: ignore[arg-type]
    found = turned_back(Reading(page, "other", (), box=Box(10, 10, 40, 30), rotation=90), page)

    assert (found.box, found.rotation) == (box, (turn + 90) % 360)
