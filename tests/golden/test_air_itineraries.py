"""Air itineraries on paper and as 数电票, drawn and read from file to invoice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import chain

from papers import Paper, read_pdf, read_png, row, say

from invoiceocr.invoice import AirItinerary
from invoiceocr.pipeline.reader import Reader
from invoiceocr.specimens.drawing import Primitive

Flight = tuple[str, str, str, str, str]  # carrier, flight, class, day, time
OUT: Flight = ("国航", "CA1501", "Y", "2024-05-06", "08:30")
BACK: Flight = ("东航", "MU5102", "K", "2024-05-09", "19:05")
FLOWN = {"carrier": "国航", "flight_number": "CA1501", "cabin": "Y", "departure_time": datetime(2024, 5, 6, 8, 30)}
RETURNED = {"carrier": "东航", "flight_number": "MU5102", "cabin": "K", "departure_time": datetime(2024, 5, 9, 19, 5)}


def legs(y: float, places: Sequence[str], flights: Sequence[Flight], *, drop: float = 0.0) -> list[Primitive]:
    """The places from level *y* on, and the flights, *drop* mm lower than these."""
    captions = ["自FROM", *["至TO"] * 4] if drop else ["自FROM：", *["至TO："] * 4]
    stops = chain.from_iterable(
        row(y + 6 * i, [(10, caption), (28, place)])
        for i, (caption, place) in enumerate(zip(captions, [*places, *["VOID"] * 5], strict=False))
    )
    x = (64, 84, 106, 122, 150)
    rides = (row(y + drop + 6 * i, zip(x, flight, strict=True)) for i, flight in enumerate(flights))
    return [*stops, *chain.from_iterable(rides)]


def paper(places: Sequence[str], flights: Sequence[Flight], *, drop: float = 0.0, fund: str = "CN 50.00") -> Paper:
    """A paper itinerary."""
    items = [
        *say(60, 12, "航空运输电子客票行程单", 5.0),
        *say(62, 17, "ITINERARY/RECEIPT OF E-TICKET FOR AIR TRANSPORT", 2.6),
        *row(12, [(160, "印刷序号："), (180, "12345678903")]),
        *row(
            24,
            [
                (10, "旅客姓名NAME OF PASSENGER"),
                (80, "有效身份证件号码ID.NO."),
                (140, "签注ENDORSEMENTS/RESTRICTIONS(CARBON)"),
            ],
            2.6,
        ),
        *row(29, [(12, "王测试"), (82, "110105194912310000"), (142, "不得签转")]),
        *row(
            35,
            zip(
                (64, 84, 104, 122, 150, 172),
                ("承运人CARRIER", "航班号FLIGHT", "座位等级CLASS", "日期DATE", "时间TIME", "客票级别/客票类别"),
                strict=True,
            ),
            2.4,
        ),
        *legs(41, places, flights, drop=drop),
        *row(
            74,
            [
                (10, "票价FARE"),
                (50, "民航发展基金"),
                (90, "燃油附加费"),
                (130, "其他税费OTHER TAXES"),
                (170, "合计TOTAL"),
            ],
            2.6,
        ),
        *row(79, [(10, "CNY 1490.00"), (52, fund), (92, "YQ 20.00"), (172, "CNY 1560.00")]),
        *row(
            86,
            [
                (10, "电子客票号码E-TICKET NO."),
                (50, "999-1234567890"),
                (90, "验证码CK."),
                (106, "7890"),
                (130, "保险费INSURANCE"),
                (160, "XXX"),
            ],
            2.8,
        ),
        *row(
            93,
            [
                (10, "销售单位代号AGENT CODE"),
                (50, "PEK001"),
                (66, "08301234"),
                (90, "填开单位ISSUED BY"),
                (118, "某某航空服务有限公司"),
                (160, "填开日期DATE OF ISSUE"),
                (192, "2024-05-10"),
            ],
            2.6,
        ),
    ]
    return Paper(220, 105, tuple(items))


def segments(found: object) -> list[dict[str, object]]:
    assert isinstance(found, AirItinerary)
    return [segment.model_dump(exclude_none=True) for segment in found.segments]


def test_every_field_of_a_paper_itinerary_is_read(reader: Reader) -> None:
    found = read_pdf(reader, paper(["北京首都", "上海虹桥"], [OUT]))

    assert isinstance(found, AirItinerary)
    assert found.kind == "air_itinerary"
    assert segments(found) == [{"departure": "北京首都", "arrival": "上海虹桥", **FLOWN}]
    assert (found.passenger_name, found.passenger_id) == ("王测试", "110105194912310000")
    assert (found.e_ticket_number, found.serial_number, found.check_code) == ("999-1234567890", "12345678903", "7890")
    assert (found.fare, found.development_fund, found.fuel_surcharge, found.other_taxes, found.total) == (
        Decimal("1490.00"),
        Decimal("50.00"),
        Decimal("20.00"),
        None,
        Decimal("1560.00"),
    )
    assert (found.insurance, found.issue_date) == (None, date(2024, 5, 10))
    assert found.seller is not None
    assert found.seller.name == "某某航空服务有限公司"
    assert (found.agent_code or "").startswith("PEK001")


def test_flights_go_from_each_place_to_the_next_though_printed_lower(reader: Reader) -> None:
    found = read_pdf(reader, paper(["北京首都", "上海虹桥", "北京大兴"], [OUT, BACK], drop=3.0))

    assert segments(found) == [
        {"departure": "北京首都", "arrival": "上海虹桥", **FLOWN},
        {"departure": "上海虹桥", "arrival": "北京大兴", **RETURNED},
    ]


def test_a_paper_itinerary_is_read_from_pixels_and_an_exempt_fund_is_none(reader: Reader) -> None:
    found = read_png(reader, paper(["北京首都", "上海虹桥"], [OUT], fund="EXEMPT"))

    assert isinstance(found, AirItinerary)
    assert found.kind == "air_itinerary"
    assert segments(found) == [{"departure": "北京首都", "arrival": "上海虹桥", **FLOWN}]
    assert (found.fare, found.development_fund, found.total) == (Decimal("1490.00"), None, Decimal("1560.00"))
    assert (found.serial_number, found.e_ticket_number) == ("12345678903", "999-1234567890")


def digital(flights: Sequence[Flight], *, fuel: str = "CNY 18.35", x: float = 0.0) -> Paper:
    """A 数电票 of air transport, its values *x* mm right of their captions' left ends."""
    sums = ("CNY 733.94", fuel, "9%", "CNY 67.71", "CNY 50.00", "", "CNY 870.00")
    captions = ("票价", "燃油附加费", "增值税税率", "增值税税额", "民航发展基金", "其他税费", "合计")
    edges = (10, 40, 70, 98, 126, 154, 182)
    items = [
        *say(50, 14, "电子发票（航空运输电子客票行程单）", 5.0),
        *row(
            22,
            [
                (10, "发票号码："),
                (26, "25118999000000000017"),
                (90, "开票状态：正常"),
                (150, "填开日期：2025年06月03日"),
            ],
        ),
        *row(
            29,
            [
                (10, "旅客姓名："),
                (26, "王测试"),
                (60, "有效身份证件号码："),
                (90, "110105194912310000"),
                (150, "签注：不得签转"),
                (180, "GP单号："),
            ],
        ),
        *row(
            36,
            zip(
                (64, 84, 104, 122, 150, 172),
                ("承运人", "航班号", "座位等级", "日期", "时间", "客票级别/客票类别"),
                strict=True,
            ),
        ),
        *chain.from_iterable(
            row(42 + 5 * i, [(10, "至：" if i else "自："), (18, place)])
            for i, place in enumerate(("北京(大兴)", "上海(虹桥)"))
        ),
        *chain.from_iterable(
            row(42 + 5 * i, zip((64, 84, 106, 122, 150), flight, strict=True)) for i, flight in enumerate(flights)
        ),
        *row(60, zip(edges, captions, strict=True)),
        *row(66, [(edge + x, text) for edge, text in zip(edges, sums, strict=True)]),
        *row(
            73,
            [
                (10, "电子客票号码："),
                (32, "999-1234567890"),
                (80, "验证码："),
                (92, "7890"),
                (120, "提示信息："),
                (160, "保险费："),
                (174, "0.00"),
            ],
        ),
        *row(80, [(10, "销售网点代号："), (32, "BJS123"), (80, "填开单位："), (98, "某某航空股份有限公司")]),
        *row(
            87,
            [
                (10, "购买方名称："),
                (30, "某某测试采购有限公司"),
                (90, "统一社会信用代码/纳税人识别号："),
                (140, "91110105MA01ABCD5F"),
            ],
        ),
    ]
    return Paper(210, 100, tuple(items))


def test_every_field_of_a_digital_itinerary_is_read(reader: Reader) -> None:
    found = read_pdf(reader, digital([OUT]))

    assert isinstance(found, AirItinerary)
    assert found.kind == "digital_air"
    assert (found.number, found.issue_date) == ("25118999000000000017", date(2025, 6, 3))
    assert segments(found) == [{"departure": "北京(大兴)", "arrival": "上海(虹桥)", **FLOWN}]
    assert (found.fare, found.fuel_surcharge, found.total_tax, found.development_fund, found.total) == (
        Decimal("733.94"),
        Decimal("18.35"),
        Decimal("67.71"),
        Decimal("50.00"),
        Decimal("870.00"),
    )
    assert (found.tax_rate, found.insurance) == (Decimal("0.09"), Decimal("0.00"))
    assert found.buyer is not None
    assert (found.buyer.name, found.buyer.tax_id) == ("某某测试采购有限公司", "91110105MA01ABCD5F")
    assert (found.e_ticket_number, found.passenger_name, found.agent_code) == ("999-1234567890", "王测试", "BJS123")


def test_a_digital_itinerary_without_a_surcharge_has_none(reader: Reader) -> None:
    found = read_pdf(reader, digital([OUT], fuel="", x=2.0))

    assert isinstance(found, AirItinerary)
    assert (found.fare, found.fuel_surcharge, found.total_tax, found.total) == (
        Decimal("733.94"),
        None,
        Decimal("67.71"),
        Decimal("870.00"),
    )
