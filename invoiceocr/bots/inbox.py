"""The folder that is watched: which files in it are complete."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

# that size and time of a file stay the same until it counts as complete
SETTLE_S = 1.0
UNFINISHED = frozenset({".part", ".partial", ".tmp", ".crdownload", ".download", ".filepart"})
"""Suffixes under which programs write what they rename when it is complete."""


@dataclass(slots=True)
class Inbox:
    """The files directly in *folder*, but hidden and unfinished ones."""

    folder: Path
    settle_s: float = SETTLE_S
    _seen: dict[Path, tuple[tuple[int, int], float]] = field(default_factory=dict)

    def complete(self) -> Iterator[Path]:
        """The files that nobody has changed for a while, in order of their names."""
        found = {path: mark for path in self._files() if (mark := _mark(path)) is not None}
        now = time.monotonic()
        self._seen = {path: self._since(path, mark, now) for path, mark in found.items()}
        for path, (_, since) in sorted(self._seen.items()):
            if now - since >= self.settle_s:
                yield path

    @property
    def is_waiting(self) -> bool:
        """Whether files were there at the last look."""
        return bool(self._seen)

    def _since(self, path: Path, mark: tuple[int, int], now: float) -> tuple[tuple[int, int], float]:
        former = self._seen.get(path)
        return former if former and former[0] == mark else (mark, now)

    def _files(self) -> Iterator[Path]:
        for path in self.folder.iterdir():
            if not path.name.startswith((".", "~$")) and path.suffix.lower() not in UNFINISHED and path.is_file():
                yield path


def _mark(path: Path) -> tuple[int, int] | None:
    """What changes while a file is written; None where it is gone."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_size, stat.st_mtime_ns
