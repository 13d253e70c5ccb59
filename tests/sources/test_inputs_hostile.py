"""What a caller hands over may be no file at all, or no whole one."""

from __future__ import annotations

import io
import os
import threading
from pathlib import Path

import pytest
from ofd_builder import digital_invoice
from PIL import Image

from invoiceocr.errors import SourceError
from invoiceocr.settings import Settings
from invoiceocr.sources.inputs import open_source, read_file

XML = digital_invoice().encode()


class Failing(io.RawIOBase):
    def read(self, size: int = -1) -> bytes:
        raise ConnectionResetError("gone")


class Trickling:
    """Gives a few bytes at a time, as sockets do."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def read(self, size: int = -1) -> bytes:
        given, self.data = self.data[:100], self.data[100:]
        return given


def code(source: object) -> str:
    with pytest.raises(SourceError) as caught:
        list(open_source(source, "a", Settings()))
    return caught.value.code


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in the file system here")
def test_a_pipe_is_refused_without_waiting_for_a_writer(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.pdf")

    assert code(tmp_path / "a.pdf") == "not_a_file"


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no devices in the file system here")
@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null"])
def test_a_device_is_refused(device: str) -> None:
    assert code(Path(device)) == "not_a_file"


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    assert code(tmp_path) in ("not_a_file", "file_not_found")


@pytest.mark.parametrize("path", ["a\0b.pdf", "a" * 5000, "\udcff.pdf"])
def test_a_path_that_no_system_has_is_not_found(path: str) -> None:
    assert code(path) == "file_not_found"


def test_a_file_that_grows_while_it_is_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.xml"
    file.write_bytes(XML[:100])
    status, seen = os.fstat, threading.Event()

    def growing(descriptor: int) -> os.stat_result:
        found = status(descriptor)
        if not seen.is_set():
            seen.set()
            file.write_bytes(XML)
        return found

    monkeypatch.setattr(os, "fstat", growing)

    with pytest.raises(SourceError) as caught:
        read_file(file, Settings())

    assert caught.value.code == "file_changed"


def test_a_file_object_that_raises_is_unreadable() -> None:
    assert code(Failing()) == "unreadable"


def test_a_file_object_that_gives_little_at_a_time_is_read_whole() -> None:
    (document,) = open_source(Trickling(XML), "a", Settings())

    assert document.facts


def test_a_cut_off_pillow_image_is_corrupt() -> None:
    whole = io.BytesIO()
    Image.effect_noise((300, 300), 90).save(whole, "PNG")

    assert code(Image.open(io.BytesIO(whole.getvalue()[:2000]))) == "corrupt_image"
