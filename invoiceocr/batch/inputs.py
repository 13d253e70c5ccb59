"""Which files the arguments of a command mean: files, folders, patterns, standard input."""

from __future__ import annotations

import glob
import hashlib
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from invoiceocr.sources.folder import walk

STANDARD_INPUT = "-"
MAX_BYTES = 200_000_000  # of standard input, where the settings don't say


@dataclass(frozen=True, slots=True)
class Input:
    """Something to read: a path, or the bytes of standard input; *walked* if it was met in a folder, not named."""

    source: Path | bytes
    walked: bool = False

    @property
    def name(self) -> str:
        """What results call it: the path as given, or "-"."""
        return STANDARD_INPUT if isinstance(self.source, bytes) else str(self.source)


def find_inputs(arguments: Iterable[str], *, leave_out: Path | None = None, most: int = MAX_BYTES) -> list[Input]:
    """What the arguments mean, in their order, each file once; *leave_out* (the output) is never an input. Of standard
    input one byte more than *most* is read, enough for the reader to refuse it.

    Folders are walked in order of their names, without hidden files and without following links to folders; a
    pattern that the shell did not expand is expanded here; what doesn't exist stays, for the reader to say so.
    """
    return list(each_input(arguments, leave_out=leave_out, most=most))


def each_input(arguments: Iterable[str], *, leave_out: Path | None = None, most: int = MAX_BYTES) -> Iterator[Input]:
    """As `find_inputs`, one by one: folders are walked as inputs are taken. *leave_out* may be a folder."""
    out = os.path.realpath(leave_out) if leave_out else None
    seen: set[bytes] = set()
    for argument in arguments:
        for item in _meaning(argument, most):
            place = argument if isinstance(item.source, bytes) else os.path.realpath(item.source)
            key = place_key(place)
            if key not in seen and not (out and (place == out or place.startswith(out + os.sep))):
                seen.add(key)
                yield item


def place_key(place: str) -> bytes:
    """16 bytes that stand for a path: a million of them fit into memory."""
    return hashlib.blake2b(os.fsencode(place), digest_size=16).digest()


def _meaning(argument: str, most: int) -> Iterator[Input]:
    if argument == STANDARD_INPUT:
        yield Input(sys.stdin.buffer.read(most + 1))
        return
    matches = [argument] if os.path.lexists(argument) else sorted(glob.glob(argument, recursive=True))
    for match in matches or [argument]:
        if os.path.isdir(match):
            yield from (Input(path, walked=True) for path in walk(Path(match)))
        else:
            yield Input(Path(match))
