from datetime import date

import pytest
import sheets
from sheets import CODE, NUMBER, Text, digital, vat

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.page import TextSource


def read_head(sheet: sheets.Sheet, source: TextSource = "text_layer", *, form: str = "vat") -> list[Candidate]:
    """What the blocks say of the head: captioned values and the name of the copy."""
    layout = sheets.form_of(sheet, source, form=form)
    return [*sheets.said(layout, "key_value", form=form, place=0), *sheets.said(layout, "mark", form=form, place=0)]


def head(sheet: sheets.Sheet, source: TextSource = "text_layer", *, form: str = "vat") -> dict[str, object]:
    return sheets.values(read_head(sheet, source, form=form))


def foot(sheet: sheets.Sheet, source: TextSource = "text_layer") -> dict[str, object]:
    return sheets.values(sheets.said(sheets.form_of(sheet, source), "key_value", place=1))


def test_the_head_has_its_labeled_fields() -> None:
    assert head(vat()) == {
        "code": CODE,
        "number": NUMBER,
        "issue_date": date(2024, 3, 5),
        "check_code": sheets.CHECK_CODE,
        "machine_number": sheets.MACHINE,
    }


@pytest.mark.parametrize("name", ["code", "number", "issue_date", "check_code"])
def test_a_field_without_its_label_is_told_by_its_shape(name: str) -> None:
    assert head(vat().drop(f"{name}:")) == head(vat())


def test_five_digits_without_a_caption_are_no_check_code_of_a_blockchain_invoice() -> None:
    sheet = vat().drop("check_code:").say({"check_code": "12a45"})

    assert "check_code" not in head(sheet, form="blockchain")
    assert head(vat().say({"check_code": "12a45"}), form="blockchain")["check_code"] == "12a45"


def test_twenty_digits_are_no_check_code_of_a_blockchain_invoice() -> None:
    assert "check_code" not in head(vat(), form="blockchain")


def test_of_two_shapes_without_a_label_the_larger_print_comes_first() -> None:
    shapes = {f"{size}": Text(f"310020313{size % 10}", 60, 3 * size, size) for size in (6, 14, 8)}

    found = [item.value for item in read_head(vat().drop("code:", "code").put(shapes)) if item.path == "code"]
    assert found == ["3100203134", "3100203138", "3100203136"]


def test_a_code_behind_a_misread_caption_is_told_by_its_family_and_region() -> None:
    sheet = vat().drop("code:", "machine_number:").say({"code": f"代4：{CODE}", "machine_number": "661900001234"})

    assert [item.value for item in read_head(sheet) if item.path == "code"] == [CODE]


def test_ten_digits_behind_another_s_caption_are_no_code() -> None:
    sheet = vat().drop("code:").say({"code": "订单号：3100203130"})

    assert "code" not in head(sheet)


def test_the_machine_number_needs_its_label() -> None:
    assert "machine_number" not in head(vat().drop("machine_number:"))


def test_the_number_beside_an_empty_machine_number_is_not_that() -> None:
    sheet = vat().drop("machine_number").put({"number": Text(NUMBER, 445, 70, 14)})

    assert head(sheet)["number"] == NUMBER
    assert "machine_number" not in head(sheet)


def test_the_labeled_field_comes_before_one_of_the_same_shape() -> None:
    stray = vat().put({"stray": Text("87604321", 60, 22, 14)})

    candidates = [item.value for item in read_head(stray) if item.path == "number"]

    assert candidates[0] == NUMBER
    assert head(stray)["number"] == NUMBER


def test_a_value_under_its_label_is_found() -> None:
    sheet = vat().put({"number": Text(NUMBER, 445, 46, 7)})

    assert head(sheet)["number"] == NUMBER


def test_what_is_printed_below_the_table_is_not_in_the_head() -> None:
    sheet = digital().drop("number").put({"remark": Text("被红冲蓝字数电票号码:25312000000087604321", 40, 330)})

    assert "number" not in head(sheet, form="digital")


@pytest.mark.parametrize("source", ["text_layer", "ocr"])
def test_the_names_at_the_foot_stand_beside_their_labels(source: TextSource) -> None:
    assert foot(vat(), source) == {"payee": "张三", "reviewer": "李四", "drawer": "王五"}


@pytest.mark.parametrize("name", ["payee", "reviewer", "drawer"])
def test_an_empty_name_does_not_take_its_neighbor_s(name: str) -> None:
    assert foot(vat().drop(name)) == {key: value for key, value in foot(vat()).items() if key != name}


@pytest.mark.parametrize("printed", ["管理员", "Alice", "欧阳测试", "客服01", "张*"])
def test_a_drawer_need_not_be_a_chinese_name(printed: str) -> None:
    assert foot(vat().say({"drawer": printed}))["drawer"] == printed


def test_what_is_no_name_is_left_out() -> None:
    assert "drawer" not in foot(vat().say({"drawer": "样例市模拟街2号 020-11111111"}))


@pytest.mark.parametrize("source", ["text_layer", "ocr"])
def test_the_name_of_the_copy_is_read_and_belongs_to_no_other_field(source: TextSource) -> None:
    sheet = vat().put({"copy": Text("记 账 联", 250, 92)})

    found = sheets.fields(sheet, source)

    assert found["copy"] == "记账联"
    assert found["buyer.name"] == sheets.fields(vat(), source)["buyer.name"]


@pytest.mark.parametrize(
    ("first", "rest"),
    [
        ("2024年", "06月18日"),
        ("2024年06月", "18日"),
        ("2024年06月1", "8日"),
        ("2024年6月1", "8日"),
        ("2024-06-", "18"),
        ("2024-06-1", "8"),
    ],
)
def test_a_day_that_breaks_over_two_lines_is_read_whole(first: str, rest: str) -> None:
    split = {"first": Text(first, 490, 54), "rest": Text(rest, 490, 66)}

    assert head(vat().drop("issue_date").put(split))["issue_date"] == date(2024, 6, 18)


@pytest.mark.parametrize(
    ("day", "below", "whole"),
    [("2026-1-2", "1", (1, 2)), ("2026/3/1", "2", (3, 1)), ("2026.1.2", "5", (1, 2)), ("2026-11-3", "0", (11, 3))],
)
def test_a_day_of_one_figure_takes_none_of_the_number_below_it(day: str, below: str, whole: tuple[int, int]) -> None:
    split = {"day": Text(day, 490, 54), "below": Text(below, 490, 66)}

    assert head(vat().drop("issue_date").put(split))["issue_date"] == date(2026, *whole)


def test_a_day_of_one_figure_above_one_that_may_be_its_second_is_in_doubt() -> None:
    def confidence(below: str) -> float:
        split = {"day": Text("2026年10月1", 490, 54), "below": Text(below, 490, 66)}
        said = read_head(vat().drop("issue_date").put(split))
        return max(item.confidence for item in said if item.path == "issue_date")

    assert confidence("5") < 0.9 < confidence("5日")
