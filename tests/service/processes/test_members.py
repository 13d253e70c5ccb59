from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from invoiceocr.service.processes.members import is_zipped, members_of
from invoiceocr.settings import Settings
from invoiceocr.specimens import make

TOTAL = 10  # where the end record of a ZIP says how many entries there are


def archive(*names: str, comment: bytes = b"") -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as made:
        for name in names:
            made.writestr(name, b"" if name.endswith("/") else b"%PDF")
        made.comment = comment
    return kept.getvalue()


def forged(data: bytes) -> bytes:
    """*data* with an end record that claims 65,535 entries."""
    at = data.rindex(b"PK\x05\x06") + TOTAL
    return data[: at - 2] + b"\xff" * 4 + data[at + 2 :]


def members(folder: Path, data: bytes, settings: Settings | None = None) -> int:
    (path := folder / "file").write_bytes(data)
    return members_of(path, settings or Settings())


@pytest.mark.parametrize("comment", [b"", b"2025" * 99])
def test_the_files_of_an_archive_are_counted_without_its_folders(tmp_path: Path, comment: bytes) -> None:
    names = [f"a/{number}.pdf" for number in range(300)]
    assert members(tmp_path, archive("a/", *names, comment=comment)) == 300
    assert is_zipped(tmp_path / "file")


def test_a_forged_count_of_entries_is_not_believed(tmp_path: Path) -> None:
    assert members(tmp_path, forged(archive("a.pdf", "b.pdf"))) == 2
    assert members(tmp_path, b"PK\x03\x04" + b"x" * 100 + b"PK\x05\x06" + b"\0" * 4 + b"\xff" * 14) == 1


def test_an_invoice_in_ofd_is_one_file(tmp_path: Path) -> None:
    assert members(tmp_path, make("digital_ordinary", seed=1, format="ofd").data) == 1
    parts = (f"Doc_0/Res/{number}" for number in range(400))
    assert members(tmp_path, archive("OFD.xml", *parts)) == 1


def test_an_archive_that_is_refused_has_no_time_for_its_files(tmp_path: Path) -> None:
    data = archive("a.pdf", "b.pdf", "c.pdf")
    assert members(tmp_path, data, Settings(max_members=3)) == 3
    assert members(tmp_path, data, Settings(max_members=2)) == 1


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"PK\x03\x04"])
def test_what_is_no_archive_is_one_file(tmp_path: Path, data: bytes) -> None:
    assert members(tmp_path, data) == 1


def test_a_file_that_is_gone_is_one_file(tmp_path: Path) -> None:
    assert not is_zipped(tmp_path / "file")
    assert members_of(tmp_path / "file", Settings()) == 1
