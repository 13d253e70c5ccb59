from dataclasses import replace
from typing import Any

import pytest
from claimed import invoice, paper

from invoiceocr.ledger.nearness import compare, distance
from invoiceocr.ledger.traits import reversed_number, traits_of

READ = replace(traits_of(invoice()), proven=False)
PAPER = replace(traits_of(paper()), proven=False)


def test_the_same_values_are_the_same_invoice() -> None:
    assert compare(READ, READ).nearness == "same"


@pytest.mark.parametrize(
    "changes",
    [
        {"number": "25112000000012345618"},
        {"number": "2511200000001234567"},
        {"number": "25112000000912345678"},
        {"issue_date": "2025-08-01"},
        {"cents": 11800},
        {"seller_tax_id": "91110105MA01A8CD5F"},
        {"seller_tax_id": None, "seller_name": "样例商货（北京）有限公司"},
        {"number": None},
        {"number": "25112000000012345618", "seller_tax_id": None},
    ],
)
def test_a_misread_field_leaves_one_invoice(changes: dict[str, Any]) -> None:
    assert compare(READ, replace(READ, **changes)).nearness in {"same", "likely"}


@pytest.mark.parametrize(
    "changes",
    [
        {"number": "25112000000012345679"},
        {"number": "25112000000012345670"},
        {"number": "25112000000077777777"},
        {"cents": 99900, "issue_date": "2025-01-02", "number": "25112000000012345618"},
        {"seller_tax_id": "91350100M000100Y43", "seller_name": "另一公司", "number": None},
    ],
)
def test_other_fields_make_another_invoice(changes: dict[str, object]) -> None:
    assert compare(READ, replace(READ, **changes)).nearness in ("suspect", None)  # type: ignore[arg-type]


def test_a_misread_code_leaves_one_invoice_where_the_rest_agrees() -> None:
    assert compare(PAPER, replace(PAPER, code="037001900104")).nearness == "likely"


def test_a_number_read_as_that_of_another_seller_is_not_its_invoice() -> None:
    other = replace(READ, issue_date="2025-02-02", cents=1, seller_tax_id="91350100M000100Y43", seller_name="另一公司")

    assert compare(READ, other).nearness is None


def test_fields_that_differ_are_named() -> None:
    assert compare(READ, replace(READ, cents=11800, code="1")).differing == ("total",)


def test_a_look_alike_costs_less_than_any_other_character() -> None:
    assert distance("digits", "12345678", "12345618") < distance("digits", "12345678", "12345648")


@pytest.mark.parametrize(
    ("remarks", "number"),
    [
        ("被红冲蓝字数电发票号码：25312000000012345678 红字发票信息确认单编号：31", "25312000000012345678"),
        ("对应正数发票代码:031001900104号码:12345678", "12345678"),
        ("订单号 12345678", None),
        ("冲销2024年暂估 订单号码:12345678", None),
        ("冲红原因：退货，物流单号码12345678", None),
        ("冲销服务费 客户号码:12345678", None),
        ("红冲服务费。号码:12345678", None),
        ("对应蓝字发票（号码：25312000000012345678）", "25312000000012345678"),
        ("对应正数发票代码:031001900104；号码:12345678", "12345678"),
        ("对应正数发票代码：031001900104/号码：12345678", "12345678"),
        ("冲销发票，合同票号：76543210；对应正数发票代码:031001900104号码:12345678", "12345678"),
        ("红冲发票号码：11111111，对应蓝字发票号码：76543210", "76543210"),
        ("对应\n正数发票代码:031001900104\n号码:12345678", "12345678"),
        (None, None),
    ],
)
def test_the_original_of_a_red_invoice_is_named_in_its_remarks(remarks: str | None, number: str | None) -> None:
    assert reversed_number(remarks) == number
