"""Glyphs that are shown and mapped to something else than a character."""

from __future__ import annotations

import pytest
from remapping import remapped

from invoiceocr.page import UNREAD, Page
from invoiceocr.settings import Settings
from invoiceocr.sources.pdf import open_pdf
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
