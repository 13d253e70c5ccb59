"""Inputs that are no file of this machine: members of archives, and what lies behind a URL (extra `remote`)."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from invoiceocr.errors import MissingExtraError, SettingsError
from invoiceocr.sources.folder import is_ignored

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

# of the first local header, APPNOTE 4.3.7
ZIP_MAGIC = b"PK\x03\x04"
# GB/T 33190 6.1: an archive with this member is one document
OFD_ENTRY = "OFD.xml"
# kept open by a worker: members of an archive follow one another
OPEN_ARCHIVES = 4
SCHEME = "://"


@dataclass(slots=True)
class Streamed:
    """A binary file that `open` opens when it is first read, in whatever process that happens."""

    open: Callable[[], BinaryIO]
    _stream: BinaryIO | None = field(default=None, repr=False, compare=False)

    def read(self, size: int = -1, /) -> bytes:
        """Up to *size* bytes; the file is closed when nothing is left of it."""
        if self._stream is None:
            self._stream = self.open()
        data = self._stream.read(size)
        if not data:
            self._stream.close()
        return data


def archive_members(path: Path) -> Iterator[str]:
    """The names of the files in the ZIP archive at *path*, in archive order.

    Nothing for what is no readable archive, and for an OFD file, which is one as well but a document in itself: such
    inputs are for the reader as a whole. Folders, hidden files and resource forks of macOS are left out.
    """
    try:
        with path.open("rb") as stream:
            if stream.read(len(ZIP_MAGIC)) != ZIP_MAGIC:
                return
            with zipfile.ZipFile(stream) as archive:
                names = archive.namelist()
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError):
        return
    if OFD_ENTRY not in names:
        yield from (name for name in names if not name.endswith("/") and not is_ignored(name))


def member(path: Path, name: str) -> Streamed:
    """The file *name* in the archive at *path*."""
    return Streamed(partial(_open_member, path, name))


def is_url(argument: str) -> bool:
    """Whether an argument names a place of fsspec, such as `s3://bucket/claims`, rather than a path."""
    return SCHEME in argument


def remote_files(url: str) -> Iterator[tuple[str, Streamed]]:
    """The URLs of the files that *url* means, sorted, each with what reads it: one file, all files below a folder, or
    those that match a pattern.

    Raises MissingExtraError where fsspec, or the package that it needs for the scheme, is not installed, and
    SettingsError where the place can't be listed.
    """
    system, path = _file_system(url)
    scheme = url.partition(SCHEME)[0]
    try:
        paths = system.glob(path) if any(sign in path for sign in "*?[") else _below(system, path)
    except Exception as error:  # each store has errors of its own: no such bucket, no credentials, no connection
        zh = f"{url}：无法列出（{error}），请检查地址和凭据"
        raise SettingsError(
            f"{url}: can't be listed ({error}); check the address and the credentials", zh=zh
        ) from error
    for found in paths:
        place = f"{scheme}{SCHEME}{found.removeprefix(scheme + SCHEME)}"
        yield place, Streamed(partial(_open_remote, place))


def _below(system: AbstractFileSystem, path: str) -> list[str]:
    return sorted(system.find(path)) or [path]


@lru_cache(maxsize=OPEN_ARCHIVES)
def _archive(path: Path, modified_ns: int) -> zipfile.ZipFile:
    """The archive as it was at *modified_ns*: its directory, which may list a million files, is read once a worker."""
    return zipfile.ZipFile(path)


def _open_member(path: Path, name: str) -> BinaryIO:
    opened: object = _archive(path, path.stat().st_mtime_ns).open(name)
    return opened  # type: ignore[return-value]


def _open_remote(url: str) -> BinaryIO:
    system, path = _file_system(url)
    opened: BinaryIO = system.open(path, "rb")
    return opened


def _file_system(url: str) -> tuple[AbstractFileSystem, str]:
    try:
        from fsspec.core import url_to_fs

        system, path = url_to_fs(url)
    except ImportError as error:
        raise MissingExtraError(f"{url}: {error}; pip install 'invoiceocr[remote]' and what it names") from error
    except ValueError as error:
        raise SettingsError(f"{url}: {error}", zh=f"{url}：地址有误（{error}）") from error
    return system, str(path)
