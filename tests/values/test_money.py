from __future__ import annotations

from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoiceocr.values import money

AMOUNTS = st.decimals(min_value=-(10**12), max_value=10**12, places=2)


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("¥1234.50", "1234.50"),
        ("￥1,234,567.89", "1234567.89"),
        ("￥ １，２３４．５０", "1234.50"),
        ("¥ 1, 234. 50", "1234.50"),
        ("¥10. 01", "10.01"),
        ("¥-52.04", "-52.04"),
        ("-¥52.04", "-52.04"),
        ("− 52.04", "-52.04"),
        ("－５２．０４", "-52.04"),
        ("(52.04)", "-52.04"),
        ("（¥52.04）", "-52.04"),
        ("负52.04元", "-52.04"),
        ("94339.6", "94339.6"),
        ("100", "100"),
        (".50", "0.50"),
        ("553.5元", "553.5"),
        ("￥553.5元", "553.5"),
        ("12.00¥", "12.00"),
        ("（小写）¥100.00", "100.00"),
        ("人民币：100.00", "100.00"),
        ("CNY 100.00", "100.00"),
        ("009.00", "9.00"),
        ("0.3362831858407079646017699115", "0.3362831858407079646017699115"),
        ("1 2 3 . 4 5", "123.45"),
        ("¥ 1 , 2 3 4 . 5 6", "1234.56"),
        ("-0.00", "0.00"),
    ],
)
def test_a_printed_amount_is_read_exactly_with_its_decimals(printed: str, value: str) -> None:
    assert str(money.parse(printed)) == str(Decimal(value))


@pytest.mark.parametrize(
    "printed",
    [
        "",
        "***",
        "¥***",
        "¥",
        "-",
        "1,23",
        "12,34.56",
        "1,2345.00",
        "0,123.00",
        "1.234.56",
        "100.00 6.00",
        "2 113.00",
        "13%",
        "--5",
        "-(5)",
        "(5",
        "5)",
        "-¥-5",
        "1e5",
        "NaN",
        "Infinity",
        "壹佰",
        "１２three",
        "12\ufffd5",
        "5-",
        "1" * 16,
        "100.",
        "٣٤",
    ],
)
def test_what_is_no_single_amount_is_none(printed: str) -> None:
    assert money.parse(printed) is None


@given(AMOUNTS, st.sampled_from(["{:.2f}", "{:,.2f}", "¥{:,.2f}", "￥ {:.2f}", "{:.2f}元"]))
def test_every_layout_of_an_amount_reads_back(amount: Decimal, layout: str) -> None:
    assert money.parse(layout.format(amount)) == amount


@given(AMOUNTS)
def test_written_amounts_read_back_with_the_same_decimals(amount: Decimal) -> None:
    value = money.parse(money.to_text(amount, symbol="¥"))
    assert value == amount
    assert value is not None
    assert value.as_tuple().exponent == amount.as_tuple().exponent


def test_the_callers_decimal_context_does_not_round_amounts() -> None:
    with localcontext() as context:
        context.prec = 3
        assert money.parse("-¥123,456.78") == Decimal("-123456.78")
