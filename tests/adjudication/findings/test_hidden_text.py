"""What a page states without showing it, beside what it shows."""

from __future__ import annotations

from dataclasses import replace

from witnesses import BOX, said

from invoiceocr.adjudication.findings.hidden_text import (
    MAX_COMPARED,
    compared,
    compared_scan,
    of_hidden,
    uncovered,
)
from invoiceocr.evidence.reading import Reading
from invoiceocr.geometry import Box
from invoiceocr.page import Page, TextLine

SHOWN, STATED = said("total", "106.00"), said("total", "906.00")


def reading(*candidates: object, kind: str = "digital_ordinary") -> Reading:
    return Reading(Page(1, 600, 400), kind, candidates)  # type: ignore[arg-type]


def test_a_hidden_value_that_is_shown_elsewhere_tells_nothing() -> None:
    found = compared(reading(SHOWN), [said("total", "106.00")], None)

    assert (found.candidates, found.notes) == ((SHOWN,), ())


def test_a_hidden_value_beside_another_one_that_is_shown_is_an_error_and_no_value() -> None:
    found = compared(reading(SHOWN), [STATED], None)

    (note,) = found.notes
    assert (note.rule, note.severity, note.fields) == ("text-hidden", "error", ("total",))
    assert "106.00" in note.message
    assert "906.00" in note.message
    assert found.candidates == (SHOWN,)


def test_a_value_that_only_hidden_text_states_is_given_with_an_error() -> None:
    found = compared(reading(), [STATED], None)

    assert found.candidates == (STATED,)
    assert [note.severity for note in found.notes] == ["error"]


def test_more_hidden_lines_than_are_compared_are_an_error_though_they_state_nothing_else() -> None:
    lines = tuple(TextLine("9", BOX, "text_layer") for _ in range(MAX_COMPARED + 1))
    crowded = replace(reading(SHOWN), page=Page(1, 600, 400, hidden=lines))
    found = compared(compared(crowded, [], None), [], None)

    assert [(note.rule, note.severity) for note in found.notes] == [("text-hidden", "error")]
    assert not compared(replace(crowded, page=Page(1, 600, 400, hidden=lines[1:])), [], None).notes


def test_hidden_recognition_of_a_scan_is_compared_and_is_no_value() -> None:
    found = compared_scan(reading(SHOWN), [STATED, said("number", "12345678")], None)

    assert [(note.severity, note.fields) for note in found.notes] == [("warning", ("total",))]
    assert found.candidates == (SHOWN,)


def test_an_invoice_of_hidden_text_on_a_page_that_shows_none_is_told() -> None:
    found = compared_scan(reading(kind="other"), [STATED], None)

    assert [(note.rule, note.fields) for note in found.notes] == [("text-hidden", ())]
    assert found.candidates == ()


def test_hidden_lines_take_the_place_of_those_that_stand_over_them() -> None:
    over, beside = TextLine("6.46", BOX, "text_layer"), TextLine("合计", Box(200, 20, 260, 30), "text_layer")
    page = Page(1, 600, 400, (over, beside), hidden=(TextLine("646.40", BOX, "text_layer"),))

    assert [[line.text for line in found.lines] for found in uncovered(page)] == [["646.40", "合计"]]


def test_hidden_lines_over_one_another_are_read_one_by_one() -> None:
    caption = TextLine("合计", Box(200, 20, 260, 30), "text_layer")
    stated = tuple(TextLine(text, BOX, "text_layer") for text in ("646.40", "6.46", "6464.00", "64.64"))
    found = [[line.text for line in page.lines] for page in uncovered(Page(1, 600, 400, (caption,), hidden=stated))]

    assert found == [["646.40", "合计"], ["6.46", "合计"], ["6464.00", "64.64", "合计"]]


def test_only_candidates_that_hidden_lines_make_are_stated() -> None:
    elsewhere = replace(said("number", "12345678"), box=Box(200, 20, 260, 30))
    page = Page(1, 600, 400, hidden=(TextLine("906.00", BOX, "text_layer"),))

    assert of_hidden(Reading(page, "digital_ordinary", (STATED, elsewhere))) == (STATED,)
