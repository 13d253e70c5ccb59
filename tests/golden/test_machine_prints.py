"""通用机打发票, drawn and read from file to invoice."""

from __future__ import annotations

import pytest
from placed_papers import read

from invoiceocr.pipeline.reader import Reader
from invoiceocr.specimens.layout.placed import Shift, without

PRINTED = {
    "code": "144001812345",
    "number": "12345678",
    "issue_date": "2017-05-06",
    "industry": "服务业",
    "buyer.name": "东山示例科技有限公司",
    "buyer.tax_id": "91110105MA01ABCD5F",
    "seller.name": "西河样本物业管理有限公司",
    "seller.tax_id": "91350100M000100Y43",
    "items.0.name": "物业管理费",
    "items.0.unit_price": "250.00",
    "items.0.quantity": "2",
    "items.0.amount": "500.00",
    "items.1.name": "停车服务费",
    "items.1.unit_price": "120.00",
    "items.1.quantity": "1",
    "items.1.amount": "120.00",
    "total_in_words": "陆佰贰拾元整",
    "total": "￥620.00",
    "drawer": "李测试",
}
INVOICE = {**PRINTED, "kind": "machine_printed", "total": "620.00"}


@pytest.mark.parametrize("medium", ["pdf", "png"])
def test_every_field_of_the_wide_form_is_read(reader: Reader, medium: str) -> None:
    assert read(reader, "machine_printed", PRINTED, medium=medium) == INVOICE


def test_print_that_stands_low_on_its_form_is_read(reader: Reader) -> None:
    assert read(reader, "machine_printed", PRINTED, shift=Shift(1.0, 1.2)) == INVOICE


def test_a_row_without_price_and_quantity_has_neither(reader: Reader) -> None:
    blank = [path for path in PRINTED if path.startswith("items.1") or path.endswith(("unit_price", "quantity"))]
    changed = {"items.0.amount": "500.00", "total": "￥500.00", "total_in_words": "伍佰元整"}

    found = read(reader, "machine_printed", without(PRINTED, blank) | changed)

    assert {path for path in found if path.startswith("items")} == {"items.0.name", "items.0.amount"}
    assert found["total"] == "500.00"
