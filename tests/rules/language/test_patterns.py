from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoiceocr.rules.language.evaluation import Evaluation, Stopped
from invoiceocr.rules.language.patterns import MAX_SUBJECT, check, matcher


@pytest.mark.parametrize(
    "pattern", ["[0-9]{8}|[0-9]{20}", r"\d+年", "个人.{0,6}", "(公司|厂)$", "(?:ab?)c", r"\*[^*]+\*", "a{2,5}?"]
)
def test_usual_patterns_are_allowed(pattern: str) -> None:
    assert check(pattern) is None


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("(a+)+", "repeat a group"),
        ("(?:a*b)*", "repeat a group"),
        ("((a+)b){2}", "repeat a group"),
        (r"(a)\1", "not part"),
        (r"(?P<x>a)", "not part"),
        ("(?=a)", "not part"),
        ("(?<!a)b", "not part"),
        ("(?i)a", "not part"),
        ("a{65}", "64 times"),
        ("a{1,100}", "64 times"),
        ("a" * 201, "longer"),
        ("(a", "not a pattern"),
        ("a**", "not a pattern"),
        ("[z-a]", "not a pattern"),
    ],
)
def test_what_can_explode_is_refused(pattern: str, reason: str) -> None:
    assert reason in (check(pattern) or "")


def test_a_match_is_of_the_whole_text_or_anywhere() -> None:
    frame = Evaluation(None, None)

    assert matcher("[0-9]+", whole=True)(lambda _: "a1")(frame) is False
    assert matcher("[0-9]+", whole=False)(lambda _: "a1")(frame) is True


def test_a_text_too_long_to_search_is_unknown() -> None:
    assert matcher("b", whole=False)(lambda _: "a" * (MAX_SUBJECT + 1))(Evaluation(None, None)) is None


def test_a_short_text_is_matched_against_a_usual_pattern_without_a_clock() -> None:
    frame = Evaluation(None, None)
    before = frame.pattern_seconds

    assert matcher("[0-9]{8}|[0-9]{20}", whole=True)(lambda _: "12345678")(frame) is True
    assert frame.pattern_seconds == before


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("(?:a|aa)+(?:a|aa)+b", "a" * 34),
        ("(?:a|aa)+b", "a" * 40),
        ("(?:a|a)" * 24 + "b", "a" * 26),
    ],
)
def test_a_short_text_that_takes_long_is_given_up(pattern: str, text: str) -> None:
    assert check(pattern) is None

    with pytest.raises(Stopped):
        matcher(pattern, whole=False)(lambda _: text)(Evaluation(None, None))


def test_a_long_text_takes_of_the_time_that_is_left_for_patterns() -> None:
    frame = Evaluation(None, None)
    before = frame.pattern_seconds

    assert matcher("a+b+c", whole=False)(lambda _: "a" * 200)(frame) is False
    assert frame.pattern_seconds < before


@given(st.text("ab01", max_size=12), st.sampled_from(["[ab]+", "a*b", "(a|b)[01]{1,3}", "a?b?0?1?", "(?:ab|01)*"]))
def test_patterns_match_as_in_python(text: str, pattern: str) -> None:
    assert matcher(pattern, whole=True)(lambda _: text)(Evaluation(None, None)) is bool(re.fullmatch(pattern, text))
