"""What sort of source a file is, without reading it: {"path"} → {"source", "pages"}; options are Settings.

"source" is the format, with " pixels" where pages have to be recognized.
"""

from __future__ import annotations

from pathlib import Path

from bench.workers.protocol import Task, Worker, serve
from invoiceocr.settings import Settings
from invoiceocr.sources.inputs import open_source


def build(options: Task) -> Worker:
    settings = Settings(**options)

    def look(task: Task) -> Task:
        pages, source = census(Path(task["path"]), settings)
        return {"pages": pages, "source": source}

    return look


def census(path: Path, settings: Settings) -> tuple[int, str]:
    """How many pages the file has, and of what sort it is."""
    sorts = [
        f"{document.format} pixels" if page.image is not None else document.format
        for document in open_source(path, None, settings)
        for page in document.pages
    ]
    return len(sorts), " + ".join(sorted(set(sorts)))


if __name__ == "__main__":
    serve(build)
