"""A unit and a quantity that are one text are two cells if the quantity makes the amount."""

from decimal import Decimal

import pytest
from sheets import Text, digital, fields

from invoiceocr.page import TextSource


def read(text: str, x: float) -> dict[str, object]:
    """The fields of an invoice whose unit and quantity are one *text*; the price is 25, the amount 100.00."""
    return fields(digital().drop("items.0.unit", "items.0.quantity").put({"cell": Text(text, x, 180)}))


@pytest.mark.parametrize(
    ("text", "unit", "quantity"),
    [("千克4", "千克", "4"), ("m34", "m3", "4"), ("4箱", "箱", "4"), ("kg4.00", "kg", "4.00"), ("4 套", "套", "4")],
)
@pytest.mark.parametrize("x", [246, 270], ids=["unit", "quantity"])
def test_a_unit_and_a_quantity_that_are_one_text_are_parted(text: str, unit: str, quantity: str, x: float) -> None:
    found = read(text, x)

    assert (found["items.0.unit"], found["items.0.quantity"]) == (unit, Decimal(quantity))


def test_a_unit_with_a_digit_that_does_not_make_the_amount_stays_whole() -> None:
    found = read("m3", 250)

    assert (found["items.0.unit"], found.get("items.0.quantity")) == ("m3", None)


@pytest.mark.parametrize("source", ["text_layer", "ocr"])
def test_a_unit_with_a_digit_stays_whole_where_no_caption_of_a_quantity_was_read(source: TextSource) -> None:
    sheet = digital().drop("column quantity:", "items.0.unit", "items.0.quantity")

    found = fields(sheet.put({"cell": Text("4箱", 246, 180)}), source)

    assert (found["items.0.unit"], found.get("items.0.quantity")) == ("4箱", None)
