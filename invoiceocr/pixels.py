"""`PixelReader`: a page of pixels to a page of text lines: prepared, recognized, its QR codes and ruled lines found."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace

from invoiceocr.geometry import Box, Quad
from invoiceocr.imaging import flatten, layers, orientation
from invoiceocr.imaging.scale import working_size
from invoiceocr.ocr.engine import TextReader
from invoiceocr.ocr.ink import ink_share
from invoiceocr.page import Page, PageImage, TextLine
from invoiceocr.settings import Settings
from invoiceocr.sources import qr

SURE = 0.6  # of a text found by a second look: an empty cell's specks read as something, but never surely


CLEAR = 0.93  # mean probability of a character; a line with less may be two lines printed over each other
TANGLED = 0.12  # of the ink under such a line that each of two inks must have
TANGLED_PAD = 0.3  # of the height, around such a line: print stands half a row off its form


class PixelReader:
    """Reads pages of pixels; the models are loaded once, with the first page."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._reader: TextReader | None = None

    def __call__(self, page: Page) -> Page:
        """*page*, which must have an image, with its lines and QR payloads in coordinates of the prepared image."""
        assert page.image is not None
        image, quads = self._laid_flat(working_size(page.image))
        lines = self._untangled(image, self._text_reader().read(image, quads))
        codes = qr.decode(page.image.pixels) if self._settings.read_qr else ()
        return replace(page, width=image.width, height=image.height, lines=lines, qr_payloads=codes, image=image)

    def _laid_flat(self, image: PageImage) -> tuple[PageImage, tuple[Quad, ...]]:
        """The picture upright and flat, and its text boxes there."""
        reader = self._text_reader()
        quads = reader.detect(image.pixels)
        quarters = orientation.quarters_needed(image, quads, reader)
        if quarters:
            image = orientation.turn(image, quarters)
            quads = reader.detect(image.pixels)
        return flatten.flatten(image, quads)

    def _untangled(self, image: PageImage, lines: tuple[TextLine, ...]) -> tuple[TextLine, ...]:
        """*lines* with those read again, ink by ink, in which print and form run through each other."""
        weak = [line for line in lines if line.text and line.confidence ** (1 / len(line.text)) < CLEAR]
        inks = layers.separate(image) if weak else None
        if inks is None:
            return lines
        kept = [line for line in lines if line not in weak]
        for line in weak:
            kept += self._again(line, inks) or [line]
        return tuple(kept)

    def _again(self, line: TextLine, inks: layers.Layers) -> list[TextLine]:
        """What the two inks under *line* say on their own, if both are there and one is surely read."""
        pad = TANGLED_PAD * line.box.height
        cell = Box(line.box.x0 - pad, line.box.y0 - pad, line.box.x1 + pad, line.box.y1 + pad)
        shares = (ink_share(inks.print.pixels, cell), ink_share(inks.form.pixels, cell))
        if min(shares) < TANGLED * sum(shares):
            return []
        read = self._text_reader()
        found = [again for layer in (inks.print, inks.form) for again in read.look(layer, [cell])]
        return [again for again in found if again.confidence ** (1 / len(again.text)) >= CLEAR]

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
