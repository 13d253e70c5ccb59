"""The inside of a worker process: builds what works once, then answers task by task."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from invoiceocr.workers.garbage import spare_what_is_loaded

READY = "ready"
ORPHANED = 3  # exit status of a worker whose parent is gone
PR_SET_PDEATHSIG = 1  # prctl(2)
# one process per core: OpenCV would start as many threads in each as cores
ALONE = {"OPENCV_FOR_THREADS_NUM": "1"}


@dataclass(frozen=True, slots=True)
class Raised:
    """What a task raised, where exceptions are not part of its answers."""

    error: BaseException


def main(build: Callable[[], Callable[[Any], object]], tasks: Connection, lifeline: Connection, parent: int) -> None:
    """Work until there are no more tasks. *lifeline* is a pipe whose other end only the parent holds: when that is
    gone, so is this process. *parent* is its id if it shall be watched by the kernel too, else 0."""
    # Ctrl-C reaches the whole group; the parent alone decides
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _die_with(parent)
    for name, value in ALONE.items():
        os.environ.setdefault(name, value)
    threading.Thread(target=_watch, args=(lifeline,), daemon=True).start()
    try:
        work = build()
    except Exception as error:
        tasks.send(Raised(error))
        return
    tasks.send(READY)
    _serve(work, tasks)


def _serve(work: Callable[[object], object], tasks: Connection) -> None:
    if _has_answered(work, tasks):
        spare_what_is_loaded()
    while _has_answered(work, tasks):
        pass


def _has_answered(work: Callable[[object], object], tasks: Connection) -> bool:
    """Do the next task; False where there is none, or nobody to tell."""
    try:
        task = tasks.recv()
    except EOFError:
        return False
    try:
        tasks.send(work(task))
    except (BrokenPipeError, ConnectionResetError):
        return False
    except Exception as error:
        tasks.send(Raised(error))
    return True


def _die_with(parent: int) -> None:
    """Have Linux kill this process when the thread that started it ends, even before Python gets to run."""
    if not parent or sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before that
        os._exit(ORPHANED)


def _watch(lifeline: Connection) -> None:
    try:
        lifeline.recv_bytes()
    except (EOFError, OSError):
        os._exit(ORPHANED)
