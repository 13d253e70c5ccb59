from collections.abc import Callable
from dataclasses import replace

import pytest
import sheets
from sheets import BUYER_ID, SELLER_ID, Text, digital, vat

from invoiceocr.geometry import union
from invoiceocr.page import TextSource

COLUMNS = [name for name in digital().form if name.startswith("column")]
OTHER_ID = "91310000MA00AB1240"
SIDES = [f"{caption}{i}" for caption in ("购买方信息", "销售方信息") for i in range(5)]
FIELDS = ("name", "tax_id", "address_phone", "bank_account")


def parties(sheet: sheets.Sheet, source: TextSource = "text_layer", *, form: str = "vat") -> dict[str, object]:
    return sheets.values(sheets.said(sheets.form_of(sheet, source, form=form), "parties", form=form))


def texts(sheet: sheets.Sheet, *left_out: str) -> dict[str, object]:
    """What is printed for each party."""
    return {
        path: text.text
        for path, text in sheet.print_.items()
        if path.startswith(("buyer.", "seller.")) and path not in left_out
    }


@pytest.mark.parametrize("source", ["text_layer", "ocr"])
def test_both_blocks_are_read_row_by_row(source: TextSource) -> None:
    assert parties(vat(), source) == texts(vat())


@pytest.mark.parametrize("path", [f"{party}.{name}" for party in ("buyer", "seller") for name in FIELDS])
def test_an_empty_row_is_missing_and_moves_no_other(path: str) -> None:
    assert parties(vat().drop(path)) == texts(vat(), path)


@pytest.mark.parametrize("caption", ["name", "tax_id", "address", "bank"])
def test_an_illegible_caption_costs_no_value(caption: str) -> None:
    assert parties(vat().drop(f"buyer {caption}:"), "ocr") == texts(vat())


def test_the_remains_of_an_illegible_caption_are_no_part_of_the_name() -> None:
    sheet = vat().drop("buyer name:").put({"buyer.name": Text("私        称  测试采购有限公司", 34, 92)})

    assert parties(sheet, "ocr")["buyer.name"] == "测试采购有限公司"
    assert parties(vat().drop("buyer tax_id:"), "ocr") == texts(vat())


@pytest.mark.parametrize(
    ("path", "read"),
    [("name", "{}开户行及账"), ("bank_account", "及账号:{}"), ("address_phone", "及账号{}")],
)
def test_a_caption_onto_which_the_print_is_shifted_is_no_part_of_a_value(path: str, read: str) -> None:
    printed = vat().print_[f"buyer.{path}"]
    sheet = vat().say({f"buyer.{path}": read.format(printed.text)})

    assert parties(sheet, "ocr")[f"buyer.{path}"] == printed.text


@pytest.mark.parametrize("note", ["共1页 第1页", "共 3 页", "第2页", "页码:1/3", "下载次数:1"])
@pytest.mark.parametrize("source", ["text_layer", "ocr"])
def test_a_note_above_a_block_such_as_the_count_of_pages_is_no_part_of_a_name(source: TextSource, note: str) -> None:
    top = digital().print_["seller.name"]
    sheet = digital().put({"pages": Text(note, top.x + 100, top.y - 12)})

    assert parties(sheet, source, form="digital")["seller.name"] == top.text


@pytest.mark.parametrize("source", ["text_layer", "ocr"])
def test_a_misread_vertical_caption_of_the_other_party_is_no_part_of_a_name(source: TextSource) -> None:
    printed = zip(SIDES[5:], "锁佛方估息", strict=True)
    misread = {name: replace(digital().form[name], text=text, x=290) for name, text in printed}

    assert parties(digital().put(misread), source, form="digital") == texts(digital())


def test_a_block_without_any_caption_is_not_read() -> None:
    captions = [f"seller {name}:" for name in ("name", "tax_id", "address", "bank")]

    assert parties(vat().drop(*captions)) == texts(vat(), *(f"seller.{name}" for name in FIELDS))


def test_a_value_in_pieces_is_one_value() -> None:
    segments = {"buyer.tax_id": Text(BUYER_ID[:9], 102, 108), "rest": Text(BUYER_ID[9:], 143, 108)}

    assert parties(vat().put(segments))["buyer.tax_id"] == BUYER_ID


@pytest.mark.parametrize("length", [8, 10, 15, 17])
@pytest.mark.parametrize("source", ["text_layer", "ocr"])
@pytest.mark.parametrize("x", [60, 102, 120])
def test_a_tax_id_on_two_lines_is_one(source: TextSource, length: int, x: float) -> None:
    lines = {"buyer.tax_id": Text(BUYER_ID[:length], 102, 103), "rest": Text(BUYER_ID[length:], x, 113)}

    assert parties(digital().put(lines), source, form="digital") == parties(digital(), source, form="digital")


@pytest.mark.parametrize("source", ["text_layer", "ocr"])
@pytest.mark.parametrize("count", [1, 2])
def test_a_name_of_which_characters_are_painted_over_is_doubtful_and_surely_nobody_s(
    source: TextSource, count: int
) -> None:
    # given: a gap as wide as those characters
    pieces = {"buyer.name": Text("测试", 102, 92), "rest": Text("采购有限公司", 102 + (2 + count) * 9, 92)}
    layout = sheets.form_of(vat().put(pieces), source)

    (name,) = [item for item in sheets.said(layout, "parties") if item.path == "buyer.name"]

    assert name.value == "测试采购有限公司"
    assert name.confidence < 0.5
    assert not name.placed


def test_a_gap_behind_the_remains_of_a_caption_is_none_of_the_name() -> None:
    pieces = {"remains": Text("名称", 66, 92), "buyer.name": Text("测试采购有限公司", 102, 92)}
    layout = sheets.form_of(vat().drop("buyer name:").put(pieces), "ocr")

    (name,) = [item for item in sheets.said(layout, "parties") if item.path == "buyer.name"]

    assert name.value == "测试采购有限公司"
    assert name.confidence > 0.5


def test_figures_behind_a_company_are_no_part_of_its_name() -> None:
    sheet = digital().drop("buyer.tax_id").put({"rest": Text("91110105", 142, 103)})

    (name,) = [
        item
        for item in sheets.said(sheets.form_of(sheet, form="digital"), "parties", form="digital")
        if item.path == "buyer.name"
    ]

    assert name.value == "测试采购有限公司" or name.confidence < 0.5


def test_two_lines_that_make_no_valid_tax_id_are_none() -> None:
    lines = {"buyer.tax_id": Text(BUYER_ID[:8], 102, 103), "rest": Text("1" + BUYER_ID[9:], 102, 113)}

    assert "buyer.tax_id" not in parties(digital().put(lines), form="digital")


def test_blanks_inside_an_id_are_dropped_and_inside_a_name_are_kept() -> None:
    spaced = vat().say({"buyer.tax_id": "91110105 MA01ABCD5F", "buyer.name": "Sample Trading Co., Ltd."})

    found = parties(spaced)

    assert (found["buyer.tax_id"], found["buyer.name"]) == (BUYER_ID, "Sample Trading Co., Ltd.")


def test_a_name_over_two_lines_is_one_name() -> None:
    wrapped = {
        "seller.name": Text("样例餐饮管理服务技术发展", 102, 300, 8),
        "rest": Text("有限公司测试分公司", 102, 309, 8),
    }

    found = parties(vat().put(wrapped))

    assert found["seller.name"] == "样例餐饮管理服务技术发展有限公司测试分公司"
    assert found["seller.tax_id"] == SELLER_ID


def test_an_account_number_over_two_lines_is_one_number() -> None:
    wrapped = {
        "buyer.bank_account": Text("样例银行测试支行00001111", 102, 137, 8),
        "rest": Text("22223333", 102, 146, 8),
    }

    assert parties(vat().put(wrapped))["buyer.bank_account"] == "样例银行测试支行0000111122223333"


@pytest.mark.parametrize(
    "name",
    [
        "个人",
        "样例市测试小学",
        "测试（中国）有限公司",
        "某某区综合行政执法局",
        "样例·阿卜杜拉",
        "A.B.测试有限公司",
        "12306测试科技",
    ],
)
def test_a_name_need_not_end_as_a_company_s(name: str) -> None:
    assert parties(vat().say({"buyer.name": name}))["buyer.name"] == name


@pytest.mark.parametrize("tax_id", ["110105123456788", "36042619910101007101", "11010519491231002X"])
def test_a_tax_id_may_be_of_an_older_kind(tax_id: str) -> None:
    assert parties(vat().say({"buyer.tax_id": tax_id}))["buyer.tax_id"] == tax_id


@pytest.mark.parametrize("dy", [0.0, 10.0])
def test_the_letters_of_a_vertical_caption_are_no_value(dy: float) -> None:
    letters = {"买": Text("买", 16, 110 + dy), "方": Text("方", 16, 124 + dy)}

    assert parties(vat().drop("购买方0").shifted(dy).label(letters), "ocr") == texts(vat())


def test_a_remark_beside_the_seller_is_no_part_of_it() -> None:
    sheet = vat().put({"remark": Text("样例物流有限公司 运输", 372, 304), "id": Text("110105123456788", 372, 320)})

    assert parties(sheet) == texts(vat())


def test_the_sides_of_a_digital_invoice_each_have_name_and_id() -> None:
    assert parties(digital(), form="digital") == texts(digital())


def test_a_long_name_of_the_buyer_does_not_run_into_the_seller() -> None:
    wrapped = {
        "buyer.name": Text("测试采购供应链管理科技发展服务", 58, 88),
        "rest": Text("（样例）集团有限公司", 58, 99),
    }

    found = parties(digital().put(wrapped), form="digital")

    assert found["buyer.name"] == "测试采购供应链管理科技发展服务（样例）集团有限公司"
    assert found["seller.name"] == "样例软件(上海)有限公司"


def test_a_buyer_without_any_data_leaves_the_seller_alone() -> None:
    found = parties(digital().drop("buyer.name", "buyer.tax_id"), form="digital")

    assert found == texts(digital(), "buyer.name", "buyer.tax_id")


@pytest.mark.parametrize("tilt", [-0.1, -0.03, 0.0, 0.03, 0.1])
def test_the_sides_of_a_slanted_digital_invoice_are_told_apart_without_their_vertical_captions(tilt: float) -> None:
    bare = digital().drop(*(f"{caption}{i}" for caption in ("购买方信息", "销售方信息") for i in range(5)))

    layout = sheets.form_of(bare.page("ocr", tilt=tilt), form="digital")

    assert sheets.values(sheets.said(layout, "parties", form="digital")) == texts(bare)


@pytest.mark.parametrize(
    "lost", [("seller name:",), ("buyer tax_id:", "seller name:"), ("seller name:", "seller tax_id:")]
)
@pytest.mark.parametrize("tilt", [-0.05, 0.0, 0.05])
def test_blocks_side_by_side_never_share_a_print(lost: tuple[str, ...], tilt: float) -> None:
    # given: the upright captions illegible, and some of the others
    page = digital().drop(*SIDES, *lost).page("ocr", tilt=tilt)

    # when
    found = {
        item.path: item.value for item in sheets.said(sheets.form_of(page, form="digital"), "parties", form="digital")
    }

    # then
    assert found.get("buyer.tax_id") in (BUYER_ID, None)
    assert found.get("seller.tax_id") in (SELLER_ID, None)


def ids(sheet: sheets.Sheet, source: TextSource = "ocr", *, form: str = "vat") -> dict[str, tuple[object, bool]]:
    """The tax ids that were read, each with whether it is sure whose it is."""
    found = sheets.said(sheets.form_of(sheet, source, form=form), "parties", form=form)
    return {item.path: (item.value, item.placed) for item in found if item.path.endswith("tax_id")}


def stray(sheet: sheets.Sheet, *values: str) -> sheets.Sheet:
    """*sheet* with tax ids in the buyer's block, rows above where one should stand."""
    return sheet.put({f"stray {i}": Text(value, 102, 40 + 14 * i) for i, value in enumerate(values)})


def test_the_only_valid_id_of_a_block_is_its_party_s_though_not_surely() -> None:
    sheet = stray(vat().drop("buyer.tax_id"), BUYER_ID)

    assert ids(sheet)["buyer.tax_id"] == (BUYER_ID, False)
    assert "buyer.tax_id" not in ids(sheet, "text_layer")


def test_one_that_is_printed_in_its_place_stays_sure() -> None:
    assert ids(stray(vat(), OTHER_ID))["buyer.tax_id"] == (BUYER_ID, True)


@pytest.mark.parametrize("values", [(BUYER_ID[:-1] + "G",), (SELLER_ID,), (BUYER_ID, OTHER_ID)])
def test_a_wrong_one_the_other_party_s_or_one_of_two_is_not(values: tuple[str, ...]) -> None:
    assert "buyer.tax_id" not in ids(stray(vat().drop("buyer.tax_id"), *values))


def test_in_a_block_that_both_parties_share_an_id_is_nobody_s() -> None:
    # given: neither captions nor headers that tell where one block ends
    captions = ("buyer name:", "seller tax_id:", "buyer.tax_id", "seller.tax_id")
    shared = digital().drop(*SIDES, *COLUMNS, *captions)

    assert ids(stray(shared, BUYER_ID), form="digital") == {}


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("名称样例餐饮管理有限公司", "样例餐饮管理有限公司"),
        ("样例餐饮管理有限公司发票专用章", "样例餐饮管理有限公司"),
        ("样例餐饮管理有限公司记账联", "样例餐饮管理有限公司"),
    ],
)
def test_a_name_is_cut_from_the_caption_or_seal_that_was_read_with_it(printed: str, name: str) -> None:
    assert sheets.fields(vat().say({"seller.name": printed}), "ocr")["seller.name"] == name


def test_a_name_with_foreign_words_left_in_it_is_hardly_sure() -> None:
    mixed, plain = (
        next(c for c in sheets.reading(vat().say({"seller.name": name}), "ocr").candidates if c.path == "seller.name")
        for name in ("样例已账联", "样例服务社")
    )

    assert mixed.confidence < 0.5 * plain.confidence


@pytest.mark.parametrize(("true", "read"), [(sheets.SELLER_ID, sheets.SELLER_ID.replace("0", "O", 1))])
def test_a_recognized_tax_id_is_spelled_with_the_letters_that_tax_ids_have(true: str, read: str) -> None:
    assert sheets.fields(vat().say({"seller.tax_id": read}), "ocr")["seller.tax_id"] == true
    assert sheets.fields(vat().say({"seller.tax_id": read}))["seller.tax_id"] == read


# names whose beginning may be lost


def named(sheet: sheets.Sheet, source: TextSource, form: str) -> dict[str, bool]:
    """Whether each party's name surely is that party's whole name."""
    found = sheets.said(sheets.form_of(sheet, source, form=form), "parties", form=form)
    return {item.path: item.placed for item in found if item.path.endswith(".name")}


def erased(sheet: sheets.Sheet, path: str, count: int) -> sheets.Sheet:
    """*sheet* without the first characters of a name, its others where they were."""
    text = sheet.print_[path]
    return sheet.put({path: replace(text, text=text.text[count:], x=text.x + count * text.size)})


FORMS = pytest.mark.parametrize(("make", "form"), [(vat, "vat"), (digital, "digital")], ids=["vat", "digital"])
ORDINARY = ("buyer.address_phone", "buyer.bank_account")


@FORMS
@pytest.mark.parametrize("source", ["text_layer", "ocr"])
@pytest.mark.parametrize("path", ["buyer.name", "seller.name"])
@pytest.mark.parametrize("count", [1, 2, 4])
def test_a_name_that_begins_behind_where_values_of_its_form_begin_may_have_lost_its_beginning(
    make: Callable[[], sheets.Sheet], form: str, source: TextSource, path: str, count: int
) -> None:
    assert named(make(), source, form) == {"buyer.name": True, "seller.name": True}

    assert named(erased(make(), path, count), source, form)[path] is False


@pytest.mark.parametrize("path", ["buyer.name", "seller.name"])
def test_a_recognized_name_that_begins_behind_its_party_s_other_values_is_doubtful(path: str) -> None:
    def sure(sheet: sheets.Sheet) -> float:
        found = sheets.said(sheets.form_of(sheet, "ocr", form="vat"), "parties", form="vat")
        return next(item.confidence for item in found if item.path == path)

    assert sure(erased(vat(), path, 1)) < 0.5 < sure(vat())


@FORMS
@pytest.mark.parametrize("source", ["text_layer", "ofd", "ocr"])
@pytest.mark.parametrize("path", ["buyer.name", "seller.name"])
@pytest.mark.parametrize("dropped", [(), ("buyer.tax_id", "seller.tax_id", *ORDINARY)], ids=["with ids", "without"])
def test_a_name_that_begins_further_behind_its_caption_than_other_values_is_doubtful(
    make: Callable[[], sheets.Sheet], form: str, source: TextSource, path: str, dropped: tuple[str, ...]
) -> None:
    def sure(sheet: sheets.Sheet) -> float:
        sheet = sheet.drop(*(path for path in dropped if path in sheet.print_))
        found = sheets.said(sheets.form_of(sheet, source, form=form), "parties", form=form)
        return next(item.confidence for item in found if item.path == path)

    assert sure(erased(make(), path, 1)) < 0.5 < sure(make())


@pytest.mark.parametrize("source", ["text_layer", "ocr"])
def test_without_an_address_a_name_may_begin_where_the_values_of_the_other_party_do(source: TextSource) -> None:
    sheet = vat().drop(*ORDINARY)

    assert named(sheet, source, "vat")["buyer.name"] is True
    assert named(erased(sheet, "buyer.name", 2), source, "vat")["buyer.name"] is False


def test_a_gap_is_seen_in_a_caption_and_a_name_that_were_recognized_as_one_line() -> None:
    # given: of a recognized line the box of each character reaches halfway to the next one
    caption, name = digital().form["buyer name:"], "试采购有限公司"
    texts = {"buyer name:": Text(caption.text, caption.x, caption.y), "buyer.name": Text(name, 62, caption.y)}
    halfway = (texts["buyer name:"].line("ocr").box.x1 + 62) / 2
    page = digital().drop(*texts).page("ocr")
    first, second = (text.line("ocr") for text in texts.values())
    boxes = [*first.character_boxes, *second.character_boxes]
    boxes[2], boxes[3] = replace(boxes[2], x1=halfway), replace(boxes[3], x0=halfway)
    line = replace(first, text=caption.text + name, box=union(boxes), character_boxes=tuple(boxes))
    found = sheets.said(
        sheets.form_of(replace(page, lines=(*page.lines, line)), form="digital"), "parties", form="digital"
    )

    (buyer,) = [item for item in found if item.path == "buyer.name"]
    assert (buyer.value, buyer.placed) == (name, False)


def test_an_id_on_the_level_of_the_name_is_not_surely_the_tax_id() -> None:
    sheet = digital().drop("buyer.tax_id", "buyer.name").put({"id": Text(BUYER_ID, 142, 92)})

    said = sheets.said(sheets.form_of(sheet, form="digital"), "parties", form="digital")

    assert [item.placed for item in said if item.path == "buyer.tax_id"] == [False]
    assert [item.placed for item in said if item.path == "seller.tax_id"] == [True]
