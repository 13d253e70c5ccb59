"""`RenderCheck`: draws a page whose characters are known and also reads its pixels, as one more witness."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from invoiceocr.adjudication.findings import render_comparison
from invoiceocr.evidence.candidate import Candidate
from invoiceocr.evidence.reading import Reading
from invoiceocr.geometry import Box
from invoiceocr.kinds import KindSpec, Registry
from invoiceocr.page import Page, PageImage
from invoiceocr.sources.document import Document

CLOSER = 1.5  # times the resolution of the first look
# gray levels between paper and ink; real print has 249 and more
MIN_CONTRAST = 40
PAPER = 255  # gray level
# share of the fields that must be seen before a missing one counts: a page without its fonts shows few
MIN_DRAWN = 0.8
_LATIN = re.compile(r"[0-9A-Z]{2}|[0-9][.年]")


@dataclass(frozen=True, slots=True)
class RenderCheck:
    """Adds to a reading what the print of its page says. `read` reads a page with a picture, `is_known` tells whether
    the recognizer knows all characters of a text, `dpi` is the resolution of the first look, and `kinds` is what is
    known of the fields."""

    read: Callable[[Page], Reading]
    is_known: Callable[[str], bool]
    dpi: float
    kinds: Registry

    def __call__(self, reading: Reading, document: Document) -> Reading:
        """*reading* with candidates of source "ocr": those that agree, those of fields that are not stated, and those
        that surely say something else. It is unchanged if the page was read from pixels anyway or can't be drawn."""
        draw = document.draw
        if draw is None or not reading.candidates or _is_recognized(reading.page):
            return reading
        # 1. compare what the page states with what it shows
        image, spec = draw(reading.page.number, self.dpi), self.kinds.kinds.get(reading.kind)
        own = _marked(reading, image, spec)
        stated = [*own, *_stated_elsewhere(reading, document)]
        seen = self._look(reading.page, image)
        found = render_comparison.compare(stated, seen, spec)
        open_paths = render_comparison.unconfirmed(own, found.agreeing, self.is_known, spec) if seen else ()
        if not found.differing and not open_paths:
            return replace(reading, candidates=(*own, *found.agreeing, *found.added))
        # 2. look again, at a larger scale, at what differs or is not seen
        closer = self._look(reading.page, draw(reading.page.number, CLOSER * self.dpi))
        doubted = tuple(self._confirmed(found.differing, stated, closer, spec))
        settled = {c.path for c in (*render_comparison.compare(stated, closer, spec).agreeing, *doubted)}
        settled |= render_comparison.misread((*seen, *closer), stated, spec)
        # 3. note what is still unseen
        notes = render_comparison.unsure([path for path in open_paths if path not in settled])
        said = (*own, *found.agreeing, *found.added, *doubted)
        return replace(reading, candidates=said, notes=(*reading.notes, *notes))

    def _confirmed(
        self,
        differing: Sequence[Candidate],
        stated: Sequence[Candidate],
        closer: Sequence[Candidate],
        spec: KindSpec | None,
    ) -> Iterator[Candidate]:
        """Those of *differing* that the *closer* look confirms."""
        for candidate in differing:
            looks = (candidate, *(other for other in closer if other.path == candidate.path))
            if render_comparison.surely_differs(looks, stated, self.is_known, spec):
                yield render_comparison.witness(looks)

    def _look(self, page: Page, image: PageImage) -> tuple[Candidate, ...]:
        """The fields of the drawn page, with boxes in the units of *page*."""
        seen = self.read(Page(page.number, image.width, image.height, image=_of_area(page, image)))
        return tuple(_on(page, image, candidate) for candidate in seen.candidates)


def _of_area(page: Page, image: PageImage) -> PageImage:
    """*image* with nothing but the part of the sheet that *page* covers, if it shares the sheet."""
    if page.area is None:
        return image
    area = page.area.scaled(image.width / page.width, image.height / page.height)
    pixels = np.full_like(image.pixels, PAPER)
    part = np.s_[int(area.y0) : int(area.y1), int(area.x0) : int(area.x1)]
    pixels[part] = image.pixels[part]
    return replace(image, pixels=pixels)


def _is_recognized(page: Page) -> bool:
    """Whether the page was read from pixels anyway; one or two lines of a text layer may have been completed from
    them."""
    return page.image is not None or all(line.source == "ocr" for line in page.lines)


def _marked(reading: Reading, image: PageImage, spec: KindSpec | None) -> tuple[Candidate, ...]:
    """The candidates of the reading, marked `unseen` where *image* is blank. Only figures and Latin letters are judged,
    because PDFium can draw them without a font of the system, and none if it could draw next to nothing."""
    drawn = {id(c): not _is_blank(reading.page, image, c.box) for c in reading.candidates if c.box is not None}
    if sum(drawn.values()) < MIN_DRAWN * len(drawn):
        return reading.candidates
    return tuple(
        replace(c, unseen=True) if _is_judged(c, spec) and not drawn.get(id(c), True) else c for c in reading.candidates
    )


def _is_judged(candidate: Candidate, spec: KindSpec | None) -> bool:
    return (
        render_comparison.is_checked(candidate.path, spec)
        and candidate.value is not None
        and bool(_LATIN.search(candidate.text))
    )


def _is_blank(page: Page, image: PageImage, box: Box) -> bool:
    x, y = image.width / page.width, image.height / page.height
    left, top = max(0, int(box.x0 * x)), max(0, int(box.y0 * y))
    shown = image.pixels[top : int(box.y1 * y) + 1, left : int(box.x1 * x) + 1]
    return shown.size > 0 and int(np.ptp(shown.min(axis=2))) < MIN_CONTRAST


def _stated_elsewhere(reading: Reading, document: Document) -> Iterator[Candidate]:
    """What the only attached statement of the document says about fields that the characters of the page don't
    state."""
    told = {candidate.path for candidate in reading.candidates if candidate.value is not None}
    for stated in document.facts if len(document.facts) == 1 else ():
        yield from (candidate for candidate in stated.candidates if candidate.path not in told)


def _on(page: Page, image: PageImage, candidate: Candidate) -> Candidate:
    if candidate.box is None:
        return candidate
    return replace(candidate, box=candidate.box.scaled(page.width / image.width, page.height / image.height))
