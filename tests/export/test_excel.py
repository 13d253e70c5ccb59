import io
from datetime import datetime, time
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
import samples
from hypothesis import given
from hypothesis import strategies as st

from invoiceocr.export import excel
from invoiceocr.export.columns import Column
from invoiceocr.export.excel import write_excel
from invoiceocr.export.titles import Title
from invoiceocr.export.verified import verified_result
from invoiceocr.invoice import LineItem
from invoiceocr.result import ReadResult

RESULTS = (samples.accepted(), samples.reviewed(), samples.unread())


def workbook(*results: ReadResult) -> Any:
    stream = io.BytesIO()
    write_excel(results, stream)
    return openpyxl.load_workbook(stream)


def cell(book: Any, heading: str, *, sheet: str = "发票", row: int = 2) -> Any:
    """The cell under the Chinese heading."""
    headings = [str(head.value).splitlines()[0] for head in book[sheet][1]]
    return book[sheet].cell(row, headings.index(heading) + 1)


def fill(found: Any) -> str:
    return str(found.fill.fgColor.rgb)[-6:]


def test_the_sheets_hold_invoices_items_findings_and_unread_files() -> None:
    book = workbook(*RESULTS)
    assert book.sheetnames == ["发票", "明细", "检查结果", "未读文件", "图例"]
    assert [book[name].max_row for name in book.sheetnames[:4]] == [3, 3, 2, 2]


def test_an_identifier_of_twenty_digits_stays_exact_text() -> None:
    found = cell(workbook(samples.accepted()), "发票号码")
    assert (found.value, found.data_type) == (samples.NUMBER, "s")


def test_money_is_a_number_with_two_decimals() -> None:
    found = cell(workbook(samples.accepted()), "价税合计")
    assert (found.value, found.data_type, found.number_format) == (113, "n", "#,##0.00")


def test_negative_money_is_a_negative_number() -> None:
    found = cell(workbook(red()), "价税合计")
    assert (found.value, found.data_type) == (-35, "n")


def red() -> ReadResult:
    invoice = samples.accepted_invoice(total=Decimal("-35.00"), is_red_letter=True)
    return ReadResult(source="red.pdf", invoices=(invoice,))


def test_a_date_is_a_date() -> None:
    found = cell(workbook(samples.accepted()), "开票日期")
    assert (found.value, found.number_format) == (datetime(2025, 3, 5), "yyyy-mm-dd")


@pytest.mark.parametrize(
    ("heading", "value", "number_format"),
    [("单价", 33.3333333333, "0.0000000000"), ("数量", 3, "0"), ("税率", 0.13, "0%"), ("金额", 100, "#,##0.00")],
)
def test_item_numbers_show_the_decimals_that_are_printed(heading: str, value: float, number_format: str) -> None:
    found = cell(workbook(samples.accepted()), heading, sheet="明细")
    assert (found.value, found.number_format) == (value, number_format)


def test_a_rate_marker_is_text() -> None:
    assert cell(workbook(samples.reviewed()), "税率", sheet="明细").value == "免税"


@pytest.mark.parametrize(
    ("leaf", "value", "expected"),
    [
        ("unit_price", Decimal("1.6605309734513274"), ("1.6605309734513274", "@")),
        ("total", Decimal("NaN"), ("NaN", "@")),
        ("tax_rate", Decimal("0.015"), (Decimal("0.015"), "0.0%")),
        ("boarding_time", time(14, 30), (time(14, 30), "hh:mm")),
        ("departure_time", datetime(2024, 3, 5, 14, 30), (datetime(2024, 3, 5, 14, 30), "yyyy-mm-dd hh:mm")),
        ("is_red_letter", True, ("是", "@")),
        ("issue_date", datetime(1899, 1, 1).date(), ("1899-01-01", "@")),
    ],
)
def test_values_a_number_cell_would_spoil_are_text(leaf: str, value: Any, expected: tuple[Any, str]) -> None:
    assert excel._shown(Column(leaf, Title("", "")), value) == expected


def test_cells_are_colored_by_status_and_the_legend_says_so() -> None:
    book = workbook(*RESULTS)
    total = cell(book, "价税合计")
    assert fill(total) == excel.COLORS["verified"]
    assert fill(cell(book, "购买方名称")) == excel.COLORS["read"]
    assert fill(cell(book, "价税合计", row=3)) == excel.COLORS["doubtful"]
    assert fill(cell(book, "校验码", row=3)) == excel.COLORS["missing"]
    assert fill(cell(book, "标记", sheet="图例")) == excel.COLORS["verified"]


def test_a_comment_holds_the_evidence() -> None:
    comment = cell(workbook(*RESULTS), "价税合计", row=3).comment.text
    assert "存疑 doubtful · 41.00%" in comment
    assert "✗ 勾稽计算 arithmetic: 9" in comment
    assert "备选 alternatives: 106.00" in comment


def test_the_reasons_to_look_stand_beside_the_verdict() -> None:
    book = workbook(*RESULTS)
    assert cell(book, "待核对").value is None
    assert cell(book, "待核对", row=3).value == "100.00 + 6.00 ≠ 186.00\n存疑：价税合计\n缺失：校验码"


def test_verified_only_leaves_the_other_cells_empty_but_colored() -> None:
    book = workbook(verified_result(samples.accepted()))
    assert cell(book, "价税合计").value == 113
    name = cell(book, "购买方名称")
    assert (name.value, fill(name)) == (None, excel.COLORS["read"])
    assert "测试采购有限公司" in name.comment.text
    assert not has(book, "明细", "单价")


def has(book: Any, sheet: str, heading: str) -> bool:
    return any(str(head.value).startswith(heading) for head in book[sheet][1])


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", " =", "＝"])
def test_text_that_looks_like_a_formula_is_never_run(start: str) -> None:
    evil = f'{start}HYPERLINK("http://example.com")'
    book = workbook(ReadResult(source=evil, invoices=(samples.accepted_invoice(remarks=evil),)))
    for found in (cell(book, "备注"), cell(book, "文件")):
        assert found.data_type in ("s", "inlineStr")
        assert found.quotePrefix
        assert found.value.lstrip() == evil.lstrip()


@given(st.text(max_size=60))
def test_any_text_makes_a_workbook_that_opens(text: str) -> None:
    item = LineItem(name=text)
    book = workbook(ReadResult(source=text, invoices=(samples.accepted_invoice(remarks=text, items=(item,)),)))
    assert all(found.data_type != "f" for sheet in book for row in sheet for found in row)


def test_characters_that_xml_forbids_are_dropped() -> None:
    result = ReadResult(source="a\x00\x07\ufffe\udcb7.pdf", invoices=(samples.accepted_invoice(remarks="b\x0bc"),))
    book = workbook(result)
    assert (cell(book, "文件").value, cell(book, "备注").value) == ("a.pdf", "bc")


def test_a_very_long_text_is_cut_to_what_a_cell_holds() -> None:
    book = workbook(ReadResult(source="a", invoices=(samples.accepted_invoice(remarks="长" * 40_000),)))
    assert len(cell(book, "备注").value) == 32_767


def test_the_header_is_frozen_filtered_and_in_both_languages() -> None:
    sheet = workbook(*RESULTS)["发票"]
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref.startswith("A1:")
    assert "发票号码\nnumber" in [head.value for head in sheet[1]]


def test_columns_are_wide_enough_for_chinese() -> None:
    sheet = workbook(samples.accepted())["发票"]
    column = cell(workbook(samples.accepted()), "购买方名称").column_letter
    assert sheet.column_dimensions[column].width >= 2 * len("测试采购有限公司")


def test_columns_without_any_value_are_left_out_but_the_usual_ones_stay() -> None:
    book = workbook(samples.accepted())
    assert not has(book, "发票", "密码区")
    assert has(book, "发票", "发票代码")


def test_unread_files_are_listed_with_the_reason() -> None:
    book = workbook(samples.unread("坏.pdf"))
    row = [found.value for found in book["未读文件"][2]]
    assert row == ["坏.pdf", "corrupt_pdf", "PDF 已损坏", "坏.pdf: cut off; get the file again"]


def test_no_results_make_a_workbook_with_headings() -> None:
    assert workbook()["发票"].max_row == 1


def test_the_same_results_make_the_same_bytes() -> None:
    first, second = io.BytesIO(), io.BytesIO()
    write_excel(RESULTS, first)
    write_excel(RESULTS, second)
    assert first.getvalue() == second.getvalue()


def test_comments_go_to_the_doubtful_first_where_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excel, "MAX_NOTES", 2)
    book = workbook(samples.accepted(), samples.reviewed())
    assert cell(book, "价税合计", row=3).comment is not None
    assert cell(book, "价税合计").comment is None
    assert "缺失" in cell(book, "含义", sheet="图例", row=6).value
    assert "已核验" not in cell(book, "含义", sheet="图例", row=6).value


def test_more_rows_than_excel_holds_are_refused_with_advice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excel, "MAX_ROWS", 2)
    with pytest.raises(excel.OutputError, match="--format csv"):
        workbook(samples.accepted(), samples.accepted())
