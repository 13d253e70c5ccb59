import pickle
import sys
import zipfile
from pathlib import Path

import pytest

from invoiceocr import Reader
from invoiceocr.batch.inputs import Input, each_input, each_member, listed_in
from invoiceocr.batch.line import input_key
from invoiceocr.batch.streamed import remote_files
from invoiceocr.errors import FileMissingError, MissingExtraError, SettingsError
from invoiceocr.specimens import make


def archive(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as file:
        for name, data in members.items():
            file.writestr(name, data)
    return path


def members(path: Path) -> list[str]:
    return [item.name.removeprefix(f"{path}/") for item in each_member([Input(path)])]


def sent(item: Input) -> Input:
    """*item* as another process gets it."""
    copied: Input = pickle.loads(pickle.dumps(item))
    return copied


def test_the_files_of_an_archive_are_inputs_of_their_own(tmp_path: Path) -> None:
    path = archive(tmp_path / "claims.zip", **{"a.pdf": b"a", "三月/b.ofd": b"b"})
    assert members(path) == ["a.pdf", "三月/b.ofd"]
    assert [item.source.read() for item in each_member([Input(path)]) if not isinstance(item.source, Path | bytes)] == [
        b"a",
        b"b",
    ]


def test_hidden_files_folders_and_resource_forks_of_an_archive_are_left_out(tmp_path: Path) -> None:
    path = archive(tmp_path / "claims.zip", **{".DS_Store": b"x", "__MACOSX/a.pdf": b"x", "box/": b"", "a.pdf": b"a"})
    assert members(path) == ["a.pdf"]


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 cut off", b"%PDF-1.7"])
def test_what_is_no_readable_archive_stays_whole(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "claims.zip"
    path.write_bytes(data)
    assert list(each_member([Input(path)])) == [Input(path)]


def test_an_ofd_file_is_one_document(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.ofd", **{"OFD.xml": b"<ofd/>", "Doc_0/Document.xml": b"<doc/>"})
    assert list(each_member([Input(path)])) == [Input(path)]


def test_members_have_keys_of_their_own_wherever_a_batch_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive(tmp_path / "claims.zip", **{"a.pdf": b"a", "b.pdf": b"b"})
    here = [input_key(item) for item in each_member([Input(tmp_path / "claims.zip")])]
    monkeypatch.chdir(tmp_path)
    there = [input_key(item) for item in each_member([Input(Path("claims.zip"))])]
    assert here == there
    assert len(set(here)) == 2


def test_a_member_can_go_to_another_process_before_it_is_read(tmp_path: Path) -> None:
    (item,) = each_member([Input(archive(tmp_path / "claims.zip", **{"a.pdf": b"abc"}))])
    source = sent(item).source
    assert [source.read(2), source.read(), source.read()] == [b"ab", b"c", b""]


@pytest.mark.parametrize("text", [b"a.pdf\nb c.pdf\n", b"a.pdf\r\n\r\nb c.pdf", b"a.pdf\0b c.pdf\0"])
def test_a_list_names_a_path_a_line_or_ends_each_with_a_nul(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "list.txt").write_bytes(text)
    assert list(listed_in([tmp_path / "list.txt"])) == ["a.pdf", "b c.pdf"]


def test_a_path_that_two_blocks_of_a_list_share_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("invoiceocr.batch.inputs.BLOCK", 5)
    (tmp_path / "list.txt").write_text("三月/发票.pdf\nb.pdf\n", encoding="utf-8")
    assert list(listed_in([tmp_path / "list.txt"])) == ["三月/发票.pdf", "b.pdf"]


def test_a_list_that_is_missing_is_an_error_in_words(tmp_path: Path) -> None:
    with pytest.raises(FileMissingError, match=r"nowhere\.txt"):
        list(listed_in([tmp_path / "nowhere.txt"]))


def test_urls_are_files_folders_and_patterns(tmp_path: Path) -> None:
    pytest.importorskip("fsspec")
    for name in ("a.pdf", "b.pdf", "c.txt"):
        (tmp_path / name).write_text(name)
    url = f"file://{tmp_path}"

    def found(place: str) -> list[str]:
        return [item.name.removeprefix(f"{url}/") for item in each_input([place])]

    assert found(f"{url}/a.pdf") == ["a.pdf"]
    assert found(url) == ["a.pdf", "b.pdf", "c.txt"]
    assert found(f"{url}/*.pdf") == ["a.pdf", "b.pdf"]


def test_a_remote_file_is_opened_when_it_is_read(tmp_path: Path) -> None:
    pytest.importorskip("fsspec")
    ((url, source),) = remote_files(f"file://{tmp_path}/a.pdf")
    (tmp_path / "a.pdf").write_bytes(b"later")
    assert url.endswith("/a.pdf")
    assert source.read() == b"later"


def test_the_invoices_in_a_bucket_are_read() -> None:
    """A store without folders, as S3 is one; `docs/operations.md` has the command that was run with S3 itself."""
    bucket = pytest.importorskip("fsspec").filesystem("memory")
    for number in range(2):
        bucket.pipe(f"/claims/2026/{number}.xml", make("digital_special", number, format="xml").data)
    bucket.pipe("/other/3.xml", b"")

    with Reader() as reader:
        found = [
            reader.read_one(item.source, name=item.name) for item in map(sent, each_input(["memory://claims/2026"]))
        ]

    assert [result.source for result in found] == ["memory:///claims/2026/0.xml", "memory:///claims/2026/1.xml"]
    assert [result.invoices[0].verdict for result in found] == ["accept", "accept"]


def test_a_store_that_fails_in_its_own_way_is_an_error_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("fsspec")
    from fsspec.implementations.memory import MemoryFileSystem

    class CredentialsError(Exception):
        """As that of botocore: no OSError."""

    def refuse(*_: object, **__: object) -> None:
        raise CredentialsError("unable to locate credentials")

    monkeypatch.setattr(MemoryFileSystem, "find", refuse)
    with pytest.raises(SettingsError, match="unable to locate credentials"):
        list(remote_files("memory://claims"))


def test_a_scheme_that_nobody_knows_is_an_error_in_words() -> None:
    pytest.importorskip("fsspec")
    with pytest.raises(SettingsError, match="nonsense"):
        list(remote_files("nonsense://bucket"))


def test_a_url_without_fsspec_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fsspec", None)
    monkeypatch.setitem(sys.modules, "fsspec.core", None)
    with pytest.raises(MissingExtraError, match=r"invoiceocr\[remote\]"):
        list(remote_files("s3://bucket/claims"))
