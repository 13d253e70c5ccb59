"""Signals that ask a program to end: they end it as an exception, so that files and processes are cleaned up."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from types import FrameType

# what a shell adds to the number of the signal that ended a program
OF_SIGNAL = 128
INTERRUPTED = OF_SIGNAL + signal.SIGINT
SIGNALS = tuple(number for name in ("SIGTERM", "SIGHUP") if (number := getattr(signal, name, None)) is not None)
STOPPED = frozenset({INTERRUPTED, *(OF_SIGNAL + number for number in SIGNALS)})
"""Exit codes of a run that was asked to end."""
AGAIN_S = 0.05
"""After which a stop that was swallowed is asked for again."""
Hook = Callable[["sys.UnraisableHookArgs"], object]


@contextmanager
def stops_are_exits() -> Iterator[None]:
    """Within the block SIGTERM and SIGHUP raise SystemExit with the code a shell would report, 143 and 129."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may set handlers
        return
    former = {number: signal.signal(number, _exit) for number in SIGNALS if _is_heeded(number)}
    hook = sys.unraisablehook
    sys.unraisablehook = partial(_swallowed, hook)
    try:
        yield
    finally:
        sys.unraisablehook = hook
        for number, handler in former.items():
            signal.signal(number, handler)


def _is_heeded(number: int) -> bool:
    """A signal that the parent has it ignored, as nohup does, stays ignored."""
    return signal.getsignal(number) is not signal.SIG_IGN


def _swallowed(hook: Hook, lost: sys.UnraisableHookArgs) -> None:
    """Ask again for a stop that came while C code, such as PDFium, called back into Python: no exception gets through
    there. Anything else that is lost goes to *hook*."""
    number = _signal_of(lost.exc_value)
    if number is None:
        hook(lost)
        return
    if number != signal.SIGINT:
        signal.signal(number, _exit)
    again = threading.Timer(AGAIN_S, _ask, [number])
    again.daemon = True
    again.start()


def _ask(number: int) -> None:
    """Send a signal to the main thread, so that it ends what the thread waits for."""
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(threading.main_thread().ident or 0, number)
    else:
        signal.raise_signal(number)


def _signal_of(error: BaseException | None) -> int | None:
    """The signal that became *error*; None where it is no stop."""
    if isinstance(error, KeyboardInterrupt):
        return int(signal.SIGINT)
    if isinstance(error, SystemExit) and isinstance(error.code, int) and error.code in STOPPED:
        return error.code - OF_SIGNAL
    return None


def _exit(number: int, frame: FrameType | None) -> None:
    # once is enough: what cleans up must not be cut off
    signal.signal(number, signal.SIG_IGN)
    sys.exit(OF_SIGNAL + number)
