import hashlib
import io
import os
from pathlib import Path

import numpy as np
import pytest
from ofd_builder import digital_invoice, png, zipped
from PIL import Image

from invoiceocr.errors import CorruptFileError, EmptyFileError, FileMissingError, SettingsError, TooLargeError
from invoiceocr.settings import Settings
from invoiceocr.sources.document import Document
from invoiceocr.sources.inputs import Source, open_source

XML = digital_invoice().encode()
SETTINGS = Settings()


def opened(source: Source, name: str | None = None, settings: Settings = SETTINGS) -> Document:
    (document,) = open_source(source, name, settings)
    return document


@pytest.mark.parametrize("source", [XML, bytearray(XML), memoryview(XML), io.BytesIO(XML)])
def test_bytes_in_every_form_are_one_document(source: Source) -> None:
    document = opened(source)

    assert (document.format, document.sha256) == ("xml", hashlib.sha256(XML).hexdigest())


@pytest.mark.parametrize("as_given", [str, Path])
def test_a_path_names_its_document_as_it_was_given(tmp_path: Path, as_given: type) -> None:
    file = tmp_path / "发票 一.xml"
    file.write_bytes(XML)

    assert opened(as_given(file)).source == str(file)
    assert opened(as_given(file), "票据").source == "票据"


def test_a_file_object_is_named_after_its_file(tmp_path: Path) -> None:
    file = tmp_path / "a.xml"
    file.write_bytes(XML)

    with file.open("rb") as stream:
        assert opened(stream).source == str(file)


def test_a_numpy_picture_is_a_page_of_pixels() -> None:
    pixels = np.full((20, 30, 3), 200, np.uint8)

    (page,) = opened(pixels).pages

    assert page.image is not None
    assert (page.image.width, page.image.height) == (30, 20)


@pytest.mark.parametrize("shape", [(20, 30), (20, 30, 1), (20, 30, 4)])
def test_gray_and_transparent_arrays_become_bgr(shape: tuple[int, ...]) -> None:
    (page,) = opened(np.full(shape, 200, np.uint8)).pages

    assert page.image is not None
    assert page.image.pixels.shape == (20, 30, 3)


def test_a_pillow_picture_is_a_page_of_pixels_in_bgr() -> None:
    (page,) = opened(Image.new("RGB", (30, 20), (255, 10, 0))).pages

    assert page.image is not None
    assert page.image.pixels[0, 0].tolist() == [0, 10, 255]


def test_the_same_array_has_the_same_digest_and_another_another() -> None:
    pixels = np.zeros((5, 5, 3), np.uint8)

    assert opened(pixels).sha256 == opened(pixels.copy()).sha256
    assert opened(pixels).sha256 != opened(pixels + 1).sha256


def test_an_archive_is_several_documents() -> None:
    data = zipped({"a.xml": XML, "b.png": png(np.zeros((5, 5, 3), np.uint8))})

    assert [document.format for document in open_source(data, "all.zip", SETTINGS)] == ["xml", "image"]


@pytest.mark.parametrize("source", [b"", io.BytesIO()])
def test_nothing_is_an_empty_file(source: Source) -> None:
    with pytest.raises(EmptyFileError, match="empty"):
        opened(source)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileMissingError, match=r"gone\.pdf"):
        opened(tmp_path / "gone.pdf")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(FileMissingError, match=str(tmp_path)):
        opened(tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_read_permission_is_named(tmp_path: Path) -> None:
    file = tmp_path / "locked.xml"
    file.write_bytes(XML)
    file.chmod(0)

    with pytest.raises(FileMissingError, match=r"locked\.xml.*permission"):
        opened(file)


def test_a_file_over_the_limit_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.xml"
    file.write_bytes(XML)
    monkeypatch.setattr(Path, "read_bytes", lambda _: pytest.fail("read"))

    with pytest.raises(TooLargeError, match="max_file_bytes=10"):
        opened(file, settings=Settings(max_file_bytes=10))


def test_an_endless_stream_is_read_no_further_than_the_limit() -> None:
    asked: list[int] = []

    class Endless:
        def read(self, size: int = -1) -> bytes:
            asked.append(size)
            return b" " * size

    with pytest.raises(TooLargeError):
        opened(Endless(), settings=Settings(max_file_bytes=1000))
    assert asked == [1001]


@pytest.mark.parametrize("source", [None, 3, ["a.pdf"], io.StringIO("a")])
def test_what_can_hold_no_invoice_is_refused_by_its_type(source: Source) -> None:
    with pytest.raises(SettingsError, match=type(source).__name__):
        opened(source)


@pytest.mark.parametrize(
    "array", [np.zeros((4, 4, 3), np.float32), np.zeros(9, np.uint8), np.zeros((0, 4, 3), np.uint8)]
)
def test_an_array_that_is_no_picture_is_refused(array: object) -> None:
    with pytest.raises(CorruptFileError) as caught:
        opened(array)
    assert caught.value.code == "corrupt_image"
