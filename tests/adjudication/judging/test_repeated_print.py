from dataclasses import replace

import pytest

from invoiceocr.adjudication.fusion import Fused, fuse
from invoiceocr.adjudication.judging.repeated_print import is_repeated
from invoiceocr.evidence.candidate import Candidate
from invoiceocr.geometry import Box

LARGE = Candidate("number", "04086459", "№ 04086459", "ocr", 0.99, box=Box(500, 20, 600, 40))
SMALL = Candidate("number", "04086459", "04086459", "ocr", 0.995, box=Box(640, 24, 700, 34))


def read(*candidates: Candidate) -> Fused:
    return fuse(candidates, None)["number"]


def twice(candidate: Candidate) -> tuple[Candidate, Candidate]:
    """Both recognizers' readings of one print."""
    return candidate, replace(candidate, second=True)


def test_a_number_read_in_two_places_by_both_recognizers_is_repeated() -> None:
    assert is_repeated(read(*twice(LARGE), *twice(SMALL)))


def test_one_print_is_no_witness_of_itself() -> None:
    assert not is_repeated(read(*twice(LARGE)))
    assert not is_repeated(read(*twice(LARGE), *twice(replace(LARGE, box=Box(510, 22, 600, 40)))))


def test_each_print_is_read_by_both_recognizers() -> None:
    assert not is_repeated(read(*twice(LARGE), SMALL))


@pytest.mark.parametrize(
    "other", [replace(SMALL, confidence=0.9), replace(SMALL, placed=False), replace(SMALL, page=2)]
)
def test_an_unclear_or_misplaced_print_does_not_count(other: Candidate) -> None:
    assert not is_repeated(read(*twice(LARGE), *twice(other)))


def test_a_third_print_that_says_otherwise_takes_the_proof_away() -> None:
    third = replace(SMALL, value="04086469", text="04086469", box=Box(640, 60, 700, 70))

    assert not is_repeated(read(*twice(LARGE), *twice(SMALL), third))


def test_texts_printed_twice_prove_nothing() -> None:
    payee = [replace(each, path="payee", value="张三") for each in (*twice(LARGE), *twice(SMALL))]

    assert not is_repeated(fuse(payee, None)["payee"])
