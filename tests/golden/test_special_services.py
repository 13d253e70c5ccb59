"""数电票 of special services, drawn and read from file to invoice: the extra table is told from the items."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from itertools import chain

import pytest
from papers import Paper, down, read_pdf, read_png, row, say

from invoiceocr.invoice import Invoice, VatInvoice
from invoiceocr.pipeline.reader import Reader

Cells = Sequence[tuple[float, str]]
Read = Callable[[Reader, Paper], Invoice]
USUAL: Cells = [
    (14, "项目名称"),
    (44, "规格型号"),
    (68, "单 位"),
    (88, "数 量"),
    (112, "单 价"),
    (140, "金 额"),
    (158, "税率/征收率"),
    (190, "税 额"),
]
TRAVEL: Cells = [(14, "项目名称"), (60, "单 价"), (95, "数 量"), (130, "金 额"), (155, "税率/征收率"), (190, "税 额")]
SUMS = {"amount": "1000.00", "tax": "90.00", "total": "1090.00", "words": "壹仟零玖拾圆整"}


def vat(found: Invoice) -> VatInvoice:
    assert isinstance(found, VatInvoice)
    return found


def service(
    label: str,
    head: Cells,
    rows: Sequence[Cells],
    *,
    extra: Sequence[Cells] = (),
    below_sums: bool = False,
    remarks: Sequence[str] = (),
) -> Paper:
    """A 数电票 with the mark *label*, its items under *head*, and an *extra* table, its header first, that stands
    above or *below the sums*."""
    amounts = {x for x, caption in head if caption.replace(" ", "") in ("金额", "税额")}
    sums = row(
        92, [(24, "合"), (38, "计"), *zip(sorted(amounts), ("¥" + SUMS["amount"], "¥" + SUMS["tax"]), strict=True)]
    )
    first = 97 if below_sums else 75
    items = [
        *say(70, 14, "电子发票（普通发票）", 6.0),
        *say(38, 18, label),
        *row(14, [(150, "发票号码："), (165, "25312000000012345678")]),
        *row(20, [(150, "开票日期："), (165, "2025年06月03日")]),
        *down(7, 32, "购买方信息"),
        *down(107, 32, "销售方信息"),
        *row(34, [(12, "名称："), (21, "某某测试采购有限公司"), (112, "名称："), (121, "某某示例服务有限公司")]),
        *row(46, [(12, "统一社会信用代码/纳税人识别号："), (58, "91110105MA01ABCD5F")]),
        *row(46, [(112, "统一社会信用代码/纳税人识别号："), (158, "91350100M000100Y43")]),
        *row(56, head),
        *chain.from_iterable(row(62 + 4.2 * index, cells) for index, cells in enumerate(rows)),
        *sums,
        *chain.from_iterable(row(first + 4.2 * index, cells) for index, cells in enumerate(extra)),
        *row(114, [(14, "价税合计（大写）"), (62, SUMS["words"]), (140, "（小写）"), (154, "¥" + SUMS["total"])]),
        *down(7, 120, "备注", 8.0),
        *chain.from_iterable(say(14, 120 + 4.2 * index, line) for index, line in enumerate(remarks)),
        *row(137, [(20, "开票人："), (32, "李测试")]),
    ]
    return Paper(210, 140, tuple(items))


def details(found: object) -> list[dict[str, object]]:
    """The rows of the extra table, what is said only."""
    assert isinstance(found, VatInvoice)
    return [detail.model_dump(exclude_none=True) for detail in found.details]


def item_names(found: object) -> list[str | None]:
    assert isinstance(found, VatInvoice)
    return [item.name for item in found.items]


TICKET = [(14, "*运输服务*客运服务费"), (60, "1000.00"), (98, "1"), (130, "1000.00"), (160, "9%"), (190, "90.00")]
TRAVELERS: Sequence[Cells] = [
    [
        (14, "出行人"),
        (36, "有效身份证件号"),
        (78, "出行日期"),
        (104, "出发地"),
        (130, "到达地"),
        (156, "等级"),
        (176, "交通工具类型"),
    ],
    [
        (14, "王测试"),
        (36, "110105194912310000"),
        (78, "2025-06-01"),
        (104, "东山市"),
        (130, "西河市"),
        (156, "二等座"),
        (180, "火车"),
    ],
    [
        (14, "赵示例"),
        (36, "110105198001010000"),
        (78, "2025-06-02"),
        (104, "西河市"),
        (130, "南江县"),
        (156, "经济舱"),
        (180, "飞机"),
    ],
]
TRAVELED = [
    {
        "passenger_name": "王测试",
        "passenger_id": "110105194912310000",
        "travel_date": date(2025, 6, 1),
        "departure": "东山市",
        "arrival": "西河市",
        "seat_class": "二等座",
        "transport_type": "火车",
    },
    {
        "passenger_name": "赵示例",
        "passenger_id": "110105198001010000",
        "travel_date": date(2025, 6, 2),
        "departure": "西河市",
        "arrival": "南江县",
        "seat_class": "经济舱",
        "transport_type": "飞机",
    },
]


@pytest.mark.parametrize("below_sums", [False, True])
def test_travelers_are_details_wherever_their_table_stands(reader: Reader, below_sums: bool) -> None:
    paper = service("旅客运输服务", TRAVEL, [TICKET], extra=TRAVELERS, below_sums=below_sums)

    found = vat(read_pdf(reader, paper))

    assert (found.kind, found.business_label) == ("digital_ordinary", "旅客运输服务")
    assert item_names(found) == ["*运输服务*客运服务费"]
    assert found.items[0].quantity == 1
    assert found.total == Decimal("1090.00")
    assert details(found) == TRAVELED


def test_travelers_are_read_from_pixels(reader: Reader) -> None:
    found = vat(read_png(reader, service("旅客运输服务", TRAVEL, [TICKET], extra=TRAVELERS)))

    assert (found.business_label, item_names(found)) == ("旅客运输服务", ["*运输服务*客运服务费"])
    assert details(found) == TRAVELED


def test_a_table_without_travelers_adds_nothing(reader: Reader) -> None:
    found = vat(read_pdf(reader, service("旅客运输服务", TRAVEL, [TICKET], extra=TRAVELERS[:1])))

    assert (item_names(found), details(found)) == (["*运输服务*客运服务费"], [])


def test_goods_carried_are_details(reader: Reader) -> None:
    items = [
        [
            (14, "*运输服务*国内运费"),
            (69, "趟"),
            (90, "2"),
            (112, "500.00"),
            (140, "1000.00"),
            (162, "9%"),
            (190, "90.00"),
        ]
    ]
    extra = [
        [(14, "运输工具种类"), (50, "运输工具牌号"), (86, "起运地"), (122, "到达地"), (160, "运输货物名称")],
        [(14, "公路运输"), (50, "苏A12345"), (86, "江苏省东山市"), (122, "浙江省西河市"), (160, "钢材")],
        [(14, "其他运输工具"), (50, "苏A67890"), (86, "江苏省东山市"), (122, "浙江省西河市南江"), (160, "水泥")],
        [(122, "县")],
    ]

    found = vat(read_pdf(reader, service("货物运输服务", USUAL, items, extra=extra)))

    assert (found.business_label, item_names(found)) == ("货物运输服务", ["*运输服务*国内运费"])
    assert details(found) == [
        {
            "transport_type": "公路运输",
            "plate_number": "苏A12345",
            "departure": "江苏省东山市",
            "arrival": "浙江省西河市",
            "cargo": "钢材",
        },
        {
            "transport_type": "其他运输工具",
            "plate_number": "苏A67890",
            "departure": "江苏省东山市",
            "arrival": "浙江省西河市南江县",
            "cargo": "水泥",
        },
    ]


def test_the_columns_of_building_are_details_of_their_items(reader: Reader) -> None:
    head = [
        (14, "项目名称"),
        (52, "建筑服务发生地"),
        (92, "建筑项目名称"),
        (140, "金 额"),
        (158, "税率/征收率"),
        (190, "税 额"),
    ]
    items = [
        [
            (10, "*建筑服务*工程款"),
            (48, "某省东山市江北区"),
            (90, "东山市第一中学教"),
            (138, "600.00"),
            (162, "9%"),
            (190, "54.00"),
        ],
        [(48, "某某路1号"), (90, "学楼工程")],
        [(10, "*建筑服务*安装费"), (48, "某省西河市"), (90, "西河桥"), (138, "400.00"), (162, "9%"), (190, "36.00")],
    ]
    remarks = ["土地增值税项目编号：ABC-2025-0001；跨地（市）标志：否"]

    found = vat(read_pdf(reader, service("建筑服务", head, items, remarks=remarks)))

    assert (found.business_label, item_names(found)) == ("建筑服务", ["*建筑服务*工程款", "*建筑服务*安装费"])
    assert details(found) == [
        {
            "construction_site": "某省东山市江北区某某路1号",
            "project_name": "东山市第一中学教学楼工程",
            "land_tax_number": "ABC-2025-0001",
            "cross_city": "否",
        },
        {"construction_site": "某省西河市", "project_name": "西河桥"},
    ]
    assert found.remarks == remarks[0]


@pytest.mark.parametrize("read", [read_pdf, read_png])
def test_a_lease_is_told_by_columns_and_remarks_that_wrap(reader: Reader, read: Read) -> None:
    head = [
        (14, "项目名称"),
        (46, "产权证书/不动产权证号"),
        (84, "面积单位"),
        (104, "数 量"),
        (122, "单 价"),
        (142, "金 额"),
        (158, "税率/征收率"),
        (190, "税 额"),
    ]
    items = [
        [
            (8, "*经营租赁*房租"),
            (42, "某字第0012345号"),
            (86, "平方米"),
            (106, "20"),
            (122, "50.00"),
            (140, "1000.00"),
            (162, "9%"),
            (190, "90.00"),
        ]
    ]
    remarks = [
        "不动产地址：某省东山市江北区某某路100号",
        "一层101室；租赁期起止：2025-01-01 2025-12-31；跨地（市）标志：是",
    ]

    found = vat(read(reader, service("不动产经营租赁服务", head, items, remarks=remarks)))

    assert (found.business_label, item_names(found)) == ("不动产经营租赁服务", ["*经营租赁*房租"])
    assert details(found) == [
        {
            "property_certificate": "某字第0012345号",
            "area_unit": "平方米",
            "property_address": "某省东山市江北区某某路100号一层101室",
            "lease_start": date(2025, 1, 1),
            "lease_end": date(2025, 12, 31),
            "cross_city": "是",
        }
    ]


@pytest.mark.parametrize(
    "label", ["成品油", "机动车", "自产农产品销售", "农产品收购", "代收车船税", "不动产销售", "稀土"]
)
def test_a_mark_alone_is_the_business_label(reader: Reader, label: str) -> None:
    items = [
        [(14, "*某类*某物"), (69, "个"), (90, "2"), (112, "500.00"), (140, "1000.00"), (162, "9%"), (190, "90.00")]
    ]

    found = vat(read_pdf(reader, service(label, USUAL, items)))

    assert (found.business_label, details(found), item_names(found)) == (label, [], ["*某类*某物"])


def test_ship_tax_collected_tells_the_vehicle_in_the_remarks(reader: Reader) -> None:
    items = [[(14, "*保险服务*交强险"), (140, "1000.00"), (162, "9%"), (190, "90.00")]]
    remarks = [
        "保险单号：P0001；车牌号码/船舶登记号：苏A12345；税款所属期：2025-01至2025-12；代收车船税金额：360.00；",
        "滞纳金金额：0.00；金额合计：360.00；车辆识别代码/车架号码：LSVAA49J132047371",
    ]

    found = vat(read_pdf(reader, service("代收车船税", USUAL, items, remarks=remarks)))

    assert details(found) == [{"plate_number": "苏A12345", "vin": "LSVAA49J132047371"}]
