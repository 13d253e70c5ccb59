"""The files of a folder, read one after another while something watches."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from invoiceocr import Reader


def documents(folder: Path, limit: int | None = None) -> list[Path]:
    """The documents of *folder* in the order of their names, at most *limit* of them."""
    return [path for path in sorted(folder.iterdir()) if path.is_file() and path.suffix != ".md"][:limit]


def read_watched(reader: Reader, files: Sequence[Path], watch: AbstractContextManager[object]) -> None:
    """Reads *files* within *watch*, after the first one has loaded all there is."""
    reader.read_one(files[0])
    with watch:
        for path in files:
            reader.read_one(path)
