"""Pages read twice: by their characters and by their print, with a recognizer that reads what it is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from lattices import lattice
from witnesses import said

from invoiceocr.evidence.candidate import Candidate, EmbeddedRecord
from invoiceocr.evidence.reading import Reading
from invoiceocr.geometry import Box
from invoiceocr.kinds import builtin
from invoiceocr.page import Page, PageImage, TextLine
from invoiceocr.pipeline.render_check import CLOSER, RenderCheck
from invoiceocr.sources.document import Document

DPI = 144.0  # two pixels a point
TOTAL, OTHER = said("total", "106.00"), said("total", "186.00")


@dataclass
class Print:
    """What is read of the drawn page at each look, and at which resolutions it was drawn; `blank` is where the page
    shows nothing."""

    looks: list[tuple[Candidate, ...]]
    drawn: list[float] = field(default_factory=list)
    blank: Box | None = None

    def draw(self, number: int, dpi: float = 150.0, /) -> PageImage:
        self.drawn.append(dpi)
        size = round(400 * dpi / 72), round(600 * dpi / 72)
        pixels = np.full((*size, 3), 255, np.uint8)
        pixels[::3] = 0
        if self.blank:
            scaled = self.blank.scale(dpi / 72)
            pixels[int(scaled.y0) : int(scaled.y1), int(scaled.x0) : int(scaled.x1)] = 255
        return PageImage(pixels, dpi)

    def read(self, page: Page) -> Reading:
        return Reading(page, "e_vat_ordinary", self.looks[min(len(self.drawn), len(self.looks)) - 1])

    def check(self, *stated: Candidate, facts: tuple[Candidate, ...] = (), source: str = "text_layer") -> Reading:
        line = TextLine("合计", Box(0, 0, 10, 10), source)  # type: ignore[arg-type]
        reading = Reading(Page(1, 600.0, 400.0, (line,)), "e_vat_ordinary", stated)
        document = Document("a.pdf", "", "pdf", no_pages(), (EmbeddedRecord(facts),) if facts else (), self.draw)
        return RenderCheck(self.read, lambda text: True, DPI, builtin())(reading, document)


def no_pages() -> Iterator[Page]:
    return iter(())


def printed(value: str) -> Candidate:
    return replace(said("total", value, "ocr", 0.99), lattice=lattice(value))


def test_a_print_that_agrees_is_a_witness_after_one_look() -> None:
    shown = Print([(printed("106.00"),)])

    added = shown.check(TOTAL).candidates[1:]

    assert [(candidate.source, candidate.confirmed) for candidate in added] == [("ocr", False)]
    assert shown.drawn == [DPI]


def test_a_print_that_differs_is_looked_at_more_closely_and_told_if_that_confirms_it() -> None:
    shown = Print([(printed("186.00"),), (printed("186.00"),)])

    added = shown.check(TOTAL).candidates[1:]

    assert [(candidate.value, candidate.confirmed) for candidate in added] == [(OTHER.value, True)]
    assert shown.drawn == [DPI, CLOSER * DPI]


@pytest.mark.parametrize("second", [(), (printed("106.00"),), (printed("166.00"),)])
def test_a_print_that_the_closer_look_does_not_confirm_is_dropped(second: tuple[Candidate, ...]) -> None:
    assert Print([(printed("186.00"),), second]).check(TOTAL).candidates == (TOTAL,)


def test_a_print_is_compared_with_the_attachment_where_no_character_states_the_field() -> None:
    shown = Print([(printed("186.00"),), (printed("186.00"),)])

    added = shown.check(said("number", "12345678"), facts=(said("total", "106.00", "xml"),)).candidates[1:]

    assert [candidate.confirmed for candidate in added] == [True]


def test_boxes_are_in_units_of_the_page() -> None:
    (_, added) = Print([(replace(printed("106.00"), box=Box(20, 40, 60, 80)),)]).check(TOTAL).candidates

    assert added.box is not None
    assert added.box.as_tuple() == pytest.approx((10, 20, 30, 40))


def test_characters_where_the_page_shows_nothing_are_marked() -> None:
    others = [replace(said(path, "12345678"), box=Box(300, 300, 400, 320)) for path in ("number", "code", "a", "b")]

    found = Print([()], blank=Box(0, 0, 70, 40)).check(TOTAL, *others).candidates

    assert [candidate.path for candidate in found if candidate.unseen] == ["total"]


def test_nothing_is_marked_on_a_page_that_could_not_be_drawn() -> None:
    found = Print([()], blank=Box(0, 0, 600, 400)).check(TOTAL, said("number", "12345678")).candidates

    assert not any(candidate.unseen for candidate in found)


def test_names_are_not_marked_since_their_font_may_be_missing_here() -> None:
    others = [replace(said(path, "12345678"), box=Box(300, 300, 400, 320)) for path in ("number", "code", "a", "b")]

    found = Print([()], blank=Box(0, 0, 70, 40)).check(said("buyer.name", "甲公司"), *others).candidates

    assert not any(candidate.unseen for candidate in found)


def test_a_page_that_was_read_from_pixels_is_not_read_again() -> None:
    shown = Print([])

    assert shown.check(TOTAL, source="ocr").candidates == (TOTAL,)
    assert shown.drawn == []


def test_a_page_without_fields_is_not_read_again() -> None:
    shown = Print([])

    assert shown.check().candidates == ()
    assert shown.drawn == []


def test_a_document_that_cannot_be_drawn_stays_as_it_was_read() -> None:
    reading = Reading(Page(1, 600.0, 400.0), "e_vat_ordinary", (TOTAL,))
    document = Document("a.ofd", "", "ofd", no_pages())

    assert RenderCheck(Print([]).read, lambda text: True, DPI, builtin())(reading, document) is reading
