import dataclasses

import pytest

from invoiceocr.evidence.candidate import Candidate, EmbeddedRecord


def test_a_candidate_is_sure_and_on_the_first_page_unless_told_otherwise() -> None:
    found = Candidate("number", "12345678", "12345678", "xml")

    assert (found.confidence, found.page, found.box, found.lattice) == (1.0, 1, None, None)


def test_two_witnesses_that_say_the_same_are_two() -> None:
    first, second = (Candidate("number", "12345678", "12345678", "xml") for _ in range(2))

    assert first != second
    assert len({first, second}) == 2


def test_what_was_witnessed_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Candidate("number", "1", "1", "xml").value = "2"  # type: ignore[misc]


def test_facts_need_no_page() -> None:
    assert EmbeddedRecord(()).page is None
