"""What is drawn on a page beside text, and how often its forms cover it."""

from __future__ import annotations

from contextlib import nullcontext

import pytest
from pdf_builder import Leaf, pdf, words

from invoiceocr.errors import TooLargeError
from invoiceocr.settings import Settings
from invoiceocr.sources.pdf import probe as pdf_probe
from invoiceocr.sources.pdf.graphics import MAX_IN_FORMS, objects, paint_much
from invoiceocr.sources.pdf.pages import open_pdf, opened
from invoiceocr.sources.pdf.view import view_of

FORM = "/Type/XObject/Subtype/Form/BBox[0 0 300 200]"
GROUP = f"{FORM}/Group<</S/Transparency>>"
WHOLE, SMALL, CORNERS = "0 0 300 200 re f\n", "9 9 9 9 re f\n", "0 0 1 1 re f 299 199 1 1 re f\n"
OFTEN = int(MAX_IN_FORMS) + 30


def around(count: int, entries: str, content: str) -> bytes:
    """A page with a form that draws another form *count* times."""
    outer = f"{FORM}/Resources<</XObject<</X 4 0 R>>>>", b"/X Do " * count
    return pdf(Leaf("/X1 Do", objects=((entries, content.encode()), outer)))


def in_form(content: str) -> bytes:
    return pdf(Leaf("/X0 Do", objects=((FORM, content.encode()),)))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (in_form(WHOLE * OFTEN), True),
        (in_form(SMALL * 2_000), False),
        (in_form(WHOLE * 9), False),
        (pdf(Leaf(WHOLE * OFTEN)), False),
        (around(OFTEN, GROUP, CORNERS), True),
    ],
    ids=["fills of the page", "small fills", "few fills", "fills in no form", "groups as large as the page"],
)
def test_a_page_that_its_forms_cover_very_often_may_take_long(data: bytes, expected: bool) -> None:
    with opened(data) as document:
        assert paint_much(objects(document[0]), view_of(document[0])) == expected


def test_such_a_page_is_drawn_by_another_process_first(asked: list[str]) -> None:
    for name, content in (("often.pdf", WHOLE * OFTEN), ("once.pdf", WHOLE + words("1", 5, 5))):
        list(open_pdf(in_form(content), name, Settings()).pages)

    assert asked == ["often.pdf"]


def test_a_form_that_would_take_minutes_is_given_up() -> None:
    with pytest.raises(TooLargeError) as caught:
        list(open_pdf(in_form(WHOLE * 16_000), "a.pdf", Settings()).pages)

    assert caught.value.code == "too_complex"


@pytest.mark.parametrize(("pages", "is_refused"), [(2, True), (1, False)])
def test_as_many_pages_are_tried_as_may_be_read(pages: int, is_refused: bool) -> None:
    costly = Leaf("/X0 Do", objects=((FORM, (WHOLE * 16_000).encode()),))
    data = pdf(Leaf(words("1", 5, 5)), costly)
    caught = pytest.raises(TooLargeError) if is_refused else nullcontext()

    with caught:
        pdf_probe.check(data, "a.pdf", pages)
