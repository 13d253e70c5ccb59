"""The ledger as CSV in the styles that programs and Excel take."""

import csv
import io

import samples

from invoiceocr.export.ledger_csv import STYLES, write_ledger_csv
from invoiceocr.result import ReadResult


def written(style: str, *results: ReadResult, columns: tuple[str, ...] = ("number", "total", "tax_rate")) -> bytes:
    stream = io.BytesIO()
    write_ledger_csv(results, stream, STYLES[style], columns=columns)
    return stream.getvalue()


def rows(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_the_style_for_excel_keeps_every_digit_of_a_number_as_text() -> None:
    head, row = rows(written("excel", samples.accepted()))

    assert head == ["发票号码", "价税合计", "税率"]
    assert row == [f'="{samples.NUMBER}"', "113.00", "13%"]


def test_leading_zeros_are_kept_for_excel() -> None:
    assert rows(written("excel", samples.reviewed()))[1][0] == '="01234567"'


def test_the_plain_style_has_no_mark_and_paths_for_titles() -> None:
    data = written("plain", samples.accepted())

    assert data.startswith(b"number,total,tax_rate")
    assert rows(data)[1] == [samples.NUMBER, "113.00", "0.13"]


def test_a_text_that_looks_like_a_formula_is_never_run() -> None:
    invoice = samples.accepted_invoice(remarks='="0"&cmd')
    data = written("excel", ReadResult(source="a", invoices=(invoice,)), columns=("remarks",))

    assert rows(data)[1] == ['\'="0"&cmd']


def test_an_unread_file_has_a_row_that_says_why() -> None:
    data = written("excel", samples.unread(), columns=("source", "review"))

    assert rows(data)[1] == ["broken.pdf", "未读：PDF 已损坏，请重新导出，或向开票方索取原件"]
