"""How workers are talked to: JSON lines in a file, JSON lines back.

TASKS: options, then tasks with an "id" each. ANSWERS: `{"load_ms"}`, then an answer a task with the same "id"; a
task that failed has "error" alone. AcceptancePolicy library only: engines' environments hold nothing of ours.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Task = dict[str, Any]
Worker = Callable[[Task], Task]


def serve(build: Callable[[Task], Worker]) -> None:
    """Builds the worker from the options and answers every task."""
    given, answered = map(Path, sys.argv[1:3])
    options, *tasks = map(json.loads, given.read_text(encoding="utf-8").splitlines())
    start = time.perf_counter()
    work = build(options)
    with answered.open("w", encoding="utf-8") as stream:
        print(json.dumps({"load_ms": milliseconds_since(start)}), file=stream)
        for task in tasks:
            print(json.dumps(_answer(work, task), ensure_ascii=False), file=stream, flush=True)


def milliseconds_since(start: float) -> float:
    """The time since *start* of time.perf_counter(), in milliseconds."""
    return round((time.perf_counter() - start) * 1000, 2)


def _answer(work: Worker, task: Task) -> Task:
    try:
        return {"id": task["id"], **work(task)}
    except Exception as error:  # one unreadable picture must not end the run
        return {"id": task["id"], "error": f"{type(error).__name__}: {error}"}
