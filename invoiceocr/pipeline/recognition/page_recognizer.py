"""`PageRecognizer`: turns a page of pixels into text lines: prepares and recognizes it, and finds its QR codes.

Whatever handles pixels is imported with the first picture; files with their own characters need none of it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from invoiceocr.geometry import Box, Quad
from invoiceocr.page import Page, PageImage, TextLine
from invoiceocr.settings import Settings
from invoiceocr.text.lines import match_key

if TYPE_CHECKING:
    from invoiceocr.ocr.engine import TextReader
    from invoiceocr.ocr.recognizer import LineRecognizer
    from invoiceocr.ocr.workers import Item, Result
    from invoiceocr.pipeline.recognition.preparation import Prepared

# pixels: in smaller pictures the ink of print has no distinct color
INK_SIDE = 1200


class PageRecognizer:
    """Reads pages of pixels; the models are loaded once, with the first page."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._reader: TextReader | None = None
        self._separates = settings.preprocess == "auto"

    def __call__(self, page: Page) -> Page:
        """*page*, which must have an image, with its lines and QR payloads in coordinates of the prepared image."""
        assert page.image is not None
        return self.read(page, self.prepare(page.image).without_stages())

    def drawn(self, page: Page) -> Page:
        """*page*, whose image was drawn rather than photographed, with its lines: neither turned nor flattened."""
        from invoiceocr.pipeline.recognition.preparation import as_it_is

        assert page.image is not None
        return self.read(page, as_it_is(page.image, self._text_reader(), self._settings))

    def under(self, image: PageImage, quads: tuple[Quad, ...]) -> tuple[TextLine, ...]:
        """The lines of *image* at *quads*; lines without text are left out."""
        return self._text_reader().read(image, quads)

    def alone(self) -> tuple[LineRecognizer, ...]:
        """The recognizer of lines and the fallback, each by itself; none if there is only one."""
        return self._text_reader().alone

    def each(self, work: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
        """The result of *work* for each of *items*, in order, on the threads that read lines."""
        return self._text_reader().each(work, items)

    def is_known(self, text: str) -> bool:
        """Whether the recognizer knows all characters of *text*: it can only misread others."""
        return set(match_key(text)) <= self._text_reader().characters

    def prepare(self, image: PageImage) -> Prepared:
        """The stages of `Settings.preprocess` applied to *image*."""
        from invoiceocr.pipeline.recognition.preparation import prepared

        return prepared(image, self._text_reader(), self._settings)

    def read(self, page: Page, prepared: Prepared) -> Page:
        """*page* with what is read on its prepared picture."""
        from invoiceocr.imaging import region, seal
        from invoiceocr.pipeline.recognition import seals, tangles

        assert page.image is not None
        image, reader = prepared.image, self._text_reader()
        lines = reader.read(image, prepared.quads)
        if self._separates and max(page.image.width, page.image.height) >= INK_SIDE:
            lines = tangles.separated(reader, image, lines)
        lines = tuple(replace(line, red=seal.red_share(image, line.box)) for line in lines)
        lines = seals.parted(reader, image, prepared.quads, lines)
        lines = seals.cleared(reader, image, lines)
        codes = self._codes(page.image, image) if self._settings.read_qr else ()
        outline = region.outline(page.image, image)
        found = replace(page, width=image.width, height=image.height, lines=lines, qr_payloads=codes)
        return replace(found, image=image, outline=outline)

    def recognize_cells(self, page: Page, cells: Sequence[Box]) -> Page:
        """*page* with new text that a second look at *cells* found."""
        if page.image is None or not cells:
            return page
        from invoiceocr.pipeline.recognition import second_look

        return second_look.at_cells(self._text_reader(), page, page.image, cells)

    def uncover_head(self, page: Page) -> Page:
        """*page* with the clear print that the seals over its head cover, such as a title; itself if there are none."""
        if page.image is None:
            return page
        from invoiceocr.pipeline.recognition import seals

        return seals.with_head(self._text_reader(), page, page.image)

    def open(self) -> None:
        """Loads the models now; ModelError if one can't be loaded."""
        self._text_reader().open()

    def close(self) -> None:
        """Ends the threads that read lines; new work starts new ones."""
        with self._lock:
            reader = self._reader
        if reader is not None:
            reader.close()

    def _codes(self, original: PageImage, image: PageImage) -> tuple[str, ...]:
        """The QR codes of the original picture, or else of the flattened one."""
        from invoiceocr.sources import qr

        found = qr.decode(original.pixels)
        return found if found or image.pixels is original.pixels else qr.decode(image.pixels)

    def _text_reader(self) -> TextReader:
        from invoiceocr.ocr.engine import TextReader

        with self._lock:
            if self._reader is None:
                self._reader = TextReader(self._settings)
            return self._reader
