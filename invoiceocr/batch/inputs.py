"""Which files the arguments of a command mean: files, folders, patterns, URLs, standard input."""

from __future__ import annotations

import glob
import hashlib
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from invoiceocr.batch.streamed import Streamed, archive_members, is_url, member, remote_files
from invoiceocr.errors import FileMissingError
from invoiceocr.sources.folder import walk

STANDARD_INPUT = "-"
# of standard input, where the settings don't say
MAX_BYTES = 200_000_000
# bytes of a list that tell how its paths end: no path is longer (PATH_MAX of Linux)
PEEKED = 4096
BLOCK = 1 << 16  # bytes of a list that are read at once


@dataclass(frozen=True, slots=True)
class Input:
    """Something to read: a path, the bytes of standard input, or what is opened when it is read, which has a *title*.

    *walked* if it was met in a folder or archive, not named.
    """

    source: Path | bytes | Streamed
    walked: bool = False
    title: str | None = None

    @property
    def name(self) -> str:
        """What results call it: the path as given, the archive and the member in it, the URL, or "-"."""
        return self.title or (STANDARD_INPUT if isinstance(self.source, bytes) else str(self.source))


def find_inputs(arguments: Iterable[str], *, leave_out: Path | None = None, most: int = MAX_BYTES) -> list[Input]:
    """What the arguments refer to, in their order, each file once; *leave_out* (the output) is never an input. Of
    standard input, one byte more than *most* is read, enough for the reader to refuse it. Folders are walked in order
    of their names, without hidden files and without following links to folders. A pattern that the shell did not expand
    is expanded here. What doesn't exist stays, so that the reader reports it."""
    return list(each_input(arguments, leave_out=leave_out, most=most))


def each_input(arguments: Iterable[str], *, leave_out: Path | None = None, most: int = MAX_BYTES) -> Iterator[Input]:
    """As `find_inputs`, one by one: folders are walked as inputs are taken. *leave_out* may be a folder."""
    out = os.path.realpath(leave_out) if leave_out else None
    seen: set[bytes] = set()
    for argument in arguments:
        for item in _meaning(argument, most):
            place = os.path.realpath(item.source) if isinstance(item.source, Path) else item.name
            key = place_key(place)
            if key not in seen and not (out and (place == out or place.startswith(out + os.sep))):
                seen.add(key)
                yield item


def each_member(items: Iterable[Input]) -> Iterator[Input]:
    """The *items*, with the files in it in place of each ZIP archive, so that each has a result of its own. An archive
    in an archive, an OFD file, and an archive that can't be listed stay whole."""
    for item in items:
        names = iter(archive_members(item.source)) if isinstance(item.source, Path) else iter(())
        first = next(names, None)
        if first is None or not isinstance(item.source, Path):
            yield item
            continue
        for name in chain([first], names):
            yield Input(member(item.source, name), walked=True, title=f"{item.name}/{name}")


def listed_in(lists: Iterable[Path]) -> Iterator[str]:
    """The paths that *lists* hold, a line each, or each ended by a NUL byte as `find -print0` writes them.

    Raises FileMissingError for a list that can't be read.
    """
    for path in lists:
        try:
            yield from _lines(path)
        except OSError as error:
            raise FileMissingError(
                f"{path}: {error.strerror or error}; give a file with a path in each line"
            ) from error


def place_key(place: str) -> bytes:
    """16 bytes that stand for a path: a million of them fit into memory."""
    return hashlib.blake2b(os.fsencode(place), digest_size=16).digest()


def _meaning(argument: str, most: int) -> Iterator[Input]:
    if argument == STANDARD_INPUT:
        yield Input(sys.stdin.buffer.read(most + 1))
        return
    if is_url(argument):
        yield from (Input(source, walked=url != argument, title=url) for url, source in remote_files(argument))
        return
    matches = [argument] if os.path.lexists(argument) else sorted(glob.glob(argument, recursive=True))
    for match in matches or [argument]:
        if os.path.isdir(match):
            yield from (Input(path, walked=True) for path in walk(Path(match)))
        else:
            yield Input(Path(match))


def _lines(path: Path) -> Iterator[str]:
    with path.open("rb") as stream:
        end = b"\0" if b"\0" in stream.peek(PEEKED) else b"\n"
        rest = b""
        while block := stream.read(BLOCK):
            *whole, rest = (rest + block).split(end)
            yield from (os.fsdecode(line.rstrip(b"\r")) for line in whole if line.strip())
        if rest.strip():
            yield os.fsdecode(rest.rstrip(b"\r"))
