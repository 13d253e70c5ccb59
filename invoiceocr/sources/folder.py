"""The files of a folder or archive that may be documents."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from invoiceocr.errors import NOT_A_FILE, UnsupportedFormatError

FOREIGN = frozenset({UnsupportedFormatError.code, NOT_A_FILE})
"""Codes of errors of files that a folder may hold and nobody meant to be read."""


IGNORED = ("__MACOSX/", ".")  # resource forks of macOS, hidden files and folders


def is_ignored(member: str) -> bool:
    """Whether a member of an archive, by its path in it, was not meant to be read."""
    return member.startswith(IGNORED) or member.rpartition("/")[2].startswith(".")


def walk(folder: Path) -> Iterator[Path]:
    """The files below *folder* in the order of their names, without hidden ones and without following links to
    folders."""
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(parent, name) for name in sorted(files) if not name.startswith("."))
