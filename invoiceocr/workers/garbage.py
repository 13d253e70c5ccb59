"""What a process does about Python's garbage collector.

It looks through all objects again and again while they become more and more, and finds nothing in what a start makes:
modules, models and rules live as long as the process.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# new objects between two collections, of which Python's own limit is 700: what reading a file makes lives until it is
# read, and looking through that took 2 to 3 % of the time
COLLECTED = 50_000


@contextmanager
def paused() -> Iterator[None]:
    """No garbage is collected meanwhile. Loading a reader takes a seventh less time so."""
    # threads that overlap may switch the collector on early, but never leave it off
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@contextmanager
def loading() -> Iterator[None]:
    """As `paused`, and the collector leaves alone for good what there is at the end: for processes of our own, because
    garbage of before is never collected either."""
    with paused():
        yield
        gc.freeze()


def collect_rarely() -> None:
    """Have the collector come rarely."""
    gc.set_threshold(COLLECTED)


def spare_what_is_loaded() -> None:
    """Have the collector leave alone what there is now, and come rarely. A worker that has done its first task has its
    modules and models for life; looking through them again and again took 3 % of the time of reading, in pauses of
    80 ms."""
    gc.collect()
    gc.freeze()
    collect_rarely()
