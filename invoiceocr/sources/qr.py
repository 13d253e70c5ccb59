"""Reads the QR codes of a picture with zxing-cpp.

Codes on paper are printed by dot matrix in blue, cut by seals and folds, photographed at an angle. A code that
can't be read at one size or contrast often can at another. So several are tried, from the cheapest to the dearest,
until a tax code is found.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray

from invoiceocr.page import Pixels

TAX = "01,"  # how the codes of the tax administration begin
CORNER = 0.45  # of both sides: tax codes stand at the top left
# pixels at most: modules of a code that is a twentieth of the page are five pixels wide then
CORNER_SIDE = 1800
# pixels at least, of the corner of a small picture
ENLARGED_SIDE = 1200
FINE_SIDE = 4000  # pixels at most, of the whole page
CLIP, TILES = 3.0, (8, 8)  # of the local contrast

Gray = NDArray[np.uint8]


def decode(pixels: Pixels) -> tuple[str, ...]:
    """The texts of the QR codes in a picture, each once, in the order found; as many tries as it takes to find a
    tax code."""
    found: dict[str, None] = {}
    for attempt in _TRIES:
        found |= dict.fromkeys(_read(attempt(pixels)))
        if any(text.startswith(TAX) for text in found):
            break
    return tuple(found)


def glance(pixels: Pixels) -> tuple[str, ...]:
    """The texts of the QR codes that are seen in a clear picture at once."""
    return tuple(dict.fromkeys(_read(_fine(pixels))))


def look_closer(pixels: Pixels) -> tuple[str, ...]:
    """The texts of the QR codes in the top left corner of a picture that may be small or faint."""
    return tuple(dict.fromkeys(_read(_enlarged(pixels))))


def _read(gray: Gray) -> tuple[str, ...]:
    codes = zxingcpp.read_barcodes(np.ascontiguousarray(gray), zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    return tuple(code.text for code in codes if code.text)


def _corner(pixels: Pixels) -> Gray:
    height, width = pixels.shape[:2]
    corner = pixels[: max(1, round(CORNER * height)), : max(1, round(CORNER * width))]
    return _sized(_gray(corner), CORNER_SIDE)


def _fine(pixels: Pixels) -> Gray:
    return _sized(_gray(pixels), FINE_SIDE)


def _enlarged(pixels: Pixels) -> Gray:
    """The corner, however small, with its local contrast raised: faint print, shadows."""
    corner = _corner(pixels)
    factor = max(1.0, ENLARGED_SIDE / max(corner.shape))
    large = cv2.resize(corner, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
    return np.asarray(cv2.createCLAHE(CLIP, TILES).apply(large), np.uint8)


def _gray(pixels: Pixels) -> Gray:
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), np.uint8)


def _sized(gray: Gray, side: int) -> Gray:
    """The picture with its longer side at most *side*."""
    factor = side / max(gray.shape)
    if factor >= 1:
        return gray
    size = (max(1, round(gray.shape[1] * factor)), max(1, round(gray.shape[0] * factor)))
    return np.asarray(cv2.resize(gray, size, interpolation=cv2.INTER_AREA), np.uint8)


_TRIES: tuple[Callable[[Pixels], Gray], ...] = (_corner, _fine, _enlarged)
