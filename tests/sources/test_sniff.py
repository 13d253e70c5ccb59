import pytest
from hypothesis import given
from hypothesis import strategies as st
from ofd_builder import digital_invoice, package, page, png, zipped

from invoiceocr.sources import CONTAINERS, OPENERS, sniff


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"\xff\xd8\xff\xe0", "jpeg"),
        (b"\x89PNG\r\n\x1a\n", "png"),
        (b"BM\0\0", "bmp"),
        (b"II*\0", "tiff"),
        (b"MM\0*", "tiff"),
        (b"GIF89a", "gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "webp"),
        (b"%PDF-1.7", "pdf"),
        (b"\n\n junk before the header %PDF-1.4", "pdf"),
        (b"PK\x05\x06" + bytes(18), "zip"),
        (b"<?xml version='1.0'?><a/>", "xml"),
        (b"\xef\xbb\xbf  <EInvoice/>", "xml"),
        (b"<:eInvoice xmlns:=''/>", "xml"),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>", "xml"),
        ("<EInvoice/>".encode("utf-16"), "xml"),
        ("<EInvoice/>".encode("utf-16-be"), "xml"),
        ("<?xml version='1.0' encoding='GBK'?><发票/>".encode("gbk"), "xml"),
        (b"<!DOCTYPE html><html></html>", None),
        (b"<?xml version='1.0'?>\n<HTML/>", None),
        (b"RIFF\0\0\0\0WAVE", None),
        (b"plain text", None),
        (b"", None),
    ],
)
def test_the_format_is_told_by_the_first_bytes(data: bytes, expected: str | None) -> None:
    assert sniff.detect(data) == expected


def test_a_zip_with_the_entry_file_is_an_ofd_however_it_is_spelled() -> None:
    assert sniff.detect(zipped(package(page()))) == "ofd"
    assert sniff.detect(zipped({"\\ofd.XML": "", "Doc_0/Document.xml": ""})) == "ofd"


def test_a_zip_that_holds_an_ofd_is_a_zip() -> None:
    assert sniff.detect(zipped({"a.ofd": zipped(package(page()), stored=True)}, stored=True)) == "zip"


def test_a_cut_off_ofd_is_still_an_ofd() -> None:
    data = zipped(package(page(*["<ofd:Layer/>"] * 50)))

    assert sniff.detect(data[: len(data) // 2]) == "ofd"


@given(st.binary(max_size=200))
def test_any_bytes_are_told_without_an_error(data: bytes) -> None:
    for head in (b"", b"PK\x03\x04", b"<", b"RIFF"):
        found = sniff.detect(head + data)
        assert found is None or found in {*OPENERS, *CONTAINERS, *sniff.UNREADABLE}


def test_the_file_name_is_not_asked() -> None:
    assert sniff.detect(digital_invoice().encode()) == "xml"
    assert sniff.detect(png(__import__("numpy").zeros((2, 2, 3), "uint8"))) == "png"


def test_a_zip_that_stores_a_pdf_is_a_zip() -> None:
    assert sniff.detect(zipped({"a.pdf": b"%PDF-1.7\n"}, stored=True)) == "zip"


def test_elements_may_have_names_in_any_script() -> None:
    assert sniff.detect("<发票><发票号码>1</发票号码></发票>".encode()) == "xml"
    assert sniff.detect(b"<1>") is None
