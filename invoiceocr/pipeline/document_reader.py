"""`DocumentReader`: an opened document to the drafts of its invoices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from invoiceocr.adjudication.expected import assigned
from invoiceocr.adjudication.findings import signatures
from invoiceocr.adjudication.trace import Picture
from invoiceocr.errors import TooLargeError
from invoiceocr.evidence.candidate import Candidate
from invoiceocr.evidence.draft import Draft, FileFacts
from invoiceocr.evidence.grouping import drafts, with_codes, with_unshown
from invoiceocr.evidence.reading import Reading
from invoiceocr.evidence.row_paths import item_count
from invoiceocr.kinds import Registry
from invoiceocr.page import Page
from invoiceocr.pipeline.page_reader import PageReader, without_image
from invoiceocr.pipeline.render_check import RenderCheck
from invoiceocr.settings import Settings
from invoiceocr.signature import Signature
from invoiceocr.sources.document import Document


class DocumentReader:
    """Reads documents, a page at a time; nothing is judged yet. `pages` reads the pages, and ends its threads when it
    is closed."""

    def __init__(self, settings: Settings, registry: Registry) -> None:
        self.pages = PageReader(settings, registry)
        self.signatures = _signatures if settings.check_signatures else _unasked
        self._settings = settings
        self._kinds = registry
        compare = RenderCheck(self.pages.drawn, self.pages.recognize.is_known, settings.render_dpi, registry)
        self._compare = compare if settings.check_pixels else _as_read

    def __call__(self, document: Document, claimed: tuple[Candidate, ...] = ()) -> list[Draft]:
        """The drafts of *document*, each with what is known of the file and what the caller *claimed*."""
        readings = self.pages.gone_on(
            without_image(self._compare(reading, document))
            for page in document.pages
            for reading in self.pages(page, document)
        )
        return self._drafts(document, readings, claimed)

    def illustrated(self, document: Document) -> tuple[list[Draft], dict[int, Picture]]:
        """The drafts of *document*, and the pictures of its pages by number."""
        readings, pictures = [], {}
        for page in document.pages:
            found = [self._compare(reading, document) for reading in self.pages(page, document)]
            if picture := _picture(found[0].page, document):
                pictures[page.number] = picture
            readings += [without_image(reading) for reading in found]
        return self._drafts(document, self.pages.gone_on(readings)), pictures

    def _drafts(
        self, document: Document, readings: Sequence[Reading], claimed: tuple[Candidate, ...] = ()
    ) -> list[Draft]:
        """The drafts of *document*, of which the pages were read."""
        file = FileFacts(
            source=document.source,
            born_digital=all(line.source != "ocr" for reading in readings for line in reading.page.lines),
            findings=signatures.findings(self.signatures(document)),
        )
        self._refuse_many(readings, document)
        codes = [(reading.page.number, text) for reading in readings for text in reading.page.qr_payloads]
        found = with_codes(drafts(readings, document.facts, self._kinds), codes)
        # an XML file has no page that could show anything
        if document.facts and document.format != "xml":
            found = with_unshown(found, readings)
        return assigned([replace(draft, file=file) for draft in found], claimed)

    def _refuse_many(self, readings: Sequence[Reading], document: Document) -> None:
        """Raises TooLargeError if a document states more invoices or rows than any real one."""
        most = self._settings.max_pages
        if len(document.facts) > most:
            problem = f"{document.source}: {len(document.facts)} invoices, more than max_pages={most}"
            raise TooLargeError(problem, code="too_many_pages")
        stated = (*(r.candidates for r in readings), *(f.candidates for f in document.facts))
        rows = sum(map(item_count, stated))
        # pages and an attachment may both state them
        if rows > 2 * self._settings.max_rows:
            raise TooLargeError(f"{document.source}: {rows} rows, more than max_rows={self._settings.max_rows}")


def _signatures(document: Document) -> tuple[Signature, ...]:
    return document.signatures()


def _as_read(reading: Reading, document: Document) -> Reading:
    return reading


def _unasked(document: Document) -> tuple[Signature, ...]:
    return ()


def _picture(page: Page, document: Document) -> Picture | None:
    """*page* as a picture: the one that was read, or else drawn by the document; None if it can't be drawn."""
    from invoiceocr.imaging import jpeg

    image = page.image or (document.draw(page.number) if document.draw else None)
    return Picture(page.number, page.width, page.height, jpeg.encode(image.pixels)) if image else None
