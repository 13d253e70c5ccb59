from datetime import date
from decimal import Decimal

import pytest

from invoiceocr.adjudication.build import build
from invoiceocr.invoice import VAT_KINDS, LineItem, OtherDocument, Party, VatInvoice


@pytest.mark.parametrize("kind", VAT_KINDS)
def test_values_become_the_fields_of_their_kind(kind: str) -> None:
    found = build(kind, {"number": "12345678", "total": Decimal("1.00"), "issue_date": date(2024, 3, 5)}, "")

    assert isinstance(found, VatInvoice)
    assert (found.kind, found.number, found.total, found.issue_date) == (
        kind,
        "12345678",
        Decimal("1.00"),
        date(2024, 3, 5),
    )


def test_paths_of_parties_become_parties() -> None:
    found = build("toll", {"buyer.name": "甲", "seller.tax_id": "91110105MA01ABCD5F"}, "")

    assert (found.buyer, found.seller) == (Party(name="甲"), Party(tax_id="91110105MA01ABCD5F"))


def test_a_party_of_which_nothing_is_known_is_none() -> None:
    assert build("toll", {"buyer.name": "甲"}, "").seller is None


def test_rows_become_items_in_order_and_an_unread_row_stays_empty() -> None:
    found = build("toll", {"items.2.amount": Decimal("3.00"), "items.0.name": "甲"}, "")

    assert isinstance(found, VatInvoice)
    assert found.items == (LineItem(name="甲"), LineItem(), LineItem(amount=Decimal("3.00")))


def test_more_than_ten_rows_keep_their_order() -> None:
    found = build("toll", {f"items.{i}.name": str(i) for i in reversed(range(12))}, "")

    assert isinstance(found, VatInvoice)
    assert [item.name for item in found.items] == [str(i) for i in range(12)]


def test_nothing_known_is_an_invoice_of_nulls() -> None:
    found = build("vat_special", {}, "")

    assert (found.number, found.buyer, found.total) == (None, None, None)
    assert isinstance(found, VatInvoice)
    assert (found.items, found.is_red_letter) == ((), False)


def test_a_kind_without_a_model_is_another_document_with_its_text() -> None:
    assert build("receipt", {"number": "1"}, "收据\n一") == OtherDocument(text="收据\n一")


def test_another_document_keeps_what_was_found_on_it() -> None:
    assert build("other", {"number": "1"}, "收据\n一") == OtherDocument(number="1", text="收据\n一")


def test_a_path_beyond_the_contract_is_left_out() -> None:
    assert build("toll", {"nickname": "a"}, "") == build("toll", {}, "")


def test_a_field_goes_by_its_name_in_the_contract() -> None:
    found = build("vat_special", {"copy": "发票联", "copy_": "抵扣联"}, "")

    assert isinstance(found, VatInvoice)
    assert found.copy_ == "发票联"
