"""The text at places of a picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from invoiceocr.geometry import Box, quad_box
from invoiceocr.page import PageImage, TextLine
from invoiceocr.pipeline.recognition.same_print import meet

if TYPE_CHECKING:
    from invoiceocr.ocr.engine import TextReader


def read_near(reader: TextReader, image: PageImage, places: Sequence[Box]) -> tuple[TextLine, ...]:
    """The lines of *image* that reach into one of *places*, in whole."""
    quads = reader.detect.near(image.pixels, places)
    return reader.read(image, tuple(quad for quad in quads if any(meet(quad_box(quad), place) for place in places)))
