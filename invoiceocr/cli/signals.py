"""Signals that ask a program to end: they end it as an exception, so that files and processes are cleaned up."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

# what a shell adds to the number of the signal that ended a program
OF_SIGNAL = 128
INTERRUPTED = OF_SIGNAL + signal.SIGINT
SIGNALS = tuple(number for name in ("SIGTERM", "SIGHUP") if (number := getattr(signal, name, None)) is not None)
STOPPED = frozenset({INTERRUPTED, *(OF_SIGNAL + number for number in SIGNALS)})
"""Exit codes of a run that was asked to end."""


@contextmanager
def stops_are_exits() -> Iterator[None]:
    """Within the block SIGTERM and SIGHUP raise SystemExit with the code a shell would report, 143 and 129."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may set handlers
        return
    former = {number: signal.signal(number, _exit) for number in SIGNALS if _is_heeded(number)}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


def _is_heeded(number: int) -> bool:
    """A signal that the parent has it ignored, as nohup does, stays ignored."""
    return signal.getsignal(number) is not signal.SIG_IGN


def _exit(number: int, frame: FrameType | None) -> None:
    # once is enough: what cleans up must not be cut off
    signal.signal(number, signal.SIG_IGN)
    sys.exit(OF_SIGNAL + number)
