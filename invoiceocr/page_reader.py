"""`PageReader`: what one page says, by its characters or its pixels, whichever it has."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from invoiceocr.completion import SCANNED, Completion, is_unexplained
from invoiceocr.evidence import hidden_text, papers
from invoiceocr.evidence.candidate import Candidate
from invoiceocr.evidence.reading import Reading
from invoiceocr.page import Page
from invoiceocr.pipeline.recognition import PageRecognizer
from invoiceocr.sources.document import Document


@dataclass(frozen=True, slots=True)
class PageReader:
    """Reads pages one by one. `find_labels` and `extract` make a reading of a page with lines, `complete` fills in what
    a text layer leaves open, `read_again` reads figures a second time."""

    find_labels: Callable[[Page], Page]
    extract: Callable[[Page], Reading]
    pixels: PageRecognizer
    complete: Completion
    read_again: Callable[[Reading], Reading]

    def __call__(self, page: Page, document: Document) -> Reading:
        """The reading of *page*, the text that it hides held against what it shows."""
        if page.image is None:
            return papers.noted(self._with_hidden(self._characters(page, document), hidden_text.compared))
        return papers.noted(self._with_hidden(self._recognized(page), hidden_text.compared_scan))

    def _characters(self, page: Page, document: Document) -> Reading:
        """A page by its text layer, and by its pixels as far as that leaves it open."""
        reading = self._extracted(self.complete.lines(page, document.draw))
        if document.draw is None or not is_unexplained(reading):
            return reading
        if page.pictured < SCANNED:
            return self._extracted(self.complete.page(page, document.draw))
        image = document.draw(page.number, self.complete.dpi)
        scan = replace(page, lines=(), rulings=(), image=image, width=image.width, height=image.height)
        return self._recognized(scan)

    def _recognized(self, page: Page) -> Reading:
        """A page by its pixels: lines, labels, fields, empty cells and figures a second time."""
        read = self.pixels(page)
        reading = self._extracted(read)
        if reading.empty_cells:
            reading = self._extracted(self.pixels.look(read, reading.empty_cells))
        return self.read_again(reading)

    def _with_hidden(self, reading: Reading, compare: Callable[[Reading, Iterable[Candidate]], Reading]) -> Reading:
        """*reading* with what the text that its page hides would make of it."""
        if not reading.page.hidden:
            return reading
        stated = self._extracted(hidden_text.uncovered(reading.page))
        return compare(reading, hidden_text.of_hidden(stated))

    def _extracted(self, page: Page) -> Reading:
        return self.extract(self.find_labels(page))
