from datetime import date
from decimal import Decimal

import pytest
from ofd_builder import digital_invoice

import invoiceocr
from invoiceocr.pipeline.reader import Reader
from invoiceocr.result import ReadError, ReadResult

XML = digital_invoice().encode()


@pytest.fixture(scope="module")
def results() -> list[ReadResult]:
    broken = ReadResult(source="gone.pdf", error=ReadError(code="file_not_found", message="gone"))
    return [*Reader().read_many([XML, XML], names=["a.xml", "b.xml"]), broken]


def test_records_have_python_types_and_the_same_keys(results: list[ReadResult]) -> None:
    first, second = invoiceocr.to_records(results)
    assert isinstance(first["total"], Decimal)
    assert isinstance(first["issue_date"], date)
    assert isinstance(first["number"], str)
    assert (first["source"], second["source"]) == ("a.xml", "b.xml")
    assert first.keys() == second.keys()


def test_records_leave_out_what_no_invoice_has(results: list[ReadResult]) -> None:
    assert "train_number" not in invoiceocr.to_records(results)[0]


def test_rows_are_records_of_their_own(results: list[ReadResult]) -> None:
    invoice = results[0].invoices[0]
    records = invoiceocr.to_records([invoice], rows="items")
    assert [record["items.amount"] for record in records] == [item.amount for item in invoice.items]
    assert {record["number"] for record in records} == {invoice.number}


def test_rows_that_no_kind_has_are_named(results: list[ReadResult]) -> None:
    with pytest.raises(ValueError, match="items"):
        invoiceocr.to_records(results, rows="lines")


def test_a_dataframe_adds_up_exactly_and_knows_dates(results: list[ReadResult]) -> None:
    pytest.importorskip("pandas")
    frame = invoiceocr.to_dataframe(results)
    assert frame["total"].sum() == sum(invoice.total or 0 for result in results for invoice in result.invoices)
    assert frame["issue_date"].dt.year.tolist() == [results[0].invoices[0].issue_date.year] * 2
