"""`TextReader`: turns a picture of a page into text lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import accumulate

from invoiceocr.geometry import Box, Quad, box_quad
from invoiceocr.ocr import crop, manifest, session
from invoiceocr.ocr.detector import detector_of
from invoiceocr.ocr.ink import ink_box, without_rulings
from invoiceocr.ocr.lexicon import guided
from invoiceocr.ocr.orienter import LineOrienter
from invoiceocr.ocr.recognizer import recognizer_of
from invoiceocr.ocr.workers import Item, Result, Workers, cores
from invoiceocr.page import PageImage, Pixels, TextLine
from invoiceocr.settings import Settings
from invoiceocr.text.lines import match_key

# of the lines of a picture, times their heights, that are read a second time where that is needed. The fullest sheet of
# several invoices has 1,400; what has more is a pattern or a page of print that is no invoice, and each costs 4 to 8 ms
MOST_REREAD = 1_500.0
ORIENTER = "ppocr-line-cls"  # of the manifest


class TextReader:
    """Reads all text of a picture. It is built once and may be called from several threads."""

    def __init__(self, settings: Settings) -> None:
        self.detect = detector_of(settings)
        self.recognize = recognizer_of(settings)
        self._first = replace(self.recognize, fallback=None)
        fallback = self.recognize.fallback
        self.alone = (self._first, fallback) if fallback else ()
        self._orient = LineOrienter(session.LateNetwork(manifest.entry(ORIENTER, "orienter"), 1))
        self._workers = Workers(cores(settings.threads), "invoiceocr-line")

    def __call__(self, image: PageImage) -> tuple[TextLine, ...]:
        """The text lines from top to bottom, with coordinates in pixels of *image*; lines without text are left out."""
        return self.read(image, self.detect(image.pixels))

    def open(self) -> None:
        """Loads now what a page of crisp print does not need; ModelError if it can't be loaded."""
        self.detect.open()
        self._orient.network.open()

    @cached_property
    def characters(self) -> frozenset[str]:
        """The characters that can be read, as they are compared."""
        return frozenset(match_key("".join(self.recognize.characters)))

    def upside_down_ratio(self, image: PageImage, quads: tuple[Quad, ...]) -> float:
        """The share of the lines in *quads* that seem to be upside down, 0..1: a cheap first guess."""
        return self._orient(image.pixels, quads)

    def mean_confidence(self, image: PageImage, quads: tuple[Quad, ...]) -> float:
        """The mean probability of a character in *quads*, 0 without any text."""
        found = self._workers.map(lambda quad: self._first(image.pixels, quad), quads)
        sure = [p for line in found if line.text.strip() for p in line.character_confidences]
        return sum(sure) / len(sure) if sure else 0.0

    def recognize_cells(self, image: PageImage, cells: Sequence[Box]) -> tuple[TextLine, ...]:
        """The upright text in *cells* with ink, without detection: for single characters that detection misses, and for
        print over ruled lines."""
        image = replace(image, pixels=without_rulings(image.pixels, cells))
        found = (ink_box(image.pixels, cell) for cell in cells)
        quads = tuple(box_quad(box) for box in found if box is not None)
        return self._each(image, quads, [self.recognize.recognize_horizontal] * len(quads))

    def read(self, image: PageImage, quads: tuple[Quad, ...]) -> tuple[TextLine, ...]:
        """The text lines under *quads*, in their order; those behind MOST_REREAD by the fast recognizer alone."""
        lengths = accumulate(width / max(1.0, height) for width, height in map(crop.size, quads))
        return self._each(image, quads, [self.recognize if end <= MOST_REREAD else self._first for end in lengths])

    def each(self, work: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
        """The result of *work* for each of *items*, in their order, on the threads that read lines."""
        return self._workers.map(work, items)

    def close(self) -> None:
        """Ends the threads; new work starts new ones."""
        self._workers.close()

    def _each(
        self, image: PageImage, quads: tuple[Quad, ...], readers: Sequence[Callable[[Pixels, Quad], TextLine]]
    ) -> tuple[TextLine, ...]:
        """The text lines under *quads*, each by the one of the *readers* at its place."""
        longest_first = sorted(range(len(quads)), key=lambda i: -crop.size(quads[i])[0])
        found = self._workers.map(lambda i: guided(readers[i](image.pixels, quads[i])), longest_first)
        lines = dict(zip(longest_first, found, strict=True))
        return tuple(lines[i] for i in sorted(lines) if lines[i].text.strip())
