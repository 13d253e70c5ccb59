"""Block types, each read from YAML text and a page of a few lines."""

from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

import kind_pages as pages
import pytest

from invoiceocr import kinds, resources
from invoiceocr.errors import SchemaError
from invoiceocr.extraction import schema
from invoiceocr.extraction.candidates import UNSURE
from invoiceocr.extraction.kind_match import classify
from invoiceocr.extraction.kind_reader import KindReader
from invoiceocr.extraction.match_spec import compile_match
from invoiceocr.kinds.remarks import MAX_LENGTH
from invoiceocr.page import TextSource


def test_key_value_reads_right_of_a_caption_and_below_it(tmp_path: Path) -> None:
    read = pages.reader(
        tmp_path,
        """
        fields: {fare: {type: money}}
        phrases: {fare: [^票价], no: [^编号]}
        blocks:
          - key_value:
              fields:
                number: {label: no, like: ['^\\d{8}$']}
                fare: {label: fare, where: [below]}
        """,
    )
    found = read(pages.rows([("编号", 100), ("00123456", 200)], [("票价", 100)], [("12.50", 100)]))[1]
    assert pages.values(found) == {"number": "00123456", "fare": Decimal("12.50")}


def test_a_value_ends_before_the_next_caption_of_its_row(tmp_path: Path) -> None:
    read = pages.reader(
        tmp_path,
        """
        fields: {gate: {type: text}}
        phrases: {gate: [^检票口], seat: [^座位]}
        blocks: [{key_value: {fields: {gate: {label: gate}}}}]
        """,
    )
    found = read(pages.rows([("检票口", 100), ("座位", 200), ("05A", 260)]))[1]
    assert pages.values(found) == {}


WRAPPED = """
    fields: {payee: {type: name}, place: {type: name}}
    phrases: {payee: [^收款单位], place: [^地点]}
    blocks:
      - key_value:
          where: [wrapped]
          fields: {payee: {label: payee, like: ['^\\p{Han}+$']}, place: {label: place, like: ['^\\p{Han}+$']}}
    """


def test_a_wrapped_value_goes_on_in_the_line_below_that_begins_where_it_does(tmp_path: Path) -> None:
    read = pages.reader(tmp_path, WRAPPED)
    found = read(
        pages.rows([("收款单位", 100), ("某某物业服务有限", 200)], [("公司", 200)], [("另一行", 300)], pitch=30.0)
    )[1]
    assert pages.values(found) == {"payee": "某某物业服务有限公司"}


def test_a_caption_may_stand_between_the_lines_of_its_value(tmp_path: Path) -> None:
    lines = (("某某物业服务有限", 200, 90), ("收款单位", 100, 101), ("公司", 198, 117))
    found = pages.reader(tmp_path, WRAPPED)(pages.page(*(pages.line(*line) for line in lines)))[1]
    assert pages.values(found) == {"payee": "某某物业服务有限公司"}


def test_a_line_below_with_a_caption_of_its_own_is_no_part_of_a_wrapped_value(tmp_path: Path) -> None:
    read = pages.reader(tmp_path, WRAPPED)
    found = read(pages.rows([("收款单位", 100), ("某某公司", 200)], [("地点", 100), ("东山", 200)], pitch=30.0))[1]
    assert pages.values(found) == {"payee": "某某公司", "place": "东山"}


UNREAD = """
    fields: {payee: {type: name}}
    phrases: {no: [^编号], payee: [^收款单位], seat: [^座位]}
    blocks:
      - key_value: {where: [right], fields: {total: {label: no, like: ['^\\d+\\.\\d\\d$']}, payee: {label: payee}}}
    """


def test_where_a_caption_has_no_value_is_a_cell_up_to_the_next_caption(tmp_path: Path) -> None:
    page = pages.rows([("编号", 100), ("座位", 400)], [("收款单位", 100)])
    (cell,) = pages.reader(tmp_path, UNREAD).whole(page).empty_cells
    caption = page.lines[0].box
    assert (cell.x0, cell.x1) == (caption.x1, 400)
    assert cell.y0 < caption.y0 < caption.y1 < cell.y1


def test_such_a_cell_is_as_far_off_its_caption_as_the_other_values_of_the_row_are_off_theirs(tmp_path: Path) -> None:
    captions = [pages.line("收款单位", 100, 100), pages.line("编号", 400, 100), pages.line("座位", 600, 100)]
    slipped = pages.line("测试医院", 220, 90)
    read = pages.reader(tmp_path, UNREAD)

    (level,) = read.whole(pages.page(*captions)).empty_cells[:1]
    (cell,) = read.whole(pages.page(*captions, slipped)).empty_cells

    assert cell.cy == pytest.approx(level.cy - 10)


def test_a_name_that_ends_as_its_kind_of_names_do_is_looked_for_where_none_was_read(tmp_path: Path) -> None:
    entry = "payee: {label: payee, like: ['^\\p{Han}+医院$']}"
    page = pages.rows([("编号", 100), ("12.50", 200)], [("收款单位", 100), ("座位", 400)])
    (cell,) = pages.reader(tmp_path, UNREAD.replace("payee: {label: payee}", entry)).whole(page).empty_cells
    assert cell.x1 == 400


@pytest.mark.parametrize(("words", "cells"), [("柒佰元玖角", 1), ("柒佰元玖角柒分", 0), ("陆佰元玖角", 0)])
def test_words_that_begin_as_those_of_the_figure_are_looked_at_to_their_end(
    tmp_path: Path, words: str, cells: int
) -> None:
    fields = "total: {label: no, like: ['^\\d+\\.\\d\\d$']}, total_in_words: {label: payee, like: ['^.*元.*$']}"
    block = f"blocks: [{{key_value: {{where: [right], fields: {{{fields}}}}}}}]"
    read = pages.reader(tmp_path, UNREAD.partition("blocks")[0] + block)
    page = pages.rows([("编号", 100), ("700.97", 200)], [("收款单位", 100), (words, 200), ("座位", 600)])
    assert len(read.whole(page).empty_cells) == cells


PRICE = """
fields: {total: {type: money}}
phrases: {price: [^票价], sum: [^合计]}
blocks: [{key_value: {unless: sum, fields: {total: {label: price, like: ['^\\d+\\.\\d\\d']}}}}]
"""


def test_a_caption_that_says_something_else_beside_another_one_has_neither_a_value_nor_a_cell(tmp_path: Path) -> None:
    read, total = pages.reader(tmp_path, PRICE), [("合计", 500), ("100.00", 600)]
    alone, beside = [("票价", 100), ("50.00", 200)], [("票价", 100), ("50.00", 200), *total]

    assert pages.values(read(pages.rows(alone))[1]) == {"total": Decimal("50.00")}
    assert pages.values(read(pages.rows(beside))[1]) == {}
    assert len(read.whole(pages.rows([("票价", 100), ("座位", 400)])).empty_cells) == 1
    assert read.whole(pages.rows([("票价", 100), ("座位", 400), ("合计", 500)])).empty_cells == ()


def test_a_value_that_was_read_leaves_no_cell_and_characters_of_a_file_none_either(tmp_path: Path) -> None:
    read = pages.reader(tmp_path, UNREAD)
    assert read.whole(pages.rows([("编号", 100), ("12.50", 200)])).empty_cells == ()
    stated = pages.page(pages.line("编号", 100, 100, source="ofd"), pages.line("座位", 400, 100, source="ofd"))
    assert read.whole(stated).empty_cells == ()


def test_row_pattern_tells_the_values_of_a_row_apart_by_named_groups(tmp_path: Path) -> None:
    read = pages.reader(
        tmp_path,
        """
        fields: {origin: {type: station}, train: {type: train_number}, goal: {type: station}}
        blocks:
          - row_pattern:
              patterns: ['^(?P<origin>\\p{Han}+)站(?P<train>[GD]\\d+)(?P<goal>\\p{Han}+)站$']
        """,
    )
    found = read(pages.rows([("东 山站", 100), ("G1234", 300), ("西河站", 500)], [("东山站售", 100)]))[1]
    assert pages.values(found) == {"origin": "东山", "train": "G1234", "goal": "西河"}


@pytest.mark.parametrize(("option", "place"), [("", 1.0), ("doubtful: true, ", UNSURE)])
def test_where_other_words_stand_like_this_too_the_values_of_a_row_are_doubtful(
    tmp_path: Path, option: str, place: float
) -> None:
    block = f"row_pattern: {{{option}patterns: ['^(?P<origin>\\p{{Han}}+)至(?P<goal>\\p{{Han}}+)$']}}"
    read = pages.reader(tmp_path, f"fields: {{origin: {{type: text}}, goal: {{type: text}}}}\nblocks: [{{{block}}}]")

    said = read(pages.rows([("东山至西河", 100)]))[1]

    assert pages.values(said) == {"origin": "东山", "goal": "西河"}
    assert {(found.place, found.placed) for found in said} == {(place, place == 1.0)}  # check digits prove a placed one


def test_a_text_of_the_right_look_that_makes_no_value_is_a_candidate_without_one(tmp_path: Path) -> None:
    read = pages.reader(
        tmp_path, "blocks: [{by_shape: {fields: {issue_date: {like: ['^\\d{4}年\\d{2}月\\d{2}日$']}}}}]"
    )
    candidate = read(pages.rows([("2024年02月31日", 100)]))[1][0]
    assert (candidate.path, candidate.value, candidate.text) == ("issue_date", None, "2024年02月31日")


def test_a_later_block_does_not_take_what_an_earlier_one_took(tmp_path: Path) -> None:
    read = pages.reader(
        tmp_path,
        """
        fields: {fare: {type: money}}
        blocks:
          - by_shape: {fields: {total: {like: ['^¥(\\d+\\.\\d\\d)$']}}}
          - by_shape: {fields: {fare: {like: ['^¥(\\d+\\.\\d\\d)$']}}}
        """,
    )
    one = read(pages.rows([("¥12.00", 100)]))[1]
    two = read(pages.rows([("¥12.00", 100)], [("¥7.00", 100)]))[1]
    assert pages.values(one) == {"total": Decimal("12.00")}
    assert pages.values(two) == {"total": Decimal("12.00"), "fare": Decimal("7.00")}


TAXI = """
    fields:
      day: {type: date}
      up: {type: time}
      down: {type: time}
      km: {type: measure}
    phrases: {day: [^日期], up: [^上车], down: [^下车], km: [^里程], fare: [^金额], paid: [^实收]}
    blocks:
      - ordered_rows:
          rows:
            - {field: day, label: day, like: ['\\d{4}-\\d\\d-\\d\\d']}
            - {field: up, label: up, like: ['^\\d\\d:\\d\\d$']}
            - {field: down, label: down, like: ['^\\d\\d:\\d\\d$']}
            - {field: km, label: km, like: ['^\\d+\\.\\d(?:km)?$']}
            - {field: total, label: fare, like: ['^(\\d+\\.\\d\\d)元?$']}
            - {field: total, label: paid, optional: true, like: ['^(\\d+\\.\\d\\d)元?$']}
    """
CAPTIONS = ("日期", "上车", "下车", "里程", "金额")
PRINTS = ("2024-05-01", "08:10", "08:35", "9.9km", "31.00元")
RIDE = {
    "day": date(2024, 5, 1),
    "up": time(8, 10),
    "down": time(8, 35),
    "km": Decimal("9.9"),
    "total": Decimal("31.00"),
}


@pytest.mark.parametrize("slip", [-25, 0, 18, 40, 60])
def test_rows_are_found_by_order_and_look_however_far_the_print_has_slipped(tmp_path: Path, slip: float) -> None:
    captions = [pages.line(text, 100, 100 + 40 * index) for index, text in enumerate(CAPTIONS)]
    prints = [pages.line(text, 260, 100 + 40 * index + slip) for index, text in enumerate(PRINTS)]
    found = pages.reader(tmp_path, TAXI)(pages.page(*captions, *prints))[1]
    assert pages.values(found) == RIDE


def test_a_caption_that_was_misread_leaves_its_row_in_its_place(tmp_path: Path) -> None:
    captions = [pages.line(text, 100, 100 + 40 * index) for index, text in enumerate(CAPTIONS) if text != "下车"]
    captions = [pages.line("日期", 100, 100), pages.line("上车", 100, 140), *captions[2:]]
    prints = [pages.line(text, 260, 100 + 40 * index) for index, text in enumerate(PRINTS)]
    assert pages.values(pages.reader(tmp_path, TAXI)(pages.page(*captions, *prints))[1]) == RIDE


def test_of_several_rows_with_one_field_the_last_that_has_print_gives_it(tmp_path: Path) -> None:
    read = pages.reader(tmp_path, TAXI)
    both = pages.rows([("金额", 100), ("31.00元", 260)], [("实收", 100), ("33.00元", 260)])
    blank = pages.rows([("金额", 100), ("31.00元", 260)], [("实收", 100)])
    assert pages.values(read(both)[1]) == {"total": Decimal("33.00")}
    assert pages.values(read(blank)[1]) == {"total": Decimal("31.00")}


CHARGED = TAXI.replace(
    "            - {field: total, label: paid",
    "            - {label: extra, optional: true, like: ['^\\d+\\.\\d\\d$']}\n            - {field: total, label: paid",
).replace("paid: [^实收]", "paid: [^实收], extra: [^附加费]")


@pytest.mark.parametrize(
    ("below", "sure"),
    [
        ([], True),
        ([("附加费", "0.00")], True),
        ([("附加费", "1.00")], False),
        ([("附加费", "0.00"), ("实收", "")], False),
        ([("附加费", "1.00"), ("实收", "32.00元")], True),
    ],
    ids=["alone", "no-surcharge", "surcharge", "paid-not-read", "paid-read"],
)
def test_a_fare_is_not_surely_what_was_paid_where_more_was_charged_or_the_sum_below_is_not_read(
    tmp_path: Path, below: list[tuple[str, str]], sure: bool
) -> None:
    rows = [*zip(CAPTIONS, PRINTS, strict=True), *below]
    page = pages.rows(*([(name, 100), (text, 260)] if text else [(name, 100)] for name, text in rows))

    (total,) = [said for said in pages.reader(tmp_path, CHARGED)(page)[1] if said.path == "total"]

    assert (total.confidence > 0.9) is sure


@pytest.mark.parametrize(
    ("charges", "total"),
    [(["¥1.00", "¥32.00"], "32.00"), (["¥1,00"], "31.00"), (["¥0.00"], "31.00")],
    ids=["sum", "illegible-surcharge", "no-surcharge"],
)
def test_a_charge_below_the_fare_whose_caption_is_illegible_is_the_sum_or_added_to_it(
    tmp_path: Path, charges: list[str], total: str
) -> None:
    yuan = CHARGED.replace("['^(\\d+", "['^¥?(\\d+")
    rows = [*([(name, 100), (text, 260)] for name, text in zip(CAPTIONS, PRINTS, strict=True))]
    page = pages.rows(*rows, *([("费", 100), (text, 260)] for text in charges))

    (found,) = [said for said in pages.reader(tmp_path, yuan)(page)[1] if said.path == "total"]

    assert found.value == Decimal(total)
    assert (found.confidence < 0.5) is (charges != ["¥0.00"])


def test_the_place_of_a_sum_that_is_not_read_is_looked_at_again_though_the_fare_is(tmp_path: Path) -> None:
    page = pages.rows(
        *([(name, 100), (text, 260)] for name, text in zip(CAPTIONS, PRINTS, strict=True)), [("实收", 100)]
    )
    page = replace(page, lines=tuple(replace(line, source="ocr") for line in page.lines))

    (cell,) = pages.reader(tmp_path, TAXI).whole(page).empty_cells

    assert cell.cy == pytest.approx(next(line.box.cy for line in page.lines if line.text == "实收"), abs=3)


TRIPS = """
    fields:
      start: {type: date}
      trips: {type: rows, fields: {at: {type: datetime}, origin: {type: text}, amount: {type: money}}}
    phrases: {col_no: [^序号$], col_at: [^时间$], col_from: [^起点$], col_amount: [^金额$]}
    blocks:
      - row_pattern: {patterns: ['^行程:(?P<start>\\d{4}-\\d\\d-\\d\\d)$']}
      - table:
          rows: trips
          columns:
            _no: {label: col_no, like: ['^\\d$']}
            at: {label: col_at, like: ['(\\d\\d-\\d\\d)(\\d\\d:\\d\\d)'], write: '\\1 \\2', year_from: [start]}
            origin: {label: col_from}
            amount: {label: col_amount}
          starts: [_no]
          until: ['^页码']
    """
HEAD = [("序号", 100), ("时间", 200), ("起点", 360), ("金额", 620)]


def test_a_table_joins_wrapped_cells_and_takes_the_year_from_another_field(tmp_path: Path) -> None:
    found = pages.reader(tmp_path, TRIPS)(
        pages.page(
            pages.line("行程:2024-05-14", 100, 50),
            *(pages.line(text, x, 100) for text, x in HEAD),
            *(
                pages.line(text, x, 140)
                for text, x in [("1", 110), ("05-14 05:", 190), ("某某广场", 350), ("56.20", 620)]
            ),
            *(pages.line(text, x, 162) for text, x in [("48 周二", 190), ("北门", 350)]),
            *(pages.line(text, x, 220) for text, x in [("2", 110), ("05-15 17:", 190), ("火车站", 350), ("9.00", 620)]),
            *(pages.line(text, x, 242) for text, x in [("02 周三", 190)]),
            pages.line("页码:1/1", 800, 400),
        )
    )[1]
    assert pages.values(found) == {
        "start": date(2024, 5, 14),
        "trips.0.at": datetime(2024, 5, 14, 5, 48),
        "trips.0.origin": "某某广场北门",
        "trips.0.amount": Decimal("56.20"),
        "trips.1.at": datetime(2024, 5, 15, 17, 2),
        "trips.1.origin": "火车站",
        "trips.1.amount": Decimal("9.00"),
    }


def test_a_missing_column_and_another_order_change_nothing_else(tmp_path: Path) -> None:
    head = [("序号", 100), ("金额", 240), ("起点", 420)]
    found = pages.reader(tmp_path, TRIPS)(pages.rows(head, [("1", 110), ("8.00", 240), ("某某路口", 410)]))[1]
    assert pages.values(found) == {"trips.0.amount": Decimal("8.00"), "trips.0.origin": "某某路口"}


def test_a_table_whose_headers_are_printed_again_beside_it_goes_on_there_row_by_row(tmp_path: Path) -> None:
    head = [("序号", 40), ("起点", 140), ("金额", 340), ("序号", 520), ("起点", 620), ("金额", 820)]
    rows = [
        [("1", 50), ("东山某某路口", 130), ("8.00", 340), ("2", 530), ("西河", 615), ("9.00", 820)],
        [("3", 50), ("南江", 130), ("7.00", 340)],
    ]

    found = pages.values(pages.reader(tmp_path, TRIPS)(pages.rows(head, *rows))[1])

    assert [found[f"trips.{row}.origin"] for row in range(3)] == ["东山某某路口", "西河", "南江"]
    assert [found[f"trips.{row}.amount"] for row in range(3)] == [Decimal("8.00"), Decimal("9.00"), Decimal("7.00")]


def test_a_region_ends_no_table_that_stands_below_it(tmp_path: Path) -> None:
    body = TRIPS.replace("rows: trips\n", "rows: trips\n          region: {bottom: [words]}\n")
    words = [("价税合计（大写）", 40), ("捌圆整", 300)]
    table = [HEAD, [("1", 110), ("05-14 05:48", 190), ("某某广场", 350), ("8.00", 620)]]

    found = pages.reader(tmp_path, body)(pages.rows(words, *table))[1]

    assert pages.values(found)["trips.0.amount"] == Decimal("8.00")


def test_a_mark_gives_a_value_that_is_not_printed(tmp_path: Path) -> None:
    read = pages.reader(
        tmp_path,
        """
        fields: {business: {type: text}}
        blocks: [{mark: {field: business, values: {refund: '^退票费$', change: 改签}}}]
        """,
    )
    assert pages.values(read(pages.rows([("始发改签", 100)]))[1]) == {"business": "change"}
    assert read(pages.rows([("二等座", 100)]))[1] == ()


def test_a_text_region_is_all_print_between_phrases(tmp_path: Path) -> None:
    read = pages.reader(
        tmp_path,
        """
        fields: {remarks: {type: text}}
        phrases: {note: [^备注], sign: [^签名]}
        blocks: [{text_region: {field: remarks, region: {top: [note], bottom: [sign]}}}]
        """,
    )
    found = read(
        pages.rows([("前言", 100)], [("备注", 100)], [("甲乙", 100), ("丙", 300)], [("丁", 100)], [("签名", 100)])
    )
    assert pages.values(found[1]) == {"remarks": "甲乙丙丁"}


@pytest.mark.parametrize(("length", "expected"), [(10, {"number": "12"}), (MAX_LENGTH, {})])
def test_values_in_a_text_are_looked_for_only_near_its_beginning(
    tmp_path: Path, length: int, expected: dict[str, str]
) -> None:
    read = pages.reader(
        tmp_path,
        """
        fields: {remarks: {type: text}, number: {type: text}}
        blocks: [{text_region: {field: remarks, region: {top: 0.0}, within: {number: '编号([0-9]+)'}}}]
        """,
    )
    said = pages.values(read(pages.rows([("甲" * length, 100)], [("编号12", 100)]))[1])

    assert said.pop("remarks") == "甲" * length + "编号12"
    assert said == expected


def test_a_field_may_follow_from_another(tmp_path: Path) -> None:
    read = pages.reader(
        tmp_path,
        """
        blocks:
          - by_shape: {fields: {total_in_words: {like: ['^[壹贰叁拾佰]+元整$']}}}
          - derive: {field: total, from: total_in_words, by: amount_of_words}
        """,
    )
    assert pages.values(read(pages.rows([("贰拾元整", 100)]))[1])["total"] == Decimal("20")


@pytest.mark.parametrize(("letters", "station"), [("Xian", "西安"), ("Yichun", None), ("Huoxingnan", None)])
def test_an_illegible_station_is_the_only_one_that_its_letters_spell(
    tmp_path: Path, letters: str, station: str | None
) -> None:
    read = pages.reader(
        tmp_path,
        """
        fields: {latin: {type: text}, place: {type: station}}
        blocks:
          - by_shape: {fields: {latin: {like: ['^[A-Z][a-z]+$']}}}
          - derive: {field: place, from: latin, by: station_of_letters}
        """,
    )
    found = [said for said in read(pages.rows([(letters, 100)]))[1] if said.path == "place"]
    assert [said.value for said in found] == ([station] if station else [])
    assert all(said.source == "arithmetic" and said.confidence < 0.5 for said in found)


AGREED = """
    fields:
      paid: {type: money}
      owed: {type: money}
      sums: {type: rows, fields: {value: {type: money}, box: {type: box}}}
    phrases: {paid: [^支付], owed: [^自费], words: [^大写]}
    blocks:
      - key_value:
          fields:
            paid: {label: paid, like: ['^\\d+\\.\\d\\d$']}
            owed: {label: owed, like: ['^\\d+\\.\\d\\d$']}
            total_in_words: {label: words, like: ['^[壹贰叁肆拾佰]+元[壹贰叁肆]角整$'], unread: ['^.*元.*$']}
      - listing: {rows: sums, value: value, box: box, like: ['\\d+\\.\\d\\d']}
      - agreed: {field: total, column: sums.value, parts: [paid, owed], words: total_in_words}
    """


@pytest.mark.parametrize(
    ("paid", "words", "total"),
    [
        ("300.00", "", Decimal("331.40")),
        ("200.00", "", None),
        ("200.00", "叁佰叁拾壹元无角空", Decimal("331.40")),
        ("200.00", "贰佰叁拾壹元无角空", Decimal("231.40")),
        ("200.00", "肆佰叁拾壹元无角空", None),
        ("200.00", "无无叁拾壹元无角空", None),
    ],
)
def test_a_total_that_is_legible_nowhere_is_what_two_witnesses_come_to(
    tmp_path: Path, paid: str, words: str, total: Decimal | None
) -> None:
    # given: rows of 331.40 in all
    lines = [[("检查", 100), ("100.00", 200)], [("治疗", 100), ("231.40", 200)]]
    parts = [[("支付", 100), (paid, 200)], [("自费", 100), ("31.40", 200)]]
    page = pages.rows(*lines, *parts, *([[("大写", 100), (words, 200)]] if words else []))

    # when
    found = [said for said in pages.reader(tmp_path, AGREED)(page)[1] if said.path == "total"]

    # then
    assert [said.value for said in found] == ([] if total is None else [total])
    assert all(said.source == "arithmetic" and said.confidence < 0.5 for said in found)


def test_a_listing_makes_a_row_of_every_value_found(tmp_path: Path) -> None:
    read = pages.reader(
        tmp_path,
        """
        fields:
          sums: {type: rows, fields: {value: {type: money}, box: {type: box}}}
        blocks: [{listing: {rows: sums, value: value, box: box, like: ['\\d+\\.\\d\\d']}}]
        """,
    )
    found = pages.values(read(pages.rows([("合计 3.00", 100), ("某某", 300)], [("7.50", 100)]))[1])
    assert [found["sums.0.value"], found["sums.1.value"]] == [Decimal("3.00"), Decimal("7.50")]
    assert found["sums.1.box"] == (100.0, 130.0, 140.0, 150.0)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("blocks: [{key_valu: {fields: {}}}]", "slip.yaml:4:11: 'key_valu' is not known; did you mean 'key_value'?"),
        (
            "blocks: [{by_shape: {fields: {totl: {}}}}]",
            "slip.yaml:4:31: 'totl' is not known; did you mean 'total'?",
        ),
        (
            "blocks:\n  - key_value:\n      fields:\n        total: {label: sun}",
            "slip.yaml:7:17: 'sun' is not known; did you mean 'sum'?",
        ),
        (
            "blocks:\n  - row_pattern:\n      patterns: ['(?P<totl>x)']",
            "slip.yaml:6:18: 'totl' is not known; did you mean 'total'?",
        ),
        (
            "blocks:\n  - row_pattern:\n      patterns: ['(x']",
            "slip.yaml:6:18: '(x' is no regular expression",
        ),
        (
            "blocks: [{by_shape: {fields: {total: {like: ['^(¥)?\\d+$']}}}}]",
            "slip.yaml:4:46: the first group is the value",
        ),
        ("blocks:\n  - table: {rows: items}", "slip.yaml:5:"),
    ],
)
def test_a_block_that_cannot_work_is_told_of_with_file_line_and_nearest_name(
    tmp_path: Path, body: str, message: str
) -> None:
    with pytest.raises(SchemaError) as raised:
        pages.reader(tmp_path, body)
    assert message in str(raised.value)


def test_the_details_of_parties_in_remarks_need_a_kind_with_parties(tmp_path: Path) -> None:
    (tmp_path / "slip.yaml").write_text(
        "kind: slip\ntitle: {zh: 小票, en: slip}\nfields: {note: {type: text, title: {zh: 备注, en: note}}}\n"
        "blocks: [{text_region: {field: note, region: {top: 0.0}, within: remarks}}]\n",
        encoding="utf-8",
    )
    schemas = schema.load(resources.folder("schemas"))

    with pytest.raises(SchemaError, match=r"'buyer\.address_phone' is not known"):
        KindReader(kinds.load((tmp_path,))["slip"], schemas).check()


def test_a_block_that_keeps_its_print_leaves_it_to_the_next(tmp_path: Path) -> None:
    read = pages.reader(
        tmp_path,
        """
        fields: {fare: {type: money}}
        blocks:
          - by_shape: {fields: {total: {like: ['^¥(\\d+\\.\\d\\d)$']}}}
            keep: true
          - by_shape: {fields: {fare: {like: ['^¥(\\d+\\.\\d\\d)$']}}}
        """,
    )
    found = read(pages.rows([("¥12.00", 100)]))[1]
    assert pages.values(found) == {"total": Decimal("12.00"), "fare": Decimal("12.00")}


def test_a_field_that_was_found_is_read_again_only_by_a_block_that_says_also(tmp_path: Path) -> None:
    body = """
        blocks:
          - by_shape: {{fields: {{total: {{like: ['^¥(\\d+\\.\\d\\d)$']}}}}}}
          - by_shape: {{fields: {{total: {{like: ['^(\\d+\\.\\d\\d)元$']}}}}}}
            also: {also}
        """
    page = pages.rows([("¥12.00", 100)], [("12.00元", 100)])
    assert len(pages.reader(tmp_path, body.format(also="false"))(page)[1]) == 1
    assert len(pages.reader(tmp_path, body.format(also="true"))(page)[1]) == 2


def test_a_match_may_be_rewritten_before_it_is_parsed(tmp_path: Path) -> None:
    read = pages.reader(
        tmp_path,
        """
        blocks:
          - by_shape:
              fields:
                issue_date:
                  like: ['\\d{4}-\\d\\d-\\d\\d', {find: '(\\d\\d)/(\\d\\d)/(\\d\\d)', write: '20\\1-\\2-\\3'}]
        """,
    )
    assert pages.values(read(pages.rows([("24/05/06", 100)]))[1]) == {"issue_date": date(2024, 5, 6)}


def test_a_misread_value_is_a_candidate_without_value_and_takes_its_print(tmp_path: Path) -> None:
    read = pages.reader(
        tmp_path, "blocks: [{by_shape: {fields: {total: {like: ['^¥\\d+\\.\\d\\d$'], unread: ['^¥\\d{4}$']}}}}]"
    )
    assert pages.values(read(pages.rows([("¥3200", 100)]))[1]) == {"total": None}


def test_the_worked_example_of_the_documentation_reads_its_slip(tmp_path: Path) -> None:
    text = (Path(__file__).parents[3] / "docs" / "blocks.md").read_text(encoding="utf-8")
    body = text.split("```yaml\n")[1].split("```")[0]
    (tmp_path / "parking.yaml").write_text(body, encoding="utf-8")
    schemas = schema.load(resources.folder("schemas"))
    read = KindReader(kinds.load((tmp_path,))["parking"], schemas)
    page = pages.rows(
        [("停车费收据", 300)],
        [("票号：00123456", 100)],
        [("车牌号", 100), ("苏A12345", 300)],
        [("入场时间", 100), ("2024-05-01 08:12", 300)],
        [("出场时间", 100), ("2024-05-01 10:47", 300)],
        [("实收金额", 100), ("¥15.00", 300)],
    )
    assert pages.values(read(page)[1]) == {
        "number": "00123456",
        "plate_number": "苏A12345",
        "entered": datetime(2024, 5, 1, 8, 12),
        "left": datetime(2024, 5, 1, 10, 47),
        "total": Decimal("15.00"),
    }
    assert classify(page, [compile_match(read)])[0].kind == "parking"


def test_legs_of_a_journey_give_each_city_once_and_day_and_time_apart(tmp_path: Path) -> None:
    read = pages.reader(
        tmp_path,
        """
        fields:
          legs:
            type: rows
            fields: {origin: {type: text}, goal: {type: text}, flight: {type: flight_number}, at: {type: datetime}}
        phrases: {from: [^自], to: [^至], col_flight: [^航班$], col_day: [^日期$], col_time: [^时间$]}
        blocks:
          - legs:
              rows: legs
              from: origin
              to: goal
              stops: {label: [from, to], like: ['^\\p{Han}{2,}$']}
              patterns: ['(?P<flight>[A-Z]{2}\\d{4})(?P<at>\\d{4}-\\d\\d-\\d\\d\\d\\d:\\d\\d)']
        """,
    )
    found = read(
        pages.rows(
            [("航班", 300), ("日期", 450), ("时间", 650)],
            [("自", 60), ("东山", 120), ("XX1234", 300), ("2024-05-06", 440), ("08:10", 650)],
            [("至", 60), ("西河", 120), ("XX5678", 300), ("2024-05-06", 440), ("12:30", 650)],
            [("至", 60), ("南湖", 120), ("VOID", 300)],
        )
    )[1]
    assert pages.values(found) == {
        "legs.0.origin": "东山",
        "legs.0.goal": "西河",
        "legs.0.flight": "XX1234",
        "legs.0.at": datetime(2024, 5, 6, 8, 10),
        "legs.1.origin": "西河",
        "legs.1.goal": "南湖",
        "legs.1.flight": "XX5678",
        "legs.1.at": datetime(2024, 5, 6, 12, 30),
    }


def test_a_value_below_its_caption_ends_before_what_stands_under_the_next(tmp_path: Path) -> None:
    read = pages.reader(
        tmp_path,
        """
        fields: {entrance: {type: text}, exit: {type: text}}
        phrases: {entrance: [^入口站], exit: [^出口站]}
        blocks: [{key_value: {where: [below], fields: {entrance: {label: entrance}, exit: {label: exit}}}}]
        """,
    )
    found = read(pages.rows([("入口站", 100), ("出口站", 300)], [("东山", 100), ("西河", 300)]))[1]
    assert pages.values(found) == {"entrance": "东山", "exit": "西河"}


def test_a_value_does_not_run_on_into_a_part_of_the_next_print(tmp_path: Path) -> None:
    read = pages.reader(
        tmp_path,
        """
        phrases: {visit: [^门诊号]}
        blocks: [{key_value: {fields: {number: {label: visit, type: identifier, like: ['^([0-9]{4,24})']}}}}]
        """,
    )
    found = read(pages.rows([("门诊号", 100), ("170321001", 200), ("2017年03月21日", 400)]))[1]
    assert pages.values(found) == {"number": "170321001"}


def test_a_value_that_its_look_alone_tells_is_not_sure_to_be_the_fields(tmp_path: Path) -> None:
    read = pages.reader(tmp_path, "blocks: [{by_shape: {fields: {number: {like: ['^\\d{8}$']}}}}]")

    found = read(pages.rows([("65001234", 100)], [("12.50", 100)]))[1]

    assert [(each.value, each.placed) for each in found] == [("65001234", False)]


def test_recognized_digits_that_may_be_another_number_are_less_sure(tmp_path: Path) -> None:
    read = pages.reader(tmp_path, "blocks: [{by_shape: {fields: {number: {like: ['^\\d{8}$']}}}}]")
    page = pages.rows([("65001234", 100)], [("12.50", 100)])
    sources: tuple[TextSource, ...] = ("text_layer", "ocr")

    def sure(source: TextSource) -> float:
        lines = tuple(replace(line, source=source, confidence=1.0) for line in page.lines)
        return next(each.confidence for each in read(replace(page, lines=lines))[1])

    assert [sure(source) for source in sources] == [1.0, 0.93]


@pytest.mark.parametrize(
    ("x", "height", "down", "placed"),
    [(100, 20, 30, True), (160, 20, 30, False), (100, 14, 30, False), (100, 20, 70, False)],
    ids=["flush", "beside", "small", "far"],
)
def test_digits_right_below_the_code_as_large_and_flush_with_it_are_surely_the_number(
    tmp_path: Path, x: float, height: float, down: float, placed: bool
) -> None:
    looks = "{code: {like: ['^1\\d{11}$']}, number: {like: ['^\\d{8}$'], under: code}}"
    read = pages.reader(tmp_path, f"blocks: [{{by_shape: {{fields: {looks}}}}}]")
    code = pages.line("111001234567", 100, 100, height=20)
    phone = pages.line("65001234", 100, 20, height=20)

    found = read(pages.page(phone, code, pages.line("52001234", x, 100 + down, height=height)))[1]

    assert [(each.value, each.placed) for each in found] == [
        ("111001234567", placed),  # the number places the code above it, too
        (("52001234" if placed else "65001234"), placed),
    ]


TORN = """
    blocks: [{by_shape: {fields: {seller.name: {like: ['^\\p{Han}+医院$'], torn: ['^\\p{Han}+大学附属(?!.*医院)']}}}}]
    """


@pytest.mark.parametrize(
    ("texts", "looked_at"),
    [(["示例大学附属"], 1), (["示例大学附属", "示例大学附属医院"], 0), (["收费票据"], 0)],
    ids=["end-lost", "read-elsewhere", "no-name"],
)
def test_print_that_has_lost_its_end_is_looked_at_again_with_the_paper_right_of_it(
    tmp_path: Path, texts: list[str], looked_at: int
) -> None:
    page = pages.rows(*([(text, 100)] for text in texts))
    page = replace(page, lines=tuple(replace(line, source="ocr") for line in page.lines))

    cells = pages.reader(tmp_path, TORN).whole(page).empty_cells

    assert [cell.x1 - page.lines[0].box.x1 > page.lines[0].box.height for cell in cells] == [True] * looked_at


@pytest.mark.parametrize(
    "block",
    [
        "by_shape: {fields: {seller.name: {like: ['^(\\p{Han}+医院)$'], prefer: largest}}}",
        "row_pattern: {patterns: ['^(?P<seller__name>\\p{Han}+医院)$']}",
    ],
    ids=["by-shape", "row-pattern"],
)
def test_a_name_that_was_clearly_read_counts_more_than_what_a_seal_says_in_larger_print(
    tmp_path: Path, block: str
) -> None:
    arc = replace(pages.line("示河大学医院", 100, 100, height=60), confidence=0.2)
    page = pages.page(arc, pages.line("示例大学医院", 100, 200))

    (found,) = pages.reader(tmp_path, f"blocks: [{{{block}}}]")(page)[1]

    assert found.value == "示例大学医院"


@pytest.mark.parametrize(("other", "placed"), [("二等座", True), ("¥12.5元", True), ("¥5.0元", False)])
def test_a_sum_with_its_sign_is_sure_to_be_the_fields_where_it_is_the_only_one(
    tmp_path: Path, other: str, placed: bool
) -> None:
    read = pages.reader(tmp_path, "blocks: [{by_shape: {fields: {total: {like: ['^¥(\\d+\\.\\d)元$']}}}}]")

    found = read(pages.rows([("¥12.5元", 100)], [(other, 100)]))[1]

    assert [(each.value, each.placed) for each in found] == [(Decimal("12.5"), placed)]
