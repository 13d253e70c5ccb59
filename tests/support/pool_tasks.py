"""What the workers of tests do; in a module of its own, since worker processes import it."""

from __future__ import annotations

import gc
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path


def working() -> Callable[[str], str]:
    return obey


def broken() -> Callable[[str], str]:
    raise LookupError("nothing to work with")


def vanishing() -> Callable[[str], str]:
    os._exit(1)


def obey(task: str) -> str:
    """Do what the first word of the task says."""
    word, _, rest = task.partition(" ")
    return ORDERS[word](rest)


def die(_: str) -> str:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def die_once(marker: str) -> str:
    if not Path(marker).exists():
        Path(marker).touch()
        os._exit(1)
    return "survived"


def sleep(seconds: str) -> str:
    time.sleep(float(seconds))
    return "slept"


def grow(megabytes: str) -> str:
    held = bytearray(os.urandom(1024) * 1024 * int(megabytes))
    time.sleep(5)
    return str(len(held))


def fail(told: str) -> str:
    raise ValueError(told)


def pid_after(words: str) -> str:
    """The id of this process after the seconds that the first word gives; what follows only tells tasks apart."""
    time.sleep(float(words.split()[0]))
    return str(os.getpid())


def opencv_threads(_: str) -> str:
    import cv2

    return str(cv2.getNumThreads())


ORDERS: dict[str, Callable[[str], str]] = {
    "echo": str,
    "die": die,
    "die-once": die_once,
    "sleep": sleep,
    "grow": grow,
    "fail": fail,
    "pid-after": pid_after,
    "opencv-threads": opencv_threads,
    "pid": lambda _: str(os.getpid()),
    "moment": lambda _: str(time.monotonic()),
    "spared": lambda _: str(gc.get_freeze_count() > 0),
}


if __name__ == "__main__":  # a parent that tests kill: it tells the ids of its workers, then waits for them
    from invoiceocr.workers.pool import Pool

    pool: Pool[str, str] = Pool(working, 2)
    for done in pool.run(["pid", "pid", "sleep 100", "sleep 100"]):
        print(done.answer, flush=True)
    sys.exit()
