"""Documents that look like tickets and invoices and are none: read from file, they are `other`."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import pytest
from papers import Paper, read_pdf, row, say

from invoiceocr.pipeline.reader import Reader

Lines = Sequence[Sequence[tuple[float, str]]]

BOARDING_PASS: Lines = [
    [(8, "登机牌 BOARDING PASS")],
    [(8, "姓名 NAME"), (50, "航班号 FLIGHT"), (90, "日期 DATE")],
    [(8, "王测试"), (50, "CA1501"), (90, "06MAY")],
    [(8, "自FROM"), (24, "北京首都"), (50, "至TO"), (66, "上海虹桥"), (90, "舱位 CLASS"), (112, "Y")],
    [(8, "登机口 GATE"), (34, "C12"), (50, "登机时间"), (70, "08:00"), (90, "座位号 SEAT"), (116, "20A")],
    [(8, "电子客票号码 ETKT"), (44, "9991234567890"), (90, "登机口于起飞前15分钟关闭")],
]
BANK_SLIP: Lines = [
    [(30, "某某银行电子回单")],
    [(8, "交易日期：2024-05-06"), (70, "回单编号：2024050612345678")],
    [(8, "付款人"), (24, "某某测试采购有限公司"), (70, "收款人"), (86, "某某汽车客运站有限公司")],
    [(8, "账号"), (24, "6222000012345678"), (70, "账号"), (86, "6222000086420975")],
    [(8, "开户行"), (24, "某某银行东山支行"), (70, "开户行"), (86, "某某银行西河支行")],
    [(8, "金额（大写）"), (34, "人民币伍佰元整"), (70, "（小写）"), (86, "¥500.00")],
    [(8, "用途"), (24, "客运发票款"), (70, "附言"), (86, "二手车交易市场服务费")],
]
HOTEL_FOLIO: Lines = [
    [(30, "某某大酒店 宾客账单 GUEST FOLIO")],
    [(8, "姓名 NAME：王测试"), (70, "房号 ROOM：1203")],
    [(8, "到店 ARRIVAL：2024-05-06"), (70, "离店 DEPARTURE：2024-05-08")],
    [(8, "日期 DATE"), (40, "项目 DESCRIPTION"), (90, "金额 AMOUNT")],
    [(8, "2024-05-06"), (40, "房费"), (90, "380.00")],
    [(8, "2024-05-07"), (40, "洗衣"), (90, "35.00")],
    [(8, "合计 TOTAL"), (90, "415.00")],
    [(8, "如需开具增值税专用发票，请提供名称、纳税人识别号、地址、电话、开户行及账号")],
]
TILL_SLIP: Lines = [
    [(20, "某某超市东山店")],
    [(8, "收银员：0012"), (50, "时间：2024-05-06 08:30")],
    [(8, "品名"), (40, "数量"), (56, "单价"), (76, "金额")],
    [(8, "牛奶"), (42, "2"), (56, "5.50"), (76, "11.00")],
    [(8, "面包"), (42, "1"), (56, "8.00"), (76, "8.00")],
    [(8, "合计"), (76, "19.00")],
    [(8, "实收"), (30, "20.00"), (56, "找零"), (76, "1.00")],
    [(8, "凭小票一个月内开具发票")],
]
CONTRACT: Lines = [
    [(40, "车辆买卖合同")],
    [(8, "卖方（甲方）：某某示例汽车有限公司")],
    [(8, "买方（乙方）：王测试")],
    [(8, "一、甲方将厂牌型号为样牌SVW7180的二手车一辆出售给乙方，车牌照号京A12345，车架号LSVAA49J132047371。")],
    [(8, "二、车价合计人民币伍万捌仟圆整，乙方于2024年5月6日前付清。")],
    [(8, "三、甲方应向乙方开具二手车销售统一发票，并协助办理转入地车辆管理所登记。")],
    [(8, "甲方（盖章）："), (70, "乙方（签字）：")],
]
ID_CARD: Lines = [
    [(8, "姓名"), (20, "王测试")],
    [(8, "性别 男"), (30, "民族 汉")],
    [(8, "出生 1949年12月31日")],
    [(8, "住址 某省东山市江北区某某路1号")],
    [(8, "公民身份号码"), (40, "11010519491231002X")],
]
TIMETABLE: Lines = [
    [(30, "东山客运站班次时刻")],
    [(8, "班次"), (30, "发车时间"), (56, "到站"), (80, "票价"), (100, "检票口")],
    [(8, "K101"), (30, "08:30"), (56, "西河"), (80, "45.50"), (100, "3")],
    [(8, "K103"), (30, "09:30"), (56, "南江"), (80, "60.00"), (100, "5")],
    [(8, "K105"), (30, "10:30"), (56, "北海"), (80, "88.00"), (100, "1")],
]


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(lines, id=name)
        for name, lines in {
            "boarding pass": BOARDING_PASS,
            "bank slip": BANK_SLIP,
            "hotel folio": HOTEL_FOLIO,
            "till slip": TILL_SLIP,
            "contract": CONTRACT,
            "identity card": ID_CARD,
            "timetable": TIMETABLE,
        }.items()
    ],
)
def test_it_is_of_no_kind(reader: Reader, lines: Lines) -> None:
    head = chain.from_iterable(say(x, 10, text, 5.0) for x, text in lines[0])
    items = chain.from_iterable(row(20 + 7 * index, cells) for index, cells in enumerate(lines[1:]))

    found = read_pdf(reader, Paper(150, 30 + 7 * len(lines), (*head, *items)))

    assert found.kind == "other"
