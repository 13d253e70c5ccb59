"""Tables of invoices of any kind: titled columns, a sheet for every list of rows."""

import csv
import io
from datetime import datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
import samples

from invoiceocr.adjudication.build import build
from invoiceocr.cli.screen import write_table
from invoiceocr.export.excel import write_excel
from invoiceocr.export.tabular import write_csv
from invoiceocr.invoice import Invoice
from invoiceocr.kinds import builtin
from invoiceocr.result import ReadResult

TICKET = build("train", {"train_number": "G1234", "seat": "07F", "total": Decimal("93.00")}, "")
RIDE = build(
    "ride_itinerary",
    {
        "provider": "测试出行",
        "trip_count": 1,
        "trips.0.distance": Decimal("12.4"),
        "trips.0.pickup_time": datetime(2024, 3, 5, 14, 30),
        "trips.0.amount": Decimal("23.50"),
    },
    "",
)


def workbook(*invoices: Invoice) -> Any:
    stream = io.BytesIO()
    write_excel([ReadResult(source="a.pdf", invoices=invoices)], stream)  # type: ignore[arg-type]
    return openpyxl.load_workbook(stream)


def cell(sheet: Any, heading: str) -> Any:
    headings = [str(head.value).splitlines()[0] for head in sheet[1]]
    return sheet.cell(2, headings.index(heading) + 1)


def test_rows_of_each_list_have_a_sheet_of_their_own() -> None:
    book = workbook(TICKET, RIDE)

    assert book.sheetnames == ["台账", "发票", "明细", "行程", "检查结果", "未读文件", "图例"]
    assert cell(book["行程"], "里程（公里）").value == 12.4
    assert cell(book["行程"], "上车时间").number_format == "yyyy-mm-dd hh:mm"


def test_a_column_has_the_title_of_the_kinds_in_the_workbook() -> None:
    assert cell(workbook(TICKET)["发票"], "票价").value == 93


def test_a_column_of_kinds_that_differ_has_the_title_of_the_first_kind() -> None:
    assert cell(workbook(TICKET, samples.accepted_invoice())["发票"], "价税合计").value == 93


def test_a_field_that_a_kind_lacks_is_empty_though_models_have_a_method_of_its_name() -> None:
    headings = [str(head.value).splitlines()[0] for head in workbook(TICKET)["发票"][1]]

    assert "联次" not in headings


def test_the_first_columns_are_the_same_whatever_the_kinds() -> None:
    heads = [str(head.value).splitlines()[0] for head in workbook(RIDE)["发票"][1]]

    assert heads[:8] == ["文件", "页", "结论", "待核对", "票种", "发票代码", "发票号码", "开票日期"]
    assert heads[12:15] == ["合计金额", "合计税额", "合计"]


def test_a_csv_has_a_column_for_every_field_of_every_kind() -> None:
    stream = io.BytesIO()

    write_csv([ReadResult(source="a.pdf", invoices=(TICKET, RIDE))], stream)  # type: ignore[arg-type]

    first, second = csv.DictReader(io.StringIO(stream.getvalue().decode("utf-8-sig")))
    assert (first["train_number"], second["provider"]) == ("G1234", "测试出行")
    assert '"distance": "12.4"' in second["trips"]


@pytest.mark.parametrize("kind", sorted(builtin().kinds))
def test_an_empty_invoice_of_every_kind_can_be_shown(kind: str) -> None:
    screen = io.BytesIO()
    result = ReadResult(source="a.pdf", invoices=(build(kind, {}, ""),))  # type: ignore[arg-type]

    write_table([result], screen, "zh")

    assert builtin()[kind].title.zh in screen.getvalue().decode("utf-8")
    assert workbook(*result.invoices)["发票"].max_row == 2
