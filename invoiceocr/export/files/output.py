"""Files that are complete or absent: the content is written beside the target and takes its place at the end."""

from __future__ import annotations

import errno
import glob
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from invoiceocr.errors import OutputError
from invoiceocr.file_lock import is_locked, lock

LONGEST_BYTES = 255  # of a file's name
# What a write fails with when the medium is at fault; any other OSError in the block comes from elsewhere.
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """A stream whose bytes become the file at *path* if the block ends normally; otherwise nothing changes there.
    Raises OutputError: on entry, before any work, if the target can't be written; later if the disk is full."""
    # a link goes on pointing at the file it names
    target = Path(os.path.realpath(path))
    with _told(path):
        draft = _draft(target)
        _remove_leftovers(target)
        stream = draft.open("wb" if draft == target else "xb")
        lock(stream)
    try:
        with _told(path, only=NO_ROOM), stream:
            yield stream
        with _told(path):
            _replace(draft, target)
    finally:
        _discard(draft, target)


@contextmanager
def _told(path: Path, *, only: frozenset[int] = frozenset()) -> Iterator[None]:
    """Turns an OSError into an OutputError about *path*; with *only*, those with the given numbers."""
    try:
        yield
    except OSError as error:
        if only and error.errno not in only:
            raise
        raise OutputError(f"{path}: {error.strerror or error}; give another output file") from error


def _draft(target: Path) -> Path:
    """Where to write first: a hidden file in the same folder, or the target itself if it is a device or a pipe."""
    if target.exists():
        # a folder, a file without permission, one that Excel holds open: fails here
        target.open("r+b").close()
    if target.exists() and not target.is_file():
        return target
    return target.with_name(f".{_kept(target)}.{secrets.token_hex(4)}.part")


def _kept(target: Path) -> str:
    """As much of the name as a draft's name has room for."""
    return cut_name(target.name, LONGEST_BYTES - len(".") - len(".01234567.part"))


def cut_name(name: str, most: int) -> str:
    """The beginning of *name* that has *most* bytes at the most, as file systems count them.

    >>> cut_name("发票.pdf", 8), cut_name("a.pdf", 8)
    ('发票.p', 'a.pdf')
    """
    data = os.fsencode(name)
    while name and len(data) > most:
        name = name[: -max(1, (len(data) - most) // 4)]
        data = os.fsencode(name)
    return name


def _remove_leftovers(target: Path) -> None:
    """Removes the drafts of *target* whose writers were killed; those of living writers are locked."""
    for draft in target.parent.glob(f".{glob.escape(_kept(target))}.*.part"):
        with suppress(OSError):
            if not is_locked(draft):
                draft.unlink()


def _replace(draft: Path, target: Path) -> None:
    if draft == target:
        return
    if target.exists():
        draft.chmod(target.stat().st_mode)
    os.replace(draft, target)


def _discard(draft: Path, target: Path) -> None:
    if draft != target:
        with suppress(FileNotFoundError):
            draft.unlink()
