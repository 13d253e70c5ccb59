from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import registers
from openpyxl import Workbook

from invoiceocr.errors import RegisterError
from invoiceocr.ledger.register import read_register

NUMBER = "25112000000012345678"


def test_a_row_of_a_workbook_is_an_invoice(tmp_path: Path) -> None:
    (found,) = read_register(registers.workbook(tmp_path / "全量发票.xlsx", [registers.row()]))

    assert (found.digital, found.issue_date, found.total) == (NUMBER, date(2025, 6, 1), Decimal("113.00"))
    assert (found.seller_name, found.state, found.line) == ("样例商贸（北京）有限公司", "正常", 2)


def test_captions_may_stand_in_any_order_below_titles(tmp_path: Path) -> None:
    captions = tuple(reversed(registers.CAPTIONS))

    (found,) = read_register(registers.workbook(tmp_path / "r.xlsx", [registers.row()], captions, above=3))

    assert (found.digital, found.total, found.line) == (NUMBER, Decimal("113.00"), 5)


def test_captions_of_other_exports_are_known(tmp_path: Path) -> None:
    captions = ("数电票号码", "销售方名称", "购方名称", "开票 日期", "价税合计（元）")
    values = {"数电票号码": NUMBER, "开票 日期": "2025/06/01", "价税合计（元）": "113"}

    (found,) = read_register(registers.workbook(tmp_path / "r.xlsx", [values], captions))

    assert (found.digital, found.issue_date, found.total) == (NUMBER, date(2025, 6, 1), Decimal("113.00"))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "gb18030", "utf-16"])
def test_text_files_are_read_in_the_usual_encodings(tmp_path: Path, encoding: str) -> None:
    (found,) = read_register(registers.text(tmp_path / "r.csv", [registers.row()], encoding=encoding))

    assert (found.digital, found.seller_name) == (NUMBER, "样例商贸（北京）有限公司")


@pytest.mark.parametrize("cell", [f"'{NUMBER}", f'="{NUMBER}"', f"\t{NUMBER}", f" {NUMBER} "])
def test_what_keeps_a_number_text_is_no_part_of_it(tmp_path: Path, cell: str) -> None:
    (found,) = read_register(registers.text(tmp_path / "r.csv", [registers.row(数电发票号码=cell)]))

    assert (found.digital, found.lossy) == (NUMBER, frozenset())


@pytest.mark.parametrize("cell", [25112000000012345678.0, "2.5112E+19"])
def test_a_rounded_number_says_that_digits_are_lost(tmp_path: Path, cell: object) -> None:
    (found,) = read_register(registers.workbook(tmp_path / "r.xlsx", [registers.row(数电发票号码=cell)]))

    assert found.lossy == {"digital"}


def test_leading_zeros_of_number_cells_come_back(tmp_path: Path) -> None:
    values = registers.row(数电发票号码=None, 发票代码=31001900104, 发票号码=12345)

    (found,) = read_register(registers.workbook(tmp_path / "r.xlsx", [values]))

    assert (found.code, found.number, found.key) == ("031001900104", "00012345", "C:031001900104:00012345")


def test_real_dates_and_amounts_are_read(tmp_path: Path) -> None:
    values = registers.row(开票日期=datetime(2025, 6, 1, 10, 20), 价税合计=113, 金额=100.0, 税额=13.004)

    (found,) = read_register(registers.workbook(tmp_path / "r.xlsx", [values]))

    assert (found.issue_date, found.total, found.amount, found.tax) == (
        date(2025, 6, 1),
        Decimal("113.00"),
        Decimal("100.00"),
        Decimal("13.00"),
    )


def test_blank_rows_and_totals_are_no_invoices(tmp_path: Path) -> None:
    rows: list[Mapping[str, object]] = [registers.row(), {}, {"序号": "合计", "价税合计": "113.00"}]

    assert len(read_register(registers.workbook(tmp_path / "r.xlsx", rows))) == 1


def test_rows_of_items_are_summed_up_by_number(tmp_path: Path) -> None:
    captions = (*registers.CAPTIONS, "货物或应税劳务名称", "规格型号")
    first = registers.row(金额="120.00", 税额="15.60", 价税合计="135.60")
    lines = [first, registers.row(金额="-20", 税额="-2.6", 价税合计="-22.6")]

    (found,) = read_register(registers.workbook(tmp_path / "r.xlsx", lines, captions))

    assert (found.amount, found.tax, found.total) == (Decimal("100.00"), Decimal("13.00"), Decimal("113.00"))


def test_of_two_sheets_the_one_with_a_row_an_invoice_is_taken(tmp_path: Path) -> None:
    book = Workbook()
    items, invoices = book.active, book.create_sheet("发票基础信息")
    items.append([*registers.CAPTIONS, "货物或应税劳务名称"])
    items.append([registers.row(价税合计="1.00").get(caption) for caption in registers.CAPTIONS])
    invoices.append(registers.CAPTIONS)
    invoices.append([registers.row().get(caption) for caption in registers.CAPTIONS])
    book.save(tmp_path / "r.xlsx")

    assert [found.total for found in read_register(tmp_path / "r.xlsx")] == [Decimal("113.00")]


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 broken", b"a,b\n1,2\n", b"\xff\xff\xff\x81"])
def test_what_is_no_register_is_an_error_that_says_what_to_do(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "r.xlsx").write_bytes(data)

    with pytest.raises(RegisterError, match="export"):
        read_register(tmp_path / "r.xlsx")


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RegisterError):
        read_register(tmp_path / "no.xlsx")


def sheet(path: Path, *rows: tuple[object, ...], merged: str | None = None) -> Path:
    """A workbook with these rows."""
    book = Workbook()
    page = book.active
    assert page is not None
    for row in rows:
        page.append(row)
    if merged:
        page.merge_cells(merged)
    book.save(path)
    return path


def test_captions_in_two_rows_with_merged_cells_are_read_together(tmp_path: Path) -> None:
    path = sheet(
        tmp_path / "r.xlsx",
        ("发票台账（2025年6月）",),
        (None,),
        ("序号", "数电发票号码", "开票日期", "销方", None, "购方", None, "金额", "税额", "价税合计"),
        (None, None, None, "名称", "识别号", "名称", "识别号", None, None, None),
        (1, NUMBER, "2025-06-01", "甲商贸有限公司", None, "乙制造有限公司", None, "100.00", "13.00", "113.00"),
        merged="D3:E3",
    )

    (found,) = read_register(path)

    assert (found.digital, found.seller_name, found.buyer_name) == (NUMBER, "甲商贸有限公司", "乙制造有限公司")
    assert (found.issue_date, found.tax, found.total) == (date(2025, 6, 1), Decimal("13.00"), Decimal("113.00"))


@pytest.mark.parametrize("day", [45809, 45809.0, "45809", 45809.427])
def test_a_day_that_lost_its_format_is_that_day(tmp_path: Path, day: object) -> None:
    (found,) = read_register(registers.workbook(tmp_path / "r.xlsx", [registers.row(开票日期=day)]))

    assert found.issue_date == date(2025, 6, 1)


@pytest.mark.parametrize("words", ["合计", "合 计：", "小计", "共3张"])
def test_a_row_of_sums_is_no_invoice(tmp_path: Path, words: str) -> None:
    path = sheet(
        tmp_path / "r.xlsx",
        ("序号", None, "发票代码", "发票号", "发票日期", "供应商名称", "不含税金额", "税额", "含税金额"),
        ("1", None, "011001900111", 12345678.0, 20250601, "甲商贸有限公司", "100.00", 13.0, "113.00"),
        (words, None, None, 1, None, None, 100.0, 13.0, 113.0),
    )

    (found,) = read_register(path)

    assert (found.number, found.issue_date, found.total) == ("12345678", date(2025, 6, 1), Decimal("113.00"))
    assert (found.seller_name, found.amount) == ("甲商贸有限公司", Decimal("100.00"))
