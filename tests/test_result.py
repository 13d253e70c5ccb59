import json

import pytest
import samples
from pydantic import ValidationError

from invoiceocr.invoice import OtherDocument, VatInvoice
from invoiceocr.result import ReadError, ReadResult


def test_a_line_of_the_output_has_the_keys_of_the_contract() -> None:
    line = json.loads(samples.accepted().model_dump_json())

    assert list(line) == ["source", "sha256", "invoices", "unread", "signatures", "error", "elapsed_ms"]
    assert line["error"] is None
    assert {"kind", "number", "total", "buyer", "seller", "items", "evidence", "findings", "verdict", "page"} <= set(
        line["invoices"][0]
    )


def test_a_result_survives_json_with_invoices_of_their_kinds() -> None:
    result = ReadResult(source="a", invoices=(samples.accepted_invoice(), OtherDocument(text="收据")))

    again = ReadResult.model_validate_json(result.model_dump_json())

    assert [type(invoice) for invoice in again.invoices] == [VatInvoice, OtherDocument]
    assert again.invoices[0].total == result.invoices[0].total


def test_a_result_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        ReadResult(source="a").error = ReadError(code="a", message="b")
