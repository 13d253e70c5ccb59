"""One results file of a journal and its index: opened after any crash, a torn last line is cut."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from invoiceocr.batch.line import KEY_BYTES, Line, State, parse_line

_RECORD = np.dtype([("key", f"V{KEY_BYTES}"), ("end", "<u8"), ("state", "u1"), ("pad", "V7")])
"""An index record: whose line it is, where that ends, what it came to."""


@dataclass(frozen=True, slots=True)
class Indexed:
    """What a results file holds: keys and states of its lines, and where the last one ends."""

    keys: list[bytes]
    states: list[State]
    end: int


def index_path(results: Path) -> Path:
    """Where the index of a results file lies."""
    return results.with_suffix(".index")


def recover(results: Path) -> tuple[Indexed, list[Line]]:
    """What is in a results file, cut after its last whole line, and the lines that its index did not know yet.

    The index only saves reading the file: it may be behind, or ahead where a power cut took lines with it.
    """
    size = results.stat().st_size
    known = _known(index_path(results), size)
    end = int(known["end"][-1]) if len(known) else 0
    fresh = []
    for line in _whole_lines(results, end):
        fresh.append(line)
        end += len(line.data)
    if end < size:
        os.truncate(results, end)
    known.tofile(index_path(results))
    raw = known["key"].tobytes()
    keys = [raw[start : start + KEY_BYTES] for start in range(0, len(raw), KEY_BYTES)]
    states = [State(int(state)) for state in known["state"]]
    return Indexed(keys, states, end), fresh


def lines(results: Path) -> Iterator[Line]:
    """The whole lines of a results file, without changing it."""
    return _whole_lines(results, 0)


def record(line: Line, end: int) -> bytes:
    """The index record of a line that ends at *end*."""
    return np.array([(line.key, end, line.state, bytes(7))], _RECORD).tobytes()


def _known(index: Path, size: int) -> np.ndarray:
    """The first records of an index, as far as they can be those of a results file of *size* bytes: their ends grow and
    lie within it."""
    if not index.exists():
        return np.empty(0, _RECORD)
    data = index.read_bytes()
    found = np.frombuffer(data[: len(data) // _RECORD.itemsize * _RECORD.itemsize], _RECORD)
    ends = found["end"].astype(np.int64)
    sound = (np.diff(ends, prepend=0) > 0) & (ends <= size)
    return found[: len(found) if sound.all() else int(np.argmin(sound))]


def _whole_lines(results: Path, start: int) -> Iterator[Line]:
    with results.open("rb") as stream:
        stream.seek(start)
        for data in stream:
            line = parse_line(data)
            if line is None:
                return
            yield line
