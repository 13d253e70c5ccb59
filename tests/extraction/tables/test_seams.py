"""Cells of exact characters that touch, parted where another text object or a blank is."""

from dataclasses import replace
from decimal import Decimal
from itertools import accumulate

import pytest
from sheets import Text, digital, fields

from invoiceocr.page import TextLine
from invoiceocr.text.lines import join

Y = 180


def touching(*texts: Text) -> TextLine:
    """The line of text objects that stand side by side."""
    seams = tuple(accumulate(len(text.text) for text in texts[:-1]))
    return replace(join([text.line() for text in texts]), seams=seams)


def read(*lines: TextLine, without: tuple[str, ...]) -> dict[str, object]:
    """The fields of an invoice with *lines* in place of the cells of some columns."""
    sheet = digital().drop(*(f"items.0.{column}" for column in without))
    return fields(replace(sheet, more=lines))


@pytest.mark.parametrize("unit", ["盒", "kg", "m2"])
def test_a_unit_that_touches_the_quantity_is_parted_from_it(unit: str) -> None:
    line = touching(Text(unit, 255, Y), Text("4", 264, Y))

    found = read(line, without=("unit", "quantity"))

    assert (found["items.0.unit"], found["items.0.quantity"]) == (unit, Decimal("4"))


def test_a_name_that_touches_the_specification_is_parted_from_it() -> None:
    line = touching(Text("*信息技术服务*软件开发样例项目", 47, Y), Text("V2.1", 182, Y))

    found = read(line, without=("name", "specification"))

    assert (found["items.0.name"], found["items.0.specification"]) == ("*信息技术服务*软件开发样例项目", "V2.1")


def test_figures_of_three_cells_that_touch_are_parted() -> None:
    line = touching(Text("4", 330, Y), Text("25.000000", 334.5, Y), Text("100.00", 375, Y))

    found = read(line, without=("quantity", "unit_price", "amount"))

    columns = ("quantity", "unit_price", "amount")
    assert [found[f"items.0.{name}"] for name in columns] == [Decimal("4"), Decimal("25.000000"), Decimal("100.00")]


def test_a_unit_and_a_quantity_with_a_blank_between_them_are_two_cells() -> None:
    found = read(Text("项 4", 250, Y).line(), without=("unit", "quantity"))

    assert (found["items.0.unit"], found["items.0.quantity"]) == ("项", Decimal("4"))


def test_a_name_of_two_objects_that_runs_on_under_the_next_header_stays_whole() -> None:
    line = touching(Text("*信息技术服务*", 47, Y), Text("软件开发样例项目第二期", 110, Y))

    found = read(line, without=("name", "specification"))

    assert found["items.0.name"] == "*信息技术服务*软件开发样例项目第二期"


def test_a_specification_whose_first_character_is_an_object_of_its_own_stays_whole() -> None:
    found = read(touching(Text("鄂", 215, Y), Text("A12345", 224, Y)), without=("specification", "unit"))

    assert found["items.0.specification"] == "鄂A12345"


def test_a_name_with_a_blank_before_the_next_column_stays_whole() -> None:
    name = "*信息技术服务*Software Dev"
    line = Text(name, 182 - 9 * 8 - 4.5 * 9, Y).line()

    assert read(line, without=("name", "specification"))["items.0.name"] == name


def test_an_amount_of_two_objects_stays_whole() -> None:
    found = read(touching(Text("100", 380, Y), Text(".00", 393.5, Y)), without=("amount",))

    assert found["items.0.amount"] == Decimal("100.00")


def test_digits_under_a_price_go_on_behind_its_decimal_point() -> None:
    lines = (Text("25.0000", 312, Y).line(), Text("0004", 312, Y + 10).line())

    assert read(*lines, without=("unit_price",))["items.0.unit_price"] == Decimal("25.00000004")


def test_digits_under_a_whole_price_are_no_part_of_it() -> None:
    lines = (Text("25", 312, Y).line(), Text("0004", 312, Y + 10).line())

    assert read(*lines, without=("unit_price",))["items.0.unit_price"] == Decimal("25")


def test_an_amount_with_a_sign_of_currency_beside_a_rate_is_one_of_a_row() -> None:
    found = fields(digital().say({"items.0.amount": "¥100.00", "items.0.tax_amount": "¥13.00"}))

    assert (found["items.0.amount"], found["items.0.tax_amount"]) == (Decimal("100.00"), Decimal("13.00"))
