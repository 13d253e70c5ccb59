"""invoiceocr on batches: {"paths"} → {"seconds", "failures"}; options are Settings. One reader, `read_many`."""

from __future__ import annotations

import time

from bench.workers.protocol import Task, Worker, serve
from invoiceocr.pipeline.reader import Reader
from invoiceocr.settings import Settings


def build(options: Task) -> Worker:
    reader = Reader(Settings(**options))

    def read(task: Task) -> Task:
        start = time.perf_counter()
        failures = sum(result.error is not None for result in reader.read_many(task["paths"]))
        return {"seconds": time.perf_counter() - start, "failures": failures}

    return read


if __name__ == "__main__":
    serve(build)
