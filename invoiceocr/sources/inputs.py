"""Whatever a caller hands over to documents: paths, bytes, file objects, numpy arrays, Pillow images."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from invoiceocr.errors import EmptyFileError, FileMissingError, SettingsError, TooLargeError
from invoiceocr.settings import Settings
from invoiceocr.sources import image
from invoiceocr.sources.document import Document


class Readable(Protocol):
    """A file object opened in binary mode."""

    def read(self, size: int = -1, /) -> bytes:
        """Up to *size* bytes, all without it."""


Source = str | os.PathLike[str] | bytes | bytearray | memoryview | Readable | Any
"""A path, the bytes of a file, a binary file object, a numpy BGR (or grey, BGRA) image, or a PIL image."""


def open_source(source: Source, name: str | None, settings: Settings) -> Iterator[Document]:
    """The documents of *source*: one, or several for an archive. Raises SourceError, SettingsError for a source
    of a type that can't hold an invoice."""
    if isinstance(source, np.ndarray):
        return iter((image.from_array(source, name=name or "array"),))
    if isinstance(source, str | os.PathLike):
        path = Path(source)
        return open_bytes(read_file(path, settings), name or str(path), settings)
    if isinstance(source, bytes | bytearray | memoryview):
        return open_bytes(bytes(source), name or "bytes", settings)
    if hasattr(source, "read"):
        data = source.read(settings.max_file_bytes + 1)
        if not isinstance(data, bytes):
            raise SettingsError(f"{type(source).__name__} gives {type(data).__name__}: open the file in binary mode")
        return open_bytes(data, name or str(getattr(source, "name", "file")), settings)
    if hasattr(source, "convert") and hasattr(source, "mode"):
        return iter((image.from_pil(source, name=name or "image"),))
    raise SettingsError(f"{type(source).__name__} is no source: give a path, bytes, a file object or an image")


def open_bytes(data: bytes, name: str, settings: Settings) -> Iterator[Document]:
    """The documents of a file's bytes; EmptyFileError or TooLargeError before anything is parsed."""
    from invoiceocr import sources

    if not data:
        raise EmptyFileError(f"{name}: the file is empty")
    if len(data) > settings.max_file_bytes:
        raise TooLargeError(f"{name}: {len(data)} bytes, more than max_file_bytes={settings.max_file_bytes}")
    return sources.open_document(data, name, settings)


def read_file(path: Path, settings: Settings) -> bytes:
    """The bytes of *path*; FileMissingError if it can't be read, TooLargeError before reading too much."""
    try:
        size = path.stat().st_size
        if size > settings.max_file_bytes:
            raise TooLargeError(f"{path}: {size} bytes, more than max_file_bytes={settings.max_file_bytes}")
        return path.read_bytes()
    except OSError as error:
        raise FileMissingError(f"{path}: {error.strerror or error}; check the path and its permissions") from error
