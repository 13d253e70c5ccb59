"""Seals as transparent pictures, the way issuers' PDF and OFD files carry them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from invoiceocr.geometry import MM_PER_INCH
from invoiceocr.specimens.drawing import Color, Drawing, Layer
from invoiceocr.specimens.raster import Ink, by_color, coverage

DPI = 180.0
LAYERS: tuple[Layer, ...] = ("emblem", "seal")


@dataclass(frozen=True, slots=True, eq=False)
class Overlay:
    """A picture of one color whose opacity is `ink`, with its top left corner at (x, y) and its size, in mm."""

    x: float
    y: float
    width: float
    height: float
    ink: Ink
    color: Color


def overlays(drawing: Drawing, layer: Layer) -> Iterator[Overlay]:
    """The seals of *layer* as pictures, one for each color."""
    scale = DPI / MM_PER_INCH
    shape = (round(drawing.height * scale), round(drawing.width * scale))
    for color, items in by_color(drawing.of(layer)):
        ink = coverage(items, shape, scale, "bundled")
        rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
        if rows.size:
            y0, y1, x0, x1 = int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1
            place = (x0 / scale, y0 / scale, (x1 - x0) / scale, (y1 - y0) / scale)
            yield Overlay(*place, np.ascontiguousarray(ink[y0:y1, x0:x1]), color)
