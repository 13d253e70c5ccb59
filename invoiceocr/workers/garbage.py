"""What a process does about Python's garbage collector."""

from __future__ import annotations

import gc

# new objects between two collections, of which Python's own limit is 700. What a start makes lives as long as the
# process, and looking through it takes an eighth of the start; what reading a file makes lives until it is read, and
# looking through that takes 2 to 3 % of the time
COLLECTED = 50_000


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
