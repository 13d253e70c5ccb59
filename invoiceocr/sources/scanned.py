"""A page of a file as the picture of it, whose pixels must be read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from invoiceocr.page import Page, PageImage, TextLine


def scanned(number: int, image: PageImage, hidden: Iterable[TextLine], size: tuple[float, float]) -> Page:
    """The page *number* with the *image* of all of it; *hidden* are lines that the file states on a page of this
    *size*."""
    x, y = image.width / size[0], image.height / size[1]
    return Page(number, image.width, image.height, image=image, hidden=tuple(_scaled(line, x, y) for line in hidden))


def _scaled(line: TextLine, x: float, y: float) -> TextLine:
    boxes = tuple(box.scaled(x, y) for box in line.character_boxes)
    return replace(line, box=line.box.scaled(x, y), character_boxes=boxes)
