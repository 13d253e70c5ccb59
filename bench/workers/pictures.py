"""invoiceocr on pictures: {"pictures"} → {"invoices", "pages", "page_ms"}; options are Settings.

The pictures are the pages of one document. "pages" are the text lines that the pixel stage read.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.workers.protocol import Task, Worker, milliseconds_since, serve
from invoiceocr.page import Page
from invoiceocr.pipeline.reader import Reader
from invoiceocr.settings import Settings
from invoiceocr.sources.document import Document
from invoiceocr.sources.inputs import open_source


class Recorder:
    """Stands where the reader's pixel stage stands, and keeps the pages that it gives."""

    def __init__(self, stage: Any) -> None:
        self._stage = stage
        self.pages: list[Page] = []

    def __call__(self, page: Page) -> Page:
        read: Page = self._stage(page)
        self.pages.append(read)
        return read

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stage, name)


def build(options: Task) -> Worker:
    settings = Settings(**options)
    reader = Reader(settings)
    pages = reader._read_document.pages
    recorder = pages.recognize = Recorder(pages.recognize)  # type: ignore[assignment]

    def read(task: Task) -> Task:
        recorder.pages.clear()
        start = time.perf_counter()
        document = Document("pictures", "", "image", pages_of(task["pictures"], settings))
        invoices = reader.read_document(document)
        elapsed = milliseconds_since(start) / len(task["pictures"])
        return {
            "invoices": [invoice.model_dump(mode="json") for invoice in invoices],
            "pages": [as_json(page) for page in recorder.pages],
            "page_ms": [elapsed] * len(task["pictures"]),
        }

    return read


def pages_of(pictures: Sequence[str], settings: Settings) -> Iterator[Page]:
    """The pages of the pictures, numbered through."""
    read = (page for path in pictures for file in open_source(Path(path), None, settings) for page in file.pages)
    for number, page in enumerate(read, start=1):
        yield replace(page, number=number)


def as_json(page: Page) -> Task:
    """Size and text lines of *page*, no more than any engine gives: text, score, quad."""
    return {
        "width": page.width,
        "height": page.height,
        "lines": [[line.text, line.confidence, line.quad or _corners(line.box.as_tuple())] for line in page.lines],
    }


def _corners(box: tuple[float, float, float, float]) -> list[tuple[float, float]]:
    x0, y0, x1, y1 = box
    return [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]


if __name__ == "__main__":
    serve(build)
