"""Rows that a file has as one text with single blanks: read by the order of their columns."""

from decimal import Decimal

import pytest
from sheets import Sheet, Text, digital, fields, vat

from invoiceocr.page import TextSource

COLUMNS = ("name", "specification", "unit", "quantity", "unit_price", "amount", "tax_rate", "tax_amount")


def row_of(text: str, sheet: Sheet | None = None, source: TextSource = "text_layer") -> dict[str, object]:
    """The cells of a row that is this *text*."""
    sheet = sheet or digital()
    cells = [name for name in sheet.print_ if name.startswith("items.")]
    found = fields(sheet.drop(*cells).put({"row": Text(text, 34, 180)}), source)
    return {name: found[f"items.0.{name}"] for name in COLUMNS if f"items.0.{name}" in found}


WHOLE = {
    "name": "*信息技术服务*软件开发",
    "specification": "V2",
    "unit": "平方米",
    "quantity": Decimal("4"),
    "unit_price": Decimal("25"),
    "amount": Decimal("100.00"),
    "tax_rate": Decimal("0.13"),
    "tax_amount": Decimal("13.00"),
}
TEXT = "*信息技术服务*软件开发 V2 平方米 4 25 100.00 13% 13.00"


@pytest.mark.parametrize("sheet", [digital(), vat()], ids=["unruled", "ruled"])
def test_a_row_of_one_text_is_read_by_the_order_of_its_columns(sheet: Sheet) -> None:
    assert row_of(TEXT, sheet) == WHOLE


def test_columns_in_another_order_are_told_by_their_headers() -> None:
    heads = {"column quantity:": Text("单价", 274, 164), "column price:": Text("数量", 326, 164)}
    text = "*信息技术服务*软件开发 V2 平方米 25 4 100.00 13% 13.00"

    assert row_of(text, digital().label(heads)) == WHOLE


@pytest.mark.parametrize("words", ["免税", "免征", "免征增值税"])
def test_signs_of_currency_and_words_for_the_rate_are_cells_too(words: str) -> None:
    found = row_of(f"*信息技术服务*软件开发 V2 项 4 ¥25 ¥100.00 {words} ***")

    assert [found[name] for name in ("unit_price", "amount", "tax_rate")] == [Decimal("25"), Decimal("100.00"), "免税"]
    assert "tax_amount" not in found


def test_a_figure_that_may_be_quantity_or_price_is_neither() -> None:
    assert row_of("*信息技术服务*软件开发 25 100.00 13% 13.00").keys() == {"name", "amount", "tax_rate", "tax_amount"}


def test_factors_that_do_not_make_the_amount_are_left_out() -> None:
    assert "quantity" not in row_of("*信息技术服务*软件开发 V2 项 7 25 100.00 13% 13.00")


def test_a_word_that_may_be_specification_or_unit_is_neither() -> None:
    found = row_of("*信息技术服务*软件开发 项 100.00 13% 13.00")

    assert found.keys() == {"amount", "tax_rate", "tax_amount"}


def test_more_words_than_columns_are_the_name() -> None:
    found = row_of("*信息技术服务*Office Home 2024 V2 项 4 25 100.00 13% 13.00")

    assert (found["name"], found["unit"]) == ("*信息技术服务*Office Home 2024 V2", "项")


@pytest.mark.parametrize("beside", [Text("联", 592, 180), Text("12", 20, 180)])
def test_what_stands_beside_a_row_of_one_text_changes_nothing(beside: Text) -> None:
    assert row_of(TEXT, digital().put({"beside": beside})) == WHOLE


def test_a_recognized_row_is_not_read_by_its_order() -> None:
    assert row_of(TEXT, source="ocr") != WHOLE


HEADER = "项目名称 规格型号 单位 数量 单价 金额 税率/征收率 税额"


def with_one_header(sheet: Sheet) -> Sheet:
    """*sheet* with the captions of its table as one text."""
    heads = [name for name in sheet.form if name.startswith("column ")]
    return sheet.drop(*heads).label({"header:": Text(HEADER, 45, 164)})


def test_a_header_of_one_text_gives_the_order_of_a_row_of_one_text() -> None:
    assert row_of(TEXT, with_one_header(digital())) == WHOLE


def test_cells_that_do_not_stand_under_their_captions_are_read_by_their_order() -> None:
    found = fields(with_one_header(digital()))

    assert (found["items.0.name"], found["items.0.amount"]) == ("*信息技术服务*软件开发", Decimal("100.00"))


def beside(text: str, *held: str) -> dict[str, object]:
    """The cells of a row of which the columns *held* are this *text*; the others stand in their places."""
    sheet = digital().drop(*(f"items.0.{name}" for name in ("name", "specification", "unit", *held)))
    found = fields(sheet.put({"row": Text(text, 34, 180)}))
    return {name: found[f"items.0.{name}"] for name in COLUMNS if f"items.0.{name}" in found}


@pytest.mark.parametrize("text", ["*信息技术服务*软件开发 100.00", "*信息技术服务*软件开发100.00"])
def test_a_name_and_an_amount_that_are_one_text_are_two_cells(text: str) -> None:
    found = beside(text, "quantity", "unit_price", "amount")

    assert found == {name: WHOLE[name] for name in ("name", "amount", "tax_rate", "tax_amount")}


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("*信息技术服务*软件开发 V2 平方米 4", ("quantity",)),
        ("*信息技术服务*软件开发 V2 平方米 4 25 100.00", ("quantity", "unit_price", "amount")),
        ("*信息技术服务*软件开发 V2 平方米 4 25 100.00 13%", ("quantity", "unit_price", "amount", "tax_rate")),
    ],
)
def test_a_text_that_holds_the_first_cells_of_a_row_is_parted_by_their_order(text: str, held: tuple[str, ...]) -> None:
    assert beside(text, *held) == WHOLE


def test_a_figure_of_the_name_stays_with_it() -> None:
    assert beside("*信息技术服务*软件开发 15")["name"] == "*信息技术服务*软件开发 15"


def test_a_figure_of_the_name_that_equals_the_quantity_beside_it_stays_with_it() -> None:
    assert beside("*信息技术服务*软件开发 4")["name"] == "*信息技术服务*软件开发 4"
