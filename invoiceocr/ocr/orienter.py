"""Whether lines of text are upside down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from invoiceocr.geometry import Quad
from invoiceocr.ocr import crop
from invoiceocr.ocr.session import LateNetwork, normalized
from invoiceocr.page import Pixels

# pixels of the network's input: the beginning of a line, four times as long as high
WIDTH = 192
# probability of a half turn; below it upright lines are mistaken too often
SURE = 0.9


@dataclass(frozen=True, slots=True)
class LineOrienter:
    """Callable: a picture and quads to the share of the quads that are surely upside down."""

    network: LateNetwork

    def __call__(self, pixels: Pixels, quads: Sequence[Quad]) -> float:
        """0..1; 0 without any quad."""
        return sum(self._turned(pixels, quad) for quad in quads) / max(len(quads), 1)

    def _turned(self, pixels: Pixels, quad: Quad) -> bool:
        height = self.network.entry.input_height
        length, thickness = crop.size(quad)
        share = min(1.0, WIDTH / height * thickness / max(length, 1.0))
        width = max(1, min(WIDTH, round(height * share * length / max(thickness, 1.0))))
        batch = np.zeros((1, 3, height, WIDTH), np.float32)
        batch[0, :, :, :width] = normalized(crop.flat(pixels, crop.beginning(quad, share), width, height), self.network)
        return float(self.network(batch)[0, 1]) > SURE
