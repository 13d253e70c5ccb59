"""Which characters are beyond doubt."""

from __future__ import annotations

from dataclasses import replace

import pytest
from witnesses import said

from invoiceocr.adjudication.fusion import Fused
from invoiceocr.adjudication.judging.certainty import FIRST, SECOND, certain
from invoiceocr.evidence.candidate import Candidate


def read(confidence: float = 0.99) -> Candidate:
    return replace(said("code", "133011912345", "ocr"), confidence=confidence)


def again(confidence: float = 0.99, *, whole: bool = True) -> Candidate:
    return replace(read(confidence), second=True, whole=whole)


def is_certain(*agreeing: Candidate, against: tuple[Candidate, ...] = ()) -> bool:
    return certain({"code": Fused(agreeing[0], agreeing, against)}) == ("code",)


def test_what_two_recognizers_read_alike_is() -> None:
    assert is_certain(read(), again())


@pytest.mark.parametrize("source", ["text_layer", "xml", "ofd"])
def test_exact_text_is(source: str) -> None:
    assert is_certain(replace(read(), source=source))  # type: ignore[arg-type]


def test_exact_text_that_the_page_does_not_show_is_not() -> None:
    assert not is_certain(replace(read(), source="text_layer", unseen=True))


@pytest.mark.parametrize(
    "agreeing",
    [
        (read(),),
        (read(), read()),
        (read(), again(whole=False)),
        (read(FIRST - 0.01), again()),
        (read(), again(SECOND - 0.01)),
        (read(FIRST), again(SECOND)),
        (again(), again()),
    ],
)
def test_less_is_not(agreeing: tuple[Candidate, ...]) -> None:
    assert not is_certain(*agreeing)


def test_what_was_read_otherwise_elsewhere_is_not() -> None:
    other = replace(read(), value="138011940519")

    assert not is_certain(read(), again(), against=(other,))


@pytest.mark.parametrize("source", ["text_layer", "ocr"])
def test_what_may_belong_to_another_field_is_not(source: str) -> None:
    alone = replace(read(), source=source, placed=False)  # type: ignore[arg-type]

    assert not is_certain(alone, replace(again(), placed=False))


def test_what_was_corrected_is_not() -> None:
    assert certain({"code": Fused(read(), (read(), again()))}, ["code"]) == ()
