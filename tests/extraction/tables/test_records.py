"""The records of a table: which rows begin one, and which rows continue it."""

from decimal import Decimal

import pytest
from sheets import Text, digital, fields, items, row


def test_a_line_above_a_name_leaves_the_figure_beside_it_the_beginning_of_its_record() -> None:
    sheet = digital().drop(
        *(f"items.0.{name}" for name in ("specification", "unit", "quantity", "unit_price", "amount"))
    )

    found = fields(sheet.put({"above": Text("样例合同", 32, 170), "below": Text("V2", 182, 190)}), "ocr")

    assert items(found, "name") == ["样例合同*信息技术服务*软件开发"]
    assert (items(found, "specification"), items(found, "tax_rate")) == (["V2"], [Decimal("0.13")])


@pytest.mark.parametrize("name", ["信息技术服务*软件开发", "软件开发"])
def test_a_row_whose_amount_was_not_read_is_no_part_of_a_row_above_whose_name_has_no_category(name: str) -> None:
    sheet = digital().drop(*(f"items.0.{column}" for column in ("specification", "unit", "quantity", "unit_price")))
    below = row(1, 196, name="*信息技术服务*维护", tax_rate="13%", tax_amount="6.50")

    found = fields(sheet.say({"items.0.name": name}).put(below), "ocr")

    assert items(found, "name") == [name, "*信息技术服务*维护"]
    assert items(found, "tax_amount") == [Decimal("13.00"), Decimal("6.50")]
