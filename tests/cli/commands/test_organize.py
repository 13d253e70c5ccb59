"""`invoiceocr organize`: what is copied, moved, left and undone."""

from collections.abc import Callable
from pathlib import Path

import pytest
import samples

from invoiceocr.cli.app import run

Write = Callable[..., None]  # what the fixture `claims` gives

NAMED = f"2025-03-05_{samples.NUMBER}.pdf"


def organize(*arguments: str) -> int:
    return run(["organize", *arguments, "--name", "{issue_date}_{number}"])


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_file_is_copied_to_the_name_of_its_invoice(claims: Write, tmp_path: Path) -> None:
    claims(**{"in/a.PDF": "accept"})

    assert organize("in", "--to", "out", "--log", "log.jsonl") == 0

    assert files(tmp_path) == {"in/a.PDF", f"out/{NAMED}", "log.jsonl"}


def test_a_dry_run_touches_nothing(claims: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    claims(**{"in/a.pdf": "accept"})

    assert organize("in", "--to", "out", "--dry-run") == 0

    assert files(tmp_path) == {"in/a.pdf"}
    assert NAMED in capsys.readouterr().out


def test_files_of_one_name_are_numbered_and_equal_ones_stay_out(claims: Write, tmp_path: Path) -> None:
    claims(**{"in/a.pdf": "accept 1", "in/b.pdf": "accept 2", "in/c.pdf": "accept 1"})

    assert organize("in", "--to", "out", "--log", "log") == 0

    assert files(tmp_path / "out") == {NAMED, NAMED.replace(".pdf", " (2).pdf")}


def test_a_file_that_is_there_is_never_overwritten(claims: Write, tmp_path: Path) -> None:
    claims(**{"in/a.pdf": "accept", f"out/{NAMED}": "mine"})

    organize("in", "--to", "out", "--log", "log")

    assert (tmp_path / "out" / NAMED).read_text() == "mine"
    assert NAMED.replace(".pdf", " (2).pdf") in files(tmp_path / "out")


def test_a_file_whose_name_would_be_doubtful_stays(
    claims: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    claims(**{"in/a.pdf": "review"})

    assert run(["organize", "in", "--to", "out", "--name", "{total}", "--log", "log", "--language", "zh"]) == 1

    assert not (tmp_path / "out").exists()
    assert "价税合计" in capsys.readouterr().out


def test_a_copy_is_undone(claims: Write, tmp_path: Path) -> None:
    claims(**{"in/a.pdf": "accept"})
    organize("in", "--to", "out", "--log", "log")

    assert run(["organize", "--undo", "log"]) == 0

    assert files(tmp_path) == {"in/a.pdf", "log"}


def test_a_move_is_undone(claims: Write, tmp_path: Path) -> None:
    claims(**{"in/a.pdf": "accept"})
    organize("in", "--to", "out", "--log", "log", "--move")
    assert files(tmp_path) == {f"out/{NAMED}", "log"}

    assert run(["organize", "--undo", "log"]) == 0

    assert files(tmp_path) == {"in/a.pdf", "log"}


def test_a_file_that_changed_since_is_not_undone(claims: Write, tmp_path: Path) -> None:
    claims(**{"in/a.pdf": "accept"})
    organize("in", "--to", "out", "--log", "log")
    (tmp_path / "out" / NAMED).write_text("changed")

    assert run(["organize", "--undo", "log"]) == 1

    assert (tmp_path / "out" / NAMED).read_text() == "changed"


def test_files_under_the_target_are_not_read_again(claims: Write, tmp_path: Path) -> None:
    claims(**{"a.pdf": "accept", "out/old.pdf": "accept 2"})

    organize(".", "--to", "out", "--log", "log.txt")

    assert files(tmp_path / "out") == {"old.pdf", NAMED}


@pytest.mark.parametrize("arguments", [["in"], ["--to", "out"], ["in", "--to", "out", "--name", "{nothing}"]])
def test_wrong_usage_is_told_before_anything_is_read(claims: Write, arguments: list[str]) -> None:
    claims(**{"in/a.pdf": "accept"})

    assert run(["organize", *arguments]) == 2
