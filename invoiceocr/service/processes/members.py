"""How many files an archive holds: it has time for each of them."""

from __future__ import annotations

from pathlib import Path

from invoiceocr.errors import InvoiceOCRError
from invoiceocr.settings import Settings
from invoiceocr.sources import sniff
from invoiceocr.sources.containers.safe_zip import open_package


def is_zipped(path: Path) -> bool:
    """Whether the file at *path* begins like a ZIP archive, as an OFD file does too."""
    try:
        with path.open("rb") as stream:
            return stream.read(len(sniff.ZIP_HEADS[0])) in sniff.ZIP_HEADS
    except OSError:
        return False


def members_of(path: Path, settings: Settings) -> int:
    """The files in the ZIP archive at *path*, by the entries of its directory; 1 for any other file, and for an archive
    that is refused, which takes no time."""
    try:
        data = path.read_bytes()
        return len(open_package(data, path.name, settings).infos) if sniff.detect(data) == "zip" else 1
    except (InvoiceOCRError, OSError):
        return 1
