"""Fiscal and medical bills, electronic and on paper, drawn and read from file to bill."""

from __future__ import annotations

import pytest
from placed_papers import read

from invoiceocr.pipeline.reader import Reader
from invoiceocr.specimens import Order, deliver
from invoiceocr.specimens.layout.placed import Shift, without

OUTPATIENT = {
    "code": "11060124",
    "number": "0000123456",
    "payer_id": "1101051949****002X",
    "check_code": "a1B2c3",
    "payer": "王测试",
    "issue_date": "2024-05-06",
    "items.0.name": "西药费",
    "items.0.quantity": "1/项",
    "items.0.amount": "100.50",
    "items.1.name": "检查费",
    "items.1.quantity": "2/次",
    "items.1.amount": "180.00",
    "total_in_words": "贰佰捌拾元伍角整",
    "total": "280.50",
    "business_number": "2024050600123",
    "visit_number": "M0012345",
    "visit_date": "2024-05-06",
    "hospital_type": "综合医院",
    "insurance_type": "职工基本医疗保险",
    "insurance_number": "110105000123",
    "insurance_fund_payment": "150.00",
    "account_payment": "30.50",
    "cash_payment": "100.00",
    "self_paid": "20.00",
    "seller.name": "东山市示例人民医院",
    "reviewer": "赵样本",
    "payee": "李测试",
}
BILL = {
    **OUTPATIENT,
    "kind": "medical",
    "items.0.quantity": "1",
    "items.0.unit": "项",
    "items.1.quantity": "2",
    "items.1.unit": "次",
    "buyer.name": "王测试",
    "buyer.tax_id": "1101051949****002X",
}
FISCAL = {
    "code": "11010124",
    "number": "0000654321",
    "payer_id": "91110105MA01ABCD5F",
    "check_code": "9f3A0c",
    "payer": "东山示例科技有限公司",
    "issue_date": "2024-03-05",
    "items.0.code": "103042001",
    "items.0.name": "特种设备检验检测费",
    "items.0.unit": "台",
    "items.0.quantity": "2",
    "items.0.standard": "300.00",
    "items.0.amount": "600.00",
    "total_in_words": "陆佰元整",
    "total": "600.00",
    "payment_code": "11000024000000123456",
    "seller.name": "东山市特种设备检验中心",
    "reviewer": "赵样本",
    "payee": "李测试",
}
PAPER = {
    "seller.name": "东山市示例人民医院",
    "number": "1234567890",
    "business_number": "2024050612345678",
    "hospital_type": "综合医院",
    "payer": "王测试",
    "insurance_type": "城镇职工",
    "items.0.name": "西药费",
    "items.0.amount": "64.32",
    "items.1.name": "中成药费",
    "items.1.amount": "66.42",
    "list.0.name": "某某胶囊",
    "list.0.amount": "64.32",
    "list.1.name": "某某片",
    "list.1.amount": "36.42",
    "list.2.name": "某某丸",
    "list.2.amount": "30.00",
    "total_in_words": "壹佰叁拾元柒角肆分",
    "cash_payment": "40.30",
    "account_payment": "0.00",
    "insurance_fund_payment": "90.44",
    "payee": "9176",
    "issue_date": "2024-05-06",
}


@pytest.mark.parametrize("medium", ["pdf", "png"])
def test_every_field_of_an_outpatient_bill_is_read(reader: Reader, medium: str) -> None:
    assert read(reader, "medical_bill", OUTPATIENT, medium=medium) == BILL


def test_a_bill_of_what_the_patient_pays_alone(reader: Reader) -> None:
    insured = [path for path in OUTPATIENT if path.startswith(("insurance", "account")) or path == "self_paid"]

    found = read(reader, "medical_bill", without(OUTPATIENT, insured) | {"cash_payment": "280.50"})

    assert (found["total"], found["cash_payment"]) == ("280.50", "280.50")
    assert not any(path in found for path in insured)


@pytest.mark.parametrize("medium", ["pdf", "png"])
def test_every_field_of_a_fiscal_bill_is_read(reader: Reader, medium: str) -> None:
    expected = FISCAL | {"kind": "fiscal", "buyer.name": FISCAL["payer"], "buyer.tax_id": FISCAL["payer_id"]}

    assert read(reader, "fiscal", FISCAL, medium=medium) == expected


def test_a_wrapped_name_stays_in_its_row(reader: Reader) -> None:
    second = {
        "items.0.name": "城镇垃圾处理费和污水处理设施运行补助费",
        "items.1.code": "103044901",
        "items.1.name": "其他行政事业性收费",
        "items.1.amount": "20.00",
    }

    found = read(reader, "fiscal", FISCAL | second | {"total": "620.00", "total_in_words": "陆佰贰拾元整"})

    assert {path: found.get(path) for path in second} == second
    assert "items.2.name" not in found


@pytest.mark.parametrize(("medium", "dy"), [("pdf", 0.0), ("pdf", 1.3), ("png", 0.0)])
def test_a_paper_bill_whose_total_is_only_in_words(reader: Reader, medium: str, dy: float) -> None:
    found = read(reader, "medical_paper", PAPER, medium=medium, shift=Shift(0.0, dy))

    listed = [path for path in PAPER if path.startswith("list.")]
    assert found == without(PAPER, listed) | {"kind": "medical", "total": "130.74", "buyer.name": "王测试"}


def test_a_hospital_under_a_seal_is_read_without_the_last_word_of_the_seal(reader: Reader) -> None:
    bill = deliver(Order("medical", 985_016, "png"))

    (found,) = reader.read(bill.data, name=bill.name)

    assert found.seller is not None
    assert found.seller.name == bill.truth["invoices"][0]["fields"]["seller"]["name"]
