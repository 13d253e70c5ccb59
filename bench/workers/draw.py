"""Draws the pages of PDF files: {"path", "folder", "dpi"} → {"pictures": [paths of PNG files]}."""

from __future__ import annotations

from pathlib import Path

import cv2

from bench.workers.protocol import Task, Worker, serve
from invoiceocr.sources.pdf import pages as pdf_pages


def build(options: Task) -> Worker:
    return draw


def draw(task: Task) -> Task:
    """Every page as it would be drawn for OCR, whether or not it has a text layer."""
    folder = Path(task["folder"])
    folder.mkdir(parents=True)
    pages = pdf_pages.draw(Path(task["path"]).read_bytes(), task["path"], dpi=task["dpi"])
    pictures = []
    for number, page in enumerate(pages, start=1):
        pictures.append(folder / f"{number}.png")
        pictures[-1].write_bytes(cv2.imencode(".png", page.pixels)[1].tobytes())
    return {"pictures": [str(picture) for picture in pictures]}


if __name__ == "__main__":
    serve(build)
