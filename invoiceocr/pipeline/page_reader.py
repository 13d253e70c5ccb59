"""`PageReader`: reads one page: pixels to lines, key phrases, candidates, empty cells, a second reading."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial

from invoiceocr import resources
from invoiceocr.adjudication.findings import hidden_text
from invoiceocr.evidence.candidate import Candidate
from invoiceocr.evidence.reading import Reading
from invoiceocr.extraction import schema
from invoiceocr.extraction.extractor import Extractor
from invoiceocr.geometry import Box, box_quad, quad_box
from invoiceocr.imaging import region
from invoiceocr.kinds import OTHER, KindSpec, Registry, builtin
from invoiceocr.layout import papers
from invoiceocr.layout.key_phrases import KeyPhraseFinder
from invoiceocr.page import Page, PageImage
from invoiceocr.pipeline import kind_doubt, rereading, shared_page
from invoiceocr.pipeline.completion import SCANNED, Completion, is_unexplained
from invoiceocr.pipeline.picture_papers import PicturePapers
from invoiceocr.pipeline.recognition.page_recognizer import PageRecognizer
from invoiceocr.pipeline.verification import FieldVerifier, NameVerifier
from invoiceocr.settings import Settings
from invoiceocr.sources.document import Document, Draw

Pictures = tuple[tuple[str, PageImage], ...]
"""Pictures by the names of the stages that made them."""
Compare = Callable[[Reading, Iterable[Candidate], KindSpec | None], Reading]


@dataclass(frozen=True, slots=True, eq=False)
class PageTrace:
    """What every stage saw of one page: the pictures by stage, the page with its lines, and labeled boxes of
    label–value pairs, ruled lines or cells, fields, rows of print and the candidates of the blocks, all in the units of
    `page`."""

    number: int
    pictures: Pictures
    page: Page
    cells: tuple[tuple[Box, str], ...]
    pairs: tuple[tuple[Box, str], ...]
    fields: tuple[tuple[Box, str], ...]
    rows: tuple[tuple[Box, str], ...] = ()
    blocks: tuple[tuple[Box, str], ...] = ()


class PageReader:
    """Reads one page after another. Building one loads the schemas; the models are loaded with the first page of
    pixels. `close` ends the threads that read pixels."""

    def __init__(self, settings: Settings, registry: Registry | None = None) -> None:
        schemas = schema.load(resources.folder("schemas"))
        self._kinds = registry or builtin()
        self.recognize = PageRecognizer(settings)
        self._complete = Completion(self.recognize, settings.render_dpi)
        self._find_key_phrases = KeyPhraseFinder(schemas.captions)
        self._extract = Extractor(schemas, registry)
        verifier = None if settings.verification_recognizer == "none" else FieldVerifier(settings, registry)
        self._verify: Callable[[Reading], Reading] = verifier or _once
        self._verify_names: Callable[[Reading], Reading] = (
            NameVerifier(self.recognize.alone, self._kinds, self.recognize.each) if verifier else _once
        )
        read_again = partial(rereading.surer, recognizers=self.recognize.alone)
        self._part_picture = PicturePapers(
            self.recognize, read_again, self._find_key_phrases, self._extract, self._paper, self._kinds
        )
        self._owned = (self.recognize, verifier) if verifier else (self.recognize,)

    def __call__(self, page: Page, document: Document) -> list[Reading]:
        """What each paper on *page* of *document* says, with hidden text compared with what the page shows."""
        if page.image is not None:
            found = self._recognized(page)
            return [self._with_hidden(reading, hidden_text.compared_scan) for reading in found]
        found = [self._with_hidden(found, hidden_text.compared) for found in self._characters(page, document)]
        if document.ambiguous or page.ambiguous:
            found = [hidden_text.ambiguous(reading, self._spec(reading)) for reading in found]
        return self._with_turned(page, document, found)

    def _with_turned(self, page: Page, document: Document, found: Iterable[Reading]) -> list[Reading]:
        """What the papers on a *page* with characters say: those *found*, and those that are turned."""
        turned = self._turned(page, document)
        left = shared_page.without(page, turned)
        return shared_page.noted([*(shared_page.with_turned(reading, left) for reading in found), *turned])

    def _characters(self, page: Page, document: Document) -> list[Reading]:
        """A page read from its text layer, and from its pixels where the layer leaves something open."""
        found = self._papers(self._complete.lines(page, document.draw), None)
        if document.draw is None or not all(is_unexplained(reading, self._spec(reading)) for reading in found):
            return _turned_back(found, page)
        if page.pictured < SCANNED:
            return _turned_back(self._papers(self._complete.page(page, document.draw), None), page)
        return self._drawn(page, document.draw)

    def _drawn(self, page: Page, draw: Draw) -> list[Reading]:
        """The papers on the picture of a *page* with characters."""
        return self._recognized(_scan(page, draw(page.number, self._complete.dpi)))

    def _turned(self, page: Page, document: Document) -> list[Reading]:
        """The papers on a *page* with characters whose print is turned against the rest, read from the pixels."""
        if document.draw is None or not shared_page.may_be_read(page):
            return []
        drawn = self._drawn(page, document.draw)
        return [reading for reading in drawn if reading.rotation != page.turn and reading.kind != OTHER]

    def _recognized(self, page: Page) -> list[Reading]:
        """The papers on a *page* of pixels."""
        recognized = self.recognize(page)
        found = self._part_picture(page, recognized) or self._papers(recognized, page.image)
        return _turned_back(found, page)

    def _papers(self, page: Page, original: PageImage | None) -> list[Reading]:
        """What each paper on a *page* with lines says. If it was read from a picture, *original* is that picture."""
        labeled = self._find_key_phrases(page)
        alike = papers.parted(labeled, self._extract.papers, self._find_key_phrases)
        parts = [part for page in alike for part in self._extract.parted(page, self._find_key_phrases)]
        return [_placed(self._paper(part), part.area, original) for part in parts]

    def _with_hidden(self, reading: Reading, compare: Compare) -> Reading:
        """*reading*, compared with what the hidden text of its paper would make of it."""
        area = reading.page.area
        hidden = tuple(h for h in reading.page.hidden if area is None or area.contains(h.box.cx, h.box.cy))
        if not hidden:
            return reading
        for uncovered in hidden_text.uncovered(replace(reading.page, hidden=hidden)):
            stated = hidden_text.of_hidden(self._extracted(uncovered))
            reading = compare(reading, stated, self._spec(reading))
        return reading

    def _paper(self, paper: Page) -> Reading:
        """What one *paper* with key phrases says."""
        reading = kind_doubt.surer(self._extract(paper), self.recognize.uncover_head, self._extracted)
        if reading.empty_cells:
            reading = self._extracted(self.recognize.recognize_cells(reading.page, reading.empty_cells))
        return kind_doubt.noted(self._verify_names(self._verify(reading)))

    def gone_on(self, readings: Iterable[Reading]) -> list[Reading]:
        """*readings* in page order; a page of no kind becomes more rows of the page before if it continues it."""
        found: list[Reading] = []
        above: Reading | None = None
        for reading in readings:
            if reading.kind != OTHER:
                above = reading
            elif above is not None and not reading.is_list:
                more = self._extract.continued(reading.page, above)
                reading, above = (more, above) if more else (reading, None)
            found.append(reading)
        return found

    def drawn(self, page: Page) -> Reading:
        """What *page* says if only its drawn picture is read."""
        return self._extracted(self.recognize.drawn(page))

    def trace(self, page: Page, document: Document) -> PageTrace:
        """*page* of *document*, with what the stages made of it."""
        pictures, reading = self._traced(page, document)
        labeled = reading.page
        rows, blocks = self._extract.marks(reading)
        return PageTrace(
            number=page.number,
            pictures=pictures,
            page=labeled,
            cells=tuple((cell, "blank") for cell in reading.empty_cells),
            pairs=tuple((label.box, f"{label.id}: {label.text}") for label in labeled.labels),
            fields=tuple((c.box, f"{c.path} {c.text}") for c in reading.candidates if c.box is not None),
            rows=rows,
            blocks=blocks,
        )

    def _traced(self, page: Page, document: Document) -> tuple[Pictures, Reading]:
        """What *page* says as one paper, and the pictures that were made of it if its pixels were read."""
        if page.image is not None:
            return self._traced_picture(page, page.image)
        reading = self._extracted(self._complete.lines(page, document.draw))
        if document.draw is None or not is_unexplained(reading, self._spec(reading)):
            return (), reading
        if page.pictured < SCANNED:
            return (), self._extracted(self._complete.page(page, document.draw))
        image = document.draw(page.number, self._complete.dpi)
        return self._traced_picture(_scan(page, image), image)

    def _traced_picture(self, page: Page, image: PageImage) -> tuple[Pictures, Reading]:
        prepared = self.recognize.prepare(image)
        return prepared.pictures, self._extracted(self.recognize.read(page, prepared))

    def open(self) -> None:
        """Loads the models now; ModelError if one can't be loaded."""
        for owned in self._owned:
            owned.open()

    def close(self) -> None:
        """Ends the threads; the next page starts new ones."""
        for owned in self._owned:
            owned.close()

    def _spec(self, reading: Reading) -> KindSpec | None:
        """What is known of the kind of a paper; None if it is of no kind."""
        return self._kinds.kinds.get(reading.kind)

    def _extracted(self, page: Page) -> Reading:
        return self._extract(self._find_key_phrases(page))


def _turned_back(readings: list[Reading], page: Page) -> list[Reading]:
    """*readings* with their places on the page of the file, in the units of *page*, which was made of it."""
    return [shared_page.turned_back(reading, page) for reading in readings] if page.turn else readings


def _scan(page: Page, image: PageImage) -> Page:
    """*page* with the picture of it in place of its characters."""
    return replace(page, lines=(), rulings=(), image=image, width=image.width, height=image.height)


def _placed(reading: Reading, area: Box | None, original: PageImage | None) -> Reading:
    """*reading* with its place: the *area* of its page, or where the *original* picture shows it if it was read from
    one."""
    if original is None or reading.page.image is None:
        return replace(reading, box=area)
    back = region.relative(reading.page.image, original)
    box = quad_box(region.mapped(box_quad(area), back)) if area is not None else None
    return replace(reading, box=box, rotation=region.rotation(back))


def without_image(reading: Reading) -> Reading:
    """*reading* without its picture: the pages of a long scan must not be in memory together."""
    return replace(reading, page=replace(reading.page, image=None))


def _once(reading: Reading) -> Reading:
    return reading
