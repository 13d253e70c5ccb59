"""Child processes whose time and memory are measured: workers of `bench.workers`, and commands."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.machine import ROOT

Task = dict[str, Any]
MEGABYTE = 1_000_000
# bytes in which the system counts ru_maxrss
RSS_UNIT = 1 if sys.platform == "darwin" else 1024
# the id of a task whose answer isn't counted: the first one pays for loading
WARM_UP = "warm-up"


class WorkerError(Exception):
    """A worker ended without its answers."""


@dataclass(frozen=True, slots=True)
class Finished:
    """An ended process: exit code, wall time in seconds, largest resident memory of it or one of its children in
    megabytes, and the end of what it said on standard error."""

    code: int
    seconds: float
    peak_mb: float
    complaint: str


@dataclass(frozen=True, slots=True)
class Answers:
    """What a worker answered, by task id; the time it took to load in milliseconds; its peak memory in megabytes."""

    by_id: dict[str, Task]
    load_ms: float
    peak_mb: float


def finish(command: Sequence[str], *, stdout: int = subprocess.DEVNULL) -> Finished:
    """Runs *command* in the root of the checkout and waits for it. Memory counts from the size of this process on
    (a child starts as its copy), so this one has to stay small."""
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as complaints:
        start = time.perf_counter()
        process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=stdout, stderr=complaints)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        complaints.seek(0)
        complaint = complaints.read()[-2000:]
    return Finished(process.returncode, seconds, usage.ru_maxrss * RSS_UNIT / MEGABYTE, complaint)


def ask(worker: str, options: Task, tasks: Sequence[Task], *, python: str = sys.executable) -> Answers:
    """The answers of the module `bench.workers.<worker>` to *tasks*, each with an "id". WorkerError if it fails."""
    with tempfile.TemporaryDirectory() as folder:
        given, answered = Path(folder, "tasks.jsonl"), Path(folder, "answers.jsonl")
        lines = [json.dumps(line, ensure_ascii=False) for line in (options, *tasks)]
        given.write_text("\n".join(lines), encoding="utf-8")
        ended = finish([python, "-m", f"bench.workers.{worker}", str(given), str(answered)])
        if ended.code != 0:
            raise WorkerError(f"{worker} ended with {ended.code}: {ended.complaint}")
        head, *answers = map(json.loads, answered.read_text(encoding="utf-8").splitlines())
    by_id = {answer["id"]: answer for answer in answers if answer["id"] != WARM_UP}
    return Answers(by_id, head["load_ms"], ended.peak_mb)


def warmed_up(tasks: Sequence[Task]) -> list[Task]:
    """*tasks* with the first one before them to warm up."""
    return [{**task, "id": WARM_UP} for task in tasks[:1]] + list(tasks)
