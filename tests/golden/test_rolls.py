"""增值税普通发票（卷票）, drawn and read from file to invoice."""

from __future__ import annotations

import pytest
from placed_papers import read

from invoiceocr.pipeline.reader import Reader
from invoiceocr.specimens.layout.placed import without

PRINTED = {
    "code": "033001900107",
    "number": "12345678",
    "machine_number": "499000000001",
    "seller.name": "东山示例餐饮管理有限公司",
    "seller.tax_id": "91350100M000100Y43",
    "issue_date": "2024-05-06",
    "payee": "李测试",
    "buyer.name": "西河样本科技有限公司",
    "buyer.tax_id": "91110105MA01ABCD5F",
    "items.0.name": "*餐饮服务*工作餐",
    "items.0.unit_price": "159.00",
    "items.0.quantity": "2",
    "items.0.amount": "318.00",
    "total": "￥318.00",
    "total_in_words": "叁佰壹拾捌圆整",
    "check_code": "51863207419602853174",
}
INVOICE = {**PRINTED, "kind": "vat_roll", "total": "318.00", "is_red_letter": "False"}


@pytest.mark.parametrize("medium", ["pdf", "png"])
def test_every_field_of_a_roll_is_read(reader: Reader, medium: str) -> None:
    assert read(reader, "roll", PRINTED, medium=medium) == INVOICE


def test_a_roll_whose_total_is_covered(reader: Reader) -> None:
    found = read(reader, "roll", without(PRINTED, ["total"]))

    assert (found["total"], found["total_in_words"]) == ("318.00", "叁佰壹拾捌圆整")
