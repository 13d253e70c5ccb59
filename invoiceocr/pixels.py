"""`PixelReader`: a page of pixels to a page of text lines: prepared, recognized, its QR codes and ruled lines found."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace

from invoiceocr.geometry import Box
from invoiceocr.ocr.engine import TextReader
from invoiceocr.page import Page, PageImage
from invoiceocr.settings import Settings
from invoiceocr.sources import qr

SURE = 0.6  # of a text found by a second look: an empty cell's specks read as something, but never surely


class PixelReader:
    """Reads pages of pixels; the models are loaded once, with the first page."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._reader: TextReader | None = None

    def __call__(self, page: Page) -> Page:
        """*page*, which must have an image, with its lines and QR payloads in coordinates of the prepared image."""
        assert page.image is not None
        image: PageImage = page.image
        lines = self._text_reader()(image)
        codes = qr.decode(image.pixels) if self._settings.read_qr else ()
        return replace(page, width=image.width, height=image.height, lines=lines, qr_payloads=codes, image=image)

    def look(self, page: Page, cells: Sequence[Box]) -> Page:
        """*page* with what a second look at *cells* found, if it is surely read."""
        if page.image is None or not cells:
            return page
        seen = self._text_reader().look(page.image, cells)
        sure = tuple(line for line in seen if line.confidence >= SURE)
        return replace(page, lines=(*page.lines, *sure))

    def _text_reader(self) -> TextReader:
        with self._lock:
            if self._reader is None:
                self._reader = TextReader(self._settings)
            return self._reader
