"""Which kind a page is: by several signs with weights, never by a word in the body."""

from dataclasses import replace
from functools import cache

import kind_pages as pages
import pytest

from invoiceocr import kinds, resources
from invoiceocr.extraction import schema
from invoiceocr.extraction.kind_match import KindScore, classify
from invoiceocr.extraction.kind_reader import KindReader
from invoiceocr.extraction.match_spec import KindMatch, compile_match
from invoiceocr.page import KeyMatch, Page


@cache
def matches() -> tuple[KindMatch, ...]:
    schemas = schema.load(resources.folder("schemas"))
    readers = (KindReader(spec, schemas) for spec in kinds.builtin() if spec.match)
    return tuple(compile_match(reader) for reader in readers)


def best(page: Page) -> KindScore:
    return classify(page, matches())[0]


def titled(title: str, *others: str) -> Page:
    """A page with a large *title* and smaller lines below it."""
    body = [pages.line(text, 100, 160 + 40 * index) for index, text in enumerate(others)]
    return pages.page(pages.line(title, 200, 60, height=34), *body)


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("某市出租汽车统一发票", "taxi"),
        ("某某省通用定额发票", "quota"),
        ("某某省国家税务局通用机打发票", "machine_printed"),
        ("机动车销售统一发票", "motor_vehicle"),
        ("二手车销售统一发票", "used_vehicle"),
        ("电子发票（铁路电子客票）", "digital_rail"),
        ("电子发票（航空运输电子客票行程单）", "digital_air"),
        ("航空运输电子客票行程单", "air_itinerary"),
        ("某某省公路汽车客票", "bus"),
        ("某某海峡客船船票", "ship"),
        ("某省车辆通行费发票", "toll_receipt"),
        ("某省医疗门诊收费票据（电子）", "medical"),
        ("某省公益事业捐赠统一票据（电子）", "fiscal"),
        ("高德打车-行程单", "ride_itinerary"),
    ],
)
def test_a_title_at_the_head_tells_the_kind(title: str, kind: str) -> None:
    found = best(titled(title, "合计 10.00", "二〇二四年"))
    assert found.kind == kind
    assert found.probability > 0.45


@pytest.mark.parametrize(
    "word", ["出租车发票", "附行程单", "定额发票", "医疗收费票据", "通行费发票", "航空运输电子客票行程单", "汽车客票"]
)
def test_a_word_of_a_title_in_the_body_never_decides(word: str) -> None:
    lines = ["会议纪要", "一、报销", "二、采购", "三、其他", "四、说明", f"备注：{word}已收", "以上"]
    assert best(pages.rows(*([(text, 100.0)] for text in lines))).kind == "other"


@pytest.mark.parametrize(
    "lines",
    [
        ["登机牌 BOARDING PASS", "航班 FLIGHT XX1234", "日期 DATE 05MAY", "登机口 GATE 12", "座位号 SEAT 20A"],
        ["某某银行", "业务回单", "付款人名称：某某", "收款人名称：某某", "金额：500.00", "摘要：货款"],
        ["某某大酒店", "宾客账单", "房号 1203", "入住日期 2024-05-01", "离店日期 2024-05-02", "房费 380.00"],
        ["某某超市", "收银小票", "可乐 3.00", "面包 5.50", "合计 8.50", "找零 1.50"],
        ["房屋租赁合同", "甲方：某某", "乙方：某某", "租金每月 3000 元"],
        ["中华人民共和国居民身份证", "姓名 某某", "性别 男 民族 汉"],
    ],
)
def test_what_is_no_invoice_is_other(lines: list[str]) -> None:
    assert best(pages.rows(*([(text, 100.0)] for text in lines))).kind == "other"


def test_captions_tell_a_taxi_receipt_whose_title_the_seal_hides() -> None:
    captions = ["车号", "日期", "上车", "下车", "单价", "里程", "等候", "金额"]
    page = pages.rows(*([(text, 100.0), ("12", 250.0)] for text in captions))
    assert best(page).kind == "taxi"


def test_the_probabilities_of_all_kinds_are_one() -> None:
    found = classify(titled("某市出租汽车统一发票"), matches())
    assert abs(sum(score.probability for score in found) - 1.0) < 1e-9
    assert [score.probability for score in found] == sorted((s.probability for s in found), reverse=True)


def test_an_empty_page_is_other() -> None:
    assert best(pages.page()) == KindScore("other", 1.0)


METER = ("2020-03-04", "13:03", "13:12", "3.30元", "7.3km", "00:00.38", "21.00元")


def test_what_a_meter_prints_from_the_date_to_the_fare_tells_a_taxi_slip_without_captions() -> None:
    column = [pages.line(text, 100, 60 + 40 * index) for index, text in enumerate(METER)]

    assert best(pages.page(*column)).kind == "taxi"


def test_the_values_of_a_meter_in_another_order_tell_nothing() -> None:
    column = [pages.line(text, 100, 60 + 40 * index) for index, text in enumerate(reversed(METER))]

    assert best(pages.page(*column)).kind == "other"


def test_captions_and_values_that_say_the_same_count_once() -> None:
    names = ("日期", "上车", "下车", "单价", "里程", "等候", "金额")
    captions = [pages.line(text, 40, 60 + 40 * index) for index, text in enumerate(names)]
    values = [pages.line(text, 240, 60 + 40 * index) for index, text in enumerate(METER)]

    both, alone = best(pages.page(*captions, *values)), best(pages.page(*values))

    assert both.kind == alone.kind == "taxi"
    assert both.probability <= alone.probability


SHOWN = ("issue_date", "column_quantity", "payee")
CIPHER = ("89/3+6>761604270-19/8209<92", "58-6*9566*<6+/0**810328<-52")


@pytest.mark.parametrize(("cipher", "kind"), [(CIPHER, "vat_ordinary"), ((), "other")])
def test_a_cipher_area_makes_up_for_captions_that_are_illegible(cipher: tuple[str, ...], kind: str) -> None:
    texts = ("1100171320", "No12345678", "开票日期", "数量", "收款人", *cipher)
    page = pages.page(*(pages.line(text, 100, 60 + 40 * index) for index, text in enumerate(texts)), width=1700)
    shown = replace(page, labels=tuple(KeyMatch(name, page.lines[0].box, name) for name in SHOWN))

    assert best(shown).kind == kind


def test_the_title_of_a_screen_rules_tickets_out_and_the_same_words_in_a_note_do_not() -> None:
    ticket = ["某省汽车客票", "起点站 东山", "终点站 西河", "乘车日期 2019-05-06", "开车时间 08:30", "座位号 12"]

    def kind(*lines: str) -> str:
        return best(pages.rows(*([(text, 100.0)] for text in lines))).kind

    assert kind(*ticket, "网上购票成功请凭身份证检票") == "bus"
    assert kind("购票成功", *ticket) != "bus"
