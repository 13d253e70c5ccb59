"""`Workers`: threads that read lines in parallel, with an owner that ends them."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from invoiceocr.errors import ForkError

Item = TypeVar("Item")
Result = TypeVar("Result")


class Workers:
    """Threads that start with the first work and end with `close`, or with the object itself."""

    def __init__(self, count: int, name: str) -> None:
        self._count = count
        self._name = name
        self._lock = threading.Lock()
        self._pool: ThreadPoolExecutor | None = None

    def map(self, work: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
        """The result of *work* for each of *items*, in their order."""
        return list(self._started().map(work, items))

    def close(self) -> None:
        """Ends the threads when their work is done; new work starts new ones."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=True)

    def _started(self) -> ThreadPoolExecutor:
        with self._lock:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(self._count, thread_name_prefix=self._name)
            return self._pool


class Birthplace:
    """The process in which something with threads was created; it does not work in another one."""

    def __init__(self) -> None:
        self._process = os.getpid()

    def check(self) -> None:
        """ForkError in a process that was forked since."""
        if os.getpid() != self._process:
            raise ForkError(
                "the models were loaded before this process was forked; build a Reader in each process, or fork "
                "before the first picture is read"
            )


def cores(threads: int) -> int:
    """The number of threads that the setting *threads* means: that many, or for 0 the cores that this process may
    use."""
    return threads or len(_usable())


def _usable() -> Collection[int]:
    """The cores that this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return os.sched_getaffinity(0)
    # macOS and Windows don't provide this
    return range(os.cpu_count() or 1)
