"""Turns a picture upright: by a glance if that is sure of the direction, otherwise by how its lines look and read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from invoiceocr.geometry import Quad
from invoiceocr.imaging import orientation
from invoiceocr.page import PageImage

if TYPE_CHECKING:
    from invoiceocr.ocr.detector import Glance
    from invoiceocr.ocr.engine import TextReader


@dataclass(frozen=True, slots=True, eq=False)
class Upright:
    """A picture turned upright."""

    image: PageImage
    quads: tuple[Quad, ...]
    """Its text boxes."""
    drawn: bool
    """Whether a glance was certain of its text, as it is of drawn pages only."""


def upright_of(image: PageImage, reader: TextReader) -> Upright:
    """*image* turned upright, with its text boxes."""
    seen = reader.detect.glance(image.pixels)
    if seen.quarters:
        return _turned(image, seen.quarters, reader)
    if seen.lying:
        return _stood_up(image, seen, reader)
    found = _found(image, seen, reader)
    if seen.quarters == 0:
        return found
    if orientation.lies(found.quads):
        return _stood_up(image, seen, reader)
    return _turned(image, 2, reader) if orientation.is_upside_down(image, found.quads, reader) else found


def _stood_up(image: PageImage, lying: Glance, reader: TextReader) -> Upright:
    """A *lying* picture turned upright. Its text is looked for on the side that seems right at a glance, and on the
    other one only if the lines found there read better that way."""
    quarters = 3 if lying.leans_over else 1
    standing = orientation.turn(image, quarters)
    seen = reader.detect.glance(standing.pixels)
    if seen.leans_over:
        quarters = 4 - quarters
        standing = orientation.turn(image, quarters)
        seen = reader.detect.glance(standing.pixels)
    found = _found(standing, seen, reader)
    if not found.quads:
        return _found(image, lying, reader)
    if seen.quarters == 0 or not orientation.was_stood_on_head(standing, found.quads, reader):
        return found
    return _turned(image, 4 - quarters, reader)


def _turned(image: PageImage, quarters: int, reader: TextReader) -> Upright:
    """*image* turned clockwise by *quarters*, which brings it upright."""
    upright = orientation.turn(image, quarters)
    return _found(upright, reader.detect.glance(upright.pixels), reader)


def _found(image: PageImage, seen: Glance, reader: TextReader) -> Upright:
    """An upright *image* with the text boxes that are found in it after a glance has *seen* it."""
    return Upright(image, reader.detect.after(seen, image.pixels), seen.quads is not None)
