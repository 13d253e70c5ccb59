from __future__ import annotations

from decimal import Decimal

import pytest

from invoiceocr.values import quantity


@pytest.mark.parametrize(
    ("printed", "value"),
    [("1", "1"), ("1.00", "1.00"), ("0.333333333333", "0.333333333333"), ("-2", "-2"), ("１，２００", "1200")],
)
def test_a_quantity_keeps_its_printed_decimals(printed: str, value: str) -> None:
    assert str(quantity.parse(printed)) == str(Decimal(value))


@pytest.mark.parametrize("printed", ["", "3台", "¥3.00", "3元", "(3)", "1 2", "***", "1/2"])
def test_amounts_units_and_pairs_are_no_quantity(printed: str) -> None:
    assert quantity.parse(printed) is None
