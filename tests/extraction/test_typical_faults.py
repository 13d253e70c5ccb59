"""What other extractors get wrong, each on a small sheet that provokes it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
import sheets
from sheets import (
    BUYER_ID,
    CHECK_CODE,
    CODE,
    DIGITAL_NUMBER,
    MACHINE,
    NUMBER,
    SELLER_ID,
    Text,
    digital,
    fields,
    line,
    vat,
)

from invoiceocr.page import TextSource

both = pytest.mark.parametrize("source", ["text_layer", "ocr"])


@both
def test_the_sheets_are_read_as_they_are_set(source: TextSource) -> None:
    found = fields(vat(), source)

    assert found["kind"] == "e_vat_ordinary"
    assert [found[path] for path in ("code", "number", "check_code", "machine_number")] == [
        CODE,
        NUMBER,
        CHECK_CODE,
        MACHINE,
    ]
    assert fields(digital(), source)["number"] == DIGITAL_NUMBER


# identifiers


@both
def test_the_machine_number_is_not_taken_for_the_code(source: TextSource) -> None:
    sheet = vat().say({"machine_number": "661900001234"}).drop("code:", "code")

    found = fields(sheet, source)

    assert found["machine_number"] == "661900001234"
    assert "code" not in found


@both
def test_the_machine_number_with_the_shape_of_a_code_stays_the_machine_number(source: TextSource) -> None:
    found = fields(vat().say({"machine_number": "033001800111"}), source)

    assert (found["code"], found["machine_number"]) == (CODE, "033001800111")


@both
def test_the_check_code_is_not_taken_for_the_number(source: TextSource) -> None:
    spelled = "25312 00000 00123 45678"  # as long as the number of a 数电票, and with its structure
    found = fields(vat().say({"check_code": spelled}), source)

    assert (found["number"], found["check_code"]) == (NUMBER, spelled.replace(" ", ""))


def test_a_code_without_a_caption_is_read_by_its_shape_in_the_largest_print() -> None:
    large = {"large code": Text("3100203130", 60, 22, 14), "large number": Text("№12345678", 470, 22, 14)}
    small = {"small code": Text("3100203199", 480, 45, 6), "small number": Text("87604321", 480, 53, 6)}

    found = fields(vat().drop("code:", "code", "number:", "number", "check_code:", "check_code").put(small | large))

    assert (found["code"], found["number"]) == ("3100203130", NUMBER)


@both
@pytest.mark.parametrize("length", [4, 8, 12])
def test_a_number_of_twenty_digits_on_two_lines_is_one(source: TextSource, length: int) -> None:
    number = digital().print_["number"]
    rest = Text(DIGITAL_NUMBER[length:], number.x, number.y + 1.1 * number.size)

    found = fields(digital().say({"number": DIGITAL_NUMBER[:length]}).put({"rest": rest}), source)

    assert found["number"] == DIGITAL_NUMBER


@both
def test_digits_below_a_number_of_eight_digits_are_no_part_of_it(source: TextSource) -> None:
    number = vat().print_["number"]
    below = {"below": Text("000012345678", number.x, number.y + 1.1 * number.size)}

    assert fields(vat().put(below), source)["number"] == NUMBER


# parties


@both
@pytest.mark.parametrize("name", ["样例银行股份有限公司测试支行", "演示银行样例分行", "样例财务公司营业部"])
def test_the_seller_is_not_named_after_its_bank(source: TextSource, name: str) -> None:
    sheet = vat().say({"seller.bank_account": f"{name} 4444555566667777"})

    found = fields(sheet, source)

    assert found["seller.name"] == "样例餐饮管理有限公司"
    assert found["seller.bank_account"] == f"{name} 4444555566667777"


@both
def test_a_seller_without_a_legible_name_is_not_named_after_its_bank(source: TextSource) -> None:
    found = fields(vat().drop("seller.name"), source)

    assert "seller.name" not in found
    assert str(found["seller.bank_account"]).startswith("演示银行样例分行")


@both
def test_a_bank_that_is_the_seller_keeps_its_name(source: TextSource) -> None:
    found = fields(vat().say({"seller.name": "样例银行股份有限公司测试支行"}), source)

    assert found["seller.name"] == "样例银行股份有限公司测试支行"


@both
@pytest.mark.parametrize("sheet", [vat(), digital()], ids=["vat", "digital"])
def test_the_parties_are_not_swapped(sheet: sheets.Sheet, source: TextSource) -> None:
    found = fields(sheet, source)

    assert (found["buyer.name"], found["buyer.tax_id"]) == ("测试采购有限公司", BUYER_ID)
    assert (found["seller.name"], found["seller.tax_id"]) == (sheet.print_["seller.name"].text, SELLER_ID)


@both
@pytest.mark.parametrize("make", [vat, digital])
def test_a_buyer_without_a_tax_id_does_not_get_the_seller_s(make: object, source: TextSource) -> None:
    sheet = (vat() if make is vat else digital()).drop("buyer.tax_id").say({"buyer.name": "个人"})

    found = fields(sheet, source)

    assert found["buyer.name"] == "个人"
    assert "buyer.tax_id" not in found
    assert found["seller.tax_id"] == SELLER_ID


@both
def test_sides_whose_vertical_captions_are_illegible_are_told_apart_by_place(source: TextSource) -> None:
    sides = [name for name in digital().form if name[:-1] in ("购买方信息", "销售方信息")]

    found = fields(digital().drop(*sides), source)

    assert (found["buyer.tax_id"], found["seller.tax_id"]) == (BUYER_ID, SELLER_ID)


@both
def test_the_column_of_service_names_is_not_taken_for_the_party_s_name(source: TextSource) -> None:
    sheet = vat().label({"column name:": Text("货物或应税劳务、服务名称", 45, 164)}).drop("buyer.name")

    found = fields(sheet, source)

    assert "buyer.name" not in found
    assert sheets.items(found, "name") == ["*餐饮服务*餐费"]


def test_a_column_caption_broken_before_its_last_word_is_not_taken_for_the_party_s_name() -> None:
    segments = {"column name:": Text("货物或应税劳务、服务", 45, 164), "column rest": Text("名称", 135, 164)}

    found = fields(vat().label(segments))

    assert (found["buyer.name"], found["seller.name"]) == ("测试采购有限公司", "样例餐饮管理有限公司")
    assert sheets.items(found, "name") == ["*餐饮服务*餐费"]


# dates


@both
def test_the_digits_of_a_date_that_stand_apart_from_its_words_are_put_between_them(source: TextSource) -> None:
    words = {"年": Text("年", 512, 54), "月": Text("月", 534, 54), "日": Text("日", 556, 54)}
    digits = {"y": Text("2024", 492, 54), "m": Text("03", 523, 54), "d": Text("05", 545, 54)}
    sheet = vat().drop("issue_date").label(words).put(digits)

    assert fields(sheet, source)["issue_date"] == date(2024, 3, 5)


def test_the_digits_of_a_date_printed_over_the_gaps_of_its_words_are_merged_by_place() -> None:
    words = Text("    年  月  日", 490, 54)  # blanks where the digits go
    digits = {"y": Text("2024", 490, 54), "m": Text("03", 518, 54), "d": Text("05", 536, 54)}
    sheet = vat().drop("issue_date").label({"年月日": words}).put(digits)

    assert fields(sheet)["issue_date"] == date(2024, 3, 5)


@both
@pytest.mark.parametrize("printed", ["2024年3月5日", "2024-03-05", "2024 年 03 月 05 日", "20240305"])
def test_a_date_is_read_in_every_printed_form(printed: str, source: TextSource) -> None:
    assert fields(vat().say({"issue_date": printed}), source)["issue_date"] == date(2024, 3, 5)


def test_dates_of_the_items_are_not_taken_for_the_date_of_issue() -> None:
    sheet = vat().say({"items.0.name": "2024年01月31日"}).drop("issue_date")

    assert "issue_date" not in fields(sheet)


# money


RED = {
    "items.0.quantity": "-2",
    "items.0.amount": "-100.00",
    "items.0.tax_amount": "-6.00",
    "total_excluding_tax": "¥-100.00",
    "total_tax": "¥-6.00",
    "total": "¥-106.00",
    "total_in_words": "(负数)壹佰零陆圆整",
}


@both
@pytest.mark.parametrize("sign", ["¥-{}", "-¥{}", "￥-{}"])
def test_the_signs_of_a_red_invoice_are_kept(sign: str, source: TextSource) -> None:
    amounts = {
        "total_excluding_tax": sign.format("100.00"),
        "total_tax": sign.format("6.00"),
        "total": sign.format("106.00"),
    }
    sheet = vat().say(RED | amounts).put({"mark": Text("销项负数", 100, 40)})

    found = fields(sheet, source)

    assert [found[path] for path in ("total_excluding_tax", "total_tax", "total")] == [
        Decimal("-100.00"),
        Decimal("-6.00"),
        Decimal("-106.00"),
    ]
    assert (found["items.0.quantity"], found["items.0.amount"]) == (Decimal("-2"), Decimal("-100.00"))
    assert found["total_in_words"] == "（负数）壹佰零陆圆整"
    assert found["is_red_letter"] is True


@both
def test_a_masked_tax_is_unknown_and_not_zero(source: TextSource) -> None:
    masked = {"items.0.tax_rate": "免税", "items.0.tax_amount": "***", "total_tax": "***"}
    amounts = {"total": "¥100.00", "total_in_words": "壹佰圆整"}

    found = fields(vat().say(masked | amounts), source)

    assert "items.0.tax_amount" not in found
    assert "total_tax" not in found
    assert (found["items.0.tax_rate"], found["total_excluding_tax"]) == ("免税", Decimal("100.00"))


@both
def test_a_printed_zero_is_zero(source: TextSource) -> None:
    sheet = vat().say({"items.0.tax_amount": "0.00", "items.0.tax_rate": "0%", "total_tax": "¥0.00"})

    found = fields(sheet, source)

    assert (found["items.0.tax_amount"], found["total_tax"]) == (Decimal("0.00"), Decimal("0.00"))


@both
def test_a_yen_sign_in_a_piece_of_its_own_belongs_to_its_amount(source: TextSource) -> None:
    signs = {"¥1": Text("¥", 376, 266), "¥2": Text("¥", 512, 266), "¥3": Text("¥", 480, 286)}
    amounts = {
        "total_excluding_tax": Text("100.00", 383, 266),
        "total_tax": Text("6.00", 519, 266),
        "total": Text("106.00", 487, 286),
    }

    found = fields(vat().put(signs | amounts), source)

    assert [found[path] for path in ("total_excluding_tax", "total_tax", "total")] == [
        Decimal("100.00"),
        Decimal("6.00"),
        Decimal("106.00"),
    ]


@both
def test_amounts_without_a_yen_sign_are_found_by_their_place(source: TextSource) -> None:
    sheet = vat().say({"total_excluding_tax": "100.00", "total_tax": "6.00", "total": "106.00"})

    found = fields(sheet, source)

    assert [found[path] for path in ("total_excluding_tax", "total_tax", "total")] == [
        Decimal("100.00"),
        Decimal("6.00"),
        Decimal("106.00"),
    ]


@both
def test_a_discount_line_is_a_row_of_its_own_with_negative_amounts(source: TextSource) -> None:
    discount = sheets.row(1, 194, name="*餐饮服务*餐费", amount="-20.00", tax_rate="6%", tax_amount="-1.20")

    found = fields(vat().put(discount), source)

    assert sheets.items(found, "amount") == [Decimal("100.00"), Decimal("-20.00")]
    assert sheets.items(found, "name") == ["*餐饮服务*餐费", "*餐饮服务*餐费"]
    assert sheets.items(found, "quantity") == [Decimal("2"), None]


# the item table


def test_columns_glued_into_one_text_are_cut_at_the_ruled_lines() -> None:
    glued = Text("*餐饮服务*餐费A套餐", 32, 180, 9, 11.0)  # spaced out, so that A套餐 stands beyond the border at 174

    found = fields(vat().drop("items.0.specification").put({"items.0.name": glued}))

    assert (found["items.0.name"], found["items.0.specification"]) == ("*餐饮服务*餐费", "A套餐")


def test_numbers_that_touch_across_a_ruled_line_stay_two_numbers() -> None:
    glued = {"items.0.unit_price": Text("50.00100.00", 344, 180)}  # 50.00 ends at the border at x = 366

    found = fields(vat().drop("items.0.amount").put(glued))

    assert (found["items.0.unit_price"], found["items.0.amount"]) == (Decimal("50.00"), Decimal("100.00"))


@both
@pytest.mark.parametrize(
    "empty", [("specification",), ("unit",), ("specification", "unit"), ("quantity", "unit_price")]
)
def test_an_empty_cell_does_not_pull_its_neighbors_over(empty: list[str], source: TextSource) -> None:
    found = fields(vat().drop(*(f"items.0.{name}" for name in empty)), source)

    whole = fields(vat(), source)
    assert found == {path: value for path, value in whole.items() if path.removeprefix("items.0.") not in empty}


@both
def test_a_price_before_the_quantity_follows_its_header(source: TextSource) -> None:
    sheet = vat().label({"column quantity:": Text("单价", 274, 164), "column price:": Text("数量", 326, 164)})

    found = fields(sheet, source)

    assert (found["items.0.unit_price"], found["items.0.quantity"]) == (Decimal("2"), Decimal("50.00"))


@both
def test_a_name_wrapped_over_three_lines_is_one_name(source: TextSource) -> None:
    wrapped = {
        "items.0.name": Text("*信息技术服务*软件开发及", 32, 180),
        "n1": Text("系统集成与技术支持服", 32, 192),
        "n2": Text("务", 32, 204),
    }
    second = sheets.row(1, 216, name="*餐饮服务*茶点", quantity="1", unit_price="5.00", amount="5.00", tax_rate="6%")

    found = fields(vat().put(wrapped | second), source)

    assert sheets.items(found, "name") == ["*信息技术服务*软件开发及系统集成与技术支持服务", "*餐饮服务*茶点"]
    assert sheets.items(found, "amount") == [Decimal("100.00"), Decimal("5.00")]


@both
def test_a_name_wrapped_around_its_amounts_is_one_name(source: TextSource) -> None:
    around = {
        "a0": Text("*信息技术服务*软件开", 32, 176),
        "a1": Text("发", 32, 188),
        "b0": Text("*餐饮服务*商务宴请及", 32, 206),
        "b1": Text("茶歇", 32, 218),
    }
    cells = [
        sheets.row(0, 182, quantity="1", unit_price="9.00", amount="9.00", tax_rate="6%", tax_amount="0.54"),
        sheets.row(1, 212, quantity="1", unit_price="7.00", amount="7.00", tax_rate="6%", tax_amount="0.42"),
    ]
    blank = vat().drop(*(name for name in vat().print_ if name.startswith("items.")))

    found = fields(blank.put(around | cells[0] | cells[1]), source)

    assert sheets.items(found, "name") == ["*信息技术服务*软件开发", "*餐饮服务*商务宴请及茶歇"]


# captions


SPACED = {
    "number:": Text("发 票 号 码 ：", 420, 38),
    "buyer name:": Text("名　　　　称：", 34, 92),
    "buyer tax_id:": Text("纳 税 人 识 别 号：", 34, 108, 8),
    "seller name:": Text("名　　　　称：", 34, 304),
    "column amount:": Text("金　　额", 385, 164),
    "column tax:": Text("税　　额", 519, 164),
    "sum:": Text("合　　　　计", 70, 266),
    "payee:": Text("收 款 人：", 30, 374, 8),
}


@both
def test_captions_spaced_out_inside_one_text_are_recognized(source: TextSource) -> None:
    assert fields(vat().label(SPACED), source) == fields(vat(), source)


@both
def test_captions_split_over_pieces_are_recognized(source: TextSource) -> None:
    segments = {
        "buyer name:": Text("名", 34, 92),
        "buyer name 2": Text("称：", 80, 92),
        "seller name:": Text("名", 34, 304),
        "seller name 2": Text("称：", 80, 304),
        "column amount:": Text("金", 385, 164),
        "column amount 2": Text("额", 410, 164),
        "sum:": Text("合", 70, 266),
        "sum 2": Text("计", 110, 266),
    }

    assert fields(vat().label(segments), source) == fields(vat(), source)


@both
def test_a_caption_is_recognized_in_one_text_with_its_value(source: TextSource) -> None:
    together = {
        "number": Text(f"发票号码:{NUMBER}", 440, 38),
        "buyer.name": Text("名称:测试采购有限公司", 34, 92),
        "seller.name": Text("名称:样例餐饮管理有限公司", 34, 304),
        "drawer": Text("开票人:王五", 290, 374),
        "total": Text("(小写)¥106.00", 430, 286),
    }
    sheet = vat().drop("number:", "buyer name:", "seller name:", "drawer:", "total:").put(together)

    assert fields(sheet, source) == fields(vat(), source)


def test_a_misread_caption_is_recognized_on_pixels() -> None:
    misread = {"buyer tax_id:": Text("纳税入识别号:", 34, 108), "seller bank:": Text("开户行及帐弓:", 34, 352)}

    assert fields(vat().label(misread), "ocr") == fields(vat(), "ocr")


# values


@both
def test_an_address_wrapped_over_two_lines_is_one_address(source: TextSource) -> None:
    wrapped = {
        "buyer.address_phone": Text("样例市测试区很长很长的测试大道一百二十", 102, 120, 8),
        "address 2": Text("三号测试大厦十层 010-00000000", 102, 129, 8),
    }

    found = fields(vat().put(wrapped), source)

    assert found["buyer.address_phone"] == "样例市测试区很长很长的测试大道一百二十三号测试大厦十层 010-00000000"
    assert found["buyer.bank_account"] == "样例银行测试支行 0000111122223333"


@both
def test_remarks_over_several_lines_are_joined_in_order(source: TextSource) -> None:
    lines = {
        "r0": Text("订单编号:A-0001", 372, 304),
        "r1": Text("开户行及账号:样例支行", 372, 318),
        "r2": Text("测试", 372, 332),
    }

    found = fields(vat().put(lines), source)

    assert found["remarks"] == "订单编号:A-0001开户行及账号:样例支行测试"
    assert found["seller.bank_account"] == "演示银行样例分行 4444555566667777"


@both
def test_the_cipher_area_is_not_taken_for_a_party_s_value(source: TextSource) -> None:
    found = fields(vat().drop("buyer.address_phone", "buyer.bank_account"), source)

    assert not {"buyer.address_phone", "buyer.bank_account"} & set(found)


def test_a_second_drawer_beyond_the_page_is_left_out() -> None:
    sheet = vat().put({"beyond": Text("赵六", 640, 374)}).label({"beyond caption": Text("开票人:", 602, 374)})

    assert fields(sheet)["drawer"] == "王五"


# shifted print (dot-matrix printers)


PAPER = (
    vat()
    .label({"title:": Text("上海增值税专用发票", 230, 22, 14)})
    .say({"code": "3100203130"})
    .drop("check_code:", "check_code")
)
CELLS = ("items.0.name", "items.0.amount", "items.0.tax_rate", "items.0.tax_amount", "items.0.quantity")
SUMS = ("total_excluding_tax", "total_tax", "total", "total_in_words")
PARTIES = tuple(
    f"{party}.{name}" for party in ("buyer", "seller") for name in ("name", "tax_id", "address_phone", "bank_account")
)


@pytest.mark.parametrize("dy", [-48.0, -32.0, -16.0, -8.0, -5.0, 5.0, 8.0, 16.0, 24.0, 32.0, 40.0, 48.0])
def test_print_shifted_against_its_form_is_read_as_unshifted(dy: float) -> None:
    found, whole = fields(PAPER.shifted(dy), "ocr"), fields(PAPER, "ocr")

    for path in (*PARTIES, *CELLS, *SUMS):
        assert (path, found.get(path)) == (path, whole[path])


@pytest.mark.parametrize(("dy", "stretch"), [(0.0, 0.03), (8.0, 0.03), (16.0, -0.03), (-8.0, 0.05)])
def test_print_stretched_against_its_form_is_read_as_unstretched(dy: float, stretch: float) -> None:
    found, whole = fields(PAPER.shifted(dy, stretch=stretch), "ocr"), fields(PAPER, "ocr")

    for path in (*PARTIES, *CELLS, *SUMS):
        assert (path, found.get(path)) == (path, whole[path])


# text joined and cut


@both
def test_the_name_of_an_item_keeps_the_words_of_a_caption(source: TextSource) -> None:
    for name in ("*软件*发票号码识别系统", "*印刷品*纳税人识别号登记簿", "发票代码打印机"):
        assert fields(digital().say({"items.0.name": name}), source)["items.0.name"] == name


@both
def test_the_name_of_a_party_keeps_the_words_of_a_caption(source: TextSource) -> None:
    found = fields(digital().say({"buyer.name": "测试校验码技术有限公司"}), source)

    assert found["buyer.name"] == "测试校验码技术有限公司"


@pytest.mark.parametrize(
    ("touching", "quantity", "price", "amount"),
    [
        ("700.1428571429", "70", "0.1428571429", "10.00"),
        ("1220.49180328", "12", "20.49180328", "245.90"),
        ("1265.35", "1", "265.35", "265.35"),
        ("1026.535", "10", "26.535", "265.35"),
        ("28.117942287.05309735", "28.11794228", "7.05309735", "198.32"),
        ("-35.33333333", "-3", "5.33333333", "-16.00"),
    ],
)
def test_quantity_and_price_without_a_gap_are_parted_where_they_make_the_amount(
    touching: str, quantity: str, price: str, amount: str
) -> None:
    cells = {
        "items.0.unit_price": Text(touching, 374 - 4.5 * len(touching), 180),
        "items.0.amount": Text(amount, 380, 180),
    }

    found = fields(digital().drop("items.0.quantity").put(cells))

    assert (found["items.0.quantity"], found["items.0.unit_price"]) == (Decimal(quantity), Decimal(price))


def test_price_and_amount_with_grouped_digits_are_parted_where_another_text_begins() -> None:
    price = line("1,234,567.891,234,567.89", 322, 180)
    row = digital().say({"items.0.quantity": "1"}).drop("items.0.unit_price", "items.0.amount")
    touching = replace(row, more=(replace(price, seams=(12,)),))

    found = fields(touching)

    columns = ("quantity", "unit_price", "amount")
    assert [found[f"items.0.{name}"] for name in columns] == [1, Decimal("1234567.89"), Decimal("1234567.89")]


def test_figures_read_as_one_text_are_parted_at_their_blanks() -> None:
    cells = {"items.0.quantity": Text("300 3.01 903.10", 268, 180)}  # the price is rounded

    found = fields(digital().drop("items.0.unit_price", "items.0.amount").put(cells), "ocr")

    columns = ("quantity", "unit_price", "amount")
    assert [found[f"items.0.{name}"] for name in columns] == [Decimal("300"), Decimal("3.01"), Decimal("903.10")]


def test_a_unit_price_that_makes_the_amount_with_no_quantity_is_left_whole() -> None:
    cells = {"items.0.unit_price": Text("3003.25", 312, 180), "items.0.amount": Text("902.65", 380, 180)}

    found = fields(digital().drop("items.0.quantity").put(cells))

    assert found["items.0.unit_price"] == Decimal("3003.25")


@pytest.mark.parametrize(
    "captions",
    [
        ("出行人", "有效证件号", "出发地", "到达地", "等级", "交通工具类型"),
        ("运输工具种类", "运输工具牌号", "起运地", "到达地", "运输货物名称"),
        ("矿产品类别", "开采地", "煤炭指标"),
        ("产权证书/不动产权证号", "面积单位", "租赁期起止", "不动产地址"),
    ],
)
def test_a_second_table_below_the_items_is_no_part_of_them(captions: tuple[str, ...]) -> None:
    places = [32 + 540 * i / len(captions) for i in range(len(captions))]
    header = {f"header {i}": Text(caption, places[i], 220) for i, caption in enumerate(captions)}
    values = {f"value {i}": Text(f"样例{i}", places[i], 236) for i in range(len(captions))}

    found = fields(digital().put(header | values))

    assert sheets.items(found, "name") == ["*信息技术服务*软件开发"]
    assert sheets.items(found, "unit") == ["项"]


@both
@pytest.mark.parametrize("caption", ["有效证件号", "有效身份证件号码"])
def test_the_ids_of_travelers_stand_below_their_caption(caption: str, source: TextSource) -> None:
    captions = ("出行人", caption, "出行日期", "出发地", "到达地", "等级")
    values = ("样例", "110101********0000", "2025-05-30", "样例站", "示例站", "二等座")
    lines = {f"{i}": Text(text, 40 + 90 * i, 220) for i, text in enumerate(captions)}
    lines |= {f"value {i}": Text(text, 40 + 90 * i, 236) for i, text in enumerate(values)}

    assert fields(digital().put(lines), source)["details.0.passenger_id"] == "110101********0000"


@both
@pytest.mark.parametrize("cut_at", [10, 16])
@pytest.mark.parametrize("y", [34, 38])
def test_a_number_on_two_lines_is_read_line_by_line(source: TextSource, cut_at: int, y: float) -> None:
    lines = {
        "first": Text(DIGITAL_NUMBER[:cut_at], 470, y, 7),
        "second": Text(DIGITAL_NUMBER[cut_at:], 470, y + 8, 7),
    }

    found = fields(digital().drop("number", "issue_date", "issue_date:").put(lines), source)

    assert found["number"] == DIGITAL_NUMBER


def test_a_code_below_a_number_is_no_part_of_it() -> None:
    below = {"code again": Text(CODE, 490, 48, 7)}

    assert fields(vat().drop("issue_date", "issue_date:").put(below))["number"] == NUMBER


# remarks


def test_the_second_line_of_the_words_is_no_remark() -> None:
    words = {"first": Text("壹佰壹拾", 150, 286), "second": Text("叁圆整", 150, 297)}

    found = fields(digital().drop("total_in_words").put(words))

    assert found["total_in_words"] == "壹佰壹拾叁圆整"
    assert "remarks" not in found


@both
@pytest.mark.parametrize("sheet", [vat(), digital()], ids=["vat", "digital"])
def test_a_remark_that_begins_with_the_caption_of_the_remarks_is_whole(sheet: sheets.Sheet, source: TextSource) -> None:
    left = sheet.form["备注0"].x + 24
    lines = {"a": Text("合同号 A1", left, 312), "b": Text("备注:第二", left, 326)}

    assert fields(sheet.put(lines), source)["remarks"] == "合同号 A1备注:第二"


def test_the_last_character_of_a_vertical_text_in_the_margin_is_no_remark() -> None:
    margin = {f"margin {i}": Text(c, 592, 280 + 13 * i) for i, c in enumerate("买方记账凭证")}

    assert "remarks" not in fields(replace(digital().put(margin), rulings=()))
    assert fields(digital().put({**margin, "remark": Text("月", 40, 320)}))["remarks"] == "月"


@both
def test_remarks_that_name_a_drawer_are_read_to_their_end(source: TextSource) -> None:
    remarks = {
        "r0": Text("合同号A1", 30, 316),
        "r1": Text("收款人:赵六; 复核人:孙七; 开票人:李四;", 30, 328),
        "r2": Text("第三行", 30, 340),
    }

    found = fields(digital().put(remarks), source)

    assert found["drawer"] == "王五"
    assert "payee" not in found
    assert str(found["remarks"]).endswith("第三行")


@pytest.mark.parametrize(
    ("remark", "account"),
    [
        ("销方开户银行:样例银行测试支行; 银行账号:0000111122223333;", "样例银行测试支行 0000111122223333"),
        ("销售方开户行：样例银行测试支行   账号：0000111122223333   行号：1", "样例银行测试支行 0000111122223333"),
        ("销货单位开户行及账号：样例银行测试支行 0000111122223333", "样例银行测试支行 0000111122223333"),
        ("收款方开户行：样例银行测试支行收款账号：0000111122223333", "样例银行测试支行 0000111122223333"),
        ("销方：开户行：样例银行测试支行，账号：0000111122223333", "样例银行测试支行 0000111122223333"),
        ("销方银行：样例银行测试支行 销方账号：0000111122223333", "样例银行测试支行 0000111122223333"),
        ("销方开户银行、账号：样例银行测试支行 0000111122223333", "样例银行测试支行 0000111122223333"),
        ("销售方信息：开户银行：样例银行测试支行 银行账号：0000111122223333", "样例银行测试支行 0000111122223333"),
        ("收款单位开户银行：样例银行测试支行，账户：0000111122223333", "样例银行测试支行 0000111122223333"),
        ("销方开户银行:样例银行测试支行（0000111122223333）", "样例银行测试支行 0000111122223333"),
        ("销方开户行：样例银行测试支行 行号：102000000000 账号：0000111122223333", "样例银行测试支行 0000111122223333"),
        ("销方开户行：样例银行测试支行，账号（人民币）：0000111122223333", "样例银行测试支行 0000111122223333"),
        ("销方开户银行:-; 银行账号:-;", None),
        ("销方开户银行:无; 银行账号:", None),
    ],
)
def test_the_bank_account_in_the_remarks_is_read_in_all_wordings(remark: str, account: str | None) -> None:
    found = fields(digital().put({"remark": Text(remark, 30, 320, 7)}))

    assert found.get("seller.bank_account") == account
    assert str(found["remarks"]).startswith(remark[:5])


@both
@pytest.mark.parametrize("dash", ["-", "——", "/", "***"])
def test_a_stroke_in_place_of_a_party_s_detail_is_no_value(dash: str, source: TextSource) -> None:
    found = fields(vat().say({"seller.address_phone": dash, "seller.bank_account": dash, "buyer.name": dash}), source)

    assert {"seller.address_phone", "seller.bank_account", "buyer.name"}.isdisjoint(found)
    assert found["seller.name"] == "样例餐饮管理有限公司"


@pytest.mark.parametrize("place", ["buyer.name", "items.0.name"])
def test_the_words_for_a_red_letter_in_a_name_say_nothing(place: str) -> None:
    named = digital().say({place: "*服务*红字发票咨询" if place.startswith("items") else "样例红字印刷有限公司"})

    assert "is_red_letter" not in fields(named)


@pytest.mark.parametrize("place", range(4))
def test_a_line_of_the_cipher_area_that_lacks_its_signs_is_one_of_it(place: int) -> None:
    line = "98-13918040031897510-2206901"

    found = fields(vat().say({f"cipher{place}": line}))

    assert str(found["cipher_area"]).splitlines()[place] == line


def test_a_number_beside_the_cipher_area_is_no_part_of_it() -> None:
    found = fields(vat().put({"number beside": Text("0571-12345678", 370, 76)}))

    assert len(str(found["cipher_area"]).splitlines()) == 4


def test_the_cipher_area_is_read_line_by_line() -> None:
    found = fields(vat())

    assert str(found["cipher_area"]).splitlines() == [
        "03*4<>8+5629/7-*1>20<45+38*9",
        "7-1>*<84/0265+93*<7>41-2860/",
        "+5*27<0/9>-4613*80<2>7-95/34",
        "6/83>1-<*7042+59>*3<6-108/72",
    ]


def test_a_recognized_person_s_name_with_words_of_the_form_is_no_value() -> None:
    sheet = vat().say({"drawer": "发票专用章"})

    assert "drawer" not in sheets.fields(sheet, "ocr")
    assert "drawer" in sheets.fields(vat(), "ocr")


@both
def test_a_printed_word_for_nothing_is_read_as_it_stands(source: TextSource) -> None:
    found = fields(vat().say({"seller.bank_account": "无无", "seller.address_phone": "无"}), source)

    assert (found["seller.bank_account"], found["seller.address_phone"]) == ("无无", "无")


@pytest.mark.parametrize(
    ("source", "account"), [("ocr", "样例银行 123456789012"), ("text_layer", "样例银行 123456789012社")]
)
def test_a_recognized_character_behind_the_account_of_a_party_is_other_print(source: TextSource, account: str) -> None:
    found = sheets.fields(vat().say({"seller.bank_account": "样例银行 123456789012社"}), source)

    assert found["seller.bank_account"] == account


@pytest.mark.parametrize("address", ["样例市测试路1号8幢101102房", "样例市测试园区120101室", "样例市测试镇20010001号"])
def test_a_recognized_address_that_ends_in_the_number_of_a_room_or_a_house_is_whole(address: str) -> None:
    found = sheets.fields(vat().say({"seller.address_phone": address}), "ocr")

    assert found["seller.address_phone"] == address
