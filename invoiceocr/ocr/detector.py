"""Where text stands on a page."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from invoiceocr.geometry import Quad
from invoiceocr.ocr import textmap
from invoiceocr.ocr.session import Floats, Network
from invoiceocr.page import Pixels

LONGEST_SIDE = 1536  # pixels of the network's input
STRIDE = 32  # the network halves its input five times


@dataclass(frozen=True, slots=True)
class TextDetector:
    """Callable: pixels to the quads of the text lines, in pixels of the picture."""

    network: Network

    def __call__(self, pixels: Pixels) -> tuple[Quad, ...]:
        """The quads, clockwise from the top left of the text, in reading order (top to bottom)."""
        height, width = pixels.shape[:2]
        small = cv2.resize(pixels, input_size(width, height), interpolation=cv2.INTER_AREA)
        text_map = self.network(normalized(small, self.network)[None])[0, 0]
        factor_x, factor_y = width / small.shape[1], height / small.shape[0]
        found = (_scaled(quad, factor_x, factor_y) for quad in textmap.quads(text_map))
        return tuple(sorted(found, key=lambda quad: (quad[0][1], quad[0][0])))


def input_size(width: int, height: int) -> tuple[int, int]:
    """(width, height) of the network's input for a picture of that size: limited, in whole strides."""
    factor = min(1.0, LONGEST_SIDE / max(width, height))
    sides = (max(STRIDE, round(side * factor / STRIDE) * STRIDE) for side in (width, height))
    across, down = sides
    return across, down


def normalized(pixels: Pixels, network: Network) -> Floats:
    """The picture as the network's 3×H×W float32 input."""
    mean, std = np.float32(network.entry.mean), np.float32(network.entry.std)
    scale, shift = (1 / (255 * std)).astype(np.float32), (-mean / std).astype(np.float32)
    return np.ascontiguousarray((pixels * scale + shift).transpose(2, 0, 1))


def _scaled(quad: Quad, factor_x: float, factor_y: float) -> Quad:
    tl, tr, br, bl = ((x * factor_x, y * factor_y) for x, y in quad)
    return (tl, tr, br, bl)
