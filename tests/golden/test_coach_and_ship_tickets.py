"""Tickets of coaches and ships in several layouts, drawn and read from file to ticket."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from papers import Paper, read_pdf, read_png, row, say

from invoiceocr.invoice import CoachTicket, ShipTicket
from invoiceocr.pipeline.reader import Reader


def beside(*, timed: bool = True) -> Paper:
    """Captions with their values beside them."""
    items = [
        *say(20, 10, "某某省公路汽车客票", 5.0),
        *row(17, [(8, "发票代码"), (26, "144001812345"), (60, "发票号码"), (78, "12345678")]),
        *row(25, [(8, "起点站："), (24, "东山客运站"), (60, "到达站："), (76, "西河")]),
        *row(32, [(8, "乘车日期："), (26, "2024-05-06"), *([(60, "开车时间："), (78, "08:30")] if timed else [])]),
        *row(39, [(8, "座位号："), (24, "12"), (44, "检票口："), (60, "3"), (76, "票价："), (90, "88.00元")]),
        *row(46, [(8, "姓名："), (20, "王测试"), (44, "身份证号："), (62, "110105********0000")]),
        *row(53, [(8, "售票时间：2024-05-01 10:20")]),
    ]
    return Paper(120, 60, tuple(items))


def above() -> Paper:
    """Captions with their values under them, the route in large print."""
    items = [
        *say(18, 9, "某某市长途汽车站客运发票", 4.5),
        *row(15, [(8, "144001812345"), (80, "No.12345678")]),
        *say(10, 24, "东山北", 5.5),
        *say(46, 24, "→", 5.5),
        *say(66, 24, "西河南", 5.5),
        *row(32, [(8, "乘车日期"), (34, "发车时间"), (56, "座号"), (72, "检票口"), (90, "票价"), (106, "保险费")]),
        *row(37, [(8, "2024/05/06"), (36, "14:05"), (57, "23"), (74, "B5"), (90, "¥45.50"), (107, "2.00")]),
        *row(45, [(8, "限当日当次车有效"), (60, "打印时间 2024/05/06 13:40:12")]),
    ]
    return Paper(125, 52, tuple(items))


def test_a_coach_ticket_with_values_beside_captions(reader: Reader) -> None:
    found = read_pdf(reader, beside())

    assert isinstance(found, CoachTicket)
    assert (found.code, found.number) == ("144001812345", "12345678")
    assert (found.departure_station, found.arrival_station) == ("东山客运站", "西河")
    assert (found.departure_time, found.travel_date) == (datetime(2024, 5, 6, 8, 30), None)
    assert (found.seat, found.gate, found.total) == ("12", "3", Decimal("88.00"))
    assert (found.passenger_name, found.passenger_id) == ("王测试", "110105********0000")


def test_a_day_without_a_time_is_a_travel_date(reader: Reader) -> None:
    found = read_pdf(reader, beside(timed=False))

    assert isinstance(found, CoachTicket)
    assert (found.departure_time, found.travel_date) == (None, date(2024, 5, 6))


def test_a_coach_ticket_with_values_under_captions(reader: Reader) -> None:
    found = read_pdf(reader, above())

    assert isinstance(found, CoachTicket)
    assert (found.code, found.number) == ("144001812345", "12345678")
    assert (found.departure_station, found.arrival_station) == ("东山北", "西河南")
    assert (found.departure_time, found.seat, found.gate) == (datetime(2024, 5, 6, 14, 5), "23", "B5")
    assert (found.total, found.insurance) == (Decimal("45.50"), Decimal("2.00"))


def test_a_coach_ticket_is_read_from_pixels(reader: Reader) -> None:
    found = read_png(reader, above())

    assert isinstance(found, CoachTicket)
    assert (found.departure_station, found.arrival_station) == ("东山北", "西河南")
    assert (found.code, found.number, found.total) == ("144001812345", "12345678", Decimal("45.50"))
    assert (found.departure_time, found.seat) == (datetime(2024, 5, 6, 14, 5), "23")


def ship() -> Paper:
    items = [
        *say(24, 10, "某某海峡客滚船票", 5.0),
        *row(17, [(8, "发票代码：144001812345"), (66, "发票号码：12345678")]),
        *row(25, [(8, "始发港："), (22, "东山新港"), (60, "目的港："), (74, "西河港")]),
        *row(32, [(8, "船名："), (20, "某某十二号"), (60, "舱位："), (72, "二等舱")]),
        *row(39, [(8, "开航时间："), (26, "2024年05月06日 19:30"), (72, "座位号："), (86, "A12")]),
        *row(46, [(8, "票价："), (20, "¥41.50"), (44, "币种："), (56, "人民币"), (76, "旅客姓名："), (94, "王测试")]),
    ]
    return Paper(120, 55, tuple(items))


def test_every_field_of_a_ship_ticket_is_read(reader: Reader) -> None:
    found = read_pdf(reader, ship())

    assert isinstance(found, ShipTicket)
    assert (found.departure_station, found.arrival_station) == ("东山新港", "西河港")
    assert (found.vessel, found.cabin, found.seat) == ("某某十二号", "二等舱", "A12")
    assert (found.departure_time, found.total) == (datetime(2024, 5, 6, 19, 30), Decimal("41.50"))
    assert (found.currency, found.passenger_name) == ("人民币", "王测试")


def test_a_ship_ticket_is_read_from_pixels(reader: Reader) -> None:
    found = read_png(reader, ship())

    assert isinstance(found, ShipTicket)
    assert (found.departure_station, found.arrival_station, found.total) == ("东山新港", "西河港", Decimal("41.50"))
