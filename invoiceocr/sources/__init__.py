"""Bytes to `Document`: one module or package for each format, chosen by content."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from importlib import import_module

from invoiceocr.errors import CorruptFileError, EmptyFileError, InvoiceOCRError, TooLargeError
from invoiceocr.page import Page, PageImage
from invoiceocr.settings import Settings
from invoiceocr.sources.document import Document, Draw
from invoiceocr.sources.unread import Report, Unread, damaged

# format → module and function; imported when first needed
OPENERS = {
    "jpeg": ("image", "open_image"),
    "png": ("image", "open_image"),
    "bmp": ("image", "open_image"),
    "tiff": ("image", "open_image"),
    "webp": ("image", "open_image"),
    "gif": ("image", "open_image"),
    "heif": ("image", "open_image"),
    "avif": ("image", "open_image"),
    "pdf": ("pdf.pages", "open_pdf"),
    "ofd": ("ofd.pages", "open_ofd"),
    "xml": ("xml", "open_xml"),
}
CONTAINERS = frozenset({"zip", "eml", "mbox", "msg"})
CODES = {"pdf": "corrupt_pdf", "ofd": "corrupt_ofd", "xml": "corrupt_xml"}


def open_document(data: bytes, name: str, settings: Settings, *, report: Report | None = None) -> Iterator[Document]:
    """The document of *data*; an archive or mail gives several, in its order, opened one by one. *name* stands for
    the file in messages and `Document.source`; the format is detected from the content. Raises EmptyFileError,
    TooLargeError, UnsupportedFormatError, and what the opener of the format raises. Members of an archive or mail
    that can't be read are passed to *report*, and the others follow; without it, the first such error is raised at
    the end."""
    if not data:
        raise EmptyFileError(f"{name}: the file is empty")
    if len(data) > settings.max_file_bytes:
        raise TooLargeError(f"{name}: {len(data)} bytes, more than max_file_bytes={settings.max_file_bytes}")
    kind = _format(data)
    if kind in CONTAINERS:
        return _unpacked(data, name, settings, kind, report)
    return iter((_open(data, name, settings),))


def _format(data: bytes) -> str | None:
    from invoiceocr.sources import sniff

    return sniff.detect(data)


def _open(data: bytes, name: str, settings: Settings) -> Document:
    from invoiceocr.sources import sniff

    kind = _format(data)
    sniff.refuse_unknown(kind, name)
    module, function = OPENERS[kind or ""]
    opener: Callable[[bytes, str, Settings], Document] = getattr(
        import_module(f"invoiceocr.sources.{module}"), function
    )
    code = CODES.get(kind or "", "corrupt_image")
    try:
        document = opener(data, name, settings)
    except InvoiceOCRError:
        raise
    except Exception as error:  # what parsers and the libraries below them raise on bytes that nobody thought of
        raise _damaged(name, code, error) from error
    draw = partial(_guarded_draw, document.draw, name, code) if document.draw else None
    return replace(document, pages=_guarded(document.pages, name, code), draw=draw, data=data)


def _guarded(pages: Iterator[Page], name: str, code: str) -> Iterator[Page]:
    """*pages*, with a typed error in place of whatever a parser raises."""
    while True:
        try:
            page = next(pages, None)
        except InvoiceOCRError:
            raise
        except Exception as error:  # as above
            raise _damaged(name, code, error) from error
        if page is None:
            return
        yield page


def _guarded_draw(draw: Draw, name: str, code: str, number: int, dpi: float | None = None) -> PageImage:
    """The picture of a page, with a typed error in place of whatever drawing raises."""
    try:
        return draw(number) if dpi is None else draw(number, dpi)
    except InvoiceOCRError:
        raise
    except Exception as error:  # as above
        raise _damaged(name, code, error) from error


def _damaged(name: str, code: str, error: Exception) -> CorruptFileError:
    return CorruptFileError(f"{name}: damaged ({type(error).__name__}: {error}); save or send it again", code=code)


def _unpacked(data: bytes, name: str, settings: Settings, kind: str, report: Report | None) -> Iterator[Document]:
    from invoiceocr.sources.containers import archive

    unread: list[Unread] = []
    tell = report or unread.append
    for path, member in archive.members(data, name, settings, kind=kind, report=tell):
        try:
            document = _open(member, path, settings)
        except InvoiceOCRError as error:
            tell(Unread(path, error))
            continue
        yield replace(document, member=True)
    if first := damaged(unread):
        raise first
