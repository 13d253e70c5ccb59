import base64

import pytest
from ofd_builder import NUMBER, PAYLOAD, digital_invoice, original_invoice, qr_png

from invoiceocr.errors import CorruptFileError, TooLargeError, UnsafeFileError
from invoiceocr.settings import Settings
from invoiceocr.sources.document import Document
from invoiceocr.sources.xml import open_xml


def opened(xml: str, encoding: str = "utf-8") -> Document:
    return open_xml(xml.encode(encoding), "a.xml", Settings())


def test_an_invoice_gives_facts_and_an_empty_page() -> None:
    found = opened(digital_invoice())
    (page,) = found.pages

    assert found.format == "xml"
    assert [candidate.value for candidate in found.facts[0].candidates if candidate.path == "number"] == [NUMBER]
    assert (page.number, page.lines, page.image) == (1, (), None)


def test_several_invoices_are_stated_apart_on_one_empty_page() -> None:
    found = opened(f"<List>{digital_invoice()}{digital_invoice(number='25312000000012345679')}</List>")

    numbers = [c.value for facts in found.facts for c in facts.candidates if c.path == "number"]
    assert numbers == [NUMBER, "25312000000012345679"]
    assert [(page.number, page.lines) for page in found.pages] == [(1, ())]


def test_the_stated_qr_payload_stands_on_the_page() -> None:
    (page,) = opened(original_invoice(GraphCode=PAYLOAD)).pages

    assert page.qr_payloads == (PAYLOAD,)


def test_a_qr_code_in_base64_is_decoded_unless_codes_are_not_to_be_read() -> None:
    xml = original_invoice(GraphCode=base64.b64encode(qr_png()).decode())
    (page,) = open_xml(xml.encode(), "a.xml", Settings()).pages
    (unread,) = open_xml(xml.encode(), "a.xml", Settings(read_qr=False)).pages

    assert (page.qr_payloads, unread.qr_payloads) == ((PAYLOAD,), ())


@pytest.mark.parametrize("junk", ["x" * 2000, "A" * 2000])
def test_a_code_that_is_no_picture_is_passed_over(junk: str) -> None:
    (page,) = opened(original_invoice(GraphCode=junk)).pages

    assert page.qr_payloads == ()


def test_an_invoice_of_object_references_states_nothing() -> None:
    found = opened("<eInvoice><InvoiceNo><ObjectRef PageRef='1'>306</ObjectRef></InvoiceNo></eInvoice>")
    (page,) = found.pages

    assert (found.facts, page.lines) == ((), ())


def test_xml_of_another_kind_keeps_its_texts_in_order() -> None:
    found = opened("<bill><payer>某某学校</payer><sum>12.00</sum></bill>")
    (page,) = found.pages

    assert found.facts == ()
    assert [line.text for line in page.lines] == ["某某学校", "12.00"]


def test_gbk_files_are_read() -> None:
    xml = "<?xml version='1.0' encoding='GBK'?>" + digital_invoice()

    names = [c.value for c in opened(xml, "gbk").facts[0].candidates if c.path == "buyer.name"]
    assert names == ["某某科技有限公司"]


def test_malformed_and_unsafe_files_are_told() -> None:
    with pytest.raises(CorruptFileError, match=r"a\.xml"):
        opened(digital_invoice()[:-20])
    with pytest.raises(UnsafeFileError, match=r"a\.xml"):
        opened('<!DOCTYPE EInvoice [<!ENTITY x "y">]>' + digital_invoice())


def test_more_invoices_than_allowed_are_refused() -> None:
    xml = f"<List>{digital_invoice()}{digital_invoice(number='25312000000012345679')}</List>"

    with pytest.raises(TooLargeError) as caught:
        open_xml(xml.encode(), "a.xml", Settings(max_pages=1))

    assert caught.value.code == "too_many_pages"
