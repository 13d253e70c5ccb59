"""What tickets of roads and waters say: taxis, coaches, ferries, tolls, rides by an app."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from random import Random

from invoiceocr.specimens.content.words import digits, person
from invoiceocr.specimens.slips import facts
from invoiceocr.specimens.slips.facts import Facts
from invoiceocr.values.money import CENT

TOWNS = ("东山", "西河", "临江", "白云", "石桥", "新安", "龙口", "青溪", "平湖", "金沙", "永定", "安丰")
PORTS = ("东港", "西码头", "鼓浪屿", "三丫", "烟台港", "大连湾", "蛇口港", "嵊泗", "舟山", "海安港")
PROVIDERS = ("滴滴出行", "高德地图", "曹操出行", "T3出行", "美团打车")
STREETS = (
    "样张大道",
    "示例广场",
    "虚构路88号",
    "假想一路地铁站A口",
    "范本国际机场T2航站楼",
    "试印科技园3号楼",
    "图例大街18号",
    "无名巷口",
)
CARS = ("快车", "特惠快车", "专车", "经济型", "舒适型")


def taxi(rng: Random) -> Facts:
    """A receipt of a taxi: the fare follows from the distance, the price and the time spent waiting."""
    place, day = facts.region(rng), facts.day_between(rng, 2016)
    boards = facts.moment(rng, day, 0, 23)
    alights = boards + timedelta(minutes=rng.randint(3, 70))
    price = Decimal(rng.choice(("1.60", "1.90", "2.00", "2.30", "2.40", "2.70", "3.30", "3.45", "4.50")))
    distance = (Decimal(rng.randint(12, 380)) / 10).quantize(Decimal("0.1"))
    waiting = rng.randint(0, 1200)
    fare = _fare(distance, price, waiting)
    plate = rng.choice(("{}-{}{}", "{}.{}{}", "{}{}{}")).format(
        rng.choice("ABCDG"), rng.choice("TUXYRS"), digits(rng, 4)
    )
    code, number = facts.code_of(rng, place, day), facts.number(rng)
    spent = f"{waiting // 3600:02d}:{waiting // 60 % 60:02d}{rng.choice(':.')}{waiting % 60:02d}"
    per_km = rng.choice(("", "元", "元/km"))
    return Facts(
        {
            "code": code, "number": number, "plate_number": plate,
            "travel_date": rng.choice((f"{day:%Y-%m-%d}", facts.han_day(day))),
            "boarding_time": f"{boards:%H:%M}", "alighting_time": f"{alights:%H:%M}",
            "times": f"{boards:%H:%M}-{alights:%H:%M}",
            "unit_price": f"{price}{per_km}", "distance": f"{distance}{rng.choice(('', 'km'))}",
            "waiting_time": spent,
            "state": rng.choice("012"), "permit": digits(rng, rng.choice((6, 8))), "unit": digits(rng, 4),
            "phone": digits(rng, 8),
            "total": rng.choice((f"{fare}元", f"¥{fare}", f"{fare}")), "fuel_surcharge": "¥1.00", "booking": "¥0.00",
            "fare": f"¥{fare - 1}",  # below it stand the surcharges and what was paid
        },
        {
            "code": code, "number": number, "plate_number": plate, "travel_date": day.isoformat(),
            "unit_price": str(price),
            "boarding_time": f"{boards:%H:%M}", "alighting_time": f"{alights:%H:%M}", "distance": str(distance),
            "waiting_time": spent, "total": str(fare), "fuel_surcharge": "1.00",
        },
        {"times": ("boarding_time", "alighting_time"), "fare": ()},
        {"region": place["name"], "city": place["city"]},
    )  # fmt: skip


def _fare(distance: Decimal, price: Decimal, waiting: int) -> Decimal:
    """What a meter shows after so many kilometers at this *price* each and so many seconds of *waiting*."""
    run = max(distance - 3, Decimal(0)) * price + 10 + Decimal(waiting) / 300 * price
    return run.quantize(Decimal(1)).quantize(CENT)


def bus(rng: Random) -> Facts:
    """A ticket of a coach."""
    place, (start, end) = facts.region(rng), rng.sample(TOWNS, 2)
    leaves = facts.moment(rng, facts.day_between(rng, 2016))
    code, number, fare = facts.code_of(rng, place, leaves.date()), facts.number(rng), facts.money(rng, 8, 320, "0.5")
    seat, gate = str(rng.randint(1, 55)), str(rng.randint(1, 18))
    return Facts(
        {
            "code": code, "number": number, "departure_station": f"{start}汽车站", "arrival_station": f"{end}站",
            "travel": f"{leaves:%Y-%m-%d} {leaves:%H:%M}", "seat": f"{seat}号", "gate": gate, "total": f"{fare}元",
            "passenger_name": person(rng), "passenger_id": facts.masked_id(rng), "run": f"K{digits(rng, 4)}",
        },
        {
            "code": code, "number": number, "departure_station": f"{start}汽车站", "arrival_station": f"{end}站",
            "departure_time": leaves.isoformat(), "seat": seat, "gate": gate, "total": str(fare),
        },
        {"travel": ("departure_time",)},
        {"region": place["name"], "city": place["city"]},
    )  # fmt: skip


def ship(rng: Random) -> Facts:
    """A ticket of a ferry."""
    base, (start, end) = bus(rng), rng.sample(PORTS, 2)
    vessel, cabin = (
        f"{rng.choice(('海星', '渤海', '长江', '东方'))}{rng.randint(1, 19)}号",
        rng.choice(("二等舱", "三等舱", "散席")),
    )
    places = {"departure_station": start, "arrival_station": end, "vessel": vessel, "cabin": cabin}
    return Facts({**base.printed, **places}, {**base.values, **places}, base.covers, base.titles)


def toll_receipt(rng: Random) -> Facts:
    """A receipt of a toll station."""
    place, (start, end) = facts.region(rng), rng.sample(TOWNS, 2)
    passed = facts.moment(rng, facts.day_between(rng, 2016), 0, 23).replace(second=rng.randrange(60))
    code, number, fare = facts.code_of(rng, place, passed.date()), facts.number(rng), facts.money(rng, 5, 480, "1")
    car, lane, operator = rng.choice(("客一", "客1", "一型客车", "货二")), str(rng.randint(1, 12)), digits(rng, 6)
    lorry = {"plate_number": facts.plate(rng, place), "axle_count": str(rng.randint(2, 6))}
    weight = Decimal(rng.randint(20, 490)) / 10
    return Facts(
        {
            "code": code, "number": number, "entrance": start, "exit": end,
            "travel_time": f"{passed:%Y-%m-%d %H:%M:%S}",
            "vehicle_type": car, "lane": lane, "operator": operator, "total": f"{fare}元",
            **lorry, "weight": f"{weight}吨",
        },
        {
            "code": code, "number": number, "entrance": start, "exit": end, "travel_time": passed.isoformat(),
            "vehicle_type": car, "lane": lane, "operator": operator, "total": str(fare), **lorry, "weight": str(weight),
        },
        titles={"region": place["name"], "city": place["city"]},
    )  # fmt: skip


def ride_itinerary(rng: Random) -> Facts:
    """The list of trips of a provider of rides."""
    provider, first = rng.choice(PROVIDERS), facts.day_between(rng, 2020)
    count, city = rng.randint(1, 5), facts.region(rng)["city"]
    printed: dict[str, str] = {}
    values: dict[str, object] = {}
    total, day = Decimal(0), first
    for row in range(count):
        leaves, cells = facts.moment(rng, day), _trip(rng, city)
        total += Decimal(cells["amount"])
        both = {f"trips.{row}.{name}": text for name, text in cells.items()}
        printed |= both
        printed |= {f"trips.{row}.index": str(row + 1), f"trips.{row}.pickup_time": f"{leaves:%Y-%m-%d %H:%M}"}
        values |= both | {f"trips.{row}.pickup_time": leaves.isoformat()}
        day += timedelta(days=rng.randint(0, 3)) if row < count - 1 else timedelta()
    asked, phone = day + timedelta(days=rng.randint(0, 20)), f"1{digits(rng, 2)}****{digits(rng, 4)}"
    return Facts(
        {
            **printed, "period": f"行程起止日期：{first:%Y-%m-%d} 至 {day:%Y-%m-%d}",
            "asked": f"申请日期：{asked:%Y-%m-%d}",
            "sum": f"共{count}笔行程，合计{total}元",
            "phone": f"行程人手机号：{phone}", "provider": f"{provider}—行程单",
        },
        {
            **values, "provider": provider, "start_date": first.isoformat(), "end_date": day.isoformat(),
            "total": str(total),
            "application_date": asked.isoformat(), "trip_count": count,
        },
        {"period": ("start_date", "end_date"), "asked": ("application_date",), "sum": ("trip_count", "total")},
    )  # fmt: skip


def _trip(rng: Random, city: str) -> dict[str, str]:
    """The cells of a trip within *city*, apart from its time."""
    (start, end), amount = rng.sample(STREETS, 2), facts.money(rng, 9, 160)
    distance = Decimal(rng.randint(12, 480)) / 10
    return {
        "car_type": rng.choice(CARS),
        "city": city,
        "departure": start,
        "arrival": end,
        "distance": str(distance),
        "amount": str(amount),
    }
