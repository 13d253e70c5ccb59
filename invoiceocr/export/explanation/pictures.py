"""The pictures of an explanation as data URIs: pages, and what they show in a box."""

from __future__ import annotations

import base64

import cv2
import numpy as np

from invoiceocr.adjudication.trace import Picture
from invoiceocr.geometry import Box
from invoiceocr.imaging import jpeg
from invoiceocr.page import Pixels

# pixels of a page's picture; its print can still be read
PAGE_WIDTH = 1400
PAGE_QUALITY, CROP_QUALITY = 75, 88  # of JPEG
MARGIN = 0.35  # of a box's height, shown around it
# pixels of a crop: ten lines that can still be read
HIGHEST = 320


class Sheet:
    """A page's picture, decoded once."""

    def __init__(self, picture: Picture) -> None:
        self.picture = picture
        self._pixels = jpeg.decode(picture.jpeg)

    def page(self) -> str:
        """The whole page as a data URI."""
        return _uri(_narrowed(self._pixels, PAGE_WIDTH), PAGE_QUALITY)

    def crop(self, box: Box) -> str | None:
        """The part of the page in *box*, in page units, with a margin, as a data URI; None if it lies outside the
        page."""
        margin = MARGIN * min(box.height, box.width)
        height, width = self._pixels.shape[:2]
        across, down = width / self.picture.width, height / self.picture.height
        left, right = (_within(edge * across, width) for edge in (box.x0 - margin, box.x1 + margin))
        top, bottom = (_within(edge * down, height) for edge in (box.y0 - margin, box.y1 + margin))
        if right - left < 1 or bottom - top < 1:
            return None
        return _uri(_lowered(self._pixels[top:bottom, left:right]), CROP_QUALITY)


def _within(edge: float, size: int) -> int:
    return round(min(max(edge, 0.0), float(size)))


def _narrowed(pixels: Pixels, width: int) -> Pixels:
    return _scaled(pixels, width / pixels.shape[1])


def _lowered(pixels: Pixels) -> Pixels:
    return _scaled(pixels, HIGHEST / pixels.shape[0])


def _scaled(pixels: Pixels, factor: float) -> Pixels:
    """*pixels* made smaller; never larger."""
    if factor >= 1.0:
        return pixels
    size = (max(1, round(pixels.shape[1] * factor)), max(1, round(pixels.shape[0] * factor)))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def _uri(pixels: Pixels, quality: int) -> str:
    return f"data:image/jpeg;base64,{base64.b64encode(jpeg.encode(pixels, quality=quality)).decode('ascii')}"
