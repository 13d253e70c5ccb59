"""The long straight segments of a picture, mostly printed frame lines."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from invoiceocr.geometry import Box
from invoiceocr.page import PageImage

# pixels: at this size a printed line is still there, and a stroke of a character is short
WORKING_SIDE = 1000
SHORTEST = 0.04  # share of the longer side

Segments = NDArray[np.float64]  # N×4: x0, y0, x1, y1


def long_segments(image: PageImage, region: Box) -> Segments:
    """The straight edges within *region* longer than SHORTEST of the longer side, in pixels of the picture. A printed
    line gives two of them, one on each side."""
    factor = min(1.0, WORKING_SIDE / max(image.width, image.height))
    gray = cv2.cvtColor(image.pixels, cv2.COLOR_BGR2GRAY)
    small = cv2.resize(gray, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA) if factor < 1 else gray
    found = cv2.createLineSegmentDetector(cv2.LSD_REFINE_NONE).detect(small)[0]
    if found is None:
        return np.zeros((0, 4))
    # N×1×4 in OpenCV 4
    segments = np.asarray(found, np.float64).reshape(-1, 4) / factor
    long = np.hypot(*(segments[:, 2:] - segments[:, :2]).T) > SHORTEST * max(image.width, image.height)
    kept: Segments = segments[long & _inside(segments, region)]
    return kept


def _inside(segments: Segments, region: Box) -> NDArray[np.bool_]:
    """Whether the middle of each segment lies in *region*."""
    x, y = (segments[:, 0] + segments[:, 2]) / 2, (segments[:, 1] + segments[:, 3]) / 2
    inside: NDArray[np.bool_] = (x >= region.x0) & (x <= region.x1) & (y >= region.y0) & (y <= region.y1)
    return inside
