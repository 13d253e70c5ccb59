"""OFD files (GB/T 33190) to documents: pages with text in reading order, and the facts that the issuer states."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property, partial
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from invoiceocr.errors import CorruptFileError, NoDocumentsError, SourceError, TooLargeError
from invoiceocr.evidence.candidate import EmbeddedRecord
from invoiceocr.geometry import Box, union
from invoiceocr.page import Page, PageImage, Pixels, TextLine
from invoiceocr.settings import Settings
from invoiceocr.signature import Signature
from invoiceocr.sources import embedded, graphic_code, image, overprints, qr, safe_xml
from invoiceocr.sources.containers import safe_zip
from invoiceocr.sources.document import DRAWN_DPI, Document
from invoiceocr.sources.drawn_characters import with_shapes
from invoiceocr.sources.glyphs import Glyph, is_illegible, is_usable
from invoiceocr.sources.hidden_glyphs import under_blocks
from invoiceocr.sources.ofd import content as ofd_content
from invoiceocr.sources.ofd import package as ofd_package
from invoiceocr.sources.ofd import paint as ofd_paint
from invoiceocr.sources.ofd import seals as ofd_seals
from invoiceocr.sources.ofd import shown as ofd_shown
from invoiceocr.sources.ofd import strokes as ofd_strokes
from invoiceocr.sources.ofd import tags as ofd_tags
from invoiceocr.sources.ofd import to_pdf as ofd_to_pdf
from invoiceocr.sources.ofd.content import Picture, Placed
from invoiceocr.sources.ofd.package import OfdDocument
from invoiceocr.sources.ofd.paint import Resources
from invoiceocr.sources.ofd.seals import Seal
from invoiceocr.sources.ofd.sheet import Sheet, as_ofd, lines, sheet
from invoiceocr.sources.ofd.shown import Sight
from invoiceocr.sources.pdf.ink import ERASER, LOOKED_FOR, Ink
from invoiceocr.sources.safe_xml import Node
from invoiceocr.sources.scanned import scanned
from invoiceocr.sources.signatures.ofd import read as read_signatures

SEAL_DPI = 200.0
# square points: on a larger page, and no paper is as large, doubtful texts count as hidden without a look
MAX_LOOKED = 7_000_000.0
MAX_SKETCHED = 4_000_000  # pixels of a picture that is drawn for a look at the text under it
# characters on a page that is a picture; the barest ticket has a hundred
MIN_TEXT = 60
# of the page; a smaller picture is a logo, a stamp or a code, not the scanned page
MIN_SCAN = 0.25
# width to height of a picture that may be a QR code
CODE_ASPECT = (0.8, 1.25)
MAX_CODE = 0.4  # of the page's width
MAX_CODES = 20  # pictures of a page that are looked at
# of the page's height, from the top: where every tax form has its code
CODE_REGION = 0.5


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
        """What attachments, tags and custom data state, most trusted first; one `EmbeddedRecord` for each invoice."""
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
        glyphs = [glyph for _, glyph in page.glyphs]
        if large and not is_usable(glyphs) and (scan := self._first(large)):
            return Page(page.number, float(scan.width), float(scan.height), image=scan)
        sight = self._sight(page)
        seen = self._with_shapes(page, sight.seen(page.glyphs))
        read = overprints.with_overprints(seen)
        told = (*_told(glyphs, sight, seen), *as_ofd(overprints.overprinted(seen, read)))
        # what a scanner app prints on the scan, and somebody's recognition of it; no invoice shows so little text
        if large and (_says_little(glyphs) or _says_little(read)):
            return self._scanned(page, told)
        return Page(
            page.number,
            page.width,
            page.height,
            lines(read),
            page.rulings(),
            self._payloads(page) if self.settings.read_qr else (),
            hidden=told,
            ambiguous=page.is_ambiguous,
        )

    def _scanned(self, page: Sheet, hidden: Iterable[TextLine]) -> Page:
        return scanned(page.number, self.drawn(page, self.settings.render_dpi), hidden, (page.width, page.height))

    def _with_shapes(self, page: Sheet, seen: Sequence[tuple[int, Glyph]]) -> Sequence[Glyph]:
        """The characters *seen*, and those that shapes on the page stand for or cross."""
        glyphs = [glyph for _, glyph in seen]
        shapes = ofd_strokes.shapes(page.objects, self._parameters, glyphs)
        if not shapes:
            return glyphs
        grays = {index: self._gray(page.objects[index]) for index in {index for index, _ in seen}}
        return with_shapes(shapes, [(glyph, grays[index]) for index, glyph in seen])

    def _gray(self, text: Placed) -> int | None:
        return ofd_strokes.gray_of(ofd_paint.text_paint(text.node, self._parameters))

    def _sight(self, page: Sheet) -> Sight:
        """The characters that the page does not show, or not so that anyone could read them."""
        glyphs = [glyph for _, glyph in page.glyphs]
        illegible = frozenset(g for g in glyphs if is_illegible(g) and not g.text.isspace())
        covered = frozenset(glyphs[i] for i in under_blocks(glyphs))
        drawn = self._look(page)
        return Sight(illegible | covered | drawn.unseen, drawn.torn).without_gaps(glyphs)

    def _look(self, page: Sheet) -> Sight:
        """The characters that change nothing in the picture of the page, and those that have lost a part."""
        printed = page.texts
        doubts = ofd_shown.doubts(page.objects, printed, self._parameters)
        if not doubts.texts:
            return Sight()
        hidden, erased = page.characters_of(doubts.hidden), page.characters_of(doubts.erased)
        region = union(printed[index] for index in doubts.texts)
        if region.area > MAX_LOOKED:
            return Sight(frozenset((*hidden, *erased)))
        cut = ofd_shown.by_height(page.characters_of(doubts.cut))
        marks = {LOOKED_FOR: doubts.texts, ERASER: doubts.erasers}
        shown, whole, uncut = self._inks(page, marks, region, list(cut))
        parted = [*zip(uncut, cut.values(), strict=True), *([(whole, erased)] if whole else [])]
        # pale print changes the print of a scan that it crosses, and yet nobody reads it
        pale = page.characters_of(doubts.pale) if _large(page) else ()
        return ofd_shown.sight(hidden, pale, shown, parted)

    def _inks(
        self, page: Sheet, marks: Mapping[str, frozenset[int]], region: Box, cut_heights: Sequence[float]
    ) -> tuple[Ink, Ink | None, tuple[Ink, ...]]:
        """What the texts that are looked for change in a *region* of the page; what they change there without what may
        erase; and without what clips may cut off texts as high as *cut_heights*."""
        from invoiceocr.sources.pdf import pages as pdf_pages

        bearing = ofd_shown.bearing_on(marks[LOOKED_FOR], page.texts, page.objects, self._parameters)
        drawn = [page.objects[index] for index in bearing]
        marked = {mark: frozenset(page.objects[i] for i in indexes) for mark, indexes in marks.items()}
        data = ofd_to_pdf.to_pdf(drawn, (page.width, page.height), self._resources, self._sketched, marked)
        return pdf_pages.sight_of_marked(data, self.document.package.name, region, cut_heights)

    def drawn(self, page: Sheet, dpi: float) -> PageImage:
        """The picture of the page, with all that is drawn on it and the seals of its signatures."""
        seals = list(ofd_seals.seals(self.document, page.id))
        stamped = (item for seal in seals for item in ofd_content.placed(seal.node, page.origin))
        return self._drawn(page, [*page.objects, *stamped], partial(self._seal_or_picture, seals), dpi)

    def plain(self, page: Sheet, dpi: float) -> PageImage:
        """The picture of the page without seals."""
        return self._drawn(page, page.objects, self._shown, dpi)

    def _drawn(self, page: Sheet, objects: Iterable[Placed], picture: ofd_to_pdf.Picture, dpi: float) -> PageImage:
        # PDFium only draws here: pages have their own characters
        from invoiceocr.sources.pdf import pages as pdf_pages

        data = ofd_to_pdf.to_pdf(objects, (page.width, page.height), self._resources, picture)
        return pdf_pages.draw_page(data, self.document.package.name, self.settings, 1, dpi)

    def _seal_or_picture(self, seals: list[Seal], resource: str) -> NDArray[np.uint8] | None:
        if not resource.startswith(ofd_seals.PREFIX):
            return self._shown(resource)
        seal = seals[int(resource.removeprefix(ofd_seals.PREFIX))]
        try:
            if seal.is_package:
                return ofd_seals.with_opacity(_sealed(seal.data, self.settings))
            return image.with_opacity(seal.data, "seal", self.settings)
        except SourceError:
            return None

    @cached_property
    def _parameters(self) -> Resources:
        """The resources without fonts, which take long to unpack."""
        return Resources(parameters=ofd_paint.parameters(self.document))

    @cached_property
    def _resources(self) -> Resources:
        return ofd_paint.resources(self.document)

    def _shown(self, resource: str) -> NDArray[np.uint8] | None:
        """The pixels of a picture with their opacity."""
        try:
            return self._with_opacity(resource, self.settings)
        except SourceError:
            return None

    def _sketched(self, resource: str) -> NDArray[np.uint8] | None:
        """As `_shown`; a picture too large to be drawn for a look at the text under it is white."""
        settings = self.settings.model_copy(update={"max_pixels": min(MAX_SKETCHED, self.settings.max_pixels)})
        try:
            return self._with_opacity(resource, settings)
        except TooLargeError:
            return np.full((1, 1, 3), 255, np.uint8)
        except SourceError:
            return None

    def _with_opacity(self, resource: str, settings: Settings) -> NDArray[np.uint8] | None:
        path = self._media.get(resource)
        return image.with_opacity(self.document.package.read(path), path, settings) if path else None

    def _first(self, pictures: Iterable[Picture]) -> PageImage | None:
        """The first picture that can be decoded."""
        return next((pixels for picture in pictures if (pixels := self._decoded(picture))), None)

    def _payloads(self, page: Sheet) -> tuple[str, ...]:
        """The QR codes: as the attachments spell them out on the first page, else from the page's pictures."""
        trees = self.trees if page.number == self.first else ()
        stated = tuple(text for tree in trees for text in graphic_code.payloads(tree, self.settings))
        if stated:
            return stated
        likely = (picture for picture in page.pictures() if _may_be_code(picture.box, page))
        candidates = islice({picture.resource: picture for picture in likely}.values(), MAX_CODES)
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
    drawn = partial(_drawn, booklets)
    ambiguous = any(ofd_package.is_ambiguous(booklet.document) for booklet in booklets)
    digest = hashlib.sha256(data).hexdigest()
    return Document(name, digest, "ofd", pages, stated, drawn, signatures, ambiguous=ambiguous)


def _sealed(data: bytes, settings: Settings) -> Pixels:
    """The picture of a seal that is an OFD of its own; raises SourceError where it can't be drawn."""
    package = safe_zip.open_package(data, "seal", settings, code="corrupt_ofd")
    booklet = next((_Booklet(document, 1, settings) for document in ofd_package.documents(package)), None)
    if booklet is None or not booklet.parts:
        raise CorruptFileError("a seal without a page", code="corrupt_ofd")
    return booklet.plain(booklet.sheet(0), SEAL_DPI).pixels


def _drawn(booklets: Iterable[_Booklet], number: int, dpi: float = DRAWN_DPI) -> PageImage:
    """The page *number* (from 1) as a picture."""
    booklet = next(booklet for booklet in booklets if number < booklet.first + len(booklet.parts))
    return booklet.drawn(booklet.sheet(number - booklet.first), dpi)


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
    """The attachments that are XML. Others are ignored, but entities in one make the file unsafe."""
    for path, data in ofd_package.attachments(document):
        try:
            yield safe_xml.parse(data, path)
        except CorruptFileError:
            continue


def _says_little(glyphs: Iterable[Glyph]) -> bool:
    return len([glyph for glyph in glyphs if not glyph.text.isspace()]) < MIN_TEXT


def _told(glyphs: Sequence[Glyph], sight: Sight, read: Sequence[Glyph]) -> tuple[TextLine, ...]:
    """The lines that a page states and doesn't show, and those some of whose characters are *read* as UNREAD ones."""
    hidden = [glyph for glyph in glyphs if glyph in sight.unseen] if sight.unseen else []
    stated = [glyph for glyph in glyphs if glyph not in sight.unseen] if sight.unseen else glyphs
    return (*lines(hidden), *as_ofd(overprints.doubted(stated, read)))


def _large(page: Sheet) -> list[Picture]:
    """The pictures that cover a good part of the page, the largest first."""
    sized = ((picture.box.width * picture.box.height, picture) for picture in page.pictures())
    large = [(size, picture) for size, picture in sized if size >= MIN_SCAN * page.width * page.height]
    return [picture for _, picture in sorted(large, key=lambda item: -item[0])]


def _may_be_code(box: Box, page: Sheet) -> bool:
    square = box.height > 0 and CODE_ASPECT[0] <= box.width / box.height <= CODE_ASPECT[1]
    return square and box.width <= MAX_CODE * page.width and box.cy <= CODE_REGION * page.height
