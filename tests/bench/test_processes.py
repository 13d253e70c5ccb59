import json
import sys
from pathlib import Path

import pytest

from bench.processes import WARM_UP, WorkerError, ask, finish, warmed_up
from bench.workers import protocol


def test_memory_is_counted_at_its_largest_in_megabytes() -> None:
    ended = finish([sys.executable, "-c", "b'x' * 600_000_000"])
    assert ended.code == 0
    assert 600 < ended.peak_mb < 6000


def test_a_process_that_fails_says_why() -> None:
    ended = finish([sys.executable, "-c", "raise SystemExit('out of ink')"])
    assert ended.code == 1
    assert "out of ink" in ended.complaint


def test_a_worker_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(WorkerError, match="nobody"):
        ask("nobody", {}, [])


def test_the_first_task_is_done_twice_and_counted_once() -> None:
    tasks = [{"id": "a", "path": "a.png"}, {"id": "b", "path": "b.png"}]
    assert warmed_up(tasks) == [{"id": WARM_UP, "path": "a.png"}, *tasks]
    assert warmed_up([]) == []


def test_a_task_that_fails_does_not_end_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given, answered = tmp_path / "tasks.jsonl", tmp_path / "answers.jsonl"
    tasks = [{"scale": 10}, {"id": "a", "by": 0}, {"id": "b", "by": 5}]
    given.write_text("\n".join(map(json.dumps, tasks)), encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["worker", str(given), str(answered)])

    protocol.serve(lambda options: lambda task: {"result": options["scale"] / task["by"]})

    head, *answers = map(json.loads, answered.read_text(encoding="utf-8").splitlines())
    assert head["load_ms"] >= 0
    assert answers == [{"id": "a", "error": "ZeroDivisionError: division by zero"}, {"id": "b", "result": 2.0}]
