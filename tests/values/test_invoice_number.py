from __future__ import annotations

import pytest

from invoiceocr.values import invoice_number


@pytest.mark.parametrize(
    "printed", ["12345678", "№12345678", "No 12345678", "N0.12345678", "NO：１２３４５６７８", "1234 5678"]
)
def test_the_mark_before_a_number_is_not_part_of_it(printed: str) -> None:
    assert invoice_number.parse(printed) == "12345678"


@pytest.mark.parametrize(
    "text", ["", "1234567", "123456789", "2531200000001234567", "253120000000123456789", "1234567A"]
)
def test_other_lengths_and_characters_are_no_number(text: str) -> None:
    assert invoice_number.parse(text) is None


@pytest.mark.parametrize("text", ["00000000", "20312000000012345678", "25992000000012345678"])
def test_zero_unknown_regions_and_years_before_2021_are_invalid(text: str) -> None:
    assert invoice_number.parse(text) is not None
    assert not invoice_number.is_valid(text)


@pytest.mark.parametrize(
    ("digits", "region"),
    [("31", "上海"), ("91", "大连"), ("92", "青岛"), ("93", "宁波"), ("94", "厦门"), ("95", "深圳"), ("96", None)],
)
def test_digits_three_and_four_name_the_region(digits: str, region: str | None) -> None:
    assert invoice_number.region(f"25{digits}2000000012345678") == region


@pytest.mark.parametrize(
    ("digit", "channel"),
    [("0", "official"), ("2", "platform"), ("7", "self_issued"), ("8", "air"), ("9", "rail"), ("5", None)],
)
def test_the_fifth_digit_hints_at_the_channel(digit: str, channel: str | None) -> None:
    assert invoice_number.channel(f"2531{digit}000000012345678") == channel


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("25318999000012345678", "digital_air"),
        ("25319000000012345678", "digital_rail"),
        ("25317000000012345678", None),
        ("12345678", None),
    ],
)
def test_only_the_ticket_channels_hint_at_a_kind(number: str, kind: str | None) -> None:
    assert invoice_number.kind(number) == kind


def test_an_eight_digit_number_has_neither_year_nor_region() -> None:
    assert (invoice_number.year("12345678"), invoice_number.region("12345678")) == (None, None)
