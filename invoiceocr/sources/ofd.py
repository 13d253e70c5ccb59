"""OFD files (GB/T 33190) to documents: pages with text in reading order, and the facts that the issuer states."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from functools import cache, cached_property, partial

from invoiceocr.errors import CorruptFileError, NoDocumentsError, TooLargeError
from invoiceocr.evidence.candidate import EmbeddedRecord
from invoiceocr.geometry import Box
from invoiceocr.page import Page, PageImage
from invoiceocr.settings import Settings
from invoiceocr.signature import Signature
from invoiceocr.sources import embedded, graphic_code, ofd_package, ofd_tags, qr, safe_xml, safe_zip, text_layer
from invoiceocr.sources.document import Document
from invoiceocr.sources.ofd_content import Picture
from invoiceocr.sources.ofd_package import OfdDocument
from invoiceocr.sources.ofd_sheet import Sheet, sheet
from invoiceocr.sources.safe_xml import Node
from invoiceocr.sources.signatures.ofd import read as read_signatures

MIN_SCAN = 0.25  # of the page; a smaller picture is a logo, a stamp or a code, not the scanned page
CODE_ASPECT = (0.8, 1.25)  # width to height of a picture that may be a QR code
MAX_CODE = 0.4  # of the page's width
CODE_REGION = 0.5  # of the page's height, from the top: where every tax form has its code


class _Booklet:
    """One document of a package: its sheets, read on demand and kept, since tags point into them."""

    def __init__(self, document: OfdDocument, first: int, settings: Settings) -> None:
        self.document = document
        self.settings = settings
        self.parts = list(ofd_package.pages(document))
        self.first = first
        self.known: dict[int, Sheet] = {}

    def sheet(self, index: int) -> Sheet:
        """The sheet of the page at *index*."""
        if index not in self.known:
            self.known[index] = sheet(self.document, self.first + index, *self.parts[index])
        return self.known[index]

    @cached_property
    def trees(self) -> tuple[Node, ...]:
        """The root elements of the readable attachments."""
        return tuple(_trees(self.document))

    def facts(self) -> tuple[EmbeddedRecord, ...]:
        """What attachments, tags and custom data state, the most trusted first; one `EmbeddedRecord` for each invoice."""
        sheets = (self.sheet(index) for index in range(len(self.parts)))
        attached = [found for tree in self.trees for found in embedded.read_tree(tree, "xml")]
        tagged = ofd_tags.read_tags(self.document, sheets)
        merged = embedded.merge([*attached, *tagged, *ofd_tags.read_custom_data(self.document)])
        return tuple(EmbeddedRecord(found.candidates, found.page or self.first) for found in merged)

    def pages(self) -> Iterator[Page]:
        """The pages; those without usable text as pictures."""
        for index in range(len(self.parts)):
            yield self._page(self.sheet(index))
            self.known.pop(index)

    def _page(self, page: Sheet) -> Page:
        large = _large(page)
        if large and not text_layer.is_usable(page.glyphs) and (scan := self._first(large)):
            return Page(page.number, float(scan.width), float(scan.height), image=scan)
        payloads = self._payloads(page) if self.settings.read_qr else ()
        return Page(page.number, page.width, page.height, page.lines(), page.rulings(), payloads)

    def _first(self, pictures: Iterable[Picture]) -> PageImage | None:
        """The first picture that can be decoded."""
        return next((pixels for picture in pictures if (pixels := self._decoded(picture))), None)

    def _payloads(self, page: Sheet) -> tuple[str, ...]:
        """The QR codes: as the attachments spell them out on the first page, else from the page's pictures."""
        trees = self.trees if page.number == self.first else ()
        stated = tuple(text for tree in trees for text in graphic_code.payloads(tree, self.settings))
        if stated:
            return stated
        candidates = (picture for picture in page.pictures() if _may_be_code(picture.box, page))
        decoded = (self._decoded(picture) for picture in candidates)
        return tuple(text for pixels in decoded if pixels for text in qr.decode(pixels.pixels))

    @cached_property
    def _media(self) -> dict[str, str]:
        return ofd_package.media(self.document)

    def _decoded(self, picture: Picture) -> PageImage | None:
        path = self._media.get(picture.resource)
        return graphic_code.picture(self.document.package.read(path), path, self.settings) if path else None


def open_ofd(data: bytes, name: str, settings: Settings) -> Document:
    """The document of an OFD file; its pages are built as they are asked for.

    Raises CorruptFileError corrupt_ofd, EncryptedFileError, UnsafeFileError (unsafe_archive, unsafe_xml),
    NoDocumentsError no_pages, TooLargeError (too_large, too_many_pages).
    """
    package = safe_zip.open_package(data, name, settings, code="corrupt_ofd")
    booklets: list[_Booklet] = []
    for document in ofd_package.documents(package):
        booklets.append(_Booklet(document, 1 + _count(booklets), settings))
    if not booklets:
        raise CorruptFileError(f"{name}: the OFD names no document; fetch it again", code="corrupt_ofd")
    _check(_count(booklets), name, settings)
    stated = tuple(found for booklet in booklets for found in booklet.facts())
    pages = (page for booklet in booklets for page in booklet.pages())
    signatures = cache(partial(_signatures, booklets, name))
    return Document(name, hashlib.sha256(data).hexdigest(), "ofd", pages, stated, signatures=signatures)


def _signatures(booklets: Iterable[_Booklet], name: str) -> tuple[Signature, ...]:
    return tuple(found for booklet in booklets for found in read_signatures(booklet.document, name))


def _count(booklets: Iterable[_Booklet]) -> int:
    return sum(len(booklet.parts) for booklet in booklets)


def _check(count: int, name: str, settings: Settings) -> None:
    if not count:
        raise NoDocumentsError(f"{name}: the OFD has no pages", code="no_pages")
    if count > settings.max_pages:
        raise TooLargeError(f"{name}: {count} pages, more than max_pages={settings.max_pages}", code="too_many_pages")


def _trees(document: OfdDocument) -> Iterator[Node]:
    """Attachments that are XML; others say nothing, but entities in one make the file unsafe."""
    for path, data in ofd_package.attachments(document):
        try:
            yield safe_xml.parse(data, path)
        except CorruptFileError:
            continue


def _large(page: Sheet) -> list[Picture]:
    """The pictures that cover a good part of the page, the largest first."""
    sized = ((picture.box.width * picture.box.height, picture) for picture in page.pictures())
    large = [(size, picture) for size, picture in sized if size >= MIN_SCAN * page.width * page.height]
    return [picture for _, picture in sorted(large, key=lambda item: -item[0])]


def _may_be_code(box: Box, page: Sheet) -> bool:
    square = box.height > 0 and CODE_ASPECT[0] <= box.width / box.height <= CODE_ASPECT[1]
    return square and box.width <= MAX_CODE * page.width and box.cy <= CODE_REGION * page.height
