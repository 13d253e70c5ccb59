"""`PrintCheck`: a page whose characters are known is drawn and its pixels are read too, as one more witness."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from invoiceocr.evidence import printing
from invoiceocr.evidence.candidate import Candidate
from invoiceocr.evidence.reading import Reading
from invoiceocr.page import Page, PageImage
from invoiceocr.sources.document import Document, Draw

CLOSER = 1.5  # times the resolution of the first look


@dataclass(frozen=True, slots=True)
class PrintCheck:
    """Adds to a reading what the print of its page says. `read` reads a page with a picture, `is_known` tells whether
    the recognizer knows all characters of a text, `dpi` is the resolution of the first look."""

    read: Callable[[Page], Reading]
    is_known: Callable[[str], bool]
    dpi: float

    def __call__(self, reading: Reading, document: Document) -> Reading:
        """*reading* with candidates of source "ocr": those that agree, those of fields not stated, and those that
        surely say something else. Unchanged where the page was read from pixels anyway or can't be drawn."""
        draw = document.draw
        if draw is None or not reading.candidates or any(line.source == "ocr" for line in reading.page.lines):
            return reading
        stated = [*reading.candidates, *_stated_elsewhere(reading, document)]
        first = self._look(reading.page, draw, self.dpi)
        found = printing.compare(stated, first)
        doubted = tuple(self._confirmed(found.differing, stated, reading.page, draw))
        return replace(reading, candidates=(*reading.candidates, *found.agreeing, *found.added, *doubted))

    def _confirmed(
        self, differing: Sequence[Candidate], stated: Sequence[Candidate], page: Page, draw: Draw
    ) -> Iterator[Candidate]:
        """Those of *differing* that a closer look confirms; it is taken only where there are any."""
        closer = self._look(page, draw, CLOSER * self.dpi) if differing else ()
        for candidate in differing:
            looks = (candidate, *(other for other in closer if other.path == candidate.path))
            if printing.surely_differs(looks, stated, self.is_known):
                yield printing.witness(looks)

    def _look(self, page: Page, draw: Draw, dpi: float) -> tuple[Candidate, ...]:
        """The fields of the drawn page, their boxes in units of *page*."""
        image = draw(page.number, dpi)
        seen = self.read(Page(page.number, image.width, image.height, image=image))
        return tuple(_on(page, image, candidate) for candidate in seen.candidates)


def _stated_elsewhere(reading: Reading, document: Document) -> Iterator[Candidate]:
    """What the document's only attached statement says of fields that the page's characters don't tell."""
    told = {candidate.path for candidate in reading.candidates if candidate.value is not None}
    for stated in document.facts if len(document.facts) == 1 else ():
        yield from (candidate for candidate in stated.candidates if candidate.path not in told)


def _on(page: Page, image: PageImage, candidate: Candidate) -> Candidate:
    if candidate.box is None:
        return candidate
    return replace(candidate, box=candidate.box.scaled(page.width / image.width, page.height / image.height))
