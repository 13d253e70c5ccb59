from dataclasses import replace

import pytest
import sheets
from sheets import Text, digital, vat

from invoiceocr.extraction.kind_match import classify
from invoiceocr.page import TextSource

QR = {  # with correct CRCs
    "digital_ordinary": "01,32,,25312000000012345678,113.00,20250601,,6F05",
    "vat_special": "01,01,1100203130,00000001,1000.00,20210312,,9A7D",
    "e_vat_ordinary": "01,10,031001900111,12345678,64.90,20190918,12345678901234567890,47D1",
}
LEGIBLE = ("title:", "column name:", "buyer address:", "buyer tax_id:", "buyer bank:", "reviewer:")


def kind(sheet: sheets.Sheet, source: TextSource = "text_layer") -> str:
    return classify(sheets.labeled(sheet.page(source)), sheets.matches())[0].kind


def titled(title: str, sheet: sheets.Sheet | None = None) -> sheets.Sheet:
    return (sheet or vat()).label({"title:": Text(title, 200, 22, 14)})


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("上海增值税专用发票", "vat_special"),
        ("北京增值税普通发票", "vat_ordinary"),
        ("浙江增值税电子普通发票", "e_vat_ordinary"),
        ("宁波增值税电子专用发票", "e_vat_special"),
        ("增值税普通发票（卷票）", "vat_roll"),
        ("深圳电子普通发票", "blockchain"),
        ("电子发票（普通发票）", "digital_ordinary"),
        ("电子发票(增值税专用发票)", "digital_special"),
        ("电子发票（通行费发票）", "toll"),
        ("电 子 发 票 （ 普 通 发 票 ）", "digital_ordinary"),
        ("电子发票（铁路电子客票）", "digital_rail"),
        ("电子发票（航空运输电子客票行程单）", "digital_air"),
        ("机动车销售统一发票", "motor_vehicle"),
        ("上海市医疗门诊收费票据（电子）", "medical"),
        ("出租汽车专用发票", "taxi"),
        ("通用机打发票", "machine_printed"),
    ],
)
def test_the_title_decides(title: str, expected: str) -> None:
    assert kind(titled(title)) == expected


@pytest.mark.parametrize("source", ["text_layer", "ocr"])
def test_a_title_broken_over_pieces_decides(source: TextSource) -> None:
    segments = {"title:": Text("电子发票", 200, 22, 14), "title 2": Text("(普通发票)", 262, 22, 14)}

    assert kind(digital().label(segments), source) == "digital_ordinary"


@pytest.mark.parametrize("mark", ["通行费", "﹊﹋﹌"])
def test_a_mark_makes_a_toll_invoice_of_an_electronic_one(mark: str) -> None:
    assert kind(vat().put({"mark": Text(mark, 100, 30)})) == "toll"


@pytest.mark.parametrize("caption", ["通行日期起", "通行日期止"])
def test_a_column_of_days_of_passage_makes_a_toll_invoice(caption: str) -> None:
    columns = {"column specification:": Text(caption, 182, 164)}

    assert kind(vat().label(columns)) == "toll"
    assert kind(digital().label(columns)) == "toll"


def test_a_column_of_plate_numbers_alone_makes_none() -> None:
    columns = {"column specification:": Text("车牌号", 182, 164)}

    assert kind(vat().label(columns)) == "e_vat_ordinary"
    assert kind(digital().label(columns)) == "digital_ordinary"


@pytest.mark.parametrize("text", ["通行费补贴", "过路通行费 100.00"])
def test_the_words_of_the_mark_inside_other_text_are_no_mark(text: str) -> None:
    assert kind(vat().say({"items.0.name": text})) == "e_vat_ordinary"


def test_a_mark_does_not_change_a_kind_that_it_is_not_for() -> None:
    assert kind(titled("上海增值税专用发票").put({"mark": Text("通行费", 100, 30)})) == "vat_special"


# pages of pixels whose title is hidden


def test_without_a_title_the_code_names_the_kind() -> None:
    sheet = vat().drop("title:").say({"code": "3100203130"})

    assert kind(sheet, "ocr") == "vat_special"


def test_a_title_whose_beginning_was_lost_is_completed_by_the_code() -> None:
    sheet = titled("浙江电子普通发票").say({"code": "011001900311"})

    assert kind(sheet, "ocr") == "e_vat_ordinary"


def test_a_title_whose_beginning_was_lost_is_completed_by_the_qr_code_where_captions_are_few() -> None:
    faded = vat().form.keys() - set(LEGIBLE)
    sheet = titled("浙江电子普通发票", vat().drop("code", *faded))

    assert kind(sheet, "ocr") == "blockchain"
    assert kind(replace(sheet, qr=(QR["e_vat_ordinary"],)), "ocr") == "e_vat_ordinary"


def test_without_a_title_the_qr_code_names_the_kind() -> None:
    sheet = digital().drop("title:")

    assert kind(replace(sheet, qr=(QR["digital_ordinary"],)), "ocr") == "digital_ordinary"


def test_without_title_and_codes_the_title_that_a_misread_line_resembles_names_the_kind() -> None:
    sheet = titled("电子发祟（普通发票}", digital()).drop("number")

    assert kind(sheet, "ocr") == "digital_ordinary"


def test_without_title_and_codes_the_gates_of_a_motorway_name_the_kind() -> None:
    gates = {f"gate{i}": Text(text, 372, 306 + 12 * i) for i, text in enumerate(("入口站:样例站", "出口站:示例站"))}
    covered = vat().drop("title:", "code", "number").put(gates)

    assert kind(covered, "ocr") == "toll"
    assert kind(titled("浙江增值税电子普通发票").put(gates), "ocr") == "e_vat_ordinary"


def test_a_page_with_few_captions_and_no_title_is_of_no_kind_whatever_its_qr_code() -> None:
    few = {"a": Text("收据", 200, 22), "b": Text("金额", 100, 60), "c": Text("100.00", 140, 60)}
    sheet = sheets.Sheet({}, few, qr=(QR["digital_ordinary"],))

    assert kind(sheet, "ocr") == "other"


def test_an_empty_page_is_of_no_kind() -> None:
    assert kind(sheets.Sheet({}, {})) == "other"


@pytest.mark.parametrize("title", ["销售货物或者提供应税劳务清单", "销售货物或提供应税劳务、服务清单", "销货清单"])
def test_a_list_continues_an_invoice(title: str) -> None:
    assert sheets.reading(titled(title)).is_list


def test_an_invoice_that_refers_to_its_list_is_no_list() -> None:
    sheet = vat().say({"items.0.name": "(详见销货清单)"})

    assert not sheets.reading(sheet).is_list


@pytest.mark.parametrize("source", ["text_layer", "ocr"])
def test_a_seal_beside_a_row_of_the_table_is_no_title(source: TextSource) -> None:
    row = {"taxi": Text("*运输服务*出租客运服务", 50, 220), "seal": Text("发票专用章", 200, 220)}

    assert kind(vat().put(row), source) == kind(vat(), source) == "e_vat_ordinary"


@pytest.mark.parametrize("source", ["text_layer", "ocr"])
@pytest.mark.parametrize("words", ["附行程单", "资金往来款", "附：销货清单", "医疗门诊收费票据", "财政票据管理费"])
def test_a_title_s_words_below_the_head_say_nothing(words: str, source: TextSource) -> None:
    in_remarks = digital().put({"remarks": Text(words, 30, 320)})
    in_item = digital().say({"items.0.name": f"*服务*{words}"})
    in_name = digital().say({"buyer.name": f"测试{words}公司"})

    assert {kind(sheet, source) for sheet in (in_remarks, in_item, in_name)} == {"digital_ordinary"}


def test_the_title_of_a_page_without_an_invoice_s_layout_may_stand_anywhere() -> None:
    sheet = sheets.Sheet({"name:": Text("名称:", 30, 20)}, {"title": Text("医疗门诊收费票据", 200, 40, 14)})

    assert kind(sheet) == "other"


def test_a_text_layer_without_a_title_is_known_by_its_qr_code() -> None:
    sheet = replace(digital().drop("title:"), qr=(QR["digital_ordinary"],))

    assert kind(sheet) == "digital_ordinary"


def test_texts_that_only_name_an_invoice_are_none() -> None:
    texts = {"a": Text("数电发票（增值税专用发票）", 40, 30), "b": Text("26312000000077778888", 40, 50)}

    assert kind(sheets.Sheet({}, texts)) == "other"
