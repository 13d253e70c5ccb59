import io
import warnings
import zipfile

import pytest
from ofd_builder import digital_invoice, zipped

from invoiceocr.errors import CorruptFileError, NoDocumentsError, TooLargeError
from invoiceocr.settings import Settings
from invoiceocr.sources.containers import archive
from invoiceocr.sources.unread import Unread

XML = digital_invoice()
PNG = b"\x89PNG\r\n\x1a\n"


def names(data: bytes, settings: Settings | None = None) -> list[str]:
    return [name for name, _ in archive.members(data, "a.zip", settings or Settings())]


def test_files_of_a_known_format_are_given_in_archive_order() -> None:
    data = zipped({"b.pdf": "%PDF-1.7", "readme.txt": "hello", "a/发票.dat": XML})

    assert names(data) == ["a.zip/b.pdf", "a.zip/a/发票.dat"]


def test_members_of_one_name_are_all_given() -> None:
    data = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(data, "w") as package:
        warnings.simplefilter("ignore")  # zipfile warns of the second name
        for content in ("%PDF-1.7", XML, "%PDF-1.4"):
            package.writestr("a.pdf", content)

    found = list(archive.members(data.getvalue(), "a.zip", Settings()))

    assert [name for name, _ in found] == ["a.zip/a.pdf", "a.zip/a.pdf (2)", "a.zip/a.pdf (3)"]
    assert [content for _, content in found] == [b"%PDF-1.7", XML.encode(), b"%PDF-1.4"]


def test_archives_in_the_archive_are_opened_as_deep_as_allowed() -> None:
    inner = zipped({"c.xml": XML, "deeper.zip": zipped({"d.xml": XML})})
    refused: list[Unread] = []

    found = archive.members(zipped({"inner.bin": inner}), "a.zip", Settings(max_depth=2), report=refused.append)

    assert [name for name, _ in found] == ["a.zip/inner.bin/c.xml"]
    assert [(unread.source, unread.error.code) for unread in refused] == [
        ("a.zip/inner.bin/deeper.zip", "unsafe_archive")
    ]


def test_members_of_an_unknown_format_are_named() -> None:
    refused: list[Unread] = []

    found = archive.members(
        zipped({"a.xml": XML, "b.rar": b"Rar!\x1a\x07\0"}), "a.zip", Settings(), report=refused.append
    )

    assert len(list(found)) == 1
    assert [(unread.source, unread.error.code) for unread in refused] == [("a.zip/b.rar", "unsupported_format")]


def test_hidden_files_and_resource_forks_are_ignored() -> None:
    data = zipped({"__MACOSX/._a.xml": XML, ".hidden.xml": XML, "x/.b.xml": XML, "c.xml": XML})

    assert names(data) == ["a.zip/c.xml"]


@pytest.mark.parametrize("members", [{}, {"readme.txt": "hello"}, {"a.zip": zipped({})}])
def test_an_archive_without_documents_is_told(members: dict[str, str | bytes]) -> None:
    with pytest.raises(NoDocumentsError) as caught:
        names(zipped(members))

    assert caught.value.code == "no_documents"


def test_what_inner_archives_unpack_counts_toward_the_limit() -> None:
    inner = zipped({"a.xml": XML + " " * 4000})
    data = zipped({"inner.zip": inner, "b.xml": XML})

    with pytest.raises(TooLargeError):
        names(data, Settings(max_unpacked_bytes=len(inner) + len(XML) + 4000))


def test_a_cut_off_archive_is_corrupt() -> None:
    with pytest.raises(CorruptFileError) as caught:
        names(zipped({"a.xml": XML})[:-5])

    assert caught.value.code == "corrupt_archive"


def test_the_members_of_all_inner_archives_count_together() -> None:
    inner = zipped({f"{number}.xml": XML for number in range(5)})

    with pytest.raises(TooLargeError, match="max_members=11"):
        names(zipped({"a.zip": inner, "b.zip": inner}), Settings(max_members=11))
