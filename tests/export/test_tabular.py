import csv
import io
import json

import samples
from hypothesis import given
from hypothesis import strategies as st

from invoiceocr.export.sheets.columns import invoice_columns
from invoiceocr.export.tabular import write_csv, write_json, write_jsonl
from invoiceocr.result import ReadResult


def rows(*results: ReadResult) -> list[dict[str, str]]:
    stream = io.BytesIO()
    write_csv(results, stream)
    return list(csv.DictReader(io.StringIO(stream.getvalue().decode("utf-8-sig"), newline="")))


def lines(*results: ReadResult) -> list[object]:
    stream = io.BytesIO()
    write_jsonl(results, stream)
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_is_the_dump_of_the_result() -> None:
    results = (samples.accepted(), samples.reviewed(), samples.unread())
    assert lines(*results) == [result.model_dump(mode="json") for result in results]


def test_json_is_one_array_even_without_results() -> None:
    for results in ((), (samples.accepted(), samples.unread())):
        stream = io.BytesIO()
        write_json(results, stream)
        assert json.loads(stream.getvalue()) == [result.model_dump(mode="json") for result in results]


def test_chinese_is_written_as_it_is() -> None:
    stream = io.BytesIO()
    write_jsonl([samples.accepted()], stream)
    assert "测试采购有限公司".encode() in stream.getvalue()


def test_a_file_name_that_is_not_utf8_leads_back_to_the_file() -> None:
    name = b"\xb7\xa2\xc6\xb1.pdf".decode("utf-8", "surrogateescape")
    (line,) = lines(samples.unread(name))
    assert line["source"] == name  # type: ignore[index]


def test_csv_starts_with_a_mark_that_excel_knows_utf8_by() -> None:
    stream = io.BytesIO()
    write_csv([], stream)
    assert stream.getvalue().startswith(b"\xef\xbb\xbfsource,")


def test_csv_has_the_same_columns_whatever_the_results() -> None:
    assert list(rows(samples.accepted())[0]) == list(rows(samples.unread())[0])
    assert {column.path for column in invoice_columns()} <= set(rows(samples.unread())[0])


def test_csv_holds_one_row_an_invoice_with_flat_paths() -> None:
    two = ReadResult(source="two.pdf", invoices=(samples.accepted_invoice(), samples.doubtful_invoice()))
    first, second = rows(two)
    assert (first["number"], first["buyer.tax_id"], first["total"]) == (samples.NUMBER, samples.BUYER_TAX_ID, "113.00")
    assert (second["issue_date"], second["verdict"], second["findings"]) == ("2021-06-30", "review", "total-adds-up")


def test_csv_keeps_items_as_json() -> None:
    (row,) = rows(samples.accepted())
    assert json.loads(row["items"])[0]["amount"] == "100.00"


def test_csv_has_a_row_for_an_unread_file() -> None:
    (row,) = rows(samples.unread())
    assert (row["source"], row["error.code"], row["number"]) == ("broken.pdf", "corrupt_pdf", "")


def test_csv_shows_a_formula_and_does_not_let_it_run() -> None:
    invoice = samples.accepted_invoice(remarks="=1+1", drawer="@x", payee="-x")
    (row,) = rows(ReadResult(source="+a", invoices=(invoice,)))
    assert (row["source"], row["remarks"], row["drawer"], row["payee"]) == ("'+a", "'=1+1", "'@x", "'-x")


@given(st.text(), st.text())
def test_any_text_makes_a_csv_that_parses_and_runs_nothing(source: str, remarks: str) -> None:
    (row,) = rows(ReadResult(source=source, invoices=(samples.accepted_invoice(remarks=remarks),)))
    assert row["number"] == samples.NUMBER
    assert not any(row[name].lstrip().startswith(("=", "+", "@")) for name in ("source", "remarks"))
