"""invoiceocr's layout, extraction and rules on any engine's text lines: {"pages"} → {"invoices"}.

Options are Settings. All engines on equal terms: text, score and quad a line; no picture, and so no QR code, no
second look at blank cells, no lattice.
"""

from __future__ import annotations

from bench.workers.protocol import Task, Worker, serve
from invoiceocr.geometry import Quad, quad_box
from invoiceocr.page import Page, TextLine
from invoiceocr.pipeline.reader import Reader
from invoiceocr.settings import Settings
from invoiceocr.sources.document import Document


def build(options: Task) -> Worker:
    reader = Reader(Settings(**options))

    def extract(task: Task) -> Task:
        pages = (page_of(number, page) for number, page in enumerate(task["pages"], start=1))
        invoices = reader.read_document(Document("lines", "", "image", pages))
        return {"invoices": [invoice.model_dump(mode="json") for invoice in invoices]}

    return extract


def page_of(number: int, page: Task) -> Page:
    """The page that an engine's lines make up."""
    lines = (line_of(text, score, quad) for text, score, quad in page["lines"] if text.strip())
    return Page(number, page["width"], page["height"], lines=tuple(lines))


def line_of(text: str, score: float, corners: list[list[float]]) -> TextLine:
    """The line that an engine read."""
    top_left, top_right, bottom_right, bottom_left = ((float(x), float(y)) for x, y in corners)
    quad: Quad = (top_left, top_right, bottom_right, bottom_left)
    return TextLine(text, quad_box(quad), "ocr", confidence=min(1.0, max(0.0, score)), quad=quad)


if __name__ == "__main__":
    serve(build)
