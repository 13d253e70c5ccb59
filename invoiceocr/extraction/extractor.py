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
from invoiceocr.extraction.parties import read_parties
from invoiceocr.extraction.remarks import read_remarks
from invoiceocr.extraction.schema import Schemas
from invoiceocr.extraction.several import shows_several
from invoiceocr.extraction.sums import read_sums
from invoiceocr.page import Page, TextLine
from invoiceocr.text.lines import match_key

CATEGORY = re.compile(r"\*[^*]+\*")  # an item's name begins with it


class Extractor:
    """Reads the fields of a page by its schema; built once, shared by threads."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas

    def __call__(self, page: Page) -> Reading:
        """The reading of *page*; a kind without a layout has no candidates."""
        found = classify(page, self._schemas)
        if found.is_list:
            frame = fit(page, self._schemas.forms["vat"], self._schemas)
            return Reading(page, "other", tuple(read_items(frame)), is_list=True)
        if found.form is None:
            return Reading(page, found.kind, ())
        form = self._schemas.forms[found.form]
        frame = fit(page, form, self._schemas)
        empty_cells = tuple(find_empty_cells(frame)) if any(line.source == "ocr" for line in page.lines) else ()
        crowded = shows_several(page, self._schemas)
        read = tuple(self._read(frame))
        return Reading(page, found.kind, read, form.expected, empty_cells=empty_cells, crowded=crowded)

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
