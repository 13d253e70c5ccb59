"""A picture transformed by a homography that is remembered, so that every place can be traced back to the page.

OpenCV is loaded with the first picture that is transformed: pages of characters have places, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from invoiceocr.geometry import Quad
from invoiceocr.page import PageImage

Matrix = NDArray[np.float64]  # 3×3


def warped(image: PageImage, matrix: Matrix) -> tuple[PageImage, Matrix]:
    """*image* under *matrix*, on a canvas that holds all of it, with its border repeated outward; and the map onto that
    canvas."""
    import cv2

    corners = outline(image.width, image.height, matrix)
    low, high = corners.min(axis=0), corners.max(axis=0)
    onto = np.array([[1, 0, -low[0]], [0, 1, -low[1]], [0, 0, 1]]) @ matrix
    width, height = (int(side) for side in np.ceil(high - low))
    pixels = cv2.warpPerspective(
        image.pixels, onto, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    moved_back = image.transform @ np.linalg.inv(onto)
    return replace(image, pixels=np.asarray(pixels, np.uint8), transform=moved_back), onto


def outline(width: int, height: int, matrix: Matrix) -> Matrix:
    """Where *matrix* maps the corners of a picture of that size, 4×2."""
    import cv2

    corners = np.array([[[0, 0], [width, 0], [width, height], [0, height]]], np.float64)
    return np.asarray(cv2.perspectiveTransform(corners, matrix)[0], np.float64)


def moved(quads: Sequence[Quad], matrix: Matrix) -> tuple[Quad, ...]:
    """*quads* under *matrix*, each beginning at the same corner."""
    if not quads:
        return ()
    import cv2

    points = cv2.perspectiveTransform(np.array(quads, np.float64).reshape(1, -1, 2), matrix).reshape(-1, 4, 2)
    corners = [[(float(x), float(y)) for x, y in quad] for quad in points]
    return tuple((tl, tr, br, bl) for tl, tr, br, bl in corners)
