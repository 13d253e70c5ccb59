"""`Extractor`: a page with its labels and segments to the kind and the candidates of its fields."""

from __future__ import annotations

import re
from collections.abc import Iterator

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.evidence.reading import Reading
from invoiceocr.extraction.candidates import candidate
from invoiceocr.extraction.cipher import read_cipher
from invoiceocr.extraction.classify import classify
from invoiceocr.extraction.frame import FormLayout, fit
from invoiceocr.extraction.header_fields import read_foot, read_head
from invoiceocr.extraction.items import find_empty_cells, read_items
from invoiceocr.extraction.kind_match import classify as weigh
from invoiceocr.extraction.kind_match import compile_match
from invoiceocr.extraction.kind_reader import KindReader
from invoiceocr.extraction.parties import read_parties
from invoiceocr.extraction.remarks import read_remarks
from invoiceocr.extraction.schema import Schemas
from invoiceocr.extraction.several import shows_several
from invoiceocr.extraction.sums import read_sums
from invoiceocr.geometry import Box, union
from invoiceocr.kinds import Registry, builtin
from invoiceocr.layout.form import lay_out
from invoiceocr.page import Page, TextLine
from invoiceocr.text.lines import match_key

CATEGORY = re.compile(r"\*[^*]+\*")  # an item's name begins with it
Mark = tuple[Box, str]


class Extractor:
    """Reads the fields of a page by its schema; built once, shared by threads."""

    def __init__(self, schemas: Schemas, kinds: Registry | None = None) -> None:
        """SchemaError with file, line and the nearest valid name where a kind's blocks can't work."""
        self._schemas = schemas
        specs = [spec for spec in kinds or builtin() if spec.match or spec.blocks]
        self._readers = {spec.kind: KindReader(spec, schemas.captions, schemas.shapes) for spec in specs}
        self._matches = tuple(compile_match(reader) for reader in self._readers.values() if reader.spec.match)

    def __call__(self, page: Page) -> Reading:
        """The reading of *page*, whose key phrases of the VAT family are found."""
        found = classify(page, self._schemas)
        if found.is_list:
            frame = fit(page, self._schemas.forms["vat"], self._schemas)
            return Reading(page, "other", tuple(read_items(frame)), is_list=True)
        if found.form is None:
            return self._by_blocks(page)
        form = self._schemas.forms[found.form]
        frame = fit(page, form, self._schemas)
        empty_cells = tuple(find_empty_cells(frame)) if any(line.source == "ocr" for line in page.lines) else ()
        crowded = shows_several(page, self._schemas)
        read = tuple(self._read(frame))
        return Reading(page, found.kind, read, form.expected, empty_cells=empty_cells, crowded=crowded)

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

    def _read(self, frame: FormLayout) -> Iterator[Candidate]:
        yield from read_head(frame)
        yield from read_parties(frame, self._schemas)
        yield from read_items(frame)
        yield from read_sums(frame)
        yield from read_foot(frame, self._schemas)
        yield from read_remarks(frame)
        yield from read_cipher(frame, self._schemas)
        yield from _red_letter(frame, self._schemas)


def _red_letter(frame: FormLayout, schemas: Schemas) -> Iterator[Candidate]:
    """Whether the page says that it is a red (negative) invoice; the words in a name or an item say nothing."""

    def is_mark(line: TextLine) -> bool:
        text = match_key(line.text)
        named = CATEGORY.match(text) or schemas.shapes["name"].fit(text) == 1.0
        return not named and frame.form.red_letter.search(text) is not None

    marked = next((line for line in frame.page.lines if is_mark(line)), None)
    if marked is not None:
        yield candidate("is_red_letter", True, marked.text, [marked], frame.page)
