"""Batches made by other processes, which end with the one that they work for."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from multiprocessing import get_context, parent_process
from queue import Empty, Full
from typing import Any, TypeVar

Made = TypeVar("Made")
# seconds after which a waiting process looks whether it is still needed
WAIT = 5.0
AHEAD = 64  # batches made in advance


def made_elsewhere(make: Callable[..., Iterable[Made]], each: Iterable[tuple[Any, ...]]) -> Iterator[Made]:
    """What *make* (a function of a module) gives for each tuple of arguments, one process per tuple, as it comes.
    Raises RuntimeError once all of them have ended; one that fails tells why on standard error."""
    context: Any = get_context("spawn")
    queue = context.Queue(maxsize=AHEAD)
    processes = [context.Process(target=_fill, args=(queue, make, arguments), daemon=True) for arguments in each]
    for process in processes:
        process.start()
    while True:
        try:
            yield queue.get(timeout=WAIT)
        except Empty:
            if not any(process.is_alive() for process in processes):
                raise RuntimeError("the processes that make batches have ended") from None


def _fill(queue: object, make: Callable[..., Iterable[Made]], arguments: tuple[object, ...]) -> None:
    if hasattr(os, "nice"):
        os.nice(5)
    for batch in make(*arguments):
        while not _handed_over(queue, batch):
            if not _wanted():
                # a full queue would keep an ordinary exit waiting for its reader
                os._exit(0)


def _handed_over(queue: Any, batch: Any) -> bool:
    try:
        queue.put(batch, timeout=WAIT)
    except Full:
        return False
    return True


def _wanted() -> bool:
    parent = parent_process()
    return parent is not None and parent.is_alive()
