"""The color of the bare paper of a page, which lamps and shadows make different from place to place."""

from __future__ import annotations

import cv2
import numpy as np

from invoiceocr.page import Pixels

# pixels: the color of the paper is measured on a picture of this size
SCALE = 0.125
# pixels of that picture: wider than strokes, so that each neighborhood contains paper; and than print
NEIGHBORHOOD, PRINT = 7, 15


def color(pixels: Pixels) -> Pixels:
    """The color of the paper, as a small picture: the brightest color of each neighborhood, smoothed."""
    brightest = cv2.dilate(shrunk(pixels, SCALE), np.ones((NEIGHBORHOOD, NEIGHBORHOOD), np.uint8))
    return np.asarray(cv2.medianBlur(brightest, PRINT), np.uint8)


def shrunk(pixels: Pixels, scale: float) -> Pixels:
    """*pixels* at *scale*; each new pixel is the mean of those that it replaces."""
    return np.asarray(cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)


def enlarged(paper: Pixels, pixels: Pixels) -> Pixels:
    """A small picture of the *paper* in the size of *pixels*."""
    return np.asarray(cv2.resize(paper, pixels.shape[1::-1], interpolation=cv2.INTER_LINEAR), np.uint8)
