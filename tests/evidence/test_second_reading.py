from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lattices import lattice, read_again, recognized
from witnesses import said

from invoiceocr.evidence.second_reading import (
    SURE,
    alike,
    is_checked,
    is_torn,
    is_whole,
    may_be_certain,
    most_confident,
    second,
    without_imagined,
)
from invoiceocr.geometry import Box
from invoiceocr.kinds import builtin
from invoiceocr.page import TextLine

TAX_ID = "91110105MA01ABCD5F"


def line(text: str, confidence: float = 0.99) -> TextLine:
    return TextLine(text, Box(0, 0, 90, 10), "ocr", confidence)


@pytest.mark.parametrize(
    "path", ["number", "code", "check_code", "buyer.tax_id", "issue_date", "total", "items.0.amount"]
)
def test_recognized_identifiers_dates_and_amounts_are_read_again(path: str) -> None:
    assert is_checked(said(path, "1", "ocr"), None)


@pytest.mark.parametrize(
    ("path", "text", "source"),
    [
        ("buyer.name", "3号公司", "ocr"),
        ("total_in_words", "壹佰圆整", "ocr"),
        ("items.0.tax_rate", "免税", "ocr"),
        ("items.0.tax_amount", "***", "ocr"),
        ("total", "106.00", "text_layer"),
    ],
)
def test_what_a_reader_of_figures_can_say_nothing_about_is_not(path: str, text: str, source: str) -> None:
    assert not is_checked(replace(said(path, None, source), text=text), None)  # type: ignore[arg-type]


def test_a_second_reading_stands_where_the_first_one_does_with_text_and_lattice_of_its_own() -> None:
    first = recognized("total", "106.00")

    again = read_again(first, "¥186.00")

    assert (again.path, again.page, again.box, again.source) == (first.path, first.page, first.box, "ocr")
    assert (again.second, again.text, again.value) == (True, "¥186.00", Decimal("186.00"))
    assert again.lattice is not first.lattice


@pytest.mark.parametrize(("confidence", "value"), [(SURE, Decimal("106.00")), (SURE - 0.01, None)])
def test_where_the_first_made_no_value_only_a_sure_one_does(confidence: float, value: object) -> None:
    first = replace(recognized("total", "1O6.OO"), value=None)
    read = replace(line("106.00", confidence), lattice=lattice("106.00"))

    again = second(first, read, None)

    assert again is not None
    assert again.value == value


@pytest.mark.parametrize("text", ["10600", "106.0", "106", "1□6.00", "-106.00", "abc"])
def test_a_reading_that_lost_a_part_or_saw_something_else_states_nothing(text: str) -> None:
    again = second(recognized("total", "106.00"), line(text), None)

    assert again is None


def test_a_figure_that_may_yet_be_a_value_is_kept_for_its_lattice() -> None:
    again = read_again(recognized("total", "106.00"), "1060.0", {4: {"0": 0.3}, 5: {"": 0.2}, 3: {".": 0.4}})

    assert (again.value, again.lattice is not None) == (None, True)


def test_a_letter_that_it_takes_for_a_digit_is_no_disagreement() -> None:
    first = recognized("buyer.tax_id", "91110105MA01ABCQ5F")

    assert read_again(first, "91110105MA01ABC05F").value == first.value
    assert read_again(first, "91110105MA01ABC85F").value != first.value


@given(st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", max_size=20))
def test_texts_are_alike_up_to_that_letter(text: str) -> None:
    assert alike(text) == alike(text.replace("Q", "0"))
    assert alike(text) == alike(alike(text))


# sums of which a part was cut off


@pytest.mark.parametrize("text", ["¥106.0", "106.00", "¥106", "□¥106.00"])
def test_a_sum_without_sign_or_cents_may_lack_a_part(text: str) -> None:
    assert is_torn(recognized("total", "106.00"), line(text), None)
    assert not is_torn(recognized("items.0.amount", "106.00"), line(text), None)


def test_a_whole_sum_lacks_none_if_it_is_surely_read() -> None:
    assert not is_torn(recognized("total", "106.00"), line("¥1,106.00"), None)
    assert is_torn(recognized("total", "106.00"), line("¥1,106.00", SURE - 0.01), None)


def test_of_wider_cuts_the_surest_with_a_whole_sum_counts_without_what_stands_beside_it() -> None:
    cuts = line("¥1,106.00", 0.6), line("□¥1,106.00月", 0.9), line("¥1106.0", 0.99), line("¥1106.001", 0.99)

    found = most_confident(line("¥106.00", 0.5), cuts)

    assert (found.text, found.confidence) == ("¥1,106.00", 0.9)


def test_without_a_whole_sum_the_first_cut_counts() -> None:
    narrow = line("106.0", 0.4)

    assert most_confident(narrow, [line("106.0月", 0.9)]) is narrow


# values that a reader of few Chinese characters can only confirm


def test_a_moment_is_confirmed_by_its_figures() -> None:
    first = replace(said("departure_time", datetime(2025, 3, 5, 14, 30), "ocr"), text="2025年03月05日 14:30开")

    again = second(first, line("2025年03月05日14:30□"), builtin()["train"])

    assert again is not None
    assert (again.value, again.second) == (first.value, True)


def test_other_figures_confirm_nothing() -> None:
    first = replace(said("departure_time", datetime(2025, 3, 5, 14, 30), "ocr"), text="2025年03月05日 14:30开")

    assert second(first, line("2025年03月06日14:30□"), builtin()["train"]) is None


@pytest.mark.parametrize(
    ("kind", "path", "text", "value", "may"),
    [
        ("train", "departure_time", "2025年03月05日14:30", datetime(2025, 3, 5, 14, 30), True),
        ("taxi", "travel_date", "2025-03-05", date(2025, 3, 5), True),
        ("taxi", "travel_date", "2025-03-5", date(2025, 3, 5), False),
        ("taxi", "boarding_time", "14:30", time(14, 30), True),
        ("vat_special", "code", "1100203130", "1100203130", False),
        ("ride_itinerary", "trips.0.amount", "12.00", Decimal("12.00"), False),
    ],
)
def test_a_look_beyond_the_ends_is_for_whole_figures_without_sums(
    kind: str, path: str, text: str, value: object, may: bool
) -> None:
    first = replace(said(path, value, "ocr"), text=text)

    assert may_be_certain(first, first, builtin()[kind]) is may


def test_a_print_is_whole_where_a_longer_cut_shows_no_more() -> None:
    again = replace(said("number", "12345678", "ocr"), text="12345678")

    assert is_whole(again, line("□12345678 "))
    assert not is_whole(again, line("123456789"))


@pytest.mark.parametrize(
    ("text", "first", "last", "blank", "left"),
    [
        ("112:34", 0.4, 0.99, (True, True), "12:34"),
        ("112:34", 0.4, 0.99, (False, True), "112:34"),  # something is printed there
        ("112:34", 0.6, 0.99, (True, True), "112:34"),  # and it is rather sure
        ("12.508", 0.99, 0.3, (False, True), "12.50"),
        ("12.508", 0.99, 0.3, (True, False), "12.508"),
        ("12:34", 0.99, 0.99, (True, True), "12:34"),
    ],
)
def test_an_unlikely_character_on_blank_paper_is_imagined(
    text: str, first: float, last: float, blank: tuple[bool, bool], left: str
) -> None:
    sure = (first, *[0.99] * (len(text) - 2), last)

    assert without_imagined(replace(line(text), character_confidences=sure), *blank).text == left


def test_what_stands_beside_a_sum_leaves_its_lattice_and_its_confidence_alone() -> None:
    text = "一¥53.89"
    sure = (0.5, *[0.99] * 6)
    beside = replace(
        line(text, 0.4), character_confidences=sure, character_steps=tuple(range(0, 14, 2)), lattice=lattice(text)
    )

    found = most_confident(line("¥53", 0.9), [beside])

    assert (found.text, found.confidence) == ("¥53.89", pytest.approx(0.99**6))
    assert found.lattice is not None
    assert "一" not in {character for step in found.lattice.characters for character in step}
