from __future__ import annotations

import time

import numpy as np
import pytest
from mail_builder import eml, mbox, msg
from ofd_builder import digital_invoice, png, zipped

from invoiceocr.errors import CorruptFileError, NoDocumentsError, SourceError
from invoiceocr.pipeline.reader import Reader
from invoiceocr.settings import Settings
from invoiceocr.sources import sniff
from invoiceocr.sources.containers import archive
from invoiceocr.sources.unread import Unread

XML = digital_invoice().encode()


def names(data: bytes, refused: list[Unread] | None = None) -> list[str]:
    report = refused.append if refused is not None else None
    kind = sniff.detect(data)
    assert kind is not None
    return [name for name, _ in archive.members(data, "a", Settings(), kind=kind, report=report)]


@pytest.mark.parametrize(("data", "kind"), [(eml(), "eml"), (mbox(eml()), "mbox"), (msg(), "msg")])
def test_mails_are_told_by_content(data: bytes, kind: str) -> None:
    assert sniff.detect(data) == kind


@pytest.mark.parametrize("data", [b"To: all\nplease pay", b"Note: nothing\n\n", b"From here on\nnothing"])
def test_a_note_that_begins_like_a_mail_is_none(data: bytes) -> None:
    assert sniff.detect(data) is None


@pytest.mark.parametrize("build", [eml, msg])
def test_attachments_are_given_by_their_names_in_any_alphabet(build: type) -> None:
    assert names(build(("六月发票.xml", XML), ("b.xml", XML))) == ["a/六月发票.xml", "a/b.xml"]


def test_an_archive_attached_to_a_mail_in_a_mailbox_is_unpacked() -> None:
    assert names(mbox(eml(("all.zip", zipped({"c.xml": XML}))))) == ["a/1.eml/all.zip/c.xml"]


def test_a_mailbox_whose_mails_are_not_told_apart_holds_nothing() -> None:
    with pytest.raises(NoDocumentsError):
        list(archive.members(b"From a\n\nnothing", "a", Settings(), kind="mbox"))


def test_an_attachment_that_is_no_document_is_named() -> None:
    refused: list[Unread] = []

    names(eml(("a.xml", XML), ("notes.docx", b"nothing to read")), refused)

    assert [unread.source for unread in refused] == ["a/notes.docx"]


def test_a_small_picture_in_the_text_of_a_mail_is_no_document() -> None:
    logo = png(np.zeros((40, 90, 3), np.uint8))
    mail = eml(("logo.png", logo), ("a.xml", XML)).replace(
        b'Content-Disposition: attachment; filename="logo.png"', b"Content-ID: <logo>\nContent-Disposition: inline"
    )

    assert names(mail) == ["a/a.xml"]


def test_a_mail_is_read_like_an_archive(reader: Reader) -> None:
    result = reader.read_one(eml(("a.xml", XML), ("b.xml", XML[:100])), name="发票.eml")

    assert [invoice.source for invoice in result.invoices] == ["发票.eml/a.xml"]
    assert [member.code for member in result.unread] == ["corrupt_xml"]


def test_a_damaged_compound_file_is_corrupt() -> None:
    data = bytearray(msg(("a.xml", XML)))
    data[48:52] = b"\xff\xff\xff\x7f"  # the directory lies outside

    with pytest.raises(CorruptFileError) as caught:
        names(bytes(data))

    assert caught.value.code == "corrupt_mail"


@pytest.mark.parametrize(
    "data",
    [
        eml().replace(b"Subject:", b"Content-Type: text/plain" + b";a=b" * 100_000 + b"\nSubject:"),
        b"From: a\nTo: b\nSubject: c\n"
        + b"".join(b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(3000)),
        b"From: a\nTo: b\nSubject: c\nMIME-Version: 1.0\n\n" + b"\n" * 3_000_000,
    ],
    ids=["parameters", "nesting", "lines"],
)
def test_a_monstrous_mail_ends_soon(data: bytes) -> None:
    start = time.thread_time()

    with pytest.raises(SourceError):
        names(data)

    assert time.thread_time() - start < 5
