import random
from dataclasses import replace
from decimal import Decimal
from functools import cache

import pytest
import sheets
from hypothesis import given, settings
from hypothesis import strategies as st
from sheets import Text, digital, vat

from invoiceocr.page import Page, TextSource


def test_a_reading_has_its_kind_its_fields_and_what_it_should_have() -> None:
    found = sheets.reading(vat())

    assert found.kind == "e_vat_ordinary"
    assert {"code", "number", "total", "seller.tax_id"} <= set(found.expected)
    assert set(found.expected) <= {candidate.path for candidate in found.candidates}
    assert not found.is_list


def test_a_page_of_no_known_kind_has_its_text_and_what_looks_like_a_value() -> None:
    found = sheets.reading(sheets.Sheet({}, {"a": Text("会议纪要", 100, 50), "b": Text("¥12.00", 300, 50)}))

    assert (found.kind, found.expected) == ("other", ())
    assert {c.path: c.value for c in found.candidates if c.path.endswith("value")} == {
        "amounts.0.value": Decimal("12.00")
    }
    assert found.text == "会议纪要 ¥12.00"


def test_an_empty_page_has_nothing() -> None:
    found = sheets.reading(Page(1, 600, 390))

    assert (found.kind, found.candidates, found.text) == ("other", (), "")


@pytest.mark.parametrize("kind", ["vat", "digital"])
def test_every_candidate_has_a_box_on_its_page_and_its_page_s_number(kind: str) -> None:
    sheet = vat() if kind == "vat" else digital()

    found = sheets.reading(sheet, number=3)

    assert {candidate.page for candidate in found.candidates} == {3}
    for candidate in found.candidates:
        assert candidate.box is not None
        assert 0 <= candidate.box.x0 < candidate.box.x1 <= sheets.WIDTH
        assert 0 <= candidate.box.y0 < candidate.box.y1 <= sheets.HEIGHT


def test_candidates_say_where_they_come_from() -> None:
    assert {candidate.source for candidate in sheets.reading(vat(), "ocr").candidates} == {"ocr"}
    assert {candidate.source for candidate in sheets.reading(vat(), "ofd").candidates} == {"ofd"}


@pytest.mark.parametrize(
    "mark",
    [
        Text("销项负数", 100, 40),
        Text("被红冲蓝字数电票号码:25312000000087604321", 372, 330, 6),
        Text("对应正数发票代码:031001900111", 372, 330, 6),
    ],
)
def test_a_red_letter_invoice_is_known_by_its_mark_or_remark(mark: Text) -> None:
    assert sheets.fields(vat().put({"mark": mark}))["is_red_letter"] is True
    assert "is_red_letter" not in sheets.fields(vat())


@pytest.mark.parametrize("kind", ["vat", "digital"])
def test_a_remark_about_a_negative_invoice_makes_none(kind: str) -> None:
    sheet, x, y = (vat(), 372, 330) if kind == "vat" else (digital(), 40, 320)

    assert "is_red_letter" not in sheets.fields(sheet.put({"remark": Text("销项负数", x, y, 6)}))


def test_remarks_keep_captions_printed_in_them() -> None:
    sheet = digital().put({"remark": Text("购方开户银行:样例银行;银行账号:0000111122223333;", 40, 320)})

    assert sheets.fields(sheet)["remarks"] == "购方开户银行:样例银行;银行账号:0000111122223333;"


def test_no_remarks_are_none() -> None:
    assert "remarks" not in sheets.fields(vat())


def test_the_rows_of_a_list_page_are_items_and_nothing_else() -> None:
    sheet = vat().label({"title:": Text("销售货物或者提供应税劳务清单", 200, 22, 14)})

    found = sheets.reading(sheet)

    assert found.is_list
    assert {candidate.path.split(".")[0] for candidate in found.candidates} == {"items"}


def test_the_order_of_the_lines_changes_nothing() -> None:
    page = vat().page()
    turned = replace(page, lines=tuple(reversed(page.lines)))

    assert sheets.fields(page) == sheets.fields(turned)


def test_the_page_is_read_the_same_way_at_any_scale() -> None:
    big = sheets.scaled(vat().page("ocr"), 3.3)

    assert sheets.fields(big) == sheets.fields(vat(), "ocr")


@pytest.mark.parametrize("tilt", [-0.03, -0.015, 0.015, 0.03])
@pytest.mark.parametrize("kind", ["vat", "digital"])
def test_a_tilted_sheet_is_read_like_a_straight_one(kind: str, tilt: float) -> None:
    sheet = vat() if kind == "vat" else digital()

    assert sheets.fields(sheet.page("ocr", tilt=tilt)) == sheets.fields(sheet, "ocr")


@cache
def usual(kind: str, source: TextSource) -> dict[str, object]:
    """The fields of a whole sheet."""
    return sheets.fields(vat() if kind == "vat" else digital(), source)


@given(st.randoms(), st.sampled_from(["vat", "digital"]), st.sampled_from(["text_layer", "ocr"]))
@settings(max_examples=60)
def test_scattered_print_is_read_like_aligned_print(chance: random.Random, kind: str, source: TextSource) -> None:
    """Every value up to a sixth of its height off its line, and some points to the side."""
    sheet = vat() if kind == "vat" else digital()
    scattered = {
        name: replace(text, x=text.x + chance.uniform(-2.0, 3.0), y=text.y + chance.uniform(-1.5, 1.5))
        for name, text in sheet.print_.items()
    }

    assert sheets.fields(sheet.put(scattered), source) == usual(kind, source)


VALUES = sorted(path for path in vat().print_ if not path.startswith("cipher"))


@given(st.sets(st.sampled_from(VALUES), max_size=12), st.sampled_from(["text_layer", "ocr"]))
@settings(max_examples=100)
def test_what_is_not_printed_is_not_found_and_costs_no_other_field(lost: set[str], source: TextSource) -> None:
    whole = usual("vat", source)

    found = sheets.fields(vat().drop(*lost), source)

    begun = source == "ocr" and lost.isdisjoint({"items.0.name", "items.0.tax_rate"})
    row_lost = "items.0.amount" in lost and not begun  # a row without its amount is none, unless its rate begins it
    kept = {path for path in VALUES if path not in lost and not (row_lost and path.startswith("items."))}
    assert {path: found.get(path) for path in VALUES} == {
        path: whole[path] if path in kept else None for path in VALUES
    }


@pytest.mark.parametrize(
    "stamped",
    [
        "发票专用章",
        "3301000000",
        "洲致和远物流",
        "(小写)",
        "9133010000000012-u",
        "区93301000000000012.y",
        "91330100000001285y1器9",
    ],
)
def test_what_a_gray_seal_or_a_caption_says_over_the_remarks_is_no_remark(stamped: str) -> None:
    sheet = (
        vat()
        .say({"seller.tax_id": "91330100000000012X", "seller.name": "杭州致和运物流有限公司"})
        .put({"seal": Text(stamped, 372, 330, 6)})
    )

    assert "remarks" not in sheets.fields(sheet, "ocr")


@pytest.mark.parametrize(
    ("text", "confidence", "kept"), [("风九", 0.6, False), ("已付", 0.98, True), ("合同已付讫", 0.6, True)]
)
def test_a_blot_that_is_read_as_a_few_unsure_characters_is_no_remark(text: str, confidence: float, kept: bool) -> None:
    page = vat().put({"remark": Text(text, 372, 330, 6)}).page("ocr")
    lines = tuple(replace(line, confidence=confidence) if line.text == text else line for line in page.lines)

    found = sheets.fields(replace(page, lines=lines), "ocr")

    assert found.get("remarks") == (text if kept else None)


@pytest.mark.parametrize(("again", "placed"), [("12345678", True), ("90817263", False)])
def test_a_number_without_a_caption_is_the_invoice_s_where_it_says_what_the_captioned_one_does(
    again: str, placed: bool
) -> None:
    found = sheets.reading(vat().put({"again": Text(again, 300, 12, 12)})).candidates

    assert {(c.value, c.placed) for c in found if c.path == "number"} == {("12345678", True), (again, placed)}


def test_remarks_beside_a_seal_are_kept() -> None:
    sheet = vat().put({"seal": Text("发票专用章", 372, 340, 6), "remark": Text("合同编号2024-07", 372, 330, 6)})

    assert sheets.fields(sheet, "ocr")["remarks"] == "合同编号2024-07"


def test_a_tax_id_behind_its_caption_is_a_remark_beside_a_seal_that_says_the_same() -> None:
    sheet = vat().say({"seller.tax_id": "91330100000000012X"})

    found = sheets.fields(sheet.put({"remark": Text("税号91330100000000012X", 372, 330, 6)}), "ocr")

    assert found["remarks"] == "税号91330100000000012X"


def test_party_data_in_remarks_is_found_where_pixels_turned_semicolons_into_colons() -> None:
    words = "购买方地址：样例市样例路1号：电话：010-55550001:购方开户银行：样例银行：银行账号：0000111122223333:"
    fields = sheets.fields(digital().put({"remark": Text(words, 40, 320)}))

    assert fields["buyer.address_phone"] == "样例市样例路1号 010-55550001"
    assert fields["buyer.bank_account"] == "样例银行 0000111122223333"
