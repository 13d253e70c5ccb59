import errno
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from child import environment

from invoiceocr.cli.app import run

Write = Callable[..., None]
FAKED = (
    "import fake_reader, invoiceocr.batch.factory as f; f.build_reader = fake_reader.FakeReader; "
    "from invoiceocr.cli import main; main()"
)


def start(*arguments: str) -> subprocess.Popen[bytes]:
    program = [sys.executable, "-c", FAKED, "watch", *arguments]
    return subprocess.Popen(program, env=environment(), stderr=subprocess.PIPE, start_new_session=True)


def moved() -> dict[str, list[str]]:
    folders = (Path("out") / state for state in ("done", "review", "failed"))
    return {folder.name: sorted(path.name for path in folder.iterdir()) for folder in folders if folder.is_dir()}


def test_files_are_moved_by_what_they_came_to_with_their_result_beside_them(claims: Write) -> None:
    claims(**{"in/a.pdf": "accept", "in/票.jpg": "review", "in/c.pdf": "broken"})

    assert run(["watch", "in", "--out", "out", "--once"]) == 3

    assert moved() == {
        "done": ["a.pdf", "a.pdf.json"],
        "review": ["票.jpg", "票.jpg.json"],
        "failed": ["c.pdf", "c.pdf.json"],
    }
    assert list(Path("in").iterdir()) == []
    assert json.loads(Path("out/done/a.pdf.json").read_text())["source"] == "in/a.pdf"


def test_a_file_that_kills_its_reader_ends_up_failed(claims: Write) -> None:
    claims(**{"in/a.pdf": "crash", "in/b.pdf": "accept"})
    assert run(["watch", "in", "--out", "out", "--once"]) == 4
    assert json.loads(Path("out/failed/a.pdf.json").read_text())["error"]["code"] == "crashed"
    assert "b.pdf" in moved()["done"]


def test_all_results_can_be_exported(claims: Write) -> None:
    claims(**{"in/a.pdf": "accept", "in/b.pdf": "review"})
    assert run(["watch", "in", "--out", "out", "--once", "--export", "xlsx"]) == 1
    assert Path("out/invoices.xlsx").read_bytes().startswith(b"PK")


def test_a_file_that_ends_like_a_side_car_is_none(claims: Write) -> None:
    claims(**{"in/a.pdf": "accept", "in/b.json": "broken"})

    assert run(["watch", "in", "--out", "out", "--once", "--export", "jsonl"]) == 3

    told = [json.loads(line) for line in Path("out/invoices.jsonl").read_text().splitlines()]
    assert [line["source"] for line in told] == ["in/a.pdf", "in/b.json"]


def test_canned_outcomes_stand_for_reading(claims: Write) -> None:
    claims(
        **{
            "in/a.pdf": "",
            "in/b.pdf": "",
            "in/c.pdf": "",
            "plan/outcomes.json": '{"b.*": "review", "c.pdf": "timeout"}',
        }
    )
    assert run(["watch", "in", "--out", "out", "--once", "--fake", "plan"]) == 3
    assert [len(moved()[state]) for state in ("done", "review", "failed")] == [2, 2, 2]


@pytest.mark.parametrize("arguments", [["in", "--out", "in"], ["none", "--out", "out"], ["in"]])
def test_a_wrong_call_touches_nothing(claims: Write, arguments: list[str]) -> None:
    claims(**{"in/a.pdf": "accept"})
    assert run(["watch", *arguments, "--once"]) in (2, 3)
    assert Path("in/a.pdf").exists()


def test_a_signal_ends_watching_and_gives_back_what_is_not_read(claims: Write) -> None:
    claims(**{"in/a.pdf": "accept", "in/b.pdf": "slow"})
    process = start("in", "--out", "out")
    while not Path("out/done/a.pdf.json").exists():
        assert process.poll() is None
        time.sleep(0.1)
    time.sleep(1)
    process.send_signal(signal.SIGTERM)
    _, told = process.communicate(timeout=30)

    assert process.returncode == 143
    assert b"Traceback" not in told
    assert [path.name for path in Path("in").iterdir()] == ["b.pdf"]


def test_after_kills_at_any_moment_every_file_is_there_once(claims: Write) -> None:
    chance, count = random.Random(3), 30
    claims(**{f"in/{number}.pdf": "pause" for number in range(count)})
    for _ in range(4):
        with start("in", "--out", "out", "--jobs", "2") as process:
            time.sleep(chance.uniform(1, 4))
            os.killpg(process.pid, signal.SIGKILL)

    start("in", "--out", "out", "--once").communicate(timeout=120)

    found = [name for names in moved().values() for name in names]
    assert sorted(found) == sorted(f"{number}.pdf{end}" for number in range(count) for end in ("", ".json"))
    assert not list(Path("in").glob("*.pdf"))


def canned(*names: str) -> None:
    """Outcomes by which files of these names are one and the same invoice."""
    from invoiceocr.testing import FakeReader

    Path("canned").mkdir()
    told = FakeReader().read_one("one.pdf").model_dump_json()
    for name in names:
        Path("canned", f"{name}.json").write_text(told, encoding="utf-8")


def watched(*words: str) -> int:
    return run(["watch", "in", "--out", "out", "--once", "--fake", "canned", "--ledger", "l.db", *words])


def test_a_duplicate_goes_to_review_and_names_the_file_and_day_of_the_first(claims: Write) -> None:
    claims(**{"in/a.pdf": "x"})
    canned("a.pdf", "乙.ofd")
    assert watched() == 0
    claims(**{"in/乙.ofd": "y"})
    assert watched() == 1
    (invoice,) = json.loads(Path("out/review/乙.ofd.json").read_text())["invoices"]
    (finding,) = invoice["findings"]
    assert (finding["rule"], invoice["verdict"]) == ("duplicate-claimed", "review")
    assert "a.pdf" in finding["message"]
    assert time.strftime("%Y-%m-%d") in finding["message"]


def test_the_same_file_handed_in_again_is_a_duplicate(claims: Write) -> None:
    canned("a.pdf")
    for code in (0, 1):
        claims(**{"in/a.pdf": "x"})
        assert watched() == code


def test_folders_that_cannot_be_used_are_usage_errors(claims: Write, capsys: pytest.CaptureFixture[str]) -> None:
    claims(**{"in/a.pdf": "accept", "file": "no folder"})
    assert run(["watch", "in", "--out", "file/out", "--once"]) == 2
    assert "file" in capsys.readouterr().err
    assert run(["watch", "nowhere", "--out", "out", "--once"]) == 2
    assert Path("in/a.pdf").exists()


def test_a_full_disk_is_told_with_what_to_do(
    claims: Write, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "out/done")

    claims(**{"in/a.pdf": "accept"})
    monkeypatch.setattr("invoiceocr.bots.claims.Claims.take", fail)
    assert run(["watch", "in", "--out", "out", "--once"]) == 2
    assert "out/done" in capsys.readouterr().err
