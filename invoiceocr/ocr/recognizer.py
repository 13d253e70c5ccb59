"""What the text of a line says."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from invoiceocr.geometry import Box, Quad, quad_box
from invoiceocr.ocr import crop, ctc
from invoiceocr.ocr.detector import normalized
from invoiceocr.ocr.session import Network
from invoiceocr.page import Pixels, TextLine

NARROWEST = 16  # pixels; the network's convolutions need that much
WIDTH_STEP = 8  # pixels a CTC step; widths are rounded to it


@dataclass(frozen=True, slots=True)
class LineRecognizer:
    """Callable: a picture and a quad to the `TextLine` that stands there."""

    network: Network
    charset: tuple[str, ...]

    def __call__(self, pixels: Pixels, quad: Quad) -> TextLine:
        """The line, its boxes in pixels of the picture; its text is empty if nothing is legible."""
        height = self.network.entry.input_height
        length, thickness = crop.size(quad)
        width = max(NARROWEST, round(length * height / max(thickness, 1.0) / WIDTH_STEP) * WIDTH_STEP)
        flat = crop.flat(pixels, quad, width, height)
        reading = ctc.decode(self.network(normalized(flat, self.network)[None])[0], self.charset)
        return TextLine(
            text=reading.text,
            box=quad_box(quad),
            source="ocr",
            confidence=reading.confidence,
            quad=quad,
            character_boxes=_character_boxes(quad, reading),
            character_confidences=reading.character_confidences,
            character_steps=reading.character_steps,
            lattice=reading.lattice,
        )


def _character_boxes(quad: Quad, reading: ctc.Reading) -> tuple[Box, ...]:
    """A box a character: from halfway to its left neighbor to halfway to its right one."""
    steps = len(reading.lattice.characters)
    centers = (np.array(reading.character_steps) + 0.5) / max(steps, 1)
    if not len(centers):
        return ()
    middles = (centers[:-1] + centers[1:]) / 2
    half = float(np.median(np.diff(centers)) / 2) if len(centers) > 1 else 0.5
    lefts = np.concatenate(([max(0.0, centers[0] - half)], middles))
    rights = np.concatenate((middles, [min(1.0, centers[-1] + half)]))
    return tuple(_slice(quad, float(a), float(b)) for a, b in zip(lefts, rights, strict=True))


def _slice(quad: Quad, start: float, stop: float) -> Box:
    """The box around the part of *quad* from *start* to *stop*, fractions of its length."""
    (tl, tr, br, bl) = (np.array(corner) for corner in quad)
    points = [tl + (tr - tl) * start, tl + (tr - tl) * stop, bl + (br - bl) * stop, bl + (br - bl) * start]
    xs, ys = zip(*((float(x), float(y)) for x, y in points), strict=True)
    return Box(min(xs), min(ys), max(xs), max(ys))
