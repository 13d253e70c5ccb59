from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoiceocr.values import rate


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("13%", "0.13"),
        ("１３％", "0.13"),
        ("13.00%", "0.13"),
        ("0.13", "0.13"),
        ("0.130000", "0.13"),
        (".06", "0.06"),
        ("13", "0.13"),
        ("6", "0.06"),
        ("1", "0.01"),
        ("10%", "0.10"),
        ("0.1", "0.10"),
        ("1.5%", "0.015"),
        ("0.5%", "0.005"),
        ("0.015", "0.015"),
        ("0%", "0"),
        ("0", "0"),
        ("0.00", "0"),
        ("零税率", "0"),
        ("1 3 %", "0.13"),
    ],
)
def test_a_rate_is_the_same_fraction_however_it_is_printed(printed: str, value: str) -> None:
    assert str(rate.parse(printed)) == value


@pytest.mark.parametrize(
    ("printed", "marker"),
    [("免税", "免税"), (" 免 税 ", "免税"), ("不征税", "不征税"), ("***", "***"), ("*", "*"), ("＊＊＊", "***")],
)
def test_a_marker_stays_what_is_printed(printed: str, marker: str) -> None:
    assert rate.parse(printed) == marker


@pytest.mark.parametrize(
    ("printed", "marker"), [("免征增值税", "免税"), ("免征", "免税"), ("不征增值税", "不征税"), ("不征", "不征税")]
)
def test_other_words_of_a_marker_are_the_marker(printed: str, marker: str) -> None:
    assert rate.parse(printed) == marker


@pytest.mark.parametrize("printed", ["", "%", "130%", "130", "21", "-13%", "13%%", "l3%", "免费", "普通税率", "1,3%"])
def test_what_is_no_rate_is_none(printed: str) -> None:
    assert rate.parse(printed) is None


@given(st.decimals(min_value="0.001", max_value="0.199", places=3))
def test_a_written_rate_reads_back(fraction: Decimal) -> None:
    assert rate.parse(rate.to_text(fraction)) == fraction


@pytest.mark.parametrize(
    ("day", "allowed", "gone"),
    [
        (date(2017, 6, 30), "0.13", "0.16"),
        (date(2017, 6, 30), "0.17", "0.09"),
        (date(2018, 4, 30), "0.11", "0.13"),
        (date(2018, 5, 1), "0.16", "0.17"),
        (date(2019, 3, 31), "0.10", "0.09"),
        (date(2019, 4, 1), "0.09", "0.10"),
        (date(2020, 2, 29), "0.03", "0.01"),
        (date(2020, 3, 1), "0.01", "0.005"),
        (date(2020, 5, 1), "0.005", "0.16"),
        (date(2014, 6, 30), "0.04", "0.01"),
        (date(2014, 7, 1), "0.03", "0.04"),
    ],
)
def test_rates_change_on_the_day_the_law_says(day: date, allowed: str, gone: str) -> None:
    rates = rate.allowed_rates(day)
    assert Decimal(allowed) in rates
    assert Decimal(gone) not in rates


@pytest.mark.parametrize(
    ("fare", "tax"), [("493.00", "40.71"), ("553.00", "45.66"), ("91.00", "7.51"), ("272.50", "22.50")]
)
def test_the_tax_inside_a_rail_fare_is_nine_percent(fare: str, tax: str) -> None:
    assert rate.tax_within(Decimal(fare), Decimal("0.09")) == Decimal(tax)


def test_air_tax_is_reckoned_on_fare_and_fuel_surcharge() -> None:
    fare, fuel, fund = Decimal("733.94"), Decimal("18.35"), Decimal("50")
    tax = rate.tax_on(fare + fuel, Decimal("0.09"))
    assert tax == Decimal("67.71")
    assert fare + fuel + tax + fund == 870


def test_half_a_cent_of_tax_is_rounded_up() -> None:
    assert rate.tax_on(Decimal("0.50"), Decimal("0.05")) == Decimal("0.03")
