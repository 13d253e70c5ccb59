"""Built-in kinds that are YAML alone, on invented slips."""

from datetime import date, datetime, time
from decimal import Decimal
from functools import cache

import kind_pages as pages
import pytest
import sheets

from invoiceocr import kinds, resources
from invoiceocr.extraction import schema
from invoiceocr.extraction.kind_match import classify
from invoiceocr.extraction.kind_reader import KindReader
from invoiceocr.page import Page


@cache
def reader(kind: str) -> KindReader:
    return KindReader(kinds.builtin()[kind], schema.load(resources.folder("schemas")))


def values(kind: str, page: Page) -> dict[str, object]:
    return pages.values(reader(kind)(page)[1])


def ticket(**changes: str) -> Page:
    """A train ticket."""
    text = {"route": "东山北站", "train": "G1234", "goal": "西河站", "seat": "05车07F号", "class": "二等座", **changes}
    departs = text.get("time", "2024年05月06日 14:30开")
    return pages.rows(
        [("Z012345", 100), ("检票：5A", 500)],
        [(text["route"], 120), (text["train"], 320), (text["goal"], 520)],
        [("Dongshanbei", 130), ("Xihe", 540)],
        [(departs, 100), (text["seat"], 520)],
        [("¥123.5元", 100), (text["class"], 540)],
        [("限乘当日当次车", 100)],
        [("1101011990****0012 某某", 100)],
        [("买票请到12306 发货请到95306", 160)],
        [("12345678900506Z012345 东山北售", 100)],
    )


def test_every_field_of_a_train_ticket_is_found() -> None:
    assert values("train", ticket()) == {
        "departure_station": "东山北",
        "train_number": "G1234",
        "arrival_station": "西河",
        "departure_latin": "Dongshanbei",
        "arrival_latin": "Xihe",
        "departure_time": datetime(2024, 5, 6, 14, 30),
        "carriage": "05",
        "seat": "07F",
        "serial_number": "12345678900506Z012345",
        "total": Decimal("123.5"),
        "seat_class": "二等座",
        "ticket_number": "Z012345",
        "passenger_id": "1101011990****0012",
        "passenger_name": "某某",
    }


def test_a_berth_and_the_lack_of_a_seat_are_seats_of_a_train_ticket() -> None:
    berth = values("train", ticket(seat="12车08号下铺", **{"class": "新空调硬卧"}))
    assert (berth["carriage"], berth["seat"], berth["seat_class"]) == ("12", "08号下铺", "新空调硬卧")
    assert values("train", ticket(seat="03车无座"))["seat"] == "无座"


def test_a_train_is_known_where_the_stations_beside_it_are_illegible() -> None:
    found = values("train", ticket(route="东", goal="西"))

    assert found["train_number"] == "G1234"
    assert "departure_station" not in found


@pytest.mark.parametrize("place", ["检票口：  D12", "候车：  C12", "候车  C12", "检票  D12  口"])
def test_a_gate_or_a_waiting_room_is_no_train(place: str) -> None:
    rows = [[("Z012345", 100)], [(place, 500)], [("东", 120), ("西", 520)], [("2024年05月06日 14:30开", 100)]]
    head = pages.rows(*rows, [("¥123.5元", 100), ("二等座", 540)], [("限乘当日当次车", 100)])

    assert "train_number" not in values("train", head)


def test_the_days_on_which_a_ticket_is_good_are_no_carriage() -> None:
    assert "carriage" not in values("train", ticket(seat="限乘05月06号"))


@pytest.mark.parametrize(
    ("moment", "place", "seat"),
    [
        ("2024年05日06日14:30π", "05±07F号", "07F"),
        ("2024*05×06日14:30", "05+079号", None),
        ("202405月06日14:30", "05±07F号", "07F"),
    ],
)
def test_misread_units_between_the_figures_of_a_train_ticket_cost_neither_time_nor_carriage(
    moment: str, place: str, seat: str | None
) -> None:
    found = values("train", ticket(time=moment, seat=place))

    assert found["departure_time"] == datetime(2024, 5, 6, 14, 30)
    assert (found["carriage"], found.get("seat")) == ("05", seat)


def test_a_taxi_receipt_whose_print_has_slipped_a_line_down() -> None:
    captions = [
        "单位",
        "电话",
        "车号",
        "证号",
        "日期",
        "时间",
        "单价",
        "里程",
        "等候",
        "状态",
        "金额",
        "燃油附加费",
        "实收金额",
    ]
    prints = [None, "60001234", "B-T1234", None, "2024-05-06", "08:10-08:35", "2.30", "12.6", "00:05:27", "1", "¥37.90",
              "¥1.00", "¥38.90"]  # fmt: skip
    head = [pages.line("111001234567", 40, 60, height=30), pages.line("12345678", 40, 100, height=30)]
    left = [pages.line(text, 100, 150 + 38 * index) for index, text in enumerate(captions)]
    right = [pages.line(text, 300, 150 + 38 * index + 45) for index, text in enumerate(prints) if text]
    province = pages.line("京", 180, 150 + 38 * 2)
    assert values("taxi", pages.page(*head, *left, province, *right)) == {
        "code": "111001234567",
        "number": "12345678",
        "plate_number": "京B-T1234",
        "travel_date": date(2024, 5, 6),
        "boarding_time": time(8, 10),
        "alighting_time": time(8, 35),
        "unit_price": Decimal("2.30"),
        "distance": Decimal("12.6"),
        "waiting_time": "00:05:27",
        "fuel_surcharge": Decimal("1.00"),
        "total": Decimal("38.90"),
        "region": "北京",
    }


@pytest.mark.parametrize("boarded", ["13137", "CK0918313:37"], ids=["faint-colon", "behind-another-number"])
def test_a_misread_time_of_a_taxi_receipt_that_can_only_be_one_is_doubtful(boarded: str) -> None:
    said = {
        "车号": "BT1234",
        "日期": "2024-05-06",
        "上车": boarded,
        "下车": "14:04",
        "单价": "2.30",
        "里程": "12.6",
        "金额": "46.00",
    }
    slip = pages.rows(*([(caption, 100), (text, 300)] for caption, text in said.items()))

    times = {each.path: each for each in reader("taxi")(slip)[1] if each.path.endswith("ing_time")}

    assert {path: each.value for path, each in times.items()} == {
        "boarding_time": time(13, 37),
        "alighting_time": time(14, 4),
    }
    assert times["boarding_time"].confidence < 0.5 < times["alighting_time"].confidence


@pytest.mark.parametrize(
    ("times", "doubtful"),
    [
        ("11:16-11137", "alighting_time"),
        ("11:16-1137", "alighting_time"),
        ("11116-11:37", "boarding_time"),
        ("1116-11:37", "boarding_time"),
    ],
)
def test_of_two_times_in_one_row_of_a_taxi_receipt_the_one_without_its_colon_is_doubtful(
    times: str, doubtful: str
) -> None:
    said = {"车号": "BT1234", "日期": "2024-05-06", "时间": times, "单价": "2.30", "里程": "12.6", "金额": "46.00"}
    slip = pages.rows(*([(caption, 100), (text, 300)] for caption, text in said.items()))

    found = {each.path: each for each in reader("taxi")(slip)[1] if each.path.endswith("ing_time")}

    assert {path: each.value for path, each in found.items()} == {
        "boarding_time": time(11, 16),
        "alighting_time": time(11, 37),
    }
    assert [path for path, each in found.items() if each.confidence < 0.5] == [doubtful]


@pytest.mark.parametrize("text", ["24-05-06-08:12", "24/05/06-08:12", "24.05.06-08:12", "5550-08:12", "08:12-5550"])
def test_a_day_or_a_number_beside_a_time_is_no_other_time_of_a_taxi_receipt(text: str) -> None:
    said = {"车号": "BT1234", "电话": text, "单价": "2.30", "里程": "12.6", "金额": "46.00"}
    slip = pages.rows(*([(caption, 100), (text, 300)] for caption, text in said.items()))

    assert not [each for each in reader("taxi")(slip)[1] if each.path.endswith("ing_time")]


@pytest.mark.parametrize(
    ("rows", "sure"),
    [
        ({"日期": "12.03.19", "上车": "13:37"}, False),
        ({"日期": "12/03/19", "上车": "13:37"}, False),
        ({"上车": "12.03.19 13:37"}, False),
        ({"日期": "12-03-19", "上车": "13:37"}, True),
        ({"日期": "2012.03.19", "上车": "13:37"}, True),
    ],
    ids=["points", "strokes", "before-the-time", "dashes", "year-of-four-digits"],
)
def test_a_day_of_a_taxi_receipt_is_doubtful_where_it_may_stand_before_the_month(
    rows: dict[str, str], sure: bool
) -> None:
    said = {"车号": "BT1234", **rows, "下车": "14:04", "单价": "2.30", "里程": "12.6", "金额": "46.00"}
    slip = pages.rows(*([(caption, 100), (text, 300)] for caption, text in said.items()))

    found = next(each for each in reader("taxi")(slip)[1] if each.path == "travel_date")

    assert (found.value, found.confidence > 0.5) == (date(2012, 3, 19), sure)


def test_a_number_with_the_rest_of_its_caption_is_that_of_a_taxi_receipt() -> None:
    slip = pages.rows(
        [("131001234567", 100)], [("号24681357", 40)], *([(c, 60)] for c in ("车号", "日期", "上车", "金额"))
    )

    assert values("taxi", slip)["number"] == "24681357"


def test_a_stroke_of_a_pen_across_the_rows_of_a_taxi_receipt_is_no_value() -> None:
    said = {
        "车号": "BT1234",
        "日期": "2024-05-06",
        "上车": "13:37",
        "下车": "14:04",
        "X价": "2.25",
        "X程": "19,5km",
        "等X": "104.50",
        "X态": "",
        "金X": "46.008",
    }
    captions = [pages.line(text, 100, 150 + 40 * index) for index, text in enumerate(said)]
    prints = [pages.line(text, 300, 150 + 40 * index) for index, text in enumerate(said.values()) if text]
    stroke = pages.line("5", 200, 308, height=170)

    found = values("taxi", pages.page(*captions, *prints, stroke))

    assert (found["unit_price"], found["total"]) == (Decimal("2.25"), Decimal("46.00"))


def test_a_waiting_time_that_lost_its_hours_is_no_fare_of_a_taxi() -> None:
    said = {
        "车号": "BT1234",
        "日期": "2024-05-06",
        "上车": "13:37",
        "下车": "14:04",
        "单价": "2.30",
        "里程": "12.6",
        "等候": ":04.50",
        "金额": "46.00元",
    }
    slip = pages.rows(*([(caption, 100), (text, 300)] for caption, text in said.items()))

    assert values("taxi", slip)["total"] == Decimal("46.00")
    assert "total" not in values("taxi", pages.rows(*([(c, 100), (t, 300)] for c, t in list(said.items())[:-1])))


def test_where_a_taxi_receipt_lacks_a_value_a_second_look_goes_as_far_off_as_the_other_values_stand() -> None:
    said = {
        "车号": "BT1234",
        "日期": "2024-05-06",
        "上车": "08:10",
        "下车": "08:35",
        "单价": "2.30",
        "里程": "12.6",
        "金额": None,
    }
    left = [pages.line(caption, 100, 150 + 40 * index) for index, caption in enumerate(said)]
    right = [pages.line(text, 300, 162 + 40 * index) for index, text in enumerate(said.values()) if text]

    (cell,) = reader("taxi").whole(pages.page(*left, *right)).empty_cells

    assert (cell.x0 > 130, cell.x1 > 350) == (True, True)
    assert cell.cy == pytest.approx(162 + 40 * 6, abs=2)


def test_a_surcharge_of_nothing_is_no_fare_where_that_was_not_read() -> None:
    captions = ("日期", "上车", "下车", "单价", "里程", "金额", "另收")
    prints = ("2024-05-06", "08:10", "08:35", "2.30", "12.6", "", "0.00元")
    rows = ([(name, 100), (text, 300)] if text else [(name, 100)] for name, text in zip(captions, prints, strict=True))

    assert "total" not in values("taxi", pages.rows(*rows))


def test_a_fare_with_a_surcharge_and_no_legible_sum_below_is_doubtful_as_the_total() -> None:
    captions = ("日期", "上车", "下车", "单价", "里程", "金额", "燃油附加费")
    prints = ("2024-05-06", "08:10", "08:35", "2.30", "12.6", "¥37.90", "¥1.00")
    rows = ([(name, 100), (text, 300)] for name, text in zip(captions, prints, strict=True))

    (total,) = (c for c in reader("taxi")(pages.rows(*rows))[1] if c.path == "total")

    assert (total.value, total.place) == (Decimal("37.90"), 0.45)


def test_a_sum_between_two_captions_belongs_to_the_nearer_one() -> None:
    captions = ("日期", "上车", "下车", "单价", "里程", "金额", "预约叫车服务费", "实收金额")
    prints = ("2024-05-06", "08:10", "08:35", "2.30", "12.6", "¥63.00元")
    left = [pages.line(caption, 100, 150 + 40 * index) for index, caption in enumerate(captions)]
    right = [pages.line(text, 300, 150 + 40 * index) for index, text in enumerate(prints)]
    paid = pages.line("64.00元", 300, 150 + 40 * 6 + 22)

    assert values("taxi", pages.page(*left, *right, paid))["total"] == Decimal("64.00")


def test_the_face_value_of_a_quota_invoice_is_what_its_words_say() -> None:
    page = pages.rows(
        [("某省通用定额发票", 300)],
        [("发票代码 123001234567", 60), ("50", 700)],
        [("发票号码 00123456", 60)],
        [("贰拾元整", 300)],
    )
    found = values("quota", page)
    assert (found["code"], found["number"], found["total"]) == ("123001234567", "00123456", Decimal("20"))
    assert found["total_in_words"] == "贰拾元整"


def test_the_time_of_entry_is_not_the_passage_where_that_was_not_read() -> None:
    page = pages.rows(
        [("高速公路通行费发票", 100)],
        [("入口时间 2018-02-14 10:55:02", 100)],
        [("出口时间 2018-02-14 11:", 100)],
        [("收费额 0.00", 100)],
    )

    assert not {"travel_time", "total"} & values("toll_receipt", page).keys()


@pytest.mark.parametrize(
    ("rows", "sure"),
    [
        (["时间：18/03/19 10:20:30"], False),
        (["日期：18/03/19", "时间：10:20:30"], False),
        (["18.03.19 10:20:30"], False),
        (["时间：18-03-19 10:20:30"], True),
        (["日期：18-03-19", "时间：10:20:30"], True),
        (["18-03-19 10:20:30"], True),
    ],
)
def test_the_day_of_a_passage_is_doubtful_where_it_may_stand_before_the_month(rows: list[str], sure: bool) -> None:
    page = pages.rows([("高速公路通行费发票", 100)], *([(text, 100)] for text in rows))

    (found,) = (each for each in reader("toll_receipt")(page)[1] if each.path == "travel_time")

    assert (found.value, found.confidence > 0.5) == (datetime(2018, 3, 19, 10, 20, 30), sure)


def test_two_quays_behind_the_caption_of_the_route_are_the_ends_of_a_ferry_trip() -> None:
    page = pages.rows([("水路客运船票", 100)], [("航线：", 100), ("东山码头", 200), ("西河码头", 420)])

    found = values("ship", page)

    assert (found["departure_station"], found["arrival_station"]) == ("东山码头", "西河码头")


def test_one_digit_of_a_sum_is_no_sum() -> None:
    page = pages.rows(
        [("公益事业捐赠统一票据（电子）", 100)],
        [("金额合计（大写）", 100), ("贰万元整", 300), ("（小写）", 500), ("2", 620)],
    )

    assert values("fiscal", page).get("total") in (None, Decimal(20000))


@pytest.mark.parametrize("title", ["样例省车辆通行费票据（电子）", "样例省车辆通行费噪据（电子）"])
def test_a_bill_of_public_finance_is_known_though_a_seal_makes_a_character_of_its_title_illegible(title: str) -> None:
    page = pages.rows(
        [(title, 200)],
        [("财政部监制", 260)],
        [("统一社会信用代码：91310000MA00AB1240", 60), ("票据号码：0001234567", 420)],
        [("校验码：a1B2c3", 420)],
        [("开票日期：2024-05-17", 420)],
        [("项目名称", 160), ("单位", 300), ("数量", 360), ("金额（元）", 460)],
        [("金额合计（大写）", 60), ("（小写）", 460)],
    )

    assert classify(page, sheets.matches())[0].kind == "fiscal"


def test_the_seal_over_the_title_of_a_coach_ticket_names_no_stations() -> None:
    page = pages.rows(
        [("国统一发票监制", 300)], [("汽车客运车票", 200)], [("日期：2018-06-20", 100)], [("票价：25元", 100)]
    )

    assert "departure_station" not in values("bus", page)


def test_every_field_of_a_motorway_slip_is_found() -> None:
    page = pages.rows(
        [("某省车辆通行费发票", 200)],
        [("发票代码 133001234567", 60)],
        [("发票号码 01234567", 60)],
        [("入口：东山", 60), ("出口：西河北", 400)],
        [("车型：1类", 60), ("收费员：1234", 400)],
        [("金额：25元", 60), ("24/05/06 14:30:25", 400)],
    )
    found = values("toll_receipt", page)
    assert (found["entrance"], found["exit"], found["total"]) == ("东山", "西河北", Decimal("25"))
    assert (found["travel_time"], found["operator"]) == (datetime(2024, 5, 6, 14, 30, 25), "1234")


def test_words_stamped_over_a_motorway_slip_are_no_part_of_its_values() -> None:
    page = pages.page(
        pages.line("某省车辆通行费发票", 200, 60, height=26),
        pages.line("发票代码：133001234567", 60, 140),
        pages.line("发票号码：01234567", 60, 180),
        pages.line("入口：", 60, 220),
        pages.line("东山", 130, 220),
        pages.line("已报销", 190, 235, height=60),
        pages.line("出口：", 60, 260),
        pages.line("西河北", 130, 260),
        pages.line("金额：25元", 60, 300),
    )
    found = values("toll_receipt", page)
    assert (found["entrance"], found["exit"]) == ("东山", "西河北")


def test_the_year_of_a_ride_is_that_of_the_period_line() -> None:
    places = {
        "序号": 60,
        "车型": 130,
        "上车时间": 230,
        "城市": 380,
        "起点": 470,
        "终点": 640,
        "里程[公里]": 800,
        "金额[元]": 930,
    }
    page = pages.page(
        pages.line("滴滴出行-行程单", 300, 40, height=30),
        pages.line("申请日期：2024-01-05", 60, 90),
        pages.line("行程起止日期：2023-12-30 至 2024-01-02", 400, 90),
        pages.line("共2笔行程，合计65.20元", 400, 120),
        *(pages.line(text, x, 170) for text, x in places.items()),
        *(
            pages.line(t, x, 220)
            for t, x in [("1", 70), ("快车", 130), ("12-30 05:", 225), ("某某", 380), ("东山|北", 465)]
        ),
        *(pages.line(t, x, 220) for t, x in [("机场|到达", 640), ("29.6", 820), ("56.20", 940)]),
        *(pages.line(t, x, 242) for t, x in [("48 周六", 225), ("市", 385), ("门", 465)]),
        *(
            pages.line(t, x, 300)
            for t, x in [("2", 70), ("快车", 130), ("01-02 17:", 225), ("某某", 380), ("机场", 465)]
        ),
        *(pages.line(t, x, 300) for t, x in [("西河", 640), ("3.1", 820), ("9.00", 940)]),
        *(pages.line(t, x, 322) for t, x in [("02 周二", 225), ("市", 385)]),
        pages.line("页码：1/1", 800, 900),
        width=1100,
    )
    found = values("ride_itinerary", page)
    assert (found["provider"], found["trip_count"], found["total"]) == ("滴滴出行", 2, Decimal("65.20"))
    assert found["trips.0.pickup_time"] == datetime(2023, 12, 30, 5, 48)
    assert found["trips.1.pickup_time"] == datetime(2024, 1, 2, 17, 2)
    assert (found["trips.0.departure"], found["trips.0.city"]) == ("东山|北门", "某某市")
    assert (found["trips.1.arrival"], found["trips.1.amount"]) == ("西河", Decimal("9.00"))


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (["示例大学附属样张医院医", "纺", "急）诊收费票据"], "示例大学附属样张医院"),
        (["示例市样张医院", "急）诊收费票据"], "示例市样张医院"),
        (["市样张新区示例医院", "急）诊收费票据"], None),
        (["市中区示例医院", "急）诊收费票据"], "市中区示例医院"),
        (["市北区样张卫生院", "急）诊收费票据"], "市北区样张卫生院"),
        (["省立样张医院", "急）诊收费票据"], "省立样张医院"),
    ],
    ids=["before-a-torn-title", "whole", "without-its-beginning", "middle-district", "north-district", "of-a-province"],
)
def test_the_name_of_a_hospital_ends_where_the_title_begins_and_has_its_beginning(
    head: list[str], name: str | None
) -> None:
    bill = pages.rows(
        [(text, 60 + 300 * index) for index, text in enumerate(head)],
        *([(caption, 60)] for caption in ("姓名：", "医保类型：", "医疗机构类型：", "合计（大写）：", "现金支付：")),
    )

    assert values("medical", bill).get("seller.name") == name


@pytest.mark.parametrize(
    ("payee", "name"),
    [("市南区样张局", "市南区样张局"), ("省立样张学校", "省立样张学校"), ("市样张新区示例局", None)],
    ids=["south-district", "of-a-province", "without-its-beginning"],
)
def test_a_payee_may_lie_in_a_district_whose_name_begins_with_the_word_for_city(payee: str, name: str | None) -> None:
    bill = pages.rows([("执收单位：", 60), (payee, 200)], [("票据代码：", 60), ("11010124", 200)])

    assert values("fiscal", bill).get("seller.name") == name


@pytest.mark.parametrize(
    "words",
    [
        "复诊预约2022年03月05日",
        "下次就诊2022年3月5日",
        "预产期2022年03月05日",
        "手术2022年03月05日",
        "出生2022年03月05日",
    ],
)
@pytest.mark.parametrize("kind", ["medical", "fiscal"])
def test_words_behind_an_empty_payee_that_say_what_day_it_is_are_nobody_s_name(kind: str, words: str) -> None:
    bill = pages.rows(
        *([(caption, 60)] for caption in ("姓名：", "医保类型：", "医疗机构类型：", "合计（大写）：", "现金支付：")),
        [("收款单位（章）：示例市样张医院", 60), (f"收款人：{words}", 500)],
    )

    assert not {"payee", "issue_date"} & values(kind, bill).keys()


def test_the_day_behind_the_cashier_of_a_hospital_is_that_of_issue_also_if_both_were_read_as_one() -> None:
    bill = pages.rows(
        *([(caption, 60)] for caption in ("姓名：", "医保类型：", "医疗机构类型：", "合计（大写）：", "现金支付：")),
        [("收款单位（章）：示例市样张医院", 60), ("收款人：A11 2018-06-09", 500)],
    )

    assert values("medical", bill)["issue_date"] == date(2018, 6, 9)


def test_a_bill_of_a_restaurant_is_no_taxi_receipt_though_captions_of_its_times_resemble_those_of_one() -> None:
    page = pages.rows(
        [("某某酒家", 100)],
        [("台号：A12 人数：4", 60)],
        [("开台时间：2023-05-06 18:00", 60)],
        [("结账时间：19:45", 60)],
        [("菜名", 60), ("数量", 180), ("单价", 260), ("金额", 340)],
        [("米饭", 60), ("4", 180), ("2.00", 260), ("8.00", 340)],
        [("合计金额：46.00 实收金额：46.00", 60)],
    )

    assert classify(page, sheets.matches())[0].kind == "other"


def test_a_plate_that_lost_a_character_is_none() -> None:
    def plate(text: str) -> object:
        page = pages.rows([("某市出租汽车发票", 100)], [("车号", 60), (text, 300)], [("日期", 60), ("2019-05-06", 300)])
        return values("taxi", page).get("plate_number")

    assert plate("辽AEF123") == "辽AEF123"
    assert plate("辽AF123") is None


def test_the_stations_of_a_refunded_ticket_stand_behind_its_train_with_the_dash_read_as_a_character() -> None:
    page = pages.rows(
        [("退票费报销凭证", 200)],
        [("原票 G6701次 北京西一石家庄", 60)],
        [("退票费 ¥21.5元", 60)],
        [("报销凭证遗失不补", 60)],
        [("买票请到12306", 60)],
    )
    found = values("train", page)

    assert (found["departure_station"], found["arrival_station"]) == ("北京西", "石家庄")
    assert found["train_number"] == "G6701"


def test_two_places_that_were_read_as_one_are_not_where_a_coach_goes() -> None:
    page = pages.rows([("某省汽车客票", 200)], [("终点", 100)], [("东山城南客运站西河", 60)])

    assert "arrival_station" not in values("bus", page)


def test_both_ends_of_a_motorway_may_be_read_as_one_line() -> None:
    page = pages.rows(
        [("某省高速公路通行费发票", 200)], [("发票代码 133001234567", 60)], [("入口东山机场出口西河绕城", 60)]
    )
    found = values("toll_receipt", page)

    assert (found["entrance"], found["exit"]) == ("东山机场", "西河绕城")


def test_the_words_of_a_bill_may_stand_apart_with_half_of_their_caption() -> None:
    page = pages.rows([("某省医疗门诊收费票据", 200)], [("（大写）伍佰壹拾贰元叁角整", 180)])

    assert values("medical", page)["total_in_words"] == "伍佰壹拾贰元叁角整"


def test_letters_of_a_currency_may_be_misread() -> None:
    page = pages.rows(
        [("航空运输电子客票行程单", 200)], [("票价", 60), ("合计", 400)], [("CNY 800.00", 60), ("C.Y 890.00", 400)]
    )

    assert values("air_itinerary", page)["total"] == Decimal("890.00")


def test_the_caption_of_a_time_close_behind_an_entrance_is_no_part_of_it() -> None:
    page = pages.rows(
        [("某省高速公路通行费发票", 200)], [("发票代码 133001234567", 60)], [("进口：东山进口时间：10-01 08:11", 60)]
    )

    assert values("toll_receipt", page)["entrance"] == "东山"
