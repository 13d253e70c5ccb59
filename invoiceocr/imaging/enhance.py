"""The classic chain of OCR preprocessing, for comparison: gray, equalized, binarized."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from invoiceocr.page import PageImage

TILE = 8  # tiles on each side of the local equalization
CLIP = 2.0  # contrast limit of the equalization
# share of the longer side: neighborhood of the local threshold
WINDOW = 0.02
OFFSET = 12  # gray levels below the mean of the neighborhood that make a pixel ink


def classic(image: PageImage) -> PageImage:
    """*image* in black and white: gray, contrast-limited equalization (CLAHE), local threshold."""
    gray = cv2.cvtColor(image.pixels, cv2.COLOR_BGR2GRAY)
    even = cv2.createCLAHE(clipLimit=CLIP, tileGridSize=(TILE, TILE)).apply(gray)
    window = max(3, int(WINDOW * max(gray.shape)) | 1)
    black = cv2.adaptiveThreshold(even, 255, cv2.ADAPTIVE_THRESH_GAUSSIAN_C, cv2.THRESH_BINARY, window, OFFSET)
    return replace(image, pixels=np.asarray(cv2.cvtColor(black, cv2.COLOR_GRAY2BGR), np.uint8))
