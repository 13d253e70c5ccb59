from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ofd_builder import digital_invoice, package, page, png, text, zipped

from invoiceocr.errors import CorruptFileError, EmptyFileError, SourceError, TooLargeError, UnsupportedFormatError
from invoiceocr.settings import Settings
from invoiceocr.sources import OPENERS, open_document, sniff

OFD = zipped(package(page(text("发票号码一二三四五六七八九十", "10 10 90 5"))))
XML = digital_invoice().encode()
PNG = png(np.full((20, 30, 3), 255, np.uint8))


@pytest.mark.parametrize(("data", "expected"), [(OFD, "ofd"), (XML, "xml"), (PNG, "image")])
def test_the_opener_is_chosen_by_content_not_by_name(data: bytes, expected: str) -> None:
    (document,) = open_document(data, "发票.jpg", Settings())

    assert (document.format, document.source) == (expected, "发票.jpg")


def test_an_archive_gives_a_document_for_each_file() -> None:
    data = zipped({"a.ofd": OFD, "b.xml": XML, "c.png": PNG})
    documents = list(open_document(data, "all.zip", Settings()))

    assert [document.source for document in documents] == ["all.zip/a.ofd", "all.zip/b.xml", "all.zip/c.png"]


def test_a_damaged_file_in_an_archive_is_told_after_the_others_are_given() -> None:
    documents = open_document(zipped({"a.xml": b"<a>", "b.xml": XML}), "all.zip", Settings())

    assert next(documents).source == "all.zip/b.xml"
    with pytest.raises(CorruptFileError, match=r"all\.zip/a\.xml"):
        next(documents)


def test_an_empty_file_is_told_at_once() -> None:
    with pytest.raises(EmptyFileError):
        open_document(b"", "a.pdf", Settings())


def test_a_file_over_the_limit_is_refused_at_once() -> None:
    with pytest.raises(TooLargeError, match="max_file_bytes=10"):
        open_document(XML, "a.xml", Settings(max_file_bytes=10))


@pytest.mark.parametrize("data", [b"hello", b"7z\xbc\xaf\x27\x1c", b"<!DOCTYPE html><html/>"])
def test_other_formats_are_refused(data: bytes) -> None:
    with pytest.raises(UnsupportedFormatError):
        open_document(data, "a.txt", Settings())


def test_every_sniffed_format_has_an_opener_or_is_an_archive_or_unsupported() -> None:
    told = {name for _, name in sniff.SIGNATURES} | {"webp", "pdf", "ofd", "zip", "xml"}

    assert told - set(OPENERS) == {"zip", *sniff.UNREADABLE} - {"tar", "ole", "office"}


@given(st.integers(0, len(OFD) - 1), st.binary(min_size=1, max_size=8))
def test_a_damaged_ofd_never_fails_otherwise_than_with_a_source_error(place: int, junk: bytes) -> None:
    data = OFD[:place] + junk + OFD[place + len(junk) :]
    with suppress(SourceError):
        assert [page for document in open_document(data, "a.ofd", Settings()) for page in document.pages]
