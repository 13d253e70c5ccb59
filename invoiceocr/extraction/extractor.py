"""`Extractor`: a page with its labels and segments to the kind and the candidates of its fields."""

from __future__ import annotations

from collections.abc import Iterator

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.evidence.reading import Reading
from invoiceocr.extraction.candidates import candidate
from invoiceocr.extraction.classify import classify
from invoiceocr.extraction.frame import FormLayout, fit
from invoiceocr.extraction.header_fields import read_foot, read_head
from invoiceocr.extraction.items import find_empty_cells, read_items
from invoiceocr.extraction.parties import read_parties
from invoiceocr.extraction.remarks import read_remarks
from invoiceocr.extraction.schema import Schemas
from invoiceocr.extraction.sums import read_sums
from invoiceocr.page import Page
from invoiceocr.text.lines import match_key


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
        return Reading(page, found.kind, tuple(self._read(frame)), form.expected, empty_cells=empty_cells)

    def _read(self, frame: FormLayout) -> Iterator[Candidate]:
        yield from read_head(frame)
        yield from read_parties(frame, self._schemas)
        yield from read_items(frame)
        yield from read_sums(frame)
        yield from read_foot(frame, self._schemas)
        yield from read_remarks(frame)
        yield from _red_letter(frame)


def _red_letter(frame: FormLayout) -> Iterator[Candidate]:
    """Whether the page says that it is a red (negative) invoice."""
    marked = next((line for line in frame.page.lines if frame.form.red_letter.search(match_key(line.text))), None)
    if marked is not None:
        yield candidate("is_red_letter", True, marked.text, [marked], frame.page)
