import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import registers
from fake_reader import FakeReader
from openpyxl import load_workbook

from invoiceocr.batch import factory
from invoiceocr.cli.app import run
from invoiceocr.settings import Settings

Write = Callable[..., None]
Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def no_models(monkeypatch: pytest.MonkeyPatch) -> None:
    """What reads beside a ledger is the fake too."""

    def build(settings: Settings, ledger: str) -> FakeReader:
        return FakeReader(settings)

    monkeypatch.setattr(factory, "build_witnessed_reader", build)


@pytest.fixture
def ledger(claims: Write) -> str:
    """A ledger in which a.pdf was recorded."""
    claims(**{"a.pdf": "accept"})
    assert run(["ledger", "add", "a.pdf", "--ledger", "l.db", "--by", "alice"]) == 0
    return "l.db"


def test_what_was_added_is_listed(ledger: str, capsys: Captured) -> None:
    capsys.readouterr()

    assert run(["ledger", "list", "--ledger", ledger, "--format", "jsonl"]) == 0

    (line,) = capsys.readouterr().out.splitlines()
    entry = json.loads(line)
    assert (entry["id"], entry["files"], entry["added_by"], entry["total"]) == (1, ["a.pdf"], "alice", "113.00")


def test_a_check_ends_with_1_and_names_the_file_where_it_was_claimed(
    ledger: str, claims: Write, capsys: Captured
) -> None:
    claims(**{"b copy.pdf": "accept"})

    assert run(["ledger", "check", "b copy.pdf", "--ledger", ledger]) == 1

    told = capsys.readouterr().out
    assert "a.pdf" in told
    assert "duplicate" in told


def test_a_check_ends_with_0_where_nothing_was_claimed(ledger: str, claims: Write, capsys: Captured) -> None:
    claims(**{"scan.jpg": "review"})

    assert run(["ledger", "check", "scan.jpg", "--ledger", ledger]) == 0


def test_a_check_records_nothing(ledger: str, claims: Write, capsys: Captured) -> None:
    claims(**{"scan.jpg": "review"})
    run(["ledger", "check", "scan.jpg", "--ledger", ledger])
    capsys.readouterr()

    run(["ledger", "list", "--ledger", ledger, "--format", "jsonl"])

    assert len(capsys.readouterr().out.splitlines()) == 1


def test_adding_again_is_no_duplicate_but_another_file_is(ledger: str, claims: Write) -> None:
    claims(**{"b.pdf": "accept"})

    assert run(["ledger", "add", "a.pdf", "--ledger", ledger]) == 0
    assert run(["ledger", "add", "b.pdf", "--ledger", ledger]) == 1


def test_an_unread_file_ends_with_3(ledger: str, claims: Write) -> None:
    claims(**{"broken.pdf": "broken"})

    assert run(["ledger", "check", "broken.pdf", "--ledger", ledger]) == 3


def test_extract_marks_a_duplicate_and_ends_with_1(ledger: str, claims: Write, capsys: Captured) -> None:
    claims(**{"b.pdf": "accept"})
    capsys.readouterr()

    assert run(["extract", "b.pdf", "--ledger", ledger, "--format", "jsonl"]) == 1

    (found,) = json.loads(capsys.readouterr().out)["invoices"]
    assert found["verdict"] == "review"
    assert "a.pdf" in found["findings"][-1]["message"]


def test_extract_says_the_same_of_the_same_file_again(claims: Write, capsys: Captured) -> None:
    claims(**{"a.pdf": "accept"})

    codes = [run(["extract", "a.pdf", "--ledger", "l.db", "--format", "jsonl"]) for _ in range(2)]

    first, second = capsys.readouterr().out.splitlines()
    assert codes == [0, 0]
    assert first == second


def test_the_ledger_may_stand_in_the_environment(claims: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    claims(**{"a.pdf": "accept", "b.pdf": "accept"})
    monkeypatch.setenv("INVOICEOCR_LEDGER", "sqlite:///台账.db")
    run(["ledger", "add", "a.pdf"])

    assert run(["ledger", "check", "b.pdf"]) == 1
    assert Path("台账.db").is_file()


def test_the_usual_file_is_made_where_none_is_named(claims: Write) -> None:
    claims(**{"a.pdf": "accept"})

    run(["ledger", "add", "a.pdf"])

    assert Path("invoiceocr.db").is_file()


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "jsonl"])
def test_a_list_is_written_as_a_file(ledger: str, suffix: str) -> None:
    assert run(["ledger", "list", "--ledger", ledger, "-o", f"out.{suffix}"]) == 0

    data = Path(f"out.{suffix}").read_bytes()
    if suffix == "xlsx":
        cells = [cell.value for row in load_workbook(f"out.{suffix}").active.iter_rows() for cell in row]
        assert "25312000000012345678" in cells
    else:
        assert b"25312000000012345678" in data


def test_a_list_in_a_format_that_there_is_none_is_refused(ledger: str) -> None:
    assert run(["ledger", "list", "--ledger", ledger, "-o", "out.docx"]) == 2
    assert not Path("out.docx").exists()


def test_the_history_names_who_and_what(ledger: str, capsys: Captured) -> None:
    capsys.readouterr()

    assert run(["ledger", "history", "1", "--ledger", ledger, "--format", "jsonl"]) == 0

    event = json.loads(capsys.readouterr().out)
    assert (event["by"], event["action"]) == ("alice", "claimed")
    assert "file: a.pdf" in event["new"]


def test_a_decision_is_recorded(ledger: str, capsys: Captured) -> None:
    assert run(["ledger", "decide", "1", "accepted", "--ledger", ledger, "--by", "boss", "--reason", "seen"]) == 0
    capsys.readouterr()

    run(["ledger", "history", "1", "--ledger", ledger, "--format", "jsonl"])

    event = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (event["by"], event["reason"], event["new"]) == ("boss", "seen", ["decision: accepted"])


def test_a_decision_that_there_is_none_is_refused(ledger: str) -> None:
    assert run(["ledger", "decide", "1", "maybe", "--ledger", ledger]) == 2


def test_the_history_of_no_entry_is_an_error(ledger: str, capsys: Captured) -> None:
    assert run(["ledger", "history", "9", "--ledger", ledger]) == 2
    assert "bad_ledger" in capsys.readouterr().err


def test_verify_ends_with_0_and_tells_the_head(ledger: str, capsys: Captured) -> None:
    assert run(["ledger", "verify", "--ledger", ledger]) == 0
    assert "1 events" in capsys.readouterr().err


def test_verify_ends_with_1_where_the_past_was_changed(ledger: str, capsys: Captured) -> None:
    import sqlite3

    with closing(sqlite3.connect(ledger)) as connection, connection:
        connection.execute("UPDATE entries SET cents = 1")

    assert run(["ledger", "verify", "--ledger", ledger]) == 1
    assert "entry 1" in capsys.readouterr().out


def test_a_reconciliation_ends_with_1_where_something_differs(ledger: str, tmp_path: Path, capsys: Captured) -> None:
    rows = [
        registers.row(),
        registers.row(数电发票号码="25312000000012345678", 价税合计="118.00", 开票日期="2025-03-05"),
    ]
    registers.workbook(tmp_path / "全量发票.xlsx", rows)
    capsys.readouterr()

    assert run(["ledger", "reconcile", "全量发票.xlsx", "--ledger", ledger, "--format", "jsonl"]) == 1

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["state"] for line in lines] == ["only_theirs", "different"]
    assert "total: 113.00 / 118.00" in lines[1]["differences"]


def test_what_is_no_register_is_a_usage_error(ledger: str, tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text("a,b\n1,2\n")

    assert run(["ledger", "reconcile", "r.csv", "--ledger", ledger]) == 2


def test_an_export_holds_all_fields(ledger: str, capsys: Captured) -> None:
    capsys.readouterr()

    assert run(["ledger", "export", "--ledger", ledger, "--format", "jsonl", "--by", "dave"]) == 0

    found = json.loads(capsys.readouterr().out)
    assert (found["source"], found["invoices"][0]["items"][0]["unit"]) == ("a.pdf", "项")


def test_an_export_as_a_workbook_needs_a_file(ledger: str) -> None:
    assert run(["ledger", "export", "--ledger", ledger, "--format", "xlsx"]) == 2


def test_a_ledger_that_can_not_be_opened_is_a_usage_error(claims: Write, capsys: Captured) -> None:
    claims(**{"a.pdf": "accept"})

    assert run(["ledger", "add", "a.pdf", "--ledger", "mysql://host/db"]) == 2
    assert run(["extract", "a.pdf", "--ledger", "no/such/folder/l.db", "-o", "out.json"]) == 2
    assert not Path("out.json").exists()
