from pathlib import Path

import samples
from serving import weigh_bill

from invoiceocr.adjudication.build import build
from invoiceocr.kinds import load
from invoiceocr.kinds.packing import packed, unpacked


def test_an_invoice_comes_back_as_it_was_packed() -> None:
    invoice = samples.accepted_invoice()
    assert unpacked(packed(invoice)) == invoice


def test_an_invoice_of_a_user_s_kind_comes_back_in_its_model_where_its_registry_is_known(tmp_path: Path) -> None:
    registry = load(weigh_bill(tmp_path))
    invoice = build("weigh_bill", {}, "", registry)

    assert unpacked(packed(invoice), registry) == invoice
    assert type(unpacked(packed(invoice))).__name__ == "CustomInvoice"


def test_a_text_that_is_no_utf8_is_packed_with_its_surrogates_escaped() -> None:
    invoice = samples.accepted_invoice(source="a\udcff.pdf")
    assert unpacked(packed(invoice)).source == "a\udcff.pdf"
