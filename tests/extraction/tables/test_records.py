"""The records of a table: which rows begin one, and which rows continue it."""

from decimal import Decimal

from sheets import Text, digital, fields, items


def test_a_line_above_a_name_leaves_the_figure_beside_it_the_beginning_of_its_record() -> None:
    sheet = digital().drop(
        *(f"items.0.{name}" for name in ("specification", "unit", "quantity", "unit_price", "amount"))
    )

    found = fields(sheet.put({"above": Text("样例合同", 32, 170), "below": Text("V2", 182, 190)}), "ocr")

    assert items(found, "name") == ["样例合同*信息技术服务*软件开发"]
    assert (items(found, "specification"), items(found, "tax_rate")) == (["V2"], [Decimal("0.13")])
