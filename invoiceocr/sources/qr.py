"""QR codes of a page's picture. The only module beside specimens/ that imports zxing-cpp."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray

from invoiceocr.page import Pixels

Gray = NDArray[np.uint8]

MAX_SIDE = 3000  # pixels; a larger picture is searched at that size
CORNER = (0.5, 0.6)  # of width and height: the tax QR code stands at the top left of every form
CORNER_SIDE = 1400  # pixels to which the corner is enlarged
MAX_ENLARGEMENT = 3.0
CLIP = 3.0  # contrast limit of the local equalization


def decode(pixels: Pixels) -> tuple[str, ...]:
    """The texts of the QR codes found: in the picture as it is, in the channel where blue ink is darkest, then in
    the enlarged top left corner with more contrast. Empty if there is none."""
    for gray in _attempts(pixels):
        codes = zxingcpp.read_barcodes(gray, formats=zxingcpp.BarcodeFormat.QRCode)  # type: ignore[arg-type]
        texts = tuple(code.text for code in codes)
        found = tuple(dict.fromkeys(text for text in texts if text))
        if found:
            return found
    return ()


def _attempts(pixels: Pixels) -> Iterator[Gray]:
    """The pictures to search, the cheapest first."""
    sized = _limited(pixels, MAX_SIDE)
    yield _gray(cv2.cvtColor(sized, cv2.COLOR_BGR2GRAY))
    red = _gray(np.ascontiguousarray(sized[:, :, 2]))  # blue and black ink are dark there, red seals are not
    yield red
    corner = _gray(red[: int(red.shape[0] * CORNER[1]), : int(red.shape[1] * CORNER[0])])
    factor = min(MAX_ENLARGEMENT, CORNER_SIDE / max(*corner.shape, 1))
    if min(corner.shape) < 8 or factor <= 0:
        return
    enlarged = _gray(cv2.resize(corner, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC))
    yield enlarged
    yield _gray(cv2.createCLAHE(clipLimit=CLIP, tileGridSize=(8, 8)).apply(enlarged))
    yield _gray(cv2.GaussianBlur(enlarged, (0, 0), 2.0))  # dots of a matrix printer run together


def _limited(pixels: Pixels, side: int) -> Pixels:
    factor = side / max(pixels.shape[:2])
    if factor >= 1:
        return pixels
    return np.asarray(cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8)


def _gray(picture: object) -> Gray:
    return np.ascontiguousarray(picture, np.uint8)
