"""What tickets of trains and flights say."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from random import Random

from invoiceocr.specimens.content.parties import company
from invoiceocr.specimens.content.words import digits, person
from invoiceocr.specimens.slips import facts
from invoiceocr.specimens.slips.facts import Facts
from invoiceocr.values.money import CENT

STATIONS = (
    ("北京南", "Beijingnan"), ("上海虹桥", "Shanghaihongqiao"), ("杭州东", "Hangzhoudong"), ("南京南", "Nanjingnan"),
    ("武汉", "Wuhan"), ("长沙南", "Changshanan"), ("成都东", "Chengdudong"), ("重庆北", "Chongqingbei"),
    ("沈阳北", "Shenyangbei"), ("哈尔滨西", "Haerbinxi"), ("青岛北", "Qingdaobei"), ("济南西", "Jinanxi"),
    ("合肥南", "Hefeinan"), ("厦门北", "Xiamenbei"), ("昆明", "Kunming"), ("贵阳北", "Guiyangbei"),
    ("桂林", "Guilin"), ("兰州西", "Lanzhouxi"), ("洛阳龙门", "Luoyanglongmen"), ("苏州", "Suzhou"),
    ("徐州东", "Xuzhoudong"), ("大同南", "Datongnan"), ("宜昌东", "Yichangdong"), ("南昌", "Nanchang"),
)  # fmt: skip
FAST = ("二等座", "二等座", "二等座", "一等座", "商务座", "无座")
SLOW = ("新空调硬座", "新空调硬卧", "新空调软卧", "硬座", "无座")
AIRPORTS = (
    "北京首都",
    "上海浦东",
    "广州白云",
    "深圳宝安",
    "成都天府",
    "昆明长水",
    "西安咸阳",
    "重庆江北",
    "杭州萧山",
    "厦门高崎",
)
CARRIERS = (
    ("国航", "CA", "999"),
    ("东航", "MU", "781"),
    ("南航", "CZ", "784"),
    ("海航", "HU", "880"),
    ("川航", "3U", "876"),
    ("厦航", "MF", "731"),
)


def train(rng: Random) -> Facts:
    """A ticket of paper: red or blue, by its layout."""
    (start, start_latin), (end, end_latin) = rng.sample(STATIONS, 2)
    fast = rng.random() < 0.75
    run = f"{rng.choice('GGDC' if fast else 'KTZ')}{rng.randint(1, 9998 if fast else 998)}"
    seat_class = rng.choice(FAST if fast else SLOW)
    leaves = facts.moment(rng, facts.day_between(rng, 2015))
    carriage, seat, shown = _seat(rng, seat_class)
    letter = rng.choice("ABCDEFGHJKLMNPQRSTUVWXYZ")
    tail = f"{letter}{digits(rng, 6)}"
    ticket = rng.choice((tail, digits(rng, 3) + tail))
    serial = f"{digits(rng, 10)}{leaves + timedelta(days=1):%m%d}{tail}"
    fare = facts.money(rng, 5, 980, "0.5")
    return Facts(
        {
            "ticket_number": ticket, "serial_number": f"{serial} {rng.choice(('JM', start[:2] + '售'))}",
            "train_number": run, "departure_station": start, "arrival_station": end,
            "departure_latin": start_latin, "arrival_latin": end_latin,
            "departure_time": f"{leaves:%Y年%m月%d日 %H:%M}开", "seat": shown, "seat_class": seat_class,
            "total": f"¥{fare.quantize(Decimal('0.1'))}元", "gate": f"检票:{rng.randint(1, 20)}{rng.choice('AB')}",
            "passenger_id": facts.masked_id(rng), "passenger_name": person(rng),
        },
        {
            "ticket_number": ticket, "serial_number": serial, "train_number": run, "departure_station": start,
            "arrival_station": end, "departure_time": leaves.isoformat(), "carriage": carriage, "seat": seat,
            "seat_class": seat_class, "total": str(fare),
        },
        {"seat": ("carriage", "seat") if carriage else ("seat",)},
    )  # fmt: skip


def _seat(rng: Random, seat_class: str) -> tuple[str, str, str]:
    """Carriage, seat, and both as printed."""
    carriage = f"{rng.randint(1, 16):02d}"
    if seat_class == "无座":
        return carriage, "无座", f"{carriage}车无座"
    if "卧" in seat_class:
        seat = f"{rng.randint(1, 20):03d}号{rng.choice('上中下')}铺"
        return carriage, seat, f"{carriage}车{seat}"
    hard = "硬座" in seat_class
    seat = f"{rng.randint(1, 118):03d}" if hard else f"{rng.randint(1, 20):02d}{rng.choice('ABCDF')}"
    return carriage, seat, f"{carriage}车{seat}号"


def digital_rail(rng: Random) -> Facts:
    """电子发票（铁路电子客票）."""
    base, place = train(rng), facts.region(rng)
    day = facts.day_between(rng, 2025)
    leaves = facts.moment(rng, day - timedelta(days=rng.randint(0, 9)))
    issue = f"{day:%y}{place.get('digital', place['code'][:2])}9{rng.randint(1, 10**9):015d}"
    ticket, buyer = digits(rng, 21) + f"{leaves:%Y}", company(rng, place)
    return Facts(
        {
            **base.printed, "number": issue, "issue_date": facts.han_day(day), "e_ticket_number": ticket,
            "departure_time": f"{leaves:%Y年%m月%d日    %H:%M}开", "total": f"￥{base.values['total']}",
            "departure_station": f"{base.printed['departure_station']}站",
            "arrival_station": f"{base.printed['arrival_station']}站",
            "buyer.name": buyer.name or "", "buyer.tax_id": buyer.tax_id or "",
        },
        {
            **base.values, "number": issue, "issue_date": day.isoformat(), "e_ticket_number": ticket,
            "departure_time": leaves.isoformat(), "buyer.name": buyer.name, "buyer.tax_id": buyer.tax_id,
        },
        base.covers,
    )  # fmt: skip


def _flight(rng: Random) -> tuple[dict[str, str], dict[str, object]]:
    """A flight as printed and as labeled, with the passenger and the ticket."""
    (start, end), (carrier, prefix, ticket_prefix) = rng.sample(AIRPORTS, 2), rng.choice(CARRIERS)
    leaves, flight = facts.moment(rng, facts.day_between(rng, 2019)), f"{prefix}{rng.randint(1001, 9899)}"
    ticket, cabin = f"{ticket_prefix}-{digits(rng, 10)}", rng.choice("YBMUHQ")
    printed = {
        "from": start, "to": end, "carrier": carrier, "flight": flight, "cabin": cabin, "day": f"{leaves:%Y-%m-%d}",
        "hour": f"{leaves:%H:%M}", "e_ticket_number": ticket, "passenger_name": person(rng),
        "passenger_id": facts.masked_id(rng), "agent_code": f"{rng.choice(('PEK', 'SHA', 'CAN'))}{digits(rng, 3)}",
        "basis": cabin, "allowance": "20K",
    }  # fmt: skip
    segment = {
        "segments.0.departure": start, "segments.0.arrival": end, "segments.0.carrier": carrier,
        "segments.0.flight_number": flight, "segments.0.cabin": cabin,
        "segments.0.departure_time": leaves.isoformat(),
    }  # fmt: skip
    return printed, {**segment, "e_ticket_number": ticket.replace("-", ""), "agent_code": printed["agent_code"]}


FLIGHT_COVERS = {
    "from": ("segments.0.departure",), "to": ("segments.0.arrival",), "carrier": ("segments.0.carrier",),
    "flight": ("segments.0.flight_number",), "cabin": ("segments.0.cabin",), "day": ("segments.0.departure_time",),
}  # fmt: skip


def air_itinerary(rng: Random) -> Facts:
    """航空运输电子客票行程单 of paper."""
    printed, values = _flight(rng)
    fare, fund, fuel = facts.money(rng, 260, 2900, "10"), Decimal("50.00"), facts.money(rng, 10, 150, "10")
    total, body = fare + fund + fuel, digits(rng, 10)
    serial = f"{body}{int(body) % 7}"
    day, issuer = facts.day_between(rng, 2020), f"{rng.choice(('示例', '样张', '范本'))}航空服务有限公司"
    return Facts(
        {
            **printed, "fare": f"CNY {fare}", "development_fund": f"CN {fund}", "fuel_surcharge": f"YQ {fuel}",
            "total": f"CNY {total}", "serial_number": serial, "check_code": serial[6:10],
            "issue_date": f"{day:%Y-%m-%d}",
            "seller.name": issuer,
        },
        {
            **values, "fare": str(fare), "development_fund": str(fund), "fuel_surcharge": str(fuel),
            "total": str(total),
            "serial_number": serial, "check_code": serial[6:10], "issue_date": day.isoformat(), "seller.name": issuer,
        },
        FLIGHT_COVERS,
    )  # fmt: skip


def digital_air(rng: Random) -> Facts:
    """电子发票（航空运输电子客票行程单）."""
    printed, values = _flight(rng)
    place, day = facts.region(rng), facts.day_between(rng, 2024)
    fare, fuel, fund = facts.money(rng, 240, 2600), facts.money(rng, 9, 130), Decimal("50.00")
    tax = ((fare + fuel) * Decimal("0.09")).quantize(CENT)
    total, buyer = fare + fuel + tax + fund, company(rng, place)
    number = f"{day:%y}{place.get('digital', place['code'][:2])}8{values['e_ticket_number'][:3]}{digits(rng, 12)}"  # type: ignore[index]
    return Facts(
        {
            **printed, "number": number, "issue_date": facts.han_day(day), "fare": f"CNY {fare}",
            "fuel_surcharge": f"CNY {fuel}",
            "tax_rate": "9%", "total_tax": f"CNY {tax}", "development_fund": f"CNY {fund}", "total": f"CNY {total}",
            "buyer.name": buyer.name or "", "buyer.tax_id": buyer.tax_id or "",
        },
        {
            **values, "number": number, "issue_date": day.isoformat(), "fare": str(fare), "fuel_surcharge": str(fuel),
            "tax_rate": "0.09", "total_tax": str(tax), "development_fund": str(fund), "total": str(total),
            "buyer.name": buyer.name, "buyer.tax_id": buyer.tax_id,
        },
        FLIGHT_COVERS,
    )  # fmt: skip
