"""Whatever a caller passes, as documents: paths, bytes, file objects, numpy arrays, Pillow images."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from invoiceocr.errors import (
    NOT_A_FILE,
    EmptyFileError,
    FileMissingError,
    SettingsError,
    SourceError,
    TooLargeError,
)
from invoiceocr.settings import Settings
from invoiceocr.sources.document import Document
from invoiceocr.sources.unread import Report


class Readable(Protocol):
    """A file object opened in binary mode."""

    def read(self, size: int = -1, /) -> bytes:
        """Up to *size* bytes, all without it."""


Source = str | os.PathLike[str] | bytes | bytearray | memoryview | Readable | object
"""A path, the bytes of a file, a binary file object, a numpy BGR (or gray, BGRA) image, or a PIL image."""


def open_source(
    source: Source, name: str | None, settings: Settings, *, report: Report | None = None
) -> Iterator[Document]:
    """The documents of *source*: one, or several for an archive or mail. Members that can't be read are passed to
    *report*; without it, the first error is raised at the end. Raises SourceError, and SettingsError for a source of a
    type that can't be an invoice."""
    if isinstance(source, np.ndarray):
        from invoiceocr.sources import image

        return iter((image.from_array(source, name=name or "array"),))
    if isinstance(source, str | os.PathLike | bytes | bytearray | memoryview) or hasattr(source, "read"):
        called = name or _name_of(source)
        return open_bytes(read_source(source, called, settings), called, settings, report=report)
    if hasattr(source, "convert") and hasattr(source, "mode"):
        _check_pixels(source, name or "image", settings)
        from invoiceocr.sources import image

        return iter((image.from_pil(source, name=name or "image"),))
    raise SettingsError(f"{type(source).__name__} is no source: give a path, bytes, a file object or an image")


def read_source(
    source: str | os.PathLike[str] | bytes | bytearray | memoryview | Readable, name: str, settings: Settings
) -> bytes:
    """The bytes of a path, of bytes, or of a binary file object, which is called *name* in errors. Raises as
    `read_file`; SourceError if a file object can't be read."""
    if isinstance(source, str | os.PathLike):
        return read_file(Path(source), settings)
    if isinstance(source, bytes | bytearray | memoryview):
        return bytes(source)
    return _read_object(source, name, settings)


def open_bytes(data: bytes, name: str, settings: Settings, *, report: Report | None = None) -> Iterator[Document]:
    """The documents of a file's bytes; EmptyFileError or TooLargeError before anything is parsed."""
    from invoiceocr import sources

    if not data:
        raise EmptyFileError(f"{name}: the file is empty")
    if len(data) > settings.max_file_bytes:
        raise TooLargeError(f"{name}: {len(data)} bytes, more than max_file_bytes={settings.max_file_bytes}")
    return sources.open_document(data, name, settings, report=report)


def read_file(path: Path, settings: Settings) -> bytes:
    """The bytes of *path*. Raises FileMissingError (file_not_found, or not_a_file for devices, pipes and folders),
    TooLargeError before reading too much, and SourceError file_changed for a file that is being written."""
    try:
        with open(path, "rb", opener=_opened) as file:
            before = os.fstat(file.fileno())
            _check_file(path, before, settings)
            data = file.read(settings.max_file_bytes + 1)
            after = os.fstat(file.fileno())
    except (OSError, ValueError) as error:
        told = getattr(error, "strerror", None) or error
        raise FileMissingError(f"{path}: {told}; check the path and its permissions") from error
    if len(data) != before.st_size or after.st_size != before.st_size:
        raise SourceError(f"{path}: is being written; try again when it is complete", code="file_changed")
    return data


def _name_of(source: Source) -> str:
    if isinstance(source, str | os.PathLike):
        return str(Path(source))
    return "bytes" if isinstance(source, bytes | bytearray | memoryview) else str(getattr(source, "name", "file"))


def _opened(path: str, flags: int) -> int:
    """A file descriptor; opening a pipe does not wait for a writer."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _check_file(path: Path, status: os.stat_result, settings: Settings) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise FileMissingError(f"{path}: a device, pipe or folder; give a file", code=NOT_A_FILE)
    if status.st_size > settings.max_file_bytes:
        raise TooLargeError(f"{path}: {status.st_size} bytes, more than max_file_bytes={settings.max_file_bytes}")


def _read_object(source: Readable, name: str, settings: Settings) -> bytes:
    """All bytes of a file object, which may return them piece by piece; at most one more than allowed."""
    pieces: list[bytes] = []
    left = settings.max_file_bytes + 1
    while left > 0:
        try:
            piece = source.read(left)
        except Exception as error:  # whatever a caller's object raises is about this source
            raise SourceError(f"{name}: reading failed ({type(error).__name__}: {error})") from error
        if not isinstance(piece, bytes | bytearray | memoryview):
            raise SettingsError(f"{type(source).__name__} gives {type(piece).__name__}: open the file in binary mode")
        if not piece:
            break
        pieces.append(bytes(piece))
        left -= len(piece)
    return b"".join(pieces)


def _check_pixels(picture: Any, name: str, settings: Settings) -> None:
    if picture.width * picture.height > settings.max_pixels:
        raise TooLargeError(
            f"{name}: {picture.width}×{picture.height} pixels, more than max_pixels={settings.max_pixels}"
        )
