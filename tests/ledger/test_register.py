import tracemalloc
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from zipfile import ZipFile

import pytest
import registers
from openpyxl import Workbook

from invoiceocr.errors import RegisterError
from invoiceocr.ledger import register_sheets
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


@pytest.mark.parametrize(
    ("usual", "caption", "field"),
    [
        ("数电发票号码", "数电票号", "digital"),
        ("数电发票号码", "*数电发票号码", "digital"),
        ("数电发票号码", "发票号码/数电发票号码", "digital"),
        ("销方识别号", "销售方统一社会信用代码/纳税人识别号", "seller_tax_id"),
        ("销方识别号", "销货单位税号", "seller_tax_id"),
        ("销方名称", "开票方名称", "seller_name"),
        ("购买方名称", "购货单位", "buyer_name"),
        ("开票日期", "开具日期", "issue_date"),
        ("金额", "不含税价", "amount"),
        ("金额", "金额（不含税）", "amount"),
        ("税额", "增值税额(元)", "tax"),
        ("价税合计", "金额（含税）", "total"),
        ("价税合计", "含税总额", "total"),
        ("价税合计", "价税合计(小写)", "total"),
        ("发票风险等级", "管理状态", "risk"),
        ("销方识别号", "销方（税号）", "seller_tax_id"),
        ("销方识别号", "销方识别号（统一社会信用代码）", "seller_tax_id"),
        ("购买方名称", "购买方名称（付款方）", "buyer_name"),
        ("销方名称", "供应商（全称）", "seller_name"),
    ],
)
def test_captions_in_other_words_are_the_same_columns(tmp_path: Path, usual: str, caption: str, field: str) -> None:
    captions = tuple(caption if name == usual else name for name in registers.CAPTIONS if name != "发票号码")

    (found,) = read_register(
        registers.workbook(tmp_path / "r.xlsx", [registers.row(**{caption: registers.ROW[usual]})], captions)
    )
    (expected,) = read_register(registers.workbook(tmp_path / "usual.xlsx", [registers.row()]))

    assert getattr(found, field) == getattr(expected, field) is not None


@pytest.mark.parametrize(
    ("usual", "caption"),
    [
        ("价税合计", "折扣金额（含税）"),
        ("价税合计", "已付金额（含税）"),
        ("价税合计", "退款金额(含税)"),
        ("价税合计", "价税合计（大写）"),
        ("价税合计", "价税合计（万元）"),
        ("销方名称", "销方(电话)"),
        ("销方名称", "销方（地址）"),
    ],
)
def test_captions_of_other_things_are_not_those_columns(tmp_path: Path, usual: str, caption: str) -> None:
    at = registers.CAPTIONS.index(usual)
    captions = (*registers.CAPTIONS[:at], caption, *registers.CAPTIONS[at:])

    (found,) = read_register(registers.workbook(tmp_path / "r.xlsx", [registers.row(**{caption: "5.00"})], captions))
    (expected,) = read_register(registers.workbook(tmp_path / "usual.xlsx", [registers.row()]))

    assert found == expected


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


@pytest.mark.parametrize(("code", "number"), [("31001900104", "12345"), ("31001900104.0", "12345.0")])
def test_zeros_and_decimals_of_texts_that_were_numbers_are_mended(tmp_path: Path, code: str, number: str) -> None:
    values = registers.row(数电发票号码="", 发票代码=code, 发票号码=number)

    (found,) = read_register(registers.text(tmp_path / "r.csv", [values]))

    assert (found.key, found.lossy) == ("C:031001900104:00012345", frozenset())


@pytest.mark.parametrize("cell", ["１２３４５", 12345])
def test_a_short_number_has_zeros_before_it_only_beside_a_code(tmp_path: Path, cell: object) -> None:
    values = registers.row(数电发票号码=None, 发票代码="０３１００１９００１０４", 发票号码=cell)

    (old,) = read_register(registers.workbook(tmp_path / "old.xlsx", [values]))
    (digital,) = read_register(registers.workbook(tmp_path / "r.xlsx", [registers.row(数电发票号码=cell)]))

    assert (old.key, old.lossy) == ("C:031001900104:00012345", frozenset())
    assert (digital.digital, digital.lossy) == ("12345", {"digital"})


def test_a_number_of_another_shape_is_kept_as_one_that_proves_nothing(tmp_path: Path) -> None:
    note = {"数电发票号码": "打印于2025年6月"}

    (found,) = read_register(
        registers.workbook(tmp_path / "r.xlsx", [registers.row(数电发票号码="2511200000001234567"), note])
    )

    assert (found.digital, found.lossy) == ("2511200000001234567", {"digital"})


@pytest.mark.parametrize(
    ("cell", "value"), [("1 113.00", "1113.00"), ("1.13E+02", "113.00"), ("113元整", "113"), (1e300, None)]
)
def test_sums_as_other_software_writes_them_are_read(tmp_path: Path, cell: object, value: str | None) -> None:
    (found,) = read_register(registers.workbook(tmp_path / "r.xlsx", [registers.row(价税合计=cell, 金额=None)]))

    assert found.total == (Decimal(value) if value else None)


def test_a_total_that_no_column_states_is_amount_and_tax(tmp_path: Path) -> None:
    captions = tuple(name for name in registers.CAPTIONS if name != "价税合计")

    (found,) = read_register(registers.workbook(tmp_path / "r.xlsx", [registers.row()], captions))

    assert found.total == Decimal("113.00")


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


def test_an_invoice_that_is_listed_twice_counts_once_with_the_graver_state(tmp_path: Path) -> None:
    rows = [registers.row(), registers.row(序号="2", 发票状态="已红冲-全额"), registers.row(序号="3")]

    (found,) = read_register(registers.workbook(tmp_path / "r.xlsx", rows))

    assert (found.total, found.state) == (Decimal("113.00"), "已红冲-全额")


def test_rows_of_an_invoice_with_two_rates_are_added_each_once(tmp_path: Path) -> None:
    rows = [registers.row(), registers.row(税额="6.00", 价税合计="106.00"), registers.row()]

    (found,) = read_register(registers.workbook(tmp_path / "r.xlsx", rows))

    assert (found.amount, found.tax, found.total) == (Decimal("200.00"), Decimal("19.00"), Decimal("219.00"))


ROUNDED = registers.row(数电发票号码=2.5112e19)
SECOND = ROUNDED | {"金额": "500.00", "税额": "65.00", "价税合计": "565.00"}
MINUS = {"金额": "-100.00", "税额": "-13.00", "价税合计": "-113.00"}
BACK = registers.row(数电发票号码="25112000000012345999") | MINUS
NO_SUMS = dict.fromkeys(MINUS)
OTHER_SELLER = {"销方名称": "另一公司", "销方识别号": "91350100M000100Y43"}
WITH_ITEMS = (*registers.CAPTIONS, "货物或应税劳务名称")
WITHOUT_TOTAL = tuple(caption for caption in registers.CAPTIONS if caption != "价税合计")


def test_rounded_numbers_of_items_are_added_and_known_again_in_another_sheet(tmp_path: Path) -> None:
    items = [ROUNDED | {"价税合计": "100.00"}, ROUNDED | {"价税合计": "13.00"}]

    found = read_register(registers.book(tmp_path / "r.xlsx", (registers.CAPTIONS, [ROUNDED]), (WITH_ITEMS, items)))

    assert [row.total for row in found] == [Decimal("113.00")]


@pytest.mark.parametrize(
    ("captions", "first", "later", "second", "totals"),
    [
        (WITHOUT_TOTAL, [ROUNDED], WITHOUT_TOTAL, [SECOND], ["113.00", "565.00"]),
        (registers.CAPTIONS, [ROUNDED], registers.CAPTIONS, [ROUNDED | OTHER_SELLER], ["113.00", "113.00"]),
        (registers.CAPTIONS, [registers.row()], WITH_ITEMS, [ROUNDED], ["113.00"]),
        (registers.CAPTIONS, [ROUNDED], registers.CAPTIONS, [registers.row()], ["113.00"]),
        (WITHOUT_TOTAL, [ROUNDED], WITH_ITEMS, [ROUNDED], ["113.00"]),
        (registers.CAPTIONS, [ROUNDED], registers.CAPTIONS, [ROUNDED, ROUNDED], ["113.00", "113.00"]),
        (registers.CAPTIONS, [ROUNDED, SECOND], WITH_ITEMS, [ROUNDED, SECOND], ["113.00", "565.00"]),
        (registers.CAPTIONS, [ROUNDED], WITH_ITEMS, [ROUNDED, SECOND], ["113.00", "565.00"]),
        (registers.CAPTIONS, [SECOND], WITH_ITEMS, [ROUNDED], ["565.00"]),
        (registers.CAPTIONS, [registers.row()], WITH_ITEMS, [ROUNDED | {"价税合计": "113.01"}], ["113.00"]),
        (registers.CAPTIONS, [registers.row(), BACK], WITH_ITEMS, [ROUNDED, ROUNDED | MINUS], ["113.00", "-113.00"]),
        (registers.CAPTIONS, [registers.row()], WITH_ITEMS, [ROUNDED | NO_SUMS], ["113.00"]),
        (
            registers.CAPTIONS,
            [registers.row(数电发票号码="FP-2025-001")],
            registers.CAPTIONS,
            [registers.row(数电发票号码="FP-2025-002")],
            ["113.00", "113.00"],
        ),
    ],
)
def test_rounded_numbers_of_another_sheet_are_known_again_each_once(
    tmp_path: Path,
    captions: Sequence[str],
    first: Sequence[Mapping[str, object]],
    later: Sequence[str],
    second: Sequence[Mapping[str, object]],
    totals: Sequence[str],
) -> None:
    found = read_register(registers.book(tmp_path / "r.xlsx", (captions, first), (later, second)))

    assert [str(row.total) for row in found] == totals


def test_the_graver_state_of_a_rounded_number_in_another_sheet_counts(tmp_path: Path) -> None:
    voided = ROUNDED | {"发票状态": "已作废"}

    (found,) = read_register(
        registers.book(tmp_path / "r.xlsx", *((registers.CAPTIONS, [row]) for row in (registers.row(), voided)))
    )

    assert (found.digital, found.state) == (NUMBER, "已作废")


def test_a_number_that_one_column_has_whole_is_not_lossy_for_another_one(tmp_path: Path) -> None:
    (found,) = read_register(registers.workbook(tmp_path / "r.xlsx", [registers.row(发票号码=2.5112e19)] * 2))

    assert (found.digital, found.lossy) == (NUMBER, frozenset())


@pytest.mark.parametrize("number", [NUMBER, 2.5112e19])
def test_further_items_below_a_merged_number_belong_to_it(tmp_path: Path, number: object) -> None:
    captions = (*registers.CAPTIONS, "货物或应税劳务名称")
    below = {"金额": "10.00", "税额": "1.30", "价税合计": "11.30", "货物或应税劳务名称": "*纸*纸"}

    (found,) = read_register(
        registers.workbook(tmp_path / "r.xlsx", [registers.row(数电发票号码=number), below], captions)
    )

    assert found.total == Decimal("124.30")


def test_a_paper_without_number_and_its_items_are_not_those_of_the_invoice_above(tmp_path: Path) -> None:
    captions = (*registers.CAPTIONS, "货物或应税劳务名称")
    other = {"销方名称": "另一公司", "开票日期": "2025-07-01", "价税合计": "553.50", "货物或应税劳务名称": "收据"}
    below = {"价税合计": "11.30", "货物或应税劳务名称": "*纸*纸"}

    (found,) = read_register(registers.workbook(tmp_path / "r.xlsx", [registers.row(), other, below], captions))

    assert found.total == Decimal("113.00")


def test_all_sheets_of_a_workbook_are_read_and_an_invoice_of_two_counts_once(tmp_path: Path) -> None:
    later = registers.row(数电发票号码="25112000000012345679")
    months = [registers.row()], [registers.row(), later]

    found = read_register(registers.book(tmp_path / "r.xlsx", *((registers.CAPTIONS, rows) for rows in months)))

    assert [(row.digital, row.total) for row in found] == [
        (NUMBER, Decimal("113.00")),
        ("25112000000012345679", Decimal("113.00")),
    ]


def test_of_two_sheets_the_one_with_a_row_an_invoice_is_taken(tmp_path: Path) -> None:
    items = WITH_ITEMS, [registers.row(价税合计="1.00")]
    invoices = registers.CAPTIONS, [registers.row()]

    found = read_register(registers.book(tmp_path / "r.xlsx", items, invoices))

    assert [row.total for row in found] == [Decimal("113.00")]


@pytest.mark.parametrize(
    "data",
    [b"", b"PK\x03\x04 broken", b"a,b\n1,2\n", b"\xff\xff\xff\x81", b"\xd0\xcf\x11\xe0\xa1", b"<html><table>"],
)
def test_what_is_no_register_is_an_error_that_says_what_to_do(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "r.xlsx").write_bytes(data)

    with pytest.raises(RegisterError, match=r"export|save it as xlsx"):
        read_register(tmp_path / "r.xlsx")


def test_rows_without_any_number_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(RegisterError, match="no row below the captions"):
        read_register(registers.workbook(tmp_path / "r.xlsx", [registers.row(数电发票号码=None)]))


def test_a_register_without_rows_lists_nothing(tmp_path: Path) -> None:
    assert read_register(registers.workbook(tmp_path / "r.xlsx", [])) == ()


@pytest.mark.parametrize("member", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "[Content_Types].xml"])
def test_a_damaged_workbook_is_an_error(tmp_path: Path, member: str) -> None:
    whole = registers.workbook(tmp_path / "whole.xlsx", [registers.row()])
    with ZipFile(whole) as old, ZipFile(tmp_path / "r.xlsx", "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name)[: None if name != member else 200])

    with pytest.raises(RegisterError, match="no readable workbook"):
        read_register(tmp_path / "r.xlsx")


def with_more_rows(tmp_path: Path, rows: str) -> Path:
    """A register of one invoice, below which its sheet has these rows of XML."""
    whole = registers.workbook(tmp_path / "whole.xlsx", [registers.row()])
    with ZipFile(whole) as old, ZipFile(tmp_path / "r.xlsx", "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"</sheetData>", f"{rows}</sheetData>".encode()))
    return tmp_path / "r.xlsx"


def test_cells_far_to_the_right_take_no_memory(tmp_path: Path) -> None:
    rows = "".join(f'<row r="{line}"><c r="XFD{line}"><v>1</v></c></row>' for line in range(3, 1_003))
    path = with_more_rows(tmp_path, rows)

    tracemalloc.start()
    (found,) = read_register(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert found.total == Decimal("113.00")
    assert peak < 30_000_000


def test_rows_that_no_sheet_can_have_are_not_counted_up_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register_sheets, "MOST_ROWS", 1_000)
    path = with_more_rows(tmp_path, '<row r="9999"><c r="A9999"><v>1</v></c></row>')

    assert [len(rows) for rows in register_sheets.sheets(path)] == [1_000]


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


@pytest.mark.parametrize(
    "words",
    [
        "合计发票份数",
        "合计税额",
        "当前页合计",
        "合计",
        "合 计：",
        "小计",
        "共3张",
        "本页小计",
        "合计（3张）",
        "总计：3",
        "合计金额",
        "合计/Total",
        "共计 3 张",
    ],
)
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


@pytest.mark.parametrize("name", ["汇总通科技有限公司", "小计算机技术有限公司", "合计（北京）科技有限公司"])
def test_a_seller_whose_name_begins_like_a_sum_is_one(tmp_path: Path, name: str) -> None:
    captions = ("销方名称", *(caption for caption in registers.CAPTIONS if caption not in ("序号", "销方名称")))

    (found,) = read_register(registers.workbook(tmp_path / "r.xlsx", [registers.row(销方名称=name)], captions))

    assert found.seller_name == name
