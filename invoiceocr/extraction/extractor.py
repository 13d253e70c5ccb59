"""`Extractor`: a page with its labels and segments to the kind and the candidates of its fields."""

from __future__ import annotations

import re

from invoiceocr.evidence.reading import Reading
from invoiceocr.extraction.blocks.invoice_form import find_empty
from invoiceocr.extraction.classify import classify
from invoiceocr.extraction.frame import fit
from invoiceocr.extraction.items import read_items
from invoiceocr.extraction.kind_match import classify as weigh
from invoiceocr.extraction.kind_match import compile_match
from invoiceocr.extraction.kind_reader import KindReader
from invoiceocr.extraction.schema import Schemas
from invoiceocr.extraction.several import shows_several
from invoiceocr.geometry import Box, union
from invoiceocr.kinds import Registry, builtin
from invoiceocr.layout.form import lay_out
from invoiceocr.page import Page

SURE = 0.9  # probability of a kind that tells it from a form whose title is illegible
CATEGORY = re.compile(r"\*[^*]+\*")  # an item's name begins with it
Mark = tuple[Box, str]


class Extractor:
    """Reads the fields of a page by its schema; built once, shared by threads."""

    def __init__(self, schemas: Schemas, kinds: Registry | None = None) -> None:
        """SchemaError with file, line and the nearest valid name where a kind's blocks can't work."""
        self._schemas = schemas
        specs = [spec for spec in kinds or builtin() if spec.match or spec.blocks]
        self._readers = {spec.kind: KindReader(spec, schemas) for spec in specs}
        self._matches = tuple(compile_match(reader) for reader in self._readers.values() if reader.spec.match)

    def __call__(self, page: Page) -> Reading:
        """The reading of *page*, whose key phrases of the VAT family are found."""
        if any(line.source == "xml" for line in page.lines):  # texts of unknown elements: no layout says what they mean
            return Reading(page, "other", ())
        found = classify(page, self._schemas)
        if found.is_list:
            frame = fit(page, self._schemas.forms["vat"], self._schemas)
            return Reading(page, "other", tuple(read_items(frame)), is_list=True)
        if found.form is None or (found.untitled and self._is_titled_otherwise(page)):
            return self._by_blocks(page)
        return self._by_form(page, found.kind, found.form)

    def _by_form(self, page: Page, kind: str, name: str) -> Reading:
        """The reading of an invoice of the VAT family, by the blocks of the kind; a kind that has two forms (toll) is
        read by those of another kind with the form that the page has."""
        readers = [self._readers[kind], *self._readers.values()]
        reader = next(reader for reader in readers if name in reader.forms)
        form = self._schemas.forms[name]
        found, candidates = reader(page)
        cells = find_empty(page, form, self._schemas)
        crowded = shows_several(page, self._schemas)
        return Reading(found, kind, candidates, form.expected, empty_cells=cells, crowded=crowded)

    def _is_titled_otherwise(self, page: Page) -> bool:
        """Whether a page laid out like an invoice of the VAT family is surely of another kind."""
        best = weigh(page, self._matches)[0]
        reader = self._readers.get(best.kind)
        return reader is not None and not reader.forms and best.probability > SURE

    def _by_blocks(self, page: Page) -> Reading:
        """The reading of a page by the blocks of the kind that it most likely is."""
        best = weigh(page, self._matches)[0]
        reader = self._readers.get(best.kind)
        if reader is None:
            return Reading(page, best.kind, kind_confidence=best.probability)
        found, candidates = reader(page)
        return Reading(found, best.kind, candidates, reader.spec.expected, kind_confidence=best.probability)

    def marks(self, reading: Reading) -> tuple[tuple[Mark, ...], tuple[Mark, ...]]:
        """What the blocks saw of the page of *reading*: its rows, and each candidate with the block that gave it."""
        form = lay_out(reading.page)
        rows = tuple((union(s.box for s in row), f"{form.size:.0f} {row[0].text}") for row in form.rows())
        reader = self._readers.get(reading.kind)
        steps = reader.read(form) if reader is not None else ()
        said = ((name, candidate) for name, candidates in steps for candidate in candidates)
        return rows, tuple((c.box, f"{name}: {c.path} = {c.value}") for name, c in said if c.box is not None)
