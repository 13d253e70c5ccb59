"""Pages that hold the form of an invoice twice."""

from __future__ import annotations

import pytest

from invoiceocr.evidence.papers import noted
from invoiceocr.evidence.reading import Reading
from invoiceocr.geometry import Box
from invoiceocr.page import KeyMatch, Page


def rules(*captions: str) -> list[str]:
    labels = tuple(KeyMatch(name, Box(0, 20 * i, 10, 20 * i + 10), name) for i, name in enumerate(captions))
    return [note.rule for note in noted(Reading(Page(1, 600, 800, labels=labels), "digital_ordinary")).notes]


def test_a_second_form_below_the_first_is_an_error() -> None:
    assert rules("number", "buyer", "total", "number", "total") == ["several-on-page"]


@pytest.mark.parametrize(
    "captions", [("number", "total"), ("number", "number", "total"), ("number", "total", "number")]
)
def test_a_number_named_in_the_remarks_is_no_second_form(captions: tuple[str, ...]) -> None:
    assert rules(*captions) == []
