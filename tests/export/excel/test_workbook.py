import io
import re
from datetime import datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import samples
from hypothesis import given, settings
from hypothesis import strategies as st

from invoiceocr.errors import OutputError, SettingsError
from invoiceocr.export.excel import cells as excel_cells
from invoiceocr.export.excel import workbook as excel
from invoiceocr.export.excel import write_excel
from invoiceocr.export.sheets.columns import Column
from invoiceocr.export.sheets.invoice_sheets import WorkbookOptions
from invoiceocr.export.titles import Title
from invoiceocr.export.verified import verified_result
from invoiceocr.invoice import LineItem
from invoiceocr.proof import Finding
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
    assert book.sheetnames == ["台账", "发票", "明细", "检查结果", "未读文件", "图例"]
    assert [book[name].max_row for name in book.sheetnames[:5]] == [4, 3, 3, 2, 2]


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
    assert excel_cells.shown(Column(leaf, Title("", "")), value) == expected


def test_cells_are_colored_by_status_and_the_legend_says_so() -> None:
    book = workbook(*RESULTS)
    total = cell(book, "价税合计")
    assert fill(total) == excel_cells.COLORS["verified"]
    assert fill(cell(book, "购买方名称")) == excel_cells.COLORS["read"]
    assert fill(cell(book, "价税合计", row=3)) == excel_cells.COLORS["doubtful"]
    assert fill(cell(book, "校验码", row=3)) == excel_cells.COLORS["missing"]
    assert fill(cell(book, "标记", sheet="图例")) == excel_cells.COLORS["verified"]


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
    assert (name.value, fill(name)) == (None, excel_cells.COLORS["read"])
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


@settings(max_examples=25)
@given(st.lists(st.text(max_size=60), min_size=4, max_size=4))
def test_any_text_makes_a_workbook_that_opens(texts: list[str]) -> None:
    results = [
        ReadResult(source=text, invoices=(samples.accepted_invoice(remarks=text, items=(LineItem(name=text),)),))
        for text in texts
    ]
    book = workbook(*results)
    formulas = [found.value for sheet in book for row in sheet for found in row if found.data_type == "f"]
    assert all(re.fullmatch(r'=("合计 "&)?SUBTOTAL\(\d+,[A-Z]2:[A-Z]5\)(&" 张")?', formula) for formula in formulas)


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
    assert row == [
        "坏.pdf",
        "corrupt_pdf",
        "PDF 已损坏",
        "请重新导出，或向开票方索取原件",
        "坏.pdf: cut off; get the file again",
    ]


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
    with pytest.raises(OutputError, match="--format csv"):
        workbook(samples.accepted(), samples.accepted())


LEDGER_HEADINGS = [
    "序号", "票种", "发票代码", "发票号码", "开票日期", "购买方", "销售方", "销售方税号", "项目", "金额", "税率",
    "税额", "价税合计", "状态/待核对", "重复", "来源",
]  # fmt: skip


def test_the_first_sheet_is_the_ledger_with_its_sixteen_columns() -> None:
    sheet = workbook(*RESULTS).worksheets[0]
    assert sheet.title == "台账"
    assert [str(head.value).splitlines()[0] for head in sheet[1]] == LEDGER_HEADINGS


def test_the_totals_follow_the_filter() -> None:
    sheet = workbook(*RESULTS)["台账"]
    assert sheet.auto_filter.ref == "A1:P3"
    totals = [found.value for found in sheet[4]]
    assert totals[0] == '="合计 "&SUBTOTAL(103,A2:A3)&" 张"'
    assert totals[9:13] == ["=SUBTOTAL(109,J2:J3)", None, "=SUBTOTAL(109,L2:L3)", "=SUBTOTAL(109,M2:M3)"]


def test_the_ledger_prints_on_a4_across_with_a_header_and_page_numbers() -> None:
    sheet = workbook(*RESULTS)["台账"]
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    assert (sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.page_setup.fitToHeight) == (True, 0)
    assert sheet.print_title_rows == "$1:$1"
    assert "&P" in sheet.oddFooter.center.text


def test_a_row_that_wants_review_says_why() -> None:
    book = workbook(*RESULTS)
    assert cell(book, "状态/待核对", sheet="台账").value == "通过"
    told = cell(book, "状态/待核对", sheet="台账", row=3).value
    assert told == "复核：100.00 + 6.00 ≠ 186.00；存疑：价税合计；缺失：校验码"


def test_a_row_that_nothing_contradicts_names_the_least_sure_fields() -> None:
    result = ReadResult(source="a.pdf", invoices=(samples.accepted_invoice(verdict="review"),))
    told = cell(workbook(result), "状态/待核对", sheet="台账").value
    assert told.startswith("复核：置信度不足：购买方名称（97.00%）")


def test_an_invoice_claimed_before_is_marked() -> None:
    finding = Finding(rule="duplicate-claimed", severity="error", message="重复：已登记")
    result = ReadResult(source="a.pdf", invoices=(samples.accepted_invoice(findings=(finding,), verdict="review"),))
    book = workbook(result)
    assert cell(book, "重复", sheet="台账").value == "重复"
    assert "已登记" in cell(book, "状态/待核对", sheet="台账").value


def test_the_source_links_to_the_file_beside_the_workbook(tmp_path: Path) -> None:
    (tmp_path / "票 据#1.pdf").write_bytes(b"%PDF")
    stream = io.BytesIO()
    write_excel([samples.accepted(str(tmp_path / "票 据#1.pdf"))], stream, options=WorkbookOptions(folder=tmp_path))
    link = cell(openpyxl.load_workbook(stream), "来源", sheet="台账").hyperlink
    assert link.target == "票%20据%231.pdf"


def test_a_source_that_is_no_file_has_no_link() -> None:
    assert cell(workbook(samples.accepted("-")), "来源", sheet="台账").hyperlink is None


def test_columns_are_chosen_ordered_and_renamed() -> None:
    stream = io.BytesIO()
    options = WorkbookOptions(columns=("total", "seller.bank_account", "number=票号"))
    write_excel([samples.accepted()], stream, options=options)
    sheet = openpyxl.load_workbook(stream)["台账"]
    assert [str(head.value).splitlines()[0] for head in sheet[1]] == ["价税合计", "销售方开户行及账号", "票号"]
    assert (sheet["A2"].value, sheet["C2"].value) == (113, samples.NUMBER)


def test_an_unknown_column_is_refused_with_the_nearest() -> None:
    with pytest.raises(SettingsError, match=r"seller\.tax_id"):
        write_excel([], io.BytesIO(), options=WorkbookOptions(columns=("seller.taxid",)))


def test_skipped_files_are_listed() -> None:
    stream = io.BytesIO()
    write_excel([samples.accepted()], stream, options=WorkbookOptions(skipped=["notes.docx"]))
    assert openpyxl.load_workbook(stream)["跳过的文件"]["A2"].value == "notes.docx"
