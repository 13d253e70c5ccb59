"""What can't be read is told by a stable code, by every way in, and ends no batch."""

from __future__ import annotations

import json
import struct
import tempfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest
from ofd_builder import digital_invoice, package, page, png, text, zipped
from pdf_builder import Leaf, pdf, words

from invoiceocr.cli.app import run
from invoiceocr.errors import SourceError
from invoiceocr.pipeline.reader import Reader
from invoiceocr.settings import Settings
from invoiceocr.sources.inputs import open_source
from invoiceocr.specimens import make

GOOD = digital_invoice().encode()
PDF = pdf(Leaf(words("INVOICE NUMBER 12345678", 40, 150)))
JPEG = bytes(cv2.imencode(".jpg", np.random.default_rng(1).integers(0, 255, (300, 400, 3)).astype(np.uint8))[1])
OFD = package(page(text("发票号码一二三四五六七八九十", "10 10 90 5")))
ZIP = zipped({"a.xml": GOOD * 20, "b.xml": GOOD})
BILLION_LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;">]><EInvoice>&c;</EInvoice>'
)
OUTSIDE = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><EInvoice><EIid>&b;</EIid></EInvoice>'


def png_header(width: int, height: int) -> bytes:
    """A PNG that promises a picture and holds next to nothing."""
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"")),
        (b"IEND", b""),
    )
    chunks = [
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in parts
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def bomb() -> bytes:
    """An OFD of some kilobytes that would unpack to sixty megabytes."""
    return zipped({**OFD, "Doc_0/Pages/Page_0/Content.xml": b" " * 60_000_000})


def locked() -> bytes:
    """An archive whose member is flagged as encrypted."""
    data = bytearray(zipped({"a.xml": GOOD}))
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + flags] |= 1
    return bytes(data)


@dataclass(frozen=True)
class Bad:
    name: str
    code: str
    data: Callable[[], bytes]

    def __str__(self) -> str:
        return self.name


BAD = [
    Bad("empty.pdf", "empty_file", lambda: b""),
    Bad("notes.txt", "unsupported_format", lambda: "发票号码：12345678".encode()),
    Bad("page.html", "unsupported_format", lambda: b"<!DOCTYPE html><html><body>404</body></html>"),
    Bad("picture.gif", "corrupt_image", lambda: b"GIF89a\x01\x00\x01\x00\x80\x00\x00"),
    Bad("archive.7z", "unsupported_format", lambda: b"7z\xbc\xaf\x27\x1c" + bytes(60)),
    Bad("archive.rar", "unsupported_format", lambda: b"Rar!\x1a\x07\x01\0" + bytes(60)),
    Bad("program.exe", "unsupported_format", lambda: b"MZ" + bytes(200)),
    Bad("cut.jpg", "corrupt_image", lambda: JPEG[: len(JPEG) // 2]),
    Bad("cut.png", "corrupt_image", lambda: png(np.zeros((50, 50, 3), np.uint8))[:40]),
    Bad("head.jpg", "corrupt_image", lambda: JPEG[:20]),
    Bad("huge.png", "too_large", lambda: png_header(20_000, 20_000)),
    Bad("flat.png", "corrupt_image", lambda: png_header(0, 100)),
    Bad("cut.pdf", "corrupt_pdf", lambda: PDF[:120]),
    Bad("head.pdf", "corrupt_pdf", lambda: b"%PDF-1.7"),
    Bad("locked.pdf", "encrypted_pdf", lambda: pdf(Leaf(), password="secret")),
    Bad("pageless.pdf", "no_pages", pdf),
    Bad("long.pdf", "too_many_pages", lambda: pdf(*[Leaf()] * 201)),
    Bad("cut.zip", "corrupt_archive", lambda: ZIP[: len(ZIP) // 2]),
    Bad("nothing.zip", "no_documents", lambda: zipped({})),
    Bad("readme.zip", "no_documents", lambda: zipped({"readme.txt": "no invoice here"})),
    Bad("slip.zip", "unsafe_archive", lambda: zipped({"../../escaped.xml": GOOD})),
    Bad("climb.zip", "unsafe_archive", lambda: zipped({"a/../../escaped.xml": GOOD})),
    Bad("locked.zip", "encrypted_archive", locked),
    Bad("cut.ofd", "corrupt_ofd", lambda: zipped(OFD)[:200]),
    Bad("bomb.ofd", "unsafe_archive", bomb),
    Bad("slip.ofd", "unsafe_archive", lambda: zipped({**OFD, "../escaped.xml": "a"})),
    Bad("entities.ofd", "unsafe_xml", lambda: zipped({**OFD, "OFD.xml": BILLION_LAUGHS})),
    Bad("entities.xml", "unsafe_xml", lambda: BILLION_LAUGHS),
    Bad("outside.xml", "unsafe_xml", lambda: OUTSIDE),
    Bad("cut.xml", "corrupt_xml", lambda: GOOD[: len(GOOD) // 2]),
]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every bad file, made once."""
    folder = tmp_path_factory.mktemp("坏文件")
    for bad in BAD:
        (folder / bad.name).write_bytes(bad.data())
    return folder


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files, empty, to see what is left in it."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


@pytest.mark.parametrize("bad", BAD, ids=str)
def test_a_bad_file_is_refused_with_its_code_and_its_name(
    reader: Reader, files: Path, temporary: Path, bad: Bad
) -> None:
    with pytest.raises(SourceError, match=bad.name.replace(".", r"\.")) as caught:
        reader.read(files / bad.name)

    assert caught.value.code == bad.code
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("bad", BAD, ids=str)
def test_the_bytes_of_a_bad_file_are_a_result_with_an_error(reader: Reader, files: Path, bad: Bad) -> None:
    result = reader.read_one((files / bad.name).read_bytes(), name=bad.name)

    assert result.error is not None
    assert (result.error.code, result.source, result.invoices) == (bad.code, bad.name, ())
    assert bad.name in result.error.message


def test_a_batch_goes_on_after_every_bad_file(reader: Reader, files: Path) -> None:
    sources = [source for bad in BAD for source in (files / bad.name, GOOD)]

    results = list(reader.read_many(sources))

    assert [result.error.code for result in results[::2] if result.error] == [bad.code for bad in BAD]
    assert [len(result.invoices) for result in results[1::2]] == [1] * len(BAD)
    assert [result.source for result in results[::2]] == [str(files / bad.name) for bad in BAD]


def test_the_command_line_names_every_code_and_reads_the_rest(
    files: Path, tmp_path: Path, temporary: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = tmp_path / "good.xml"
    good.write_bytes(GOOD)

    code = run(["extract", *(str(files / bad.name) for bad in BAD), str(good), "--format", "jsonl"])

    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert code == 3
    assert [record["error"] and record["error"]["code"] for record in records] == [*(bad.code for bad in BAD), None]
    assert len(records[-1]["invoices"]) == 1
    assert list(temporary.iterdir()) == []


# what is not a file of documents at all


def test_a_missing_file_is_told_by_every_way_in(reader: Reader, tmp_path: Path) -> None:
    gone = tmp_path / "没有.pdf"

    with pytest.raises(SourceError) as caught:
        reader.read(gone)

    result = reader.read_one(gone)
    assert result.error is not None
    assert caught.value.code == result.error.code == "file_not_found"
    assert run(["extract", str(gone), "--format", "jsonl"]) == 3


def test_a_folder_without_invoices_ends_the_command_with_three(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "notes.txt").write_text("nothing")

    assert run(["extract", str(tmp_path)]) == 3
    assert "no_documents" in capsys.readouterr().err


@pytest.mark.parametrize("output", ["missing/out.jsonl", "folder"])
def test_an_output_that_cannot_be_written_is_an_error_of_usage_and_leaves_nothing(
    tmp_path: Path, temporary: Path, capsys: pytest.CaptureFixture[str], output: str
) -> None:
    good = tmp_path / "good.xml"
    good.write_bytes(GOOD)
    (tmp_path / "folder").mkdir()

    assert run(["extract", str(good), "--format", "jsonl", "-o", str(tmp_path / output)]) == 2
    assert Path(output).parts[0] in capsys.readouterr().err.replace("\n", "")
    assert {path.name for path in tmp_path.iterdir()} == {"good.xml", "folder", "temporary"}
    assert list((tmp_path / "folder").iterdir()) == list(temporary.iterdir()) == []


# pictures without an invoice are no error


@pytest.mark.parametrize("size", [(1, 1), (1, 4000), (4000, 1), (3, 3)])
def test_a_picture_too_small_for_text_is_a_document_without_text(reader: Reader, size: tuple[int, int]) -> None:
    (found,) = reader.read(png(np.full((*size, 3), 200, np.uint8)))

    assert (found.kind, found.verdict, getattr(found, "text", None)) == ("other", "review", "")


def test_a_photo_without_text_is_a_document_without_text(reader: Reader) -> None:
    noise = np.random.default_rng(7).normal(128, 20, (300, 400, 3)).clip(0, 255).astype(np.uint8)
    blurred = cv2.GaussianBlur(noise, (0, 0), 9)

    (found,) = reader.read(blurred)

    assert (found.kind, found.verdict) == ("other", "review")


def test_a_file_of_text_that_is_no_invoice_is_another_document(reader: Reader) -> None:
    (found,) = reader.read(PDF)

    assert found.kind == "other"
    assert getattr(found, "text", None) == "INVOICE NUMBER 12345678"


# damage anywhere


def outcome(data: bytes, settings: Settings | None = None) -> str:
    """How opening the file and all its pages ends; what is no SourceError is raised."""
    try:
        pages = [page for document in open_source(data, "a", settings or Settings()) for page in document.pages]
    except SourceError as error:
        return error.code
    return "read" if pages else "nothing"


@pytest.mark.parametrize("data", [zipped(OFD), ZIP], ids=["ofd", "zip"])
def test_an_archive_that_unpacks_to_more_than_is_allowed_is_too_large(data: bytes) -> None:
    assert outcome(data, Settings(max_unpacked_bytes=500)) == "too_large"


@pytest.mark.parametrize("format_", ["pdf", "ofd", "xml"])
def test_a_specimen_cut_off_anywhere_is_read_or_refused_by_code(format_: str) -> None:
    data = make("digital_ordinary", 3, format=format_).data  # type: ignore[arg-type]

    outcomes = {outcome(data[: len(data) * share // 16]) for share in range(1, 16)}

    assert outcomes <= {"read", f"corrupt_{format_}", "no_pages", "unsupported_format"}


@pytest.mark.parametrize("format_", ["pdf", "ofd", "xml"])
def test_a_specimen_with_wrong_bytes_anywhere_is_read_or_refused_by_code(format_: str) -> None:
    data = make("digital_ordinary", 3, format=format_).data  # type: ignore[arg-type]
    chance = np.random.default_rng(3)

    for _ in range(40):
        spoiled = bytearray(data)
        for place in chance.integers(0, len(data), 20):
            spoiled[place] = int(chance.integers(0, 256))
        assert outcome(bytes(spoiled)) != "nothing"
