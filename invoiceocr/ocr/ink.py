"""Finds the ink inside a cell: for characters too small or too isolated for the detector, and for lines that must be
found again in one of two inks."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from invoiceocr.geometry import Box
from invoiceocr.page import Pixels

MIN_CONTRAST = 40  # gray levels between paper and ink
# share of the cell: lower marks are specks or dots of a pattern
MIN_HEIGHT = 0.3
# share of the cell: what runs through it is a ruled line
MAX_HEIGHT = 0.97
PAD = 0.12  # margin around the ink, as a share of the cell's height


def ink_box(pixels: Pixels, cell: Box) -> Box | None:
    """The box around the characters in *cell*, None if it is empty; marks as high as the cell are ruled lines."""
    x0, y0 = max(int(cell.x0), 0), max(int(cell.y0), 0)
    crop = pixels[y0 : int(cell.y1) + 1, x0 : int(cell.x1) + 1]
    if min(crop.shape[:2], default=0) < 4:
        return None
    height = crop.shape[0]
    _, _, stats, _ = cv2.connectedComponentsWithStats(_ink(crop))
    marks = [s for s in stats[1:] if MIN_HEIGHT * height < s[3] < MAX_HEIGHT * height]
    if not marks:
        return None
    pad = PAD * height
    left = min(s[0] for s in marks) - pad
    right = max(s[0] + s[2] for s in marks) + pad
    top = min(s[1] for s in marks) - pad
    bottom = max(s[1] + s[3] for s in marks) + pad
    return Box(x0 + left, y0 + top, x0 + right, y0 + bottom)


def _ink(crop: Pixels) -> NDArray[np.uint8]:
    """1 where there is ink: in the darkest channel, both blue and red print are dark."""
    gray = crop.min(axis=2)
    paper = float(np.percentile(gray, 80))
    threshold = min(paper - MIN_CONTRAST, float(cv2.threshold(gray, 0, 255, cv2.THRESH_OTSU)[0]))
    return np.asarray(gray < threshold, np.uint8)
