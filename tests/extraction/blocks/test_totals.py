from dataclasses import replace
from decimal import Decimal

import pytest
import sheets
from lattices import lattice
from sheets import Text, vat

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.extraction.blocks import totals, unread
from invoiceocr.extraction.blocks.node import Node
from invoiceocr.extraction.candidates import amount_alone
from invoiceocr.geometry import Box
from invoiceocr.page import TextLine, TextSource

WHOLE = {
    "total_excluding_tax": Decimal("100.00"),
    "total_tax": Decimal("6.00"),
    "total": Decimal("106.00"),
    "total_in_words": "壹佰零陆圆整",
}


def sums(sheet: sheets.Sheet, source: TextSource = "text_layer") -> dict[str, object]:
    return sheets.values(sheets.said(sheets.form_of(sheet, source), "totals"))


@pytest.mark.parametrize("source", ["text_layer", "ocr"])
def test_the_four_sums_are_read(source: TextSource) -> None:
    assert sums(vat(), source) == WHOLE


@pytest.mark.parametrize("source", ["text_layer", "ocr"])
def test_two_sums_that_touch_are_each_read(source: TextSource) -> None:
    touching = Text("¥100.00¥6.00", 470, 266)

    found = sums(vat().drop("total_excluding_tax", "total_tax").put({"both": touching}), source)

    assert found == WHOLE


def test_a_caption_down_the_side_of_the_form_is_no_part_of_the_sum_that_runs_into_it() -> None:
    assert sums(vat().say({"total_tax": "¥6.00记"}), "ocr") == WHOLE


@pytest.mark.parametrize("behind", ["壹佰零陆圆整", "大写壹佰零陆圆整"])
def test_words_that_run_into_the_total_are_still_read(behind: str) -> None:
    glued = {"total": Text(f"¥106.00{behind}", 300, 290)}

    found = sums(vat().drop("total", "total_in_words").put(glued), "ocr")

    assert found["total_in_words"] == WHOLE["total_in_words"]


def test_the_number_in_a_seal_is_no_part_of_the_total_beside_it() -> None:
    assert sums(vat().say({"total": "¥106.0091350100M000"}), "ocr") == WHOLE


@pytest.mark.parametrize(
    "printed",
    [
        "¥106.00元",
        "¥1.234.56元",
        "¥106.004",
        "¥106.00万元",
        "¥1.10O.00",
        "¥1.06B.00",
        "¥1.06B60",
        "¥106.0012A",
        "¥106.00壹佰零陆圆整",
        "¥1.106.00记",
    ],
)
def test_only_the_name_of_a_copy_or_a_number_ends_an_amount(printed: str) -> None:
    (segment,) = sheets.vat().say({"total": printed}).page("ocr").lines[-1:]

    assert amount_alone(replace(segment, text=printed)).text == printed


def unread_cells(sheet: sheets.Sheet, source: TextSource = "ocr") -> list[Box]:
    reader = sheets.reader("vat")
    (block,) = (block for block in reader.spec.blocks if isinstance(block, dict) and "totals" in block)
    spec = totals.compile_block(Node(block, reader.scope).node("totals"))
    layout = sheets.form_of(sheet, source)
    return totals.find_unread_cells(replace(layout, said=tuple(sheets.said(layout, "totals"))), spec)


def test_a_total_that_nobody_has_read_is_looked_for_behind_its_caption() -> None:
    (cell,) = unread_cells(vat().drop("total"))

    assert cell.contains(480, 290)
    assert cell.height < 2 * sheets.SIZE


def test_an_amount_of_the_row_above_is_not_the_total() -> None:
    above = Text("¥6.00", 520, 275)

    assert unread_cells(vat().drop("total", "total_tax").put({"total_tax": above}))


@pytest.mark.parametrize("printed", ["¥106.0091350100M000", "¥106.00二"])
def test_a_total_into_which_other_print_runs_was_read(printed: str) -> None:
    assert unread_cells(vat().say({"total": printed})) == []


def test_only_a_few_cells_of_a_block_get_a_second_look() -> None:
    form = sheets.form_of(vat().drop("total"), "ocr")
    caption = next(label.box for label in form.page.labels if label.text == "(小写)")

    assert len(unread.cells_behind(form, [caption] * 20)) == unread.MAX_CELLS


@pytest.mark.parametrize(("missing", "source"), [((), "ocr"), (("total",), "text_layer")])
def test_a_total_that_was_read_or_is_not_there_is_not_looked_for(missing: tuple[str, ...], source: TextSource) -> None:
    assert unread_cells(vat().drop(*missing), source) == []


def test_remarks_of_several_lines_do_not_tell_how_far_the_total_is_off_its_caption() -> None:
    form = sheets.form_of(vat().drop("total"), "ocr")
    remarks = Candidate("remarks", "备注", "备注", "ocr", 0.9, 1, Box(360, 292, 580, 330))
    caption = next(label.box for label in form.page.labels if label.text == "(小写)")

    (alone,) = unread.cells_behind(form, [caption])
    (beside,) = unread.cells_behind(replace(form, said=(remarks,)), [caption])

    assert beside == alone


@pytest.mark.parametrize("path", WHOLE)
def test_a_missing_sum_is_not_made_up_of_the_others(path: str) -> None:
    assert sums(vat().drop(path)) == {key: value for key, value in WHOLE.items() if key != path}


@pytest.mark.parametrize("caption", ["sum:", "words:", "total:"])
def test_one_illegible_caption_leaves_the_total_and_its_words(caption: str) -> None:
    found = sums(vat().drop(caption))

    assert (found["total"], found["total_in_words"]) == (WHOLE["total"], WHOLE["total_in_words"])


@pytest.mark.parametrize(
    ("printed", "words"),
    [
        ("⊗ 壹佰零陆圆整", "壹佰零陆圆整"),
        ("ⓧ壹佰零陆元整", "壹佰零陆元整"),
        ("人民币壹佰零陆圆整", "壹佰零陆圆整"),
        ("（负数）壹佰零陆圆整", "（负数）壹佰零陆圆整"),
        ("壹佰零陆圆零伍分", "壹佰零陆圆零伍分"),
    ],
)
def test_words_keep_their_print_but_for_the_circle(printed: str, words: str) -> None:
    assert sums(vat().say({"total_in_words": printed}))["total_in_words"] == words


@pytest.mark.parametrize("source", ["text_layer", "ocr"])
@pytest.mark.parametrize(("first", "second"), [("⊗壹佰零陆", "圆整"), ("壹佰圆", "零陆分")])
def test_words_on_two_lines_are_one_amount(first: str, second: str, source: TextSource) -> None:
    lines = {"first": Text(first, 150, 281), "second": Text(second, 150, 291)}

    found = sums(vat().drop("total_in_words").put(lines), source)

    assert found["total_in_words"] == (first + second).lstrip("⊗")


def test_an_amount_in_words_below_another_one_is_no_part_of_it() -> None:
    below = {"below": Text("壹佰圆整", 150, 297)}

    assert sums(vat().put(below))["total_in_words"] == "壹佰零陆圆整"


def test_words_that_are_no_amount_are_left_out() -> None:
    assert "total_in_words" not in sums(vat().say({"total_in_words": "壹佰陆佰圆整"}))


def test_an_amount_in_words_in_the_remarks_is_not_the_total() -> None:
    sheet = vat().put({"remark": Text("其中押金:贰佰圆整", 372, 330)})

    assert sums(sheet)["total_in_words"] == "壹佰零陆圆整"


def test_the_masked_tax_leaves_the_amount_in_its_column() -> None:
    assert sums(vat().say({"total_tax": "***"}))["total_excluding_tax"] == Decimal("100.00")


@pytest.mark.parametrize(("lost", "path"), [("total_tax", "total_excluding_tax"), ("total_excluding_tax", "total_tax")])
def test_a_single_amount_belongs_to_the_column_that_it_stands_in(lost: str, path: str) -> None:
    found = sums(vat().drop(lost))

    assert found[path] == WHOLE[path]
    assert lost not in found


@pytest.mark.parametrize(
    ("lost", "path", "caption"),
    [
        ("total_tax", "total_excluding_tax", "column amount:"),
        ("total_excluding_tax", "total_tax", "column tax:"),
        ("total_tax", "total_excluding_tax", "column tax:"),
    ],
)
def test_a_single_amount_far_from_the_only_legible_caption_belongs_to_the_other_column(
    lost: str, path: str, caption: str
) -> None:
    found = sums(vat().drop(lost, caption))

    assert found[path] == WHOLE[path]
    assert lost not in found


def test_a_sum_nearly_on_the_level_of_the_words_is_no_total_though_the_total_has_lost_its_sign() -> None:
    words = vat().print_["total_in_words"]
    sheet = vat().say({"total": "106.00"}).put({"total_in_words": replace(words, y=words.y - 9.5)})

    read = sheets.said(sheets.form_of(sheet, "ocr"), "totals")

    assert {item.value for item in read if item.path == "total"} == {WHOLE["total"]}


def test_amounts_of_the_last_item_just_above_are_not_the_sums() -> None:
    cells = sheets.row(1, 254, amount="30.00", tax_rate="6%", tax_amount="1.80")

    found = sums(vat().put(cells))

    assert (found["total_excluding_tax"], found["total_tax"]) == (Decimal("100.00"), Decimal("6.00"))


def test_sums_smaller_than_a_yuan_are_amounts_too() -> None:
    found = sums(vat().say({"total_tax": "¥0.06", "total_excluding_tax": "¥0.94", "total": "¥1.00"}))

    assert (found["total_excluding_tax"], found["total_tax"]) == (Decimal("0.94"), Decimal("0.06"))


def test_a_total_of_millions_is_read_with_its_separators() -> None:
    assert sums(vat().say({"total": "¥1,234,567.89"}))["total"] == Decimal("1234567.89")


def test_a_sum_recognized_without_its_cents_is_no_value() -> None:
    sheet = vat().say({"total_tax": "¥6"})

    assert "total_tax" not in sheets.fields(sheet, "ocr")
    assert sheets.fields(sheet)["total_tax"] == Decimal("6")


def test_the_total_is_no_sum_of_a_column_though_it_stands_nearly_on_their_level() -> None:
    # given: the tax illegible, the total printed just below the sums
    near = vat().drop("total_tax").put({"total": replace(vat().print_["total"], y=vat().print_["total"].y - 9)})

    found = sums(near)

    assert found["total"] == WHOLE["total"]
    assert found["total_excluding_tax"] == WHOLE["total_excluding_tax"]
    assert "total_tax" not in found


def test_an_amount_above_a_sum_is_not_the_other_sum() -> None:
    above = replace(vat().print_["total_excluding_tax"], text="30.00", y=vat().print_["total_excluding_tax"].y - 9)

    found = sums(vat().drop("total_tax").put({"above": above}))

    assert "total_tax" not in found


@pytest.mark.parametrize("printed", ["伍佰圆棚角玖分", "集佰重拾肆圆伍角"])
def test_a_part_of_the_words_is_not_the_amount(printed: str) -> None:
    found = sheets.fields(vat().say({"total_in_words": printed}), "ocr")

    assert "total_in_words" not in found


def test_a_sum_whose_cents_were_cut_off_is_kept_to_be_read_again() -> None:
    box = vat().print_["total_tax"].line().box
    truncated = TextLine("Y600", box, "ocr", 0.9, lattice=lattice("Y600"))
    sheet = replace(vat().drop("total_tax"), more=(truncated,))

    (found,) = (item for item in sheets.said(sheets.form_of(sheet, "ocr"), "totals") if item.path == "total_tax")

    assert (found.text, found.value) == ("Y600", None)


@pytest.mark.parametrize(("printed", "sure"), [("¥106.00", True), ("V106.00", True), ("106.00", False)])
def test_a_sum_recognized_without_its_sign_is_hardly_believed(printed: str, sure: bool) -> None:
    read = sheets.said(sheets.form_of(vat().say({"total": printed}), "ocr"), "totals")

    assert {item.confidence > 0.5 for item in read if item.path == "total"} == {sure}


def test_the_sums_without_their_caption_are_found_though_one_has_lost_its_sign() -> None:
    sheet = vat().drop("sum:").say({"total_tax": "6.00"})

    found = sums(sheet, "ocr")

    assert (found["total_excluding_tax"], found["total_tax"]) == (Decimal("100.00"), Decimal("6.00"))


def test_a_recognized_total_without_its_first_digits_is_none() -> None:
    for truncated in ("062.48", ",162.48", "¥06.48"):
        assert "total" not in sheets.fields(vat().say({"total": truncated}), "ocr")
