import pytest
import sheets
from sheets import HEIGHT, SIZE, WIDTH, Text, digital, line, vat

from invoiceocr.geometry import Box
from invoiceocr.page import Page, TextLine


def texts(sheet: sheets.Sheet, region: str, *, form: str = "vat", tilt: float = 0.0) -> set[str]:
    found = sheets.form_of(sheet.page("ocr" if tilt else "text_layer", tilt=tilt), form=form)
    return {segment.text for segment in found.print_in(region)}


def printed(sheet: sheets.Sheet, *names: str) -> set[str]:
    return {sheet.print_[name].text for name in names}


PARTY = ("name", "tax_id", "address_phone", "bank_account")


def test_the_text_size_is_that_of_most_print() -> None:
    assert sheets.form_of(vat()).size == SIZE


def test_anchors_stand_on_the_printed_lines_of_the_form() -> None:
    anchors = sheets.form_of(vat()).anchors

    assert {name: anchor.at(300) for name, anchor in anchors.items()} == {
        "table": 168.5,
        "sum": 270.5,
        "words": 290.5,
        "foot": 378.5,
    }


def test_an_anchor_follows_most_of_its_labels_and_not_a_stray_one() -> None:
    stray = sheets.form_of(vat().label({"stray": Text("数量", 300, 200)}))

    assert stray.anchors["table"].y == 168.5


@pytest.mark.parametrize("tilt", [-0.03, 0.0, 0.03])
def test_regions_hold_what_is_printed_in_them_on_a_tilted_sheet_too(tilt: float) -> None:
    assert texts(vat(), "buyer", tilt=tilt) >= printed(vat(), *(f"buyer.{name}" for name in PARTY))
    assert texts(vat(), "seller", tilt=tilt) >= printed(vat(), *(f"seller.{name}" for name in PARTY))
    assert texts(vat(), "buyer", tilt=tilt).isdisjoint(texts(vat(), "seller", tilt=tilt))


def test_the_cipher_area_is_no_part_of_the_buyer() -> None:
    ciphers = printed(vat(), *(f"cipher{i}" for i in range(4)))

    assert texts(vat(), "buyer").isdisjoint(ciphers)
    assert texts(vat(), "cipher") >= ciphers


def test_without_its_caption_the_cipher_area_is_told_by_the_caption_of_the_remarks_below_it() -> None:
    blurred = vat().drop("密码区0", "密码区1", "密码区2")

    assert texts(blurred, "buyer").isdisjoint(printed(vat(), "cipher0", "cipher1"))


def test_without_both_captions_the_cipher_area_is_told_by_its_own_look() -> None:
    blurred = vat().drop("密码区0", "密码区1", "密码区2", "备注0", "备注1")

    assert texts(blurred, "buyer").isdisjoint(printed(vat(), "cipher0", "cipher1"))


def test_the_sides_of_a_digital_invoice_are_parted_by_the_seller_s_caption() -> None:
    assert texts(digital(), "buyer", form="digital") >= printed(digital(), "buyer.name", "buyer.tax_id")
    assert texts(digital(), "seller", form="digital") >= printed(digital(), "seller.name", "seller.tax_id")
    assert "测试采购有限公司" not in texts(digital(), "seller", form="digital")


def test_the_head_ends_at_the_table() -> None:
    assert texts(vat(), "head") >= printed(vat(), "code", "number", "issue_date")
    assert texts(vat(), "head").isdisjoint(printed(vat(), "items.0.name", "total"))


def test_labels_come_from_top_to_bottom() -> None:
    found = sheets.form_of(vat()).labels("party_name", "party_tax_id")

    assert [label.box.y0 for label in found] == [92, 108, 304, 320]


def test_a_seal_s_arc_is_no_print() -> None:
    arc = TextLine("发用", Box(400, 340, 440, 380), "ocr", confidence=0.2)
    page = Page(1, WIDTH, HEIGHT, (*vat().page("ocr").lines, arc))

    assert arc.text not in {segment.text for segment in sheets.form_of(page).segments}


def test_a_long_line_is_print_though_its_characters_multiply_to_little() -> None:
    long = line("样例" * 40, 10, 300, source="ocr")

    page = Page(1, WIDTH, HEIGHT, (long,))

    assert long.confidence < 0.7
    assert [segment.text for segment in sheets.form_of(page).segments] == [long.text]


def test_an_empty_page_has_a_frame_without_anchors() -> None:
    found = sheets.form_of(Page(1, WIDTH, HEIGHT))

    assert (dict(found.anchors), found.segments, found.slope) == ({}, (), 0.0)
    assert found.print_in("buyer") == []
