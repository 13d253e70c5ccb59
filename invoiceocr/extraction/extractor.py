"""`Extractor`: a page with its labels and pieces to the kind and the candidates of its fields."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.extraction.candidates import candidate
from invoiceocr.extraction.classify import classify
from invoiceocr.extraction.frame import Frame, fit
from invoiceocr.extraction.head import read_foot, read_head
from invoiceocr.extraction.items import read_items
from invoiceocr.extraction.parties import read_parties
from invoiceocr.extraction.schema import Schemas
from invoiceocr.extraction.sums import read_sums
from invoiceocr.lines import rows
from invoiceocr.page import Page
from invoiceocr.values.text import join_wrapped


@dataclass(frozen=True, slots=True)
class Reading:
    """What one page says: its kind, its candidates, its text; `is_list` marks a page that continues the
    items of the invoice before it."""

    page: Page
    kind: str
    candidates: tuple[Candidate, ...]
    is_list: bool = False

    @property
    def text(self) -> str:
        """The page's lines, top to bottom."""
        return "\n".join(" ".join(line.text for line in row) for row in rows(self.page.lines))


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
        frame = fit(page, self._schemas.forms[found.form], self._schemas)
        return Reading(page, found.kind, tuple(self._read(frame)))

    def _read(self, frame: Frame) -> Iterator[Candidate]:
        yield from read_head(frame)
        yield from read_parties(frame, self._schemas)
        yield from read_items(frame)
        yield from read_sums(frame)
        yield from read_foot(frame, self._schemas)
        yield from _remarks(frame)


def _remarks(frame: Frame) -> Iterator[Candidate]:
    """The text of the remarks box, row by row."""
    parts = [line for row in rows(frame.inside("remarks")) for line in row]
    text = join_wrapped(part.text for part in parts)
    if text:
        yield candidate("remarks", text, text, parts, frame.page)
