from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from witnesses import said

from invoiceocr.adjudication.confidence import MIN_ERROR, confidence
from invoiceocr.evidence.candidate import Candidate
from invoiceocr.proof import WitnessSource


def sure(*candidates: Candidate, supports: tuple[WitnessSource, ...] = (), contradicted: bool = False) -> float:
    return confidence(candidates, supports, contradicted)


def read(source: WitnessSource, confidence: float = 1.0) -> Candidate:
    return said("total", "106.00", source, confidence)


def test_pixels_are_never_surer_than_a_text_layer() -> None:
    assert sure(read("ocr", 1.0)) <= sure(read("text_layer")) < sure(read("xml"))


def test_an_unsure_reading_is_unsure() -> None:
    assert sure(read("ocr", 0.3)) == pytest.approx(0.3)


def test_an_independent_witness_makes_surer() -> None:
    assert sure(read("ocr", 0.9), read("qr", 0.98)) > max(sure(read("ocr", 0.9)), sure(read("qr", 0.98)))


def test_a_second_reading_of_the_same_print_helps_little() -> None:
    once, twice, other = (
        sure(read("ocr", 0.9)),
        sure(read("ocr", 0.9), read("ocr", 0.9)),
        sure(read("ocr", 0.9), read("text_layer")),
    )

    assert once < twice < other
    assert 1 - twice > 0.15 * (1 - once)


@pytest.mark.parametrize("support", ["checksum", "words", "arithmetic", "qr"])
def test_a_passed_check_makes_surer(support: WitnessSource) -> None:
    assert sure(read("ocr", 0.9), supports=(support,)) > sure(read("ocr", 0.9)) + 0.09


def test_the_same_check_twice_counts_once() -> None:
    assert sure(read("ocr", 0.9), supports=("words", "words")) == sure(read("ocr", 0.9), supports=("words",))


def test_a_contradicted_value_is_more_likely_wrong_than_not() -> None:
    assert sure(read("xml"), contradicted=True) <= 0.5


readings = st.builds(read, st.sampled_from(["caller", "xml", "ofd", "qr", "text_layer", "ocr"]), st.floats(0, 1))
checks = st.sampled_from(["checksum", "words", "arithmetic", "qr"])


@given(st.lists(readings, min_size=1, max_size=6), st.lists(checks, max_size=4), st.booleans())
def test_confidence_is_a_probability_and_never_certainty(
    some: list[Candidate], supports: list[WitnessSource], contradicted: bool
) -> None:
    assert 0.0 <= confidence(some, supports, contradicted) <= 1.0 - MIN_ERROR


@given(st.lists(readings, min_size=1, max_size=6), readings, checks)
def test_another_agreeing_witness_or_check_never_makes_less_sure(
    some: list[Candidate], more: Candidate, check: WitnessSource
) -> None:
    before = confidence(some, (), False)

    assert confidence([*some, more], (), False) >= before - 1e-12
    assert confidence(some, (check,), False) >= before - 1e-12


@given(st.permutations([read("ocr", 0.7), read("ocr", 0.9), read("qr", 0.98), read("text_layer")]))
def test_the_order_of_the_witnesses_does_not_matter(some: list[Candidate]) -> None:
    assert confidence(some, (), False) == pytest.approx(confidence(sorted(some, key=lambda c: c.source), (), False))


def test_a_second_recognizer_that_reads_the_same_makes_surer_but_not_of_the_label() -> None:
    again = replace(read("ocr", 0.9), second=True)

    assert sure(read("ocr", 0.9), again) == pytest.approx(1 - 0.1 * 0.1)
    assert sure(read("ocr", 0.9999), replace(again, confidence=0.9999)) == sure(read("ocr", 0.9999))


def test_what_only_the_second_recognizer_could_read_is_never_quite_sure() -> None:
    assert sure(replace(read("ocr", 0.9999), second=True)) < 0.99


def test_no_second_reading_raises_the_doubt_about_the_field_that_a_print_belongs_to() -> None:
    first = replace(read("ocr", 0.44), place=0.45)
    second = replace(read("ocr", 0.99), place=0.45, second=True)

    assert sure(first, second) <= 0.45
