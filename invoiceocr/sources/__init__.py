"""Bytes to `Document`: one module a format, chosen by content."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module

from invoiceocr.errors import EmptyFileError, SourceError, TooLargeError, UnsupportedFormatError
from invoiceocr.settings import Settings
from invoiceocr.sources.document import Document

OPENERS = {  # format → module and function; imported when first needed
    "jpeg": ("image", "open_image"),
    "png": ("image", "open_image"),
    "bmp": ("image", "open_image"),
    "tiff": ("image", "open_image"),
    "webp": ("image", "open_image"),
    "pdf": ("pdf", "open_pdf"),
    "ofd": ("ofd", "open_ofd"),
    "xml": ("xml", "open_xml"),
}
FORMATS = "JPEG, PNG, BMP, TIFF, WebP, PDF, OFD, XML, ZIP"


def open_document(data: bytes, name: str, settings: Settings) -> Iterator[Document]:
    """The document of *data*; an archive gives several, in archive order, opened one by one.

    *name* stands for the file in messages and `Document.source`; the format is told by content. Raises
    EmptyFileError, TooLargeError, UnsupportedFormatError, and what the format's opener raises. A damaged file in
    an archive is raised after the others are given.
    """
    if not data:
        raise EmptyFileError(f"{name}: the file is empty")
    if len(data) > settings.max_file_bytes:
        raise TooLargeError(f"{name}: {len(data)} bytes, more than max_file_bytes={settings.max_file_bytes}")
    return _unpacked(data, name, settings) if _format(data) == "zip" else iter((_open(data, name, settings),))


def _format(data: bytes) -> str | None:
    from invoiceocr.sources import sniff

    return sniff.detect(data)


def _open(data: bytes, name: str, settings: Settings) -> Document:
    found = OPENERS.get(_format(data) or "")
    if found is None:
        raise UnsupportedFormatError(f"{name}: none of {FORMATS}")
    module, function = found
    opener: Callable[[bytes, str, Settings], Document] = getattr(
        import_module(f"invoiceocr.sources.{module}"), function
    )
    return opener(data, name, settings)


def _unpacked(data: bytes, name: str, settings: Settings) -> Iterator[Document]:
    from invoiceocr.sources import archive

    failed: SourceError | None = None
    for path, member in archive.members(data, name, settings):
        try:
            document = _open(member, path, settings)
        except SourceError as error:
            failed = failed or error
            continue
        yield document
    if failed:
        raise failed
