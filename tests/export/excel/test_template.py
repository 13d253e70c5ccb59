"""A user's own workbook: what is filled, and what stays."""

import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import samples
from openpyxl.styles import Font

from invoiceocr.errors import SettingsError
from invoiceocr.export.excel.row_shift import Inserted, moved_formula
from invoiceocr.export.excel.template import write_template
from invoiceocr.result import ReadResult


def saved(tmp_path: Path, rows: list[list[Any]]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.active["A2"].font = Font(bold=True)
    book.active.row_dimensions[4].height = 40
    path = tmp_path / "模板.xlsx"
    book.save(path)
    return path


def filled(template: Path, *results: ReadResult) -> Any:
    stream = io.BytesIO()
    write_template(results, stream, template)
    return openpyxl.load_workbook(stream).active


THREE = (samples.accepted(), samples.reviewed(), samples.accepted("b.pdf"), samples.unread())


def test_a_row_of_placeholders_is_repeated_with_its_style(tmp_path: Path) -> None:
    template = saved(tmp_path, [["报销单"], ["{{number}}", "{{total}}", "销方：{{seller.name}}"]])

    sheet = filled(template, *THREE)

    assert [row[0].value for row in sheet["A2:A4"]] == [samples.NUMBER, "01234567", samples.NUMBER]
    assert [row[0].value for row in sheet["B2:B4"]] == [113, 186, 113]
    assert sheet["C2"].value == "销方：样例软件（上海）有限公司"
    assert sheet["A4"].font.bold


def test_formulas_of_the_row_and_sums_below_it_follow(tmp_path: Path) -> None:
    rows = [["号码", "金额"], ["{{number}}", "{{total}}", "=B2*2"], ["合计", "=SUM(B2:B2)", "=B3+1"]]

    sheet = filled(saved(tmp_path, rows), *THREE)

    assert [sheet["C2"].value, sheet["C4"].value] == ["=B2*2", "=B4*2"]
    assert (sheet["A5"].value, sheet["B5"].value, sheet["C5"].value) == ("合计", "=SUM(B2:B4)", "=B5+1")


def test_heights_and_merged_cells_below_move_down(tmp_path: Path) -> None:
    template = saved(tmp_path, [["报销单"], ["{{number}}"], ["合计"], ["签字", None]])
    book = openpyxl.load_workbook(template)
    book.active.merge_cells("A4:B4")
    book.save(template)

    sheet = filled(template, *THREE)

    assert [str(part) for part in sheet.merged_cells.ranges] == ["A6:B6"]
    assert sheet.row_dimensions[6].height == 40


def test_known_headings_are_filled_below_and_other_columns_stay_free(tmp_path: Path) -> None:
    template = saved(tmp_path, [["发票 号码", "部门", "价税合计", "销售方"], [None, None, None, None]])

    sheet = filled(template, *THREE)

    first = [cell.value for cell in sheet[2]]
    assert first == [samples.NUMBER, None, 113, "样例软件（上海）有限公司"]
    assert sheet["A4"].value == samples.NUMBER


def test_headings_as_people_call_them_are_known(tmp_path: Path) -> None:
    template = saved(tmp_path, [["日期", "票号", "供应商", "含税金额"]])

    sheet = filled(template, samples.accepted())

    issued, number, seller, total = (cell.value for cell in sheet[2])
    assert (issued.date(), number, total) == (samples.accepted().invoices[0].issue_date, samples.NUMBER, 113)
    assert seller == samples.accepted().invoices[0].seller.name


def test_totals_stand_where_they_are_asked_for(tmp_path: Path) -> None:
    template = saved(tmp_path, [["共 {{count}} 张，未读 {{unread}}"], ["{{sum:total}}"]])

    sheet = filled(template, *THREE)

    assert sheet["A1"].value == "共 3 张，未读 1"
    assert Decimal(str(sheet["A2"].value)) == Decimal("412")


def test_without_invoices_the_row_is_empty(tmp_path: Path) -> None:
    sheet = filled(saved(tmp_path, [["x"], ["{{number}}", "{{total}}"], ["合计"]]))

    assert not any(cell.value for cell in sheet[2])
    assert sheet["A3"].value == "合计"


def test_a_text_of_an_invoice_is_never_a_formula(tmp_path: Path) -> None:
    invoice = samples.accepted_invoice(remarks="=1+1")

    sheet = filled(saved(tmp_path, [["x"], ["{{remarks}}"]]), ReadResult(source="a", invoices=(invoice,)))

    assert sheet["A2"].data_type != "f"


@pytest.mark.parametrize("rows", [[["只是", "文字"]], [["{{seller.taxid}}"]]])
def test_a_template_that_cannot_be_filled_is_refused(tmp_path: Path, rows: list[list[Any]]) -> None:
    with pytest.raises(SettingsError):
        filled(saved(tmp_path, rows), *THREE)


def test_a_file_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_text("no")
    with pytest.raises(SettingsError, match="xlsx"):
        filled(tmp_path / "a.xlsx")


@pytest.mark.parametrize(
    ("formula", "moved"),
    [
        ("=SUM(A5:A5)", "=SUM(A5:A7)"),
        ("=SUM($A$5:$A$9)+B4", "=SUM($A$5:$A$11)+B4"),
        ("=A6&\"A6\"", "=A8&\"A6\""),
        ("=单!A6+别!A6", "=单!A8+别!A6"),
        ("=SUM(A:A)", "=SUM(A:A)"),
    ],
)  # fmt: skip
def test_references_below_the_inserted_rows_move(formula: str, moved: str) -> None:
    assert moved_formula(formula, Inserted("单", 5, 2), "单") == moved
