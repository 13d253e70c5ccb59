"""`Threads`: calls that wait for something, each in a thread of its own while it does."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable

Call = Callable[[], None]
log = logging.getLogger("invoiceocr.service")


class Threads:
    """Up to *most* threads that make calls in the order in which they come. One is started when all others are busy;
    none keeps the process from ending."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._ready = threading.Condition()
        self._calls: deque[Call] = deque()
        self._all: list[threading.Thread] = []
        self._free = 0
        self._ended = False

    def do(self, call: Call) -> None:
        """Have a thread make *call*. Raises RuntimeError if none can be started and there is none: otherwise the call
        waits for one of the others."""
        with self._ready:
            if self._free <= len(self._calls) and len(self._all) < self._most:
                self._start()
            self._calls.append(call)
            self._ready.notify()

    def end(self) -> None:
        """Wait until all calls are made, and end the threads."""
        with self._ready:
            self._ended = True
            self._ready.notify_all()
        for thread in self._all:
            thread.join()

    def _start(self) -> None:
        thread = threading.Thread(target=self._work, daemon=True)
        try:
            thread.start()
        except RuntimeError:  # as many as the system allows
            if not self._all:
                raise
            log.warning("no further thread can be started")
            return
        self._all.append(thread)

    def _work(self) -> None:
        while (call := self._next()) is not None:
            try:
                call()
            except Exception:
                log.exception("a call failed")

    def _next(self) -> Call | None:
        """The next call; None at the end."""
        with self._ready:
            self._free += 1
            while not (self._calls or self._ended):
                self._ready.wait()
            self._free -= 1
            return self._calls.popleft() if self._calls else None
