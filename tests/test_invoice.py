from datetime import date
from decimal import Decimal

import pytest
import samples
from pydantic import ValidationError

from invoiceocr.invoice import INVOICE_ADAPTER, VAT_KINDS, LineItem, OtherDocument, Party, VatInvoice


@pytest.mark.parametrize("kind", VAT_KINDS)
def test_the_kind_chooses_the_model(kind: str) -> None:
    assert isinstance(INVOICE_ADAPTER.validate_python({"kind": kind}), VatInvoice)


def test_what_is_of_no_kind_is_another_document_with_its_text() -> None:
    document = INVOICE_ADAPTER.validate_python({"kind": "other", "text": "收据"})

    assert isinstance(document, OtherDocument)
    assert document.text == "收据"


def test_a_kind_without_a_model_is_refused() -> None:
    with pytest.raises(ValidationError, match="kind"):
        INVOICE_ADAPTER.validate_python({"kind": "receipt"})


@pytest.mark.parametrize("model", [Party, LineItem, OtherDocument, lambda **given: VatInvoice(kind="toll", **given)])
def test_a_field_beyond_the_contract_is_refused(model: type) -> None:
    with pytest.raises(ValidationError, match="nickname"):
        model(nickname="a")


def test_unknown_fields_are_none_and_never_empty_or_zero() -> None:
    values = VatInvoice(kind="vat_special").model_dump(exclude={"kind", "is_red_letter", "verdict", "rotation"})

    assert {value for value in values.values() if value} == set()
    assert [path for path, value in values.items() if value in ("", 0)] == []


@pytest.mark.parametrize(
    ("printed", "rate"), [("0.13", Decimal("0.13")), ("免税", "免税"), ("***", "***"), (Decimal(0), Decimal(0))]
)
def test_a_rate_is_a_fraction_or_the_printed_marker(printed: object, rate: object) -> None:
    found = LineItem.model_validate({"tax_rate": printed}).tax_rate

    assert (found, type(found)) == (rate, type(rate))


def test_an_invoice_survives_json_with_its_types() -> None:
    invoice = samples.accepted_invoice()

    again = INVOICE_ADAPTER.validate_json(invoice.model_dump_json())

    assert again.model_dump() | {"evidence": {}} == invoice.model_dump() | {"evidence": {}}
    assert isinstance(again.total, Decimal)
    assert again.issue_date == date(2025, 3, 5)


def test_money_is_written_with_its_printed_decimals_and_as_text() -> None:
    written = VatInvoice(kind="toll", total=Decimal("-35.00")).model_dump(mode="json")

    assert written["total"] == "-35.00"


def test_the_copy_is_written_under_its_name_in_the_contract() -> None:
    written = VatInvoice.model_validate({"kind": "vat_special", "copy_": "发票联"}).model_dump(mode="json")

    assert written["copy"] == "发票联"
    assert VatInvoice.model_validate(written).copy_ == "发票联"


def test_an_invoice_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        samples.accepted_invoice().total = None
