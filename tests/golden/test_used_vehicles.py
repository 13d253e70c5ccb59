"""二手车销售统一发票 on paper and as 数电票, drawn and read from file to invoice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from itertools import chain

from papers import Paper, grid, read_pdf, read_png, row, say

from invoiceocr.invoice import Party, UsedVehicleInvoice
from invoiceocr.pipeline.reader import Reader

BUYER, SELLER = "王测试", "某某示例汽车有限公司"
USUAL = {
    "buyer_id": "110105194912310000",
    "buyer_home": "某省东山市江北区某某路1号",
    "buyer_phone": "01060000000",
    "seller_id": "91350100M000100Y43",
    "seller_home": "某省西河市某某街2号",
    "seller_phone": "02560000000",
    "auction": "",
    "auction_id": "",
    "market": "东山市某某二手车交易市场有限公司",
    "market_id": "91110105MA01ABCD5F",
    "market_home": "某省东山市某某路88号",
    "bank": "某某银行东山支行622200001234",
    "market_phone": "01061111111",
}


def paper(said: Mapping[str, str] = USUAL, *, dy: float = 0.0, pitch: float = 8.0, digital: bool = False) -> Paper:
    """The form with what it *said*, its print *dy* mm lower, its rows *pitch* mm apart."""
    captions = [
        [(8, "买方单位/个人"), (110, "单位代码/身份证号码")],
        [(8, "买方单位/个人住址"), (140, "电话")],
        [(8, "卖方单位/个人"), (110, "单位代码/身份证号码")],
        [(8, "卖方单位/个人住址"), (140, "电话")],
        [(8, "车牌照号"), (76, "登记证号"), (142, "车辆类型")],
        [(8, "车架号/车辆识别代码"), (76, "厂牌型号"), (142, "转入地车辆管理所名称")],
        [(8, "车价合计（大写）"), (140, "小写")],
        [(8, "经营、拍卖单位")],
        [(8, "经营、拍卖单位地址"), (110, "纳税人识别号")],
        [(8, "开户银行、账号"), (140, "电话")],
        [(8, "二手车市场"), (110, "纳税人识别号")],
        [(8, "地  址")],
        [(8, "开户银行、账号"), (140, "电话")],
    ]
    prints = [
        [(46, BUYER), (150, said["buyer_id"])],
        [(46, said["buyer_home"]), (154, said["buyer_phone"])],
        [(46, SELLER), (150, said["seller_id"])],
        [(46, said["seller_home"]), (154, said["seller_phone"])],
        [(40, "京A12345"), (96, "110012345678"), (162, "小型轿车")],
        [(40, "LSVAA49J132047371"), (96, "样牌SVW7180"), (174, "东山市车辆管理所")],
        [(46, "伍万捌仟圆整"), (154, "¥58000.00")],
        [(46, said["auction"])],
        [(146, said["auction_id"])],
        [],
        [(46, said["market"]), (146, said["market_id"])],
        [(46, said["market_home"])],
        [(46, said["bank"]), (154, said["market_phone"])],
    ]
    top = 38.0
    title = "电子发票（二手车销售统一发票）" if digital else "二手车销售统一发票"
    head = (
        row(24, [(150, "发票号码："), (170, "25312000000012345678")])
        if digital
        else row(18, [(150, "发票代码"), (170, "011002100117")])
    )
    items = [
        *say(70, 14, title, 5.5),
        *head,
        *([] if digital else row(24, [(150, "发票号码"), (170, "12345678")])),
        *row(24, [(8, "开票日期"), (26, "2024年05月06日" if digital else "2024-05-06")]),
        *grid(6, 206, (top - 5 + pitch * index for index in range(14))),
        *chain.from_iterable(row(top + pitch * index, cells) for index, cells in enumerate(captions)),
        *chain.from_iterable(row(top + dy + pitch * index, cells) for index, cells in enumerate(prints)),
        *row(top + pitch * 14, [(8, "备注"), (110, "开票单位（盖章）"), (160, "开票人"), (174, "李测试")]),
    ]
    return Paper(212, top + pitch * 15, tuple(items))


def test_every_field_of_a_paper_form_with_a_market_is_read(reader: Reader) -> None:
    found = read_pdf(reader, paper())

    assert isinstance(found, UsedVehicleInvoice)
    assert found.kind == "used_vehicle"
    assert (found.code, found.number, found.issue_date) == ("011002100117", "12345678", date(2024, 5, 6))
    assert found.buyer == Party(
        name=BUYER, tax_id=USUAL["buyer_id"], address_phone=f"{USUAL['buyer_home']}{USUAL['buyer_phone']}"
    )
    assert found.seller == Party(
        name=SELLER, tax_id=USUAL["seller_id"], address_phone=f"{USUAL['seller_home']}{USUAL['seller_phone']}"
    )
    assert (found.plate_number, found.registration_number, found.vehicle_type) == (
        "京A12345",
        "110012345678",
        "小型轿车",
    )
    assert (found.vin, found.brand_model, found.transfer_office) == (
        "LSVAA49J132047371",
        "样牌SVW7180",
        "东山市车辆管理所",
    )
    assert (found.total, found.total_in_words, found.drawer) == (Decimal("58000.00"), "伍万捌仟圆整", "李测试")
    assert found.auction is None
    assert found.market is not None
    assert (found.market.name, found.market.tax_id) == (USUAL["market"], USUAL["market_id"])
    assert (found.market.bank_account, found.market.address_phone) == (USUAL["bank"], USUAL["market_home"])


def test_the_company_that_sold_by_auction_is_not_the_market(reader: Reader) -> None:
    said = {
        **USUAL,
        "auction": "某某示例拍卖有限公司",
        "auction_id": "91350100M000100Y43",
        "market": "",
        "market_id": "",
        "market_home": "",
        "bank": "",
        "market_phone": "",
        "buyer_phone": "",
    }

    found = read_pdf(reader, paper(said, pitch=7.0))

    assert isinstance(found, UsedVehicleInvoice)
    assert found.auction is not None
    assert found.market is None
    assert (found.auction.name, found.auction.tax_id) == ("某某示例拍卖有限公司", "91350100M000100Y43")
    assert found.buyer is not None
    assert found.buyer.address_phone == USUAL["buyer_home"]


def test_a_digital_form_has_a_number_of_twenty_digits_and_no_code(reader: Reader) -> None:
    found = read_pdf(reader, paper(digital=True, pitch=9.0))

    assert isinstance(found, UsedVehicleInvoice)
    assert found.kind == "used_vehicle"
    assert (found.code, found.number, found.plate_number) == (None, "25312000000012345678", "京A12345")


def test_print_a_little_low_is_read_from_pixels(reader: Reader) -> None:
    found = read_png(reader, paper(dy=1.0))

    assert isinstance(found, UsedVehicleInvoice)
    assert (found.buyer and found.buyer.name, found.seller and found.seller.name) == (BUYER, SELLER)
    assert (found.vin, found.total, found.code, found.number) == (
        "LSVAA49J132047371",
        Decimal("58000.00"),
        "011002100117",
        "12345678",
    )
