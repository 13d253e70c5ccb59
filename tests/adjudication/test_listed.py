"""Names of public lists guide doubtful readings and leave clear ones alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from lattices import lattice
from witnesses import said

from invoiceocr.adjudication.fusion import Fused
from invoiceocr.adjudication.listed import CLEAR, UNLISTED, corrections, weighed
from invoiceocr.evidence.candidate import Candidate
from invoiceocr.kinds import builtin

TRAIN = builtin()["train"]
PATH = "departure_station"


def read(name: str, others: dict[int, dict[str, float]] | None = None, confidence: float = 0.6) -> Candidate:
    return replace(said(PATH, name, "ocr"), text=name, confidence=confidence, lattice=lattice(name, others or {}))


def guided(candidate: Candidate) -> str | None:
    found = corrections({PATH: Fused(candidate, (candidate,))}, TRAIN)
    return str(found[PATH].new) if found else None


def test_a_doubtful_reading_becomes_the_one_listed_name_that_its_pixels_allow() -> None:
    assert guided(read("北京甫", {2: {"南": 0.3}})) == "北京南"


@pytest.mark.parametrize(
    "candidate",
    [
        read("北京甫", {2: {"南": 0.3}}, confidence=CLEAR),
        read("北京南", {2: {"西": 0.3}}),
        read("北京甫", {2: {"南": 0.001}}),
        read("北京甫", {2: {"南": 0.2, "西": 0.2}}),
        read("北京甫"),
        replace(read("北京甫", {2: {"南": 0.3}}), source="text_layer"),
    ],
)
def test_it_stays_as_read_where_it_is_clear_listed_or_where_no_single_name_is_near(candidate: Candidate) -> None:
    assert guided(candidate) is None


def test_a_recognized_name_that_is_not_listed_is_less_sure() -> None:
    (found,) = weighed([read("火星南", confidence=0.99)], TRAIN)

    assert found.confidence == pytest.approx(0.99 * UNLISTED)


def test_listed_names_exact_text_and_fields_without_a_list_keep_their_confidence() -> None:
    others = [read("北京南"), replace(read("火星南"), source="text_layer"), said("seat", "07F", "ocr")]

    assert weighed(others, TRAIN) == tuple(others)
    assert weighed([read("火星南")], None)[0].confidence == read("火星南").confidence


def test_a_list_of_codes_says_nothing_of_names_in_chinese() -> None:
    itinerary = builtin()["air_itinerary"]

    (named, coded) = weighed(
        [said("segments.0.departure", "北京首都", "ocr"), said("segments.0.departure", "XXX", "ocr")], itinerary
    )

    assert named.confidence > coded.confidence
