"""The objects of a PDF file are gathered without taking more memory than the file is worth."""

from __future__ import annotations

import tracemalloc
import zlib
from unittest.mock import patch

import pytest

from invoiceocr.errors import TooLargeError
from invoiceocr.settings import Settings
from invoiceocr.sources.pdf import objects as pdf_objects
from invoiceocr.sources.pdf.file import PdfFile, gathered


def packed(number: int, head: bytes, content: bytes) -> bytes:
    """An object stream."""
    body = zlib.compress(head + content, 9)
    entries = b"/Type/ObjStm/First %d/Filter/FlateDecode/Length %d" % (len(head), len(body))
    return b"%d 0 obj<<%s>>stream\n%s\nendstream endobj\n" % (number, entries, body)


def read(data: bytes) -> PdfFile:
    return gathered(b"%PDF-1.7\n" + data, "a.pdf", Settings())


ONE_NUMBER = b"".join(b"1 %d " % index for index in range(900))
HOSTILE = {
    "many of one number in each of many streams": [packed(10 + i, ONE_NUMBER, b"1234567" * 150) for i in range(300)],
    "the same large one under many numbers": [
        packed(10, b"".join(b"%d %d " % (20 + i, i % 2 * 190_000) for i in range(200)), b"1" * 200_000)
    ],
    "a head of numbers only": [packed(10, b"1 " * 500_000, b"1")],
}


@pytest.mark.parametrize("streams", HOSTILE.values(), ids=list(HOSTILE))
def test_packed_objects_are_given_up_before_they_fill_the_memory(streams: list[bytes]) -> None:
    data = b"".join(streams)
    tracemalloc.start()
    try:
        with patch.object(pdf_objects, "MAX_OBJECTS", 1_000), pytest.raises(TooLargeError) as caught:
            read(data)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert caught.value.code == "too_complex"
    assert most < 6_000_000


def test_packed_objects_may_stand_in_any_order() -> None:
    file = read(packed(10, b"5 3 6 0 7 6 ", b"<a><b><c>"))

    assert {number: file.objects[number].text for number in (5, 6, 7)} == {5: b"<b>", 6: b"<a>", 7: b"<c>"}
