"""ZIP archives to the files in them: nested archives one level deep, everything by content, in archive order."""

from __future__ import annotations

from collections.abc import Iterator

from invoiceocr.errors import NoDocumentsError
from invoiceocr.settings import Settings
from invoiceocr.sources import safe_zip, sniff
from invoiceocr.sources.safe_zip import Package

MAX_DEPTH = 2  # an archive and the archives in it; issuers nest no deeper
IGNORED = ("__MACOSX/", ".")  # resource forks and hidden files


def members(data: bytes, name: str, settings: Settings) -> Iterator[tuple[str, bytes]]:
    """(archive/path, bytes) of each file in the archive that has a known format.

    Raises as `safe_zip.open_package`, and NoDocumentsError where no file has a known format.
    """
    found = _members(safe_zip.open_package(data, name, settings), settings, MAX_DEPTH)
    first = next(found, None)
    if first is None:
        raise NoDocumentsError(f"{name}: the archive holds no picture, PDF, OFD or XML")
    yield first
    yield from found


def _members(package: Package, settings: Settings, depth: int) -> Iterator[tuple[str, bytes]]:
    """The files of *package*; what an inner archive unpacks counts toward the same limit."""
    for path in package.names():
        if path.startswith(IGNORED) or path.rpartition("/")[2].startswith("."):
            continue
        data, name = package.read(path), f"{package.name}/{path}"
        found = sniff.detect(data)
        if found == "zip" and depth > 1:
            left = settings.model_copy(update={"max_unpacked_bytes": _left(package, settings)})
            yield from _members(safe_zip.open_package(data, name, left), left, depth - 1)
        elif found not in (None, "zip"):
            yield name, data


def _left(package: Package, settings: Settings) -> int:
    return max(1, settings.max_unpacked_bytes - sum(info.file_size for info in package.infos.values()))
