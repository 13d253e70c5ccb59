"""JSON and back: nothing is lost, types included; and what `repr` shows."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from invoiceocr.invoice import TrainTicket, VatInvoice
from invoiceocr.pipeline.reader import Reader
from invoiceocr.proof import Evidence, Witness
from invoiceocr.result import ReadResult

EXAMPLES = Path(__file__).parents[1] / "examples"


@pytest.mark.parametrize("name", ["digital_ordinary-000101.pdf", "digital_special-000108.xml", "toll-000104.pdf"])
def test_a_result_comes_back_from_json_as_it_was(reader: Reader, name: str) -> None:
    result = reader.read_one(EXAMPLES / name)
    assert ReadResult.model_validate_json(result.model_dump_json()) == result


def test_evidence_has_the_types_of_its_fields() -> None:
    proof = Evidence(value="113.00", witnesses=(Witness(source="words", value="113.00", agrees=True),))
    invoice = VatInvoice(kind="digital_ordinary", evidence={"total": proof, "items.0.amount": proof, "number": proof})
    assert invoice.evidence["total"].value == Decimal("113.00")
    assert invoice.evidence["total"].witnesses[0].value == Decimal("113.00")
    assert invoice.evidence["items.0.amount"].value == Decimal("113.00")
    assert invoice.evidence["number"].value == "113.00"


def test_a_rate_comes_back_as_a_fraction_or_as_its_mark() -> None:
    given = {"tax_rate": Evidence(value="0.09"), "issue_date": Evidence(value="2024-01-17")}
    invoice = TrainTicket(kind="digital_rail", evidence=given)
    assert invoice.evidence["tax_rate"].value == Decimal("0.09")
    assert invoice.evidence["issue_date"].value == date(2024, 1, 17)
    free = TrainTicket(kind="digital_rail", evidence={"tax_rate": Evidence(value="免税")})
    assert free.evidence["tax_rate"].value == "免税"


def test_what_is_no_value_of_the_field_stays_as_it_was_said() -> None:
    proof = Evidence(value=None, witnesses=(Witness(source="ocr", value="1.1.3", agrees=False),))
    invoice = VatInvoice(kind="digital_ordinary", evidence={"total": proof})
    assert invoice.evidence["total"].witnesses[0].value == "1.1.3"


def test_repr_is_short_and_tells_invoices_apart(reader: Reader) -> None:
    result = reader.read_one(EXAMPLES / "digital_ordinary-000101.pdf")
    (invoice,) = result.invoices
    assert str(invoice.number) in repr(invoice)
    assert len(repr(invoice)) < 150
    assert len(repr(result)) < 300
    assert len(repr(invoice.evidence["total"])) < 100
