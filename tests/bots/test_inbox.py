from pathlib import Path

import pytest

from invoiceocr.bots.inbox import Inbox


def test_a_file_is_complete_when_nobody_changes_it_for_a_while(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"half")
    inbox = Inbox(tmp_path, settle_s=0.0)
    assert list(inbox.complete()) == [tmp_path / "a.pdf"]

    slow = Inbox(tmp_path, settle_s=60.0)
    assert list(slow.complete()) == []
    assert slow.is_waiting


def test_a_file_that_changed_since_the_last_look_has_to_wait_anew(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"half")
    inbox = Inbox(tmp_path, settle_s=60.0)
    list(inbox.complete())
    before = dict(inbox._seen)
    (tmp_path / "a.pdf").write_bytes(b"the whole")
    list(inbox.complete())
    assert inbox._seen != before


@pytest.mark.parametrize("name", [".hidden.pdf", "a.pdf.part", "~$a.xlsx", "b.pdf.crdownload", "c.TMP"])
def test_hidden_and_unfinished_files_are_left_alone(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"x")
    (tmp_path / "folder").mkdir()
    inbox = Inbox(tmp_path, settle_s=0.0)
    assert list(inbox.complete()) == []
    assert not inbox.is_waiting
