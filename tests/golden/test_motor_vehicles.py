"""机动车销售统一发票, drawn and read from file to invoice."""

from __future__ import annotations

import pytest
from placed_papers import MEDIA, flat, read

from invoiceocr.pipeline.reader import Reader
from invoiceocr.specimens.layout.placed import Shift, draw, load_layout, without

PRINTED = {
    "code": "144001812345",
    "number": "12345678",
    "issue_date": "2024-05-06",
    "machine_number": "499000000001",
    "buyer.name": "东山示例科技有限公司",
    "buyer.tax_id": "91110105MA01ABCD5F",
    "vehicle_type": "多用途乘用车",
    "brand_model": "样牌SVW7180",
    "origin": "东山市",
    "certificate_number": "WAB123456789012",
    "engine_number": "K12345",
    "vin": "LSVAA49J132047371",
    "total_in_words": "⊗壹拾壹万叁仟圆整",
    "total": "￥113000.00",
    "seller.name": "西河样本汽车贸易有限公司",
    "phone": "0256-1234567",
    "seller.tax_id": "91350100M000100Y43",
    "account": "62220000123456789",
    "address": "西河市某某路8号",
    "bank": "某某银行西河支行",
    "tax_rate": "13%",
    "total_tax": "￥13000.00",
    "tax_authority": "国家税务总局西河市税务局",
    "tax_authority_code": "135010000",
    "total_excluding_tax": "￥100000.00",
    "seating_capacity": "5",
}
PARTS = ("phone", "account", "address", "bank")
INVOICE = {
    **{path: text.lstrip("￥⊗") for path, text in without(PRINTED, PARTS).items()},
    "kind": "motor_vehicle",
    "tax_rate": "0.13",
    "seller.address_phone": "西河市某某路8号 0256-1234567",
    "seller.bank_account": "某某银行西河支行 62220000123456789",
    "remarks": "一车一票",
}


@pytest.mark.parametrize("medium", ["pdf", "png"])
def test_a_form_in_its_boxes(reader: Reader, medium: str) -> None:
    assert read(reader, "motor_vehicle", PRINTED, medium=medium) == INVOICE


@pytest.mark.parametrize("dy", [-1.6, 1.4])
def test_print_that_stands_high_or_low_in_its_boxes(reader: Reader, dy: float) -> None:
    assert read(reader, "motor_vehicle", PRINTED, shift=Shift(0.0, dy)) == INVOICE


def test_an_imported_truck_bought_by_a_person(reader: Reader) -> None:
    changed = {"buyer.name": "王测试", "buyer.tax_id": "11010519491231002X", "tonnage": "1.49", "seating_capacity": "2"}
    imported = {"import_certificate_number": "H12345678", "inspection_number": "A0123456"}

    found = read(reader, "motor_vehicle", without(PRINTED, ["certificate_number"]) | changed | imported)

    assert "certificate_number" not in found
    expected = {**changed, **imported}
    assert {path: found.get(path) for path in expected} == expected


@pytest.mark.parametrize("dy", [-8.0, -6.0, 7.0, 9.0])
def test_print_that_has_slipped_by_a_row_is_nowhere_surely_read(reader: Reader, dy: float) -> None:
    paper = draw(load_layout("motor_vehicle"), PRINTED, Shift(0.0, dy))
    (found,) = reader.read(MEDIA["pdf"](paper), name="paper.pdf")

    values = flat(found)
    wrong = [path for path in values.keys() & INVOICE.keys() if values[path] != INVOICE[path]]
    assert {found.evidence[path].status for path in wrong if path in found.evidence} == {"doubtful"}
