"""invoiceocr on files as they are: {"path"} → {"invoices", "failure", "page_ms"}; options are Settings."""

from __future__ import annotations

import time
from pathlib import Path

from bench.workers.protocol import Task, Worker, milliseconds_since, serve
from bench.workers.sources import census
from invoiceocr.pipeline.reader import Reader
from invoiceocr.settings import Settings


def build(options: Task) -> Worker:
    settings = Settings(**options)
    reader = Reader(settings)

    def read(task: Task) -> Task:
        path = Path(task["path"])
        start = time.perf_counter()
        result = reader.read_one(path).model_dump(mode="json")
        elapsed = milliseconds_since(start)
        pages, _ = census(path, settings)
        return {
            "invoices": result["invoices"],
            "failure": result["error"],
            "page_ms": [elapsed / max(pages, 1)] * pages,
        }

    return read


if __name__ == "__main__":
    serve(build)
