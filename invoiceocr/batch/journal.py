"""The journal of a batch: results in order of completion, appended so that no crash loses or doubles one."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from invoiceocr.batch import segment
from invoiceocr.batch.line import Line, State
from invoiceocr.errors import OutputError
from invoiceocr.export.files.output import whole_file
from invoiceocr.file_lock import lock

# lines that are made durable together: an fsync takes milliseconds
GROUP = 64
GROUP_S = 1.0  # and the longest that a line waits for it
# of a results file, after which the next one begins
SEGMENT_BYTES = 1 << 28
FAILED = "failed.jsonl"
PATTERN = "results-*.jsonl"


class Journal:
    """The journal in *folder*, created if there is none. Only one process at a time may use it; use it as a context
    manager. A line is in its file when `append` returns, so the end of this process can't lose it, and on the disk at
    most GROUP lines or GROUP_S later. Raises OutputError if the folder can't be written, if the disk is full, and if
    another process uses it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.states: Counter[State] = Counter()
        self._keys: set[bytes] = set()
        self._pending: list[bytes] = []
        self._results = self._failed = -1
        self._end = self._failed_end = 0
        self._synced = time.monotonic()
        try:
            self._open()
        except OSError as error:
            raise OutputError(f"{folder}: {error.strerror or error}; give another folder with --out") from error

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __contains__(self, key: bytes) -> bool:
        return key in self._keys

    def __len__(self) -> int:
        return len(self._keys)

    def append(self, line: Line) -> None:
        """Writes a line. If the disk is full, what is written is complete, and a later run continues."""
        if line.key in self._keys:
            return
        if self._end + len(line.data) > SEGMENT_BYTES and self._end:
            self._next_segment()
        self._write(self._results, line.data, self._end)
        self._end += len(line.data)
        self._pending.append(segment.record(line, self._end))
        if line.failed:
            self._failed_end = self._write(self._failed, line.data, self._failed_end)
        self._keys.add(line.key)
        self.states[line.state] += 1
        if len(self._pending) >= GROUP or time.monotonic() - self._synced > GROUP_S:
            self.sync()

    def sync(self) -> None:
        """Makes durable what is written; only then does the index list it."""
        with self._told():
            for file in (self._results, self._failed):
                os.fsync(file)
            records, self._pending = b"".join(self._pending), []
            with segment.index_path(self._path).open("ab") as index:
                index.write(records)
        self._synced = time.monotonic()

    def close(self) -> None:
        """Syncs, and releases the folder for another process."""
        try:
            self.sync()
        except OutputError:
            pass  # the index may be behind; the lines are there
        finally:
            os.close(self._results)
            os.close(self._failed)
            self._lock.close()

    def _open(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._lock = (self.folder / ".lock").open("ab")
        if not lock(self._lock) and os.name == "posix":
            self._lock.close()
            raise OutputError(
                f"{self.folder}: another batch is writing there; wait for it or give another folder",
                zh=f"{self.folder}：另一个 batch 正在写入，请等它结束，或另给目录",
            )
        self._restore_failed(self._recover())
        self._path = max(self.folder.glob(PATTERN), default=self.folder / "results-00001.jsonl")
        self._results, self._end = _opened(self._path)
        self._failed, self._failed_end = _opened(self.folder / FAILED)
        self.sync()

    def _recover(self) -> list[Line]:
        """Learns what is there, and returns the lines that no index listed."""
        unknown = []
        for results in sorted(self.folder.glob(PATTERN)):
            indexed, fresh = segment.recover(results)
            self._keys.update(indexed.keys)
            self.states.update(indexed.states)
            end = indexed.end - sum(len(line.data) for line in fresh)
            with segment.index_path(results).open("ab") as index:
                for line in fresh:
                    end += len(line.data)
                    index.write(segment.record(line, end))
            self._keys.update(line.key for line in fresh)
            self.states.update(line.state for line in fresh)
            unknown += fresh
        return unknown

    def _restore_failed(self, fresh: list[Line]) -> None:
        """Leave in failed.jsonl whole lines of files that the journal holds, and add those that it lacks."""
        path = self.folder / FAILED
        found = [line for line in segment.lines(path) if line.key in self._keys] if path.exists() else []
        known = {line.key for line in found}
        whole = [*found, *(line for line in fresh if line.failed and line.key not in known)]
        data = b"".join(line.data for line in whole)
        if not path.exists() or path.stat().st_size != len(data):
            with whole_file(path) as stream:
                stream.write(data)

    def _next_segment(self) -> None:
        self.sync()
        os.close(self._results)
        number = int(self._path.stem.rpartition("-")[2]) + 1
        self._path = self.folder / f"results-{number:05}.jsonl"
        self._results, self._end = _opened(self._path)

    def _write(self, file: int, data: bytes, end: int) -> int:
        """Append *data* to a file of *end* bytes, whole or not at all; the new end."""
        with self._told():
            try:
                left = memoryview(data)
                while left:
                    left = left[os.write(file, left) :]
            except OSError:
                os.ftruncate(file, end)
                raise
        return end + len(data)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            told = f"{self.folder}: {error.strerror or error}; make room and run it again: it goes on"
            raise OutputError(told) from error


def _opened(path: Path) -> tuple[int, int]:
    """A file to append to, and its size; a new one's name is durable too."""
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
    return file, os.fstat(file).st_size
