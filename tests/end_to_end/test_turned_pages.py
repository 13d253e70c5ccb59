"""Pages of characters that lie on their side or upside down are turned and read from their characters."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from handmade import FIELDS, FIRST, HEIGHT, WIDTH, Sheet, shown, written

from invoiceocr import Reader, ReadResult, Settings
from invoiceocr.evidence.reading import Reading
from invoiceocr.export.printing.entry import Entry
from invoiceocr.export.printing.papers import papers
from invoiceocr.geometry import Box
from invoiceocr.page import Page, Pixels
from invoiceocr.pipeline.shared_page import turned_back
from invoiceocr.service.processes.tasks import Line, LineAnswer, LineTask, Means
from invoiceocr.service.processes.worker import Desk
from invoiceocr.sources.pdf.pages import draw_page, open_pdf
from invoiceocr.specimens import make

NOTE = "All receipts of this journey were handed in by the traveler"


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
    assert page.turned == 0


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


def two_tickets(page: str = "") -> bytes:
    """A PDF with a picture of two tickets side by side and a note in characters below it; *page* are more entries of
    its page."""
    pictures = [np.frombuffer(make("train", seed=seed, format="png").data, np.uint8) for seed in (501, 502)]
    tickets = [np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8) for data in pictures]
    width, height = 2400, 1440
    paper = np.full((height, width, 3), 255, np.uint8)
    for number, ticket in enumerate(tickets):
        scale = min(1100 / ticket.shape[1], 1300 / ticket.shape[0])
        small = np.asarray(cv2.resize(ticket, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
        x0 = 50 + 1200 * number
        paper[60 : 60 + small.shape[0], x0 : x0 + small.shape[1]] = small
    data = cv2.imencode(".jpg", paper)[1].tobytes()
    head = f"<</Type/XObject/Subtype/Image/Width {width}/Height {height}/ColorSpace/DeviceRGB/BitsPerComponent 8"
    picture = f"{head}/Filter/DCTDecode/Length {len(data)}>>stream\n".encode() + data + b"\nendstream"
    note = "".join(shown(NOTE, 20, y, 7) for y in (28, 18, 8))
    place = f"q {WIDTH} 0 0 {HEIGHT - 40} 0 40 cm /I Do Q "
    resources = f"/XObject<</I {FIRST} 0 R>>"
    return written(Sheet({}, "", place, note, page=page, resources=resources, objects=(picture,)))


SIDEWAYS = two_tickets("/Rotate 90")


def on_its_side(box: tuple[float, ...], height: float) -> tuple[float, ...]:
    """Where *box* of a page of this *height* stands once the page is turned clockwise."""
    x0, y0, x1, y1 = box
    return height - y1, x0, height - y0, x1


def test_the_places_of_papers_on_the_picture_of_a_turned_page_are_in_its_pixels(reader: Reader) -> None:
    straight, turned = reader.read(two_tickets()), reader.read(SIDEWAYS)
    assert [invoice.kind for invoice in straight] == [invoice.kind for invoice in turned] == ["train", "train"]

    for before, after in zip(straight, turned, strict=True):
        _, height = next(proof.page_size for proof in before.evidence.values() if proof.page_size)
        assert before.box is not None
        assert after.box == pytest.approx(on_its_side(before.box, height), abs=1)
        assert (before.rotation, after.rotation) == (0, 270)


def prints(reader: Reader, data: bytes) -> list[Pixels]:
    """The tickets of a PDF as they are printed."""
    result: ReadResult = reader.read_one(data, name="a.pdf")
    entries = [Entry(number, result, invoice, small=True) for number, invoice in enumerate(result.invoices, 1)]
    found = [paper for entry in entries for paper in papers(entry, data, Settings())]
    return [paper for paper in found if isinstance(paper, np.ndarray)]


def test_papers_on_a_turned_page_are_printed_whole_and_upright(reader: Reader) -> None:
    straight, turned = prints(reader, two_tickets()), prints(reader, SIDEWAYS)
    assert len(straight) == len(turned) == 2

    for before, after in zip(straight, turned, strict=True):
        assert after.shape == pytest.approx(before.shape, abs=2)
        same_size = cv2.resize(after, (before.shape[1], before.shape[0]))
        assert cv2.absdiff(cv2.blur(before, (9, 9)), cv2.blur(same_size, (9, 9))).mean() < 2


def lines(data: bytes) -> tuple[Line, ...]:
    answer = Desk(Means(Settings(threads=1)))(LineTask(data, "a.pdf"))
    assert isinstance(answer, LineAnswer)
    return answer.lines


@pytest.mark.parametrize(("is_scan", "height"), [(True, 400 / 72 * Settings().render_dpi), (False, 400)])
def test_lines_stand_where_the_page_that_was_sent_shows_them(is_scan: bool, height: float) -> None:
    """Those of a scan in the pixels that it was read from, those of characters in points."""
    files = (two_tickets(), SIDEWAYS) if is_scan else (written(Sheet()), written(Sheet(page="/Rotate 90")))
    straight, turned = map(lines, files)
    assert [line.text for line in straight] == [line.text for line in turned] != []

    for before, after in zip(straight, turned, strict=True):
        assert after.box == pytest.approx(on_its_side(before.box, height), abs=2)
