"""Pictures as JPEG files in memory: a page of a scan takes half a megabyte instead of twenty."""

from __future__ import annotations

import cv2
import numpy as np

from invoiceocr.page import Pixels

QUALITY = 90  # of 100: print has no halos


def encode(pixels: Pixels, *, quality: int = QUALITY) -> bytes:
    """The picture as a JPEG file."""
    return bytes(cv2.imencode(".jpg", pixels, (cv2.IMWRITE_JPEG_QUALITY, quality))[1])


def at_most(pixels: Pixels, width: float) -> Pixels:
    """The picture, reduced if it is wider than that."""
    share = width / pixels.shape[1]
    if share >= 1:
        return pixels
    return np.asarray(cv2.resize(pixels, None, fx=share, fy=share, interpolation=cv2.INTER_AREA), np.uint8)


def decode(data: bytes) -> Pixels:
    """The pixels, H×W×3 BGR, of a JPEG file that `encode` made."""
    return np.asarray(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR), np.uint8)
