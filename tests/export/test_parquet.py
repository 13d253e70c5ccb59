import io
from decimal import Decimal

import pytest
from ofd_builder import digital_invoice

from invoiceocr.export.parquet import write_parquet
from invoiceocr.invoice import LineItem, VatInvoice
from invoiceocr.pipeline.reader import Reader
from invoiceocr.result import ReadError, ReadResult

pq = pytest.importorskip("pyarrow.parquet")


def written(*results: ReadResult) -> list[dict[str, object]]:
    stream = io.BytesIO()
    write_parquet(results, stream)
    rows: list[dict[str, object]] = pq.read_table(io.BytesIO(stream.getvalue())).to_pylist()
    return rows


def test_values_come_back_exact_and_typed() -> None:
    (result,) = Reader().read_many([digital_invoice().encode()], names=["a.xml"])
    (invoice,) = result.invoices
    (row,) = written(result)
    assert (row["number"], row["total"], row["issue_date"]) == (invoice.number, invoice.total, invoice.issue_date)
    assert isinstance(row["total"], Decimal)
    assert dict(row["statuses"])["total"] == invoice.evidence["total"].status  # type: ignore[call-overload]


def test_items_are_a_list_and_long_decimals_are_rounded() -> None:
    item = LineItem(name="纸", unit_price=Decimal("0.1234567890123456"))
    (row,) = written(ReadResult(source="a", invoices=(VatInvoice(kind="toll", items=(item,)),)))
    assert row["items"][0]["unit_price"] == Decimal("0.123456789012")  # type: ignore[index]


def test_a_file_that_could_not_be_read_has_a_row_with_its_error() -> None:
    (row,) = written(ReadResult(source="gone.pdf", error=ReadError(code="file_not_found", message="gone")))
    assert (row["source"], row["error_code"], row["number"]) == ("gone.pdf", "file_not_found", None)


def test_nothing_read_is_a_file_without_rows() -> None:
    assert written() == []
