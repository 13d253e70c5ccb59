"""Lines of a page that are read again from the original picture, of which the picture of the page was made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from invoiceocr.geometry import box_quad, quad_box
from invoiceocr.imaging import region
from invoiceocr.imaging.warp import Matrix
from invoiceocr.page import Page, PageImage, TextLine
from invoiceocr.text.lines import mean_confidence

if TYPE_CHECKING:  # loaded with the first picture
    from invoiceocr.ocr.recognizer import LineRecognizer

# the recognizer of lines and the fallback, each by itself; none if there is only one
Recognizers = Callable[[], Sequence["LineRecognizer"]]


def surer(page: Page, original: PageImage, lines: Iterable[TextLine], recognizers: Recognizers) -> Page:
    """*page* with those of its *lines* replaced that the second of the *recognizers* reads more surely in the
    *original* picture."""
    assert page.image is not None
    onto = region.relative(page.image, original)
    found = {id(line): again for line in lines for again in _read(original, line, onto, recognizers)}
    return replace(page, lines=tuple(found.get(id(line), line) for line in page.lines))


def _read(original: PageImage, line: TextLine, onto: Matrix, recognizers: Recognizers) -> list[TextLine]:
    """The text at the place in the *original* to which *onto* maps *line*, if it reads more surely there."""
    from invoiceocr.ocr import crop

    if line.quad is None or crop.is_column(line.quad):
        return []
    quad = region.mapped(line.quad, onto)
    read = [recognizer.recognize_full_width(original.pixels, quad) for recognizer in recognizers()[1:]]
    back = np.asarray(np.linalg.inv(onto), np.float64)
    return [_moved(again, line, back) for again in read if mean_confidence(again) > mean_confidence(line)]


def _moved(found: TextLine, line: TextLine, back: Matrix) -> TextLine:
    """*found* at the place of *line*, to which *back* maps it."""
    boxes = tuple(quad_box(region.mapped(box_quad(box), back)) for box in found.character_boxes)
    return replace(found, box=line.box, quad=line.quad, character_boxes=boxes, red=line.red)
