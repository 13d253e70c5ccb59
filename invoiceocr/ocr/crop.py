"""A line of text cut out of a page and laid flat."""

from __future__ import annotations

from math import dist

import cv2
import numpy as np
from numpy.typing import NDArray

from invoiceocr.geometry import Quad
from invoiceocr.page import Pixels


def size(quad: Quad) -> tuple[float, float]:
    """(length along the text, height across it) of a quad."""
    tl, tr, br, bl = quad
    return max(dist(tl, tr), dist(bl, br)), max(dist(tl, bl), dist(tr, br))


def to_quad(quad: Quad, width: int, height: int) -> NDArray[np.float64]:
    """The homography from a flat width×height crop to the page."""
    flat = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix: NDArray[np.float64] = cv2.getPerspectiveTransform(flat, np.array(quad, np.float32))
    return matrix


def flat(pixels: Pixels, quad: Quad, width: int, height: int) -> Pixels:
    """The part of the picture under *quad* as width×height pixels; beyond the page its border goes on."""
    matrix = to_quad(quad, width, height)
    crop = cv2.warpPerspective(
        pixels, matrix, (width, height), flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(crop, np.uint8)
