"""How far a batch is: one line that is renewed on a terminal, a line now and then in a log."""

from __future__ import annotations

import sys
import time
from collections import Counter
from typing import TYPE_CHECKING

from invoiceocr.cli.messages import message, say

if TYPE_CHECKING:
    from invoiceocr.batch.line import State

TERMINAL_S = 0.5  # between two renewals of the line
LOG_S = 30.0  # between two lines of a log
CLEAR = "\r\x1b[2K"


class Reporter:
    """Tells of *fresh* files to read, beside those that were done *before*, by earlier runs."""

    def __init__(self, fresh: int, before: int, language: str) -> None:
        self._total, self._before, self._language = before + fresh, before, language
        self._began = self._told = time.monotonic()
        self._terminal = sys.stderr.isatty()

    def show(self, states: Counter[State]) -> None:
        """Tell the counts of now, if it is time to."""
        now = time.monotonic()
        if now - self._told < (TERMINAL_S if self._terminal else LOG_S):
            return
        self._told = now
        if self._terminal:
            print(CLEAR + self._line(states), end="", file=sys.stderr, flush=True)
        else:
            say(self._line(states))

    def finish(self, states: Counter[State]) -> None:
        """Tell what it came to."""
        print(CLEAR if self._terminal else "", end="", file=sys.stderr)
        say(self._line(states))

    def _line(self, states: Counter[State]) -> str:
        done = states.total()
        rate = (done - self._before) / max(time.monotonic() - self._began, 1e-3)
        unread = max(self._total - done, 0)
        left = _duration(unread / rate) if rate else "?" if unread else _duration(0)
        counts = {state.name.lower(): count for state, count in sorted(states.items()) if count}
        told = ", ".join(f"{message(f'state_{name}', self._language)} {count}" for name, count in counts.items())
        return message("batch", self._language, done=done, total=self._total, rate=rate, left=left, counts=told or "-")


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"
