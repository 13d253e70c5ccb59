import io
import zipfile

import pytest
from ofd_builder import zipped

from invoiceocr.errors import CorruptFileError, EncryptedFileError, TooLargeError, UnsafeFileError
from invoiceocr.settings import Settings
from invoiceocr.sources.containers import safe_zip

SETTINGS = Settings()


@pytest.mark.parametrize("name", ["a\\b.xml", "/a/b.xml", "./a//b.xml", "a/b.xml"])
def test_members_are_found_however_their_path_is_written(name: str) -> None:
    package = safe_zip.open_package(zipped({name: b"x"}), "a.zip", SETTINGS)

    assert package.find("a/b.xml") == "a/b.xml"
    assert package.find("\\A\\B.XML") == "a/b.xml"
    assert package.find("a/c.xml") is None
    assert package.read("a/b.xml") == b"x"


@pytest.mark.parametrize("other", ["a/b.xml", "A/b.xml", "a/B.XML"])
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_members_whose_paths_differ_at_most_in_case_are_told(other: str) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("a/b.xml", "x")
        archive.writestr(other, "y")

    assert safe_zip.open_package(data.getvalue(), "a.zip", SETTINGS).is_repetitive
    assert not safe_zip.open_package(zipped({"a/b.xml": b"x", "a/c.xml": b"y"}), "a.zip", SETTINGS).is_repetitive


def test_names_without_the_utf8_flag_are_gbk() -> None:
    data = zipped({"XX.xml": b"x"}).replace(b"XX.xml", "票".encode("gbk") + b".xml")

    assert list(safe_zip.open_package(data, "a.zip", SETTINGS).names()) == ["票.xml"]


def test_unflagged_utf8_names_are_read_as_utf8() -> None:
    data = zipped({"XXX.xml": b"x"}).replace(b"XXX.xml", "票".encode() + b".xml")

    assert list(safe_zip.open_package(data, "a.zip", SETTINGS).names()) == ["票.xml"]


@pytest.mark.parametrize("name", ["../a.xml", "a/../../b.xml", "a\\..\\..\\b.xml", "C:\\a.xml"])
def test_members_outside_the_archive_are_refused(name: str) -> None:
    with pytest.raises(UnsafeFileError) as caught:
        safe_zip.open_package(zipped({name: b"x"}), "a.zip", SETTINGS)

    assert caught.value.code == "unsafe_archive"


def test_a_zip_bomb_is_refused() -> None:
    with pytest.raises(UnsafeFileError, match="suspiciously") as caught:
        safe_zip.open_package(zipped({"a.bin": bytes(20_000_000)}), "a.zip", SETTINGS)

    assert caught.value.code == "unsafe_archive"


def test_members_together_may_not_exceed_the_limit() -> None:
    data = zipped({"a": bytes(600), "b": bytes(600)})

    with pytest.raises(TooLargeError, match="max_unpacked_bytes=1000"):
        safe_zip.open_package(data, "a.zip", Settings(max_unpacked_bytes=1000))


def test_an_encrypted_archive_is_told() -> None:
    data = bytearray(zipped({"a.xml": b"secret"}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1

    with pytest.raises(EncryptedFileError) as caught:
        safe_zip.open_package(bytes(data), "a.zip", SETTINGS)

    assert caught.value.code == "encrypted_archive"


def test_a_cut_off_archive_is_corrupt() -> None:
    data = zipped({"a.xml": b"x" * 1000})

    with pytest.raises(CorruptFileError) as caught:
        safe_zip.open_package(data[:-30], "a.ofd", SETTINGS, code="corrupt_ofd")

    assert caught.value.code == "corrupt_ofd"


def test_a_damaged_member_is_corrupt_when_read() -> None:
    data = zipped({"a.xml": b"<a/>", "b.xml": b"<b/>"}, stored=True).replace(b"<a/>", b"<x/>")
    package = safe_zip.open_package(data, "a.zip", SETTINGS)

    assert package.read("b.xml") == b"<b/>"
    with pytest.raises(CorruptFileError, match=r"a\.zip/a\.xml"):
        package.read("a.xml")


def test_a_missing_member_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        safe_zip.open_package(zipped({"a": b""}), "a.zip", SETTINGS).read("b")


def test_folders_are_no_members() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.mkdir("Doc_0")
        archive.writestr("Doc_0/a.xml", b"")

    assert list(safe_zip.open_package(buffer.getvalue(), "a.zip", SETTINGS).names()) == ["Doc_0/a.xml"]


def test_members_without_a_name_are_passed_over() -> None:
    data = zipped({"X": b"x", "b": b"y"}).replace(b"X", b"\0")

    assert list(safe_zip.open_package(data, "a.zip", SETTINGS).names()) == ["b"]
