"""Zip archives read in memory: members by normalized path, bombs and paths outside the archive refused.

Nothing is ever written to disk.
"""

from __future__ import annotations

import lzma
import re
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO

from invoiceocr.errors import CorruptFileError, EncryptedFileError, TooLargeError, UnsafeFileError
from invoiceocr.settings import Settings
from invoiceocr.sources.containers import zip_directory
from invoiceocr.sources.containers.budget import Budget
from invoiceocr.text.charsets import UTF_8, decodings

ENCRYPTED = 0x1  # general purpose flag bits (APPNOTE 4.4.4)
UTF8 = 0x800
# deflate can't exceed 1032; real pages of XML reach 60, blank bitmaps 200
MAX_RATIO = 500
# bytes: smaller members can't hurt at any ratio
RATIO_FREE = 10_000_000
# Chinese takes three bytes in UTF-8
_TWO_BYTES = re.compile("[\x80-\u07ff]")
_READ_ERRORS = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, MemoryError),
    *(NotImplementedError, RuntimeError, ValueError, LookupError, OverflowError),
)


@dataclass(frozen=True, slots=True)
class Package:
    """An opened archive: `infos` by path, with "/" between folders and no leading one; `is_repetitive` tells whether
    several members have one path, or paths that differ only in case."""

    name: str
    code: str
    archive: zipfile.ZipFile
    infos: dict[str, zipfile.ZipInfo]
    folded: dict[str, str]
    is_repetitive: bool = False

    def find(self, path: str) -> str | None:
        """The member at *path* as it is spelled, however *path* is cased; None if there is none."""
        path = clean(path)
        return path if path in self.infos else self.folded.get(path.lower())

    def names(self) -> Iterator[str]:
        """The paths of all members in archive order."""
        return iter(self.infos)

    def read(self, path: str) -> bytes:
        """The bytes of the member at *path*; KeyError if there is none, CorruptFileError if it is damaged."""
        info = self.infos[path]
        try:
            return self.archive.read(info)
        except _READ_ERRORS as error:
            raise CorruptFileError(f"{self.name}/{path}: damaged ({error})", code=self.code) from error


def open_package(
    data: bytes, name: str, settings: Settings, *, code: str = "corrupt_archive", budget: Budget | None = None
) -> Package:
    """The members of the zip *data*; *budget* is what it may unpack, with all else in the same file.

    Raises CorruptFileError with *code* for a damaged or cut off archive, EncryptedFileError encrypted_archive,
    UnsafeFileError unsafe_archive for members outside the archive or zip bombs, TooLargeError where the members
    together exceed `max_unpacked_bytes` or `max_members`.
    """
    budget = budget or Budget.of(settings)
    if zip_directory.is_huge(data):
        raise TooLargeError(f"{name}: more members than max_members={settings.max_members}")
    try:
        archive = zipfile.ZipFile(BytesIO(data))
    except _READ_ERRORS as error:
        raise CorruptFileError(f"{name}: damaged or cut off ({error}); fetch it again", code=code) from error
    listed = [info for info in archive.infolist() if _is_file(info)]
    budget.spend_members(len(listed), name)
    paths = [clean(_decoded(info)) for info in listed]
    infos = _by_path(zip(paths, listed, strict=True))
    _check(infos, name)
    budget.spend_bytes(sum(info.file_size for info in infos.values()), name)
    folded = {path.lower(): path for path in infos}
    return Package(name, code, archive, infos, folded, is_repetitive=len({path.lower() for path in paths}) < len(paths))


def _by_path(listed: Iterable[tuple[str, zipfile.ZipInfo]]) -> dict[str, zipfile.ZipInfo]:
    """The members by path. Where several have one path, each but the first gets a number behind it."""
    infos: dict[str, zipfile.ZipInfo] = {}
    counts: Counter[str] = Counter()
    for path, info in listed:
        own = path
        while own in infos:
            counts[path] += 1
            own = f"{path} ({counts[path] + 1})"
        infos[own] = info
    return infos


def clean(path: str) -> str:
    """*path* with "/" between folders, without a leading one, "." dropped and ".." resolved where it can be."""
    parts: list[str] = []
    for part in path.replace("\\", "/").split("/"):
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def _is_file(info: zipfile.ZipInfo) -> bool:
    # is_dir fails on a name that is empty
    return bool(info.filename) and not info.is_dir()


def _decoded(info: zipfile.ZipInfo) -> str:
    """The member's name; without the UTF-8 flag zipfile takes it for code page 437, Chinese tools mean GBK."""
    if info.flag_bits & UTF8:
        return info.filename
    try:
        raw = info.filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    # GBK pairs can pass for two-byte UTF-8
    names = (name for charset, name in decodings(raw) if charset != UTF_8 or not _TWO_BYTES.search(name))
    return next(names, info.filename)


def _check(infos: dict[str, zipfile.ZipInfo], name: str) -> None:
    if any(info.flag_bits & ENCRYPTED for info in infos.values()):
        raise EncryptedFileError(f"{name}: the archive needs a password; unpack it first", code="encrypted_archive")
    for path, info in infos.items():
        _check_member(path, info, name)


def _check_member(path: str, info: zipfile.ZipInfo, name: str) -> None:
    if _leaves(info.filename):
        raise UnsafeFileError(f"{name}: member {path!r} lies outside the archive", code="unsafe_archive")
    if info.file_size > RATIO_FREE and info.file_size > MAX_RATIO * max(1, info.compress_size):
        raise UnsafeFileError(f"{name}: member {path!r} unpacks suspiciously large", code="unsafe_archive")


def _leaves(path: str) -> bool:
    parts = path.replace("\\", "/").split("/")
    return ".." in parts or (len(parts[0]) == 2 and parts[0][1] == ":")
