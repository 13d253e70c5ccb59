"""Locks on open files that the system releases when their process ends, however it ends."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

if sys.platform == "win32":
    import msvcrt

    def _try(stream: IO[object]) -> None:
        msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _try(stream: IO[Any]) -> None:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)


def lock(stream: IO[Any]) -> bool:
    """Lock an open file until it is closed; False where another process holds it, or where files of its kind or its
    file system know no locks."""
    with suppress(OSError):
        _try(stream)
        return True
    return False


def is_locked(path: Path) -> bool:
    """Whether some process holds the lock on the file at *path*; raises OSError if it can't be opened."""
    with path.open("r+b") as stream:
        return not lock(stream)
