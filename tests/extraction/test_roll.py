"""The 卷票, a narrow slip with everything under one another."""

from datetime import date
from decimal import Decimal

import pytest
import sheets
from sheets import BUYER_ID, CHECK_CODE, MACHINE, SELLER_ID, Sheet, Text

from invoiceocr.page import TextSource


def roll() -> Sheet:
    form = {
        "title:": Text("上海增值税普通发票(卷票)", 40, 20, 12),
        "code:": Text("发票代码", 20, 60),
        "number:": Text("发票号码", 20, 75),
        "printed number:": Text("机打号码", 20, 90),
        "machine:": Text("机器编号", 120, 90),
        "seller name:": Text("销售方名称", 20, 105),
        "seller tax_id:": Text("纳税人识别号", 20, 135),
        "date:": Text("开票日期", 20, 150),
        "payee:": Text("收款员", 130, 150),
        "buyer name:": Text("购买方名称", 20, 165),
        "buyer tax_id:": Text("纳税人识别号", 20, 180),
        "column name:": Text("项目", 20, 200),
        "column price:": Text("单价", 90, 200),
        "column quantity:": Text("数量", 130, 200),
        "column amount:": Text("金额", 175, 200),
        "total:": Text("合计金额(小写)", 20, 320),
        "words:": Text("合计金额(大写)", 20, 335),
        "check_code:": Text("校验码", 20, 350),
    }
    print_ = {
        "code": Text("031001700107", 72, 60),
        "number": Text("12345678", 72, 75),
        "machine": Text(MACHINE, 165, 90),
        "seller.name": Text("样例餐饮管理有限", 72, 105),
        "seller.name 2": Text("公司", 72, 117),
        "seller.tax_id": Text(SELLER_ID, 82, 135),
        "date": Text("2024-03-05", 72, 150),
        "payee": Text("张三", 165, 150),
        "buyer.name": Text("测试采购有限公司", 72, 165),
        "buyer.tax_id": Text(BUYER_ID, 82, 180),
        "item": Text("*餐饮*", 20, 215),
        "item 2": Text("工作餐", 20, 227),
        "price": Text("6.75", 90, 215),
        "quantity": Text("4", 130, 215),
        "amount": Text("27.00", 175, 215),
        "total": Text("¥27.00", 90, 320),
        "words": Text("贰拾柒圆整", 90, 335),
        "check_code": Text(CHECK_CODE, 72, 350),
    }
    return Sheet(form, print_)


@pytest.mark.parametrize("source", ["text_layer", "ocr"])
def test_a_roll_is_read_from_top_to_bottom(source: TextSource) -> None:
    found = sheets.fields(roll(), source)

    assert found == {
        "kind": "vat_roll",
        "code": "031001700107",
        "number": "12345678",
        "machine_number": MACHINE,
        "seller.name": "样例餐饮管理有限公司",
        "seller.tax_id": SELLER_ID,
        "issue_date": date(2024, 3, 5),
        "payee": "张三",
        "buyer.name": "测试采购有限公司",
        "buyer.tax_id": BUYER_ID,
        "items.0.name": "*餐饮*工作餐",
        "items.0.unit_price": Decimal("6.75"),
        "items.0.quantity": Decimal("4"),
        "items.0.amount": Decimal("27.00"),
        "total": Decimal("27.00"),
        "total_in_words": "贰拾柒圆整",
        "check_code": CHECK_CODE,
    }


def test_captions_and_values_read_as_one_line_are_parted_at_wide_blanks() -> None:
    sheet = roll().drop("date:", "date", "payee:", "payee", "column price:", "column quantity:")
    date_and_payee = {"d": Text("开票日期  2024-03-05    收款员张三", 20, 150)}
    columns = {"c": Text("单价    数量", 90, 200)}

    found = sheets.fields(sheet.put(date_and_payee).label(columns), "ocr")

    assert (found["issue_date"], found["payee"]) == (date(2024, 3, 5), "张三")
    assert found["items.0.quantity"] == Decimal("4")


@pytest.mark.parametrize(
    ("printed", "name", "price"),
    [("*餐饮*商务套餐 27.00", "*餐饮*商务套餐", "27.00"), ("*酒*啤 9.0", "*酒*啤 9.0", None)],
)
def test_a_price_read_together_with_the_name_is_cut_off_where_it_stands_under_its_header(
    printed: str, name: str, price: str | None
) -> None:
    sheet = roll().drop("item", "item 2", "price")

    found = sheets.fields(sheet.put({"item": Text(printed, 20, 215)}), "ocr")

    assert found["items.0.name"] == name
    assert found.get("items.0.unit_price") == (None if price is None else Decimal(price))
