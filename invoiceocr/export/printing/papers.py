"""The papers of an invoice as they are printed: pages of PDF files unchanged, everything else as pictures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from invoiceocr.errors import SourceError
from invoiceocr.export.printing.entry import Entry
from invoiceocr.invoice import Invoice
from invoiceocr.page import PageImage, Pixels
from invoiceocr.settings import Settings
from invoiceocr.sources.document import Document
from invoiceocr.sources.inputs import open_source
from invoiceocr.sources.pdf.pages import draw_page
from invoiceocr.sources.pdf.sheets import PdfPage

Paper = PdfPage | Pixels
DPI = 220.0  # of drawn OFD pages


def papers(entry: Entry, source: Path | bytes, settings: Settings) -> Iterator[Paper]:
    """The pages on which the invoice stands, upright; none if its file has no page that can be shown, such as an XML
    file. Raises SourceError if the file can't be opened any more."""
    for document in open_source(source, entry.result.source, settings, report=lambda _: None):
        if document.source == entry.source:
            for number in _numbers(entry.invoice):
                yield from _paper(document, number, entry.invoice, settings)
            return


def _numbers(invoice: Invoice) -> list[int]:
    """The pages of an invoice: its own and those that any of its fields stands on."""
    stated = {proof.page for proof in invoice.evidence.values() if proof.box is not None}
    return sorted(number for number in {invoice.page, *stated} if number is not None)


def _paper(document: Document, number: int, invoice: Invoice, settings: Settings) -> Iterator[Paper]:
    alone = invoice.box is None or number != invoice.page
    turn = invoice.rotation if number == invoice.page else 0
    if document.format == "pdf" and alone:
        yield PdfPage(document.data, number, turn)
        return
    picture = _picture(document, number, settings)
    if picture is not None:
        yield _turned(picture.pixels if alone else _cut(picture, document, invoice), turn)


def _picture(document: Document, number: int, settings: Settings) -> PageImage | None:
    """The page as a picture, as its file has it; None where it has none."""
    if document.draw is not None:
        try:
            if document.format == "pdf":  # `draw` would turn it upright
                return draw_page(document.data, document.source, settings, number, DPI)
            return document.draw(number, DPI)
        except SourceError:
            return None
    return next((page.image for page in document.pages if page.number == number), None)


def _cut(picture: PageImage, document: Document, invoice: Invoice) -> Pixels:
    """The part of the page that the invoice takes."""
    assert invoice.box is not None
    proof = next((p for p in invoice.evidence.values() if p.page_size is not None), None)
    # the page may have been turned to be read
    longest = max(picture.width, picture.height)
    scale = longest / max(proof.page_size) if proof and proof.page_size and document.draw else 1.0
    x0, y0, x1, y1 = (max(0, round(edge * scale)) for edge in invoice.box)
    cut = picture.pixels[y0:y1, x0:x1]
    return cut if cut.size else picture.pixels


def _turned(pixels: Pixels, turn: int) -> Pixels:
    return np.ascontiguousarray(np.rot90(pixels, -turn // 90)) if turn else pixels
