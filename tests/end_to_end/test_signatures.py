"""Signatures on the way from file to result."""

from __future__ import annotations

import json

import pdf_signer
import pytest
import seal_builder
from ofd_builder import original_invoice, package, page, text, zipped

from invoiceocr.pipeline.reader import Reader
from invoiceocr.settings import Settings
from invoiceocr.sources.signatures import sm2
from invoiceocr.specimens import make

CONTENT = "Doc_0/Pages/Page_0/Content.xml"


@pytest.fixture(scope="module")
def checking() -> Reader:
    return Reader(Settings(check_signatures=True, threads=1))


@pytest.fixture(scope="module")
def invoice() -> bytes:
    return pdf_signer.signed(make("digital_ordinary", 11, format="pdf").data)


def members() -> dict[str, bytes]:
    printed = page(text("合计 106.00", "10 10 50 5"))
    return seal_builder.sealed(package(printed, **{"Doc_0/Attachs/original_invoice.xml": original_invoice()}))


def test_signatures_are_not_read_unless_asked_for(reader: Reader, invoice: bytes) -> None:
    result = reader.read_one(invoice)

    assert result.signatures is None
    assert not [finding for finding in result.invoices[0].findings if finding.pack == "signatures"]


def test_an_intact_signature_is_in_the_result_and_an_info_of_each_invoice(checking: Reader, invoice: bytes) -> None:
    result = checking.read_one(invoice, name="a.pdf")

    assert result.signatures is not None
    assert [(found.source, found.digest) for found in result.signatures] == [("a.pdf", "intact")]
    (told,) = [finding for finding in result.invoices[0].findings if finding.pack == "signatures"]
    assert (told.rule, told.severity) == ("signature-intact", "info")


def test_signatures_are_in_the_json(checking: Reader, invoice: bytes) -> None:
    (found,) = json.loads(checking.read_one(invoice).model_dump_json())["signatures"]

    assert (found["signer"], found["value"]) == (pdf_signer.SIGNER, "valid")


def test_a_broken_signature_is_an_error_that_wants_a_person_to_look(checking: Reader, invoice: bytes) -> None:
    before = checking.read_one(invoice).invoices[0]
    after = checking.read_one(invoice.replace(b"/Title", b"/TitlE").replace(b"%PDF-1.7", b"%PDF-1.6")).invoices[0]

    assert before.verdict == "accept"
    assert [finding.rule for finding in after.findings if finding.severity == "error"] == ["signature-broken"]
    assert after.verdict == "review"


@pytest.mark.skipif(not sm2.is_available(), reason="this Python's OpenSSL has no SM3")
def test_a_member_changed_under_a_seal_is_named(checking: Reader) -> None:
    sealed = members()
    sealed[CONTENT] = sealed[CONTENT].replace(b"106.00", b"906.00")

    (found,) = checking.read(zipped(sealed))

    (told,) = [finding for finding in found.findings if finding.pack == "signatures"]
    assert (told.rule, told.severity) == ("signature-broken", "error")
    assert CONTENT in told.message


def test_a_file_without_signatures_has_none(checking: Reader) -> None:
    result = checking.read_one(make("digital_ordinary", 11, format="pdf").data)

    assert result.signatures == ()
    assert not [finding for finding in result.invoices[0].findings if finding.pack == "signatures"]


def test_the_signatures_of_an_archive_name_their_file(checking: Reader, invoice: bytes) -> None:
    result = checking.read_one(zipped({"x.pdf": invoice, "y.pdf": make("toll", 3, format="pdf").data}))

    assert result.signatures is not None
    assert [found.source.rpartition("/")[2] for found in result.signatures] == ["x.pdf"]
