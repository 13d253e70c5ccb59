"""From the detector's text map to quads: contours and their smallest rectangles, expanded to the full letter height."""

from __future__ import annotations

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from invoiceocr.geometry import Quad

TEXT = 0.2  # map value from which a pixel counts as text
# mean map value inside a contour from which it counts as a line
LINE = 0.45
# the map holds shrunken text; looser boxes make print smaller and let neighbors in
UNCLIP = 1.2
# pixels of the map; thinner specks are dots and dirt
SMALLEST = 3.0
MOST_LINES = 2000  # a page of noise must not take minutes

# center, size, angle in degrees, as in cv2
Rectangle = tuple[tuple[float, float], tuple[float, float], float]


def quads(text_map: NDArray[np.float32]) -> tuple[Quad, ...]:
    """The text quads of a map (H×W, 0..1) in map pixels, clockwise from the top left, in no particular order."""
    mask = (text_map > TEXT).astype(np.uint8)
    contours, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    found = (_quad(contour, text_map) for contour in contours[:MOST_LINES])
    return tuple(quad for quad in found if quad is not None)


def unclip(rectangle: Rectangle) -> Rectangle:
    """The rectangle moved outwards on all sides by area × UNCLIP / perimeter."""
    center, (width, height), angle = rectangle
    margin = width * height * UNCLIP / (2 * (width + height))
    return center, (width + 2 * margin, height + 2 * margin), angle


def corners(rectangle: Rectangle) -> Quad:
    """The corners of a cv2 rectangle, clockwise, beginning with the one nearest to the top left."""
    points = cv2.boxPoints(rectangle)
    by_x = points[np.argsort(points[:, 0], kind="stable")]
    left = by_x[:2][np.argsort(by_x[:2, 1], kind="stable")]
    right = by_x[2:][np.argsort(by_x[2:, 1], kind="stable")]
    tl, tr, br, bl = ((float(p[0]), float(p[1])) for p in (left[0], right[0], right[1], left[1]))
    return (tl, tr, br, bl)


def _quad(contour: MatLike, text_map: NDArray[np.float32]) -> Quad | None:
    (x, y), (width, height), angle = cv2.minAreaRect(contour)
    rectangle = ((x, y), (width, height), angle)
    if min(rectangle[1]) < SMALLEST or _strength(contour, text_map) < LINE:
        return None
    return corners(unclip(rectangle))


def _strength(contour: MatLike, text_map: NDArray[np.float32]) -> float:
    """The mean of the map inside the contour."""
    x, y, width, height = cv2.boundingRect(contour)
    mask = np.zeros((height, width), np.uint8)
    cv2.fillPoly(mask, [contour - (x, y)], 1)
    return float(cv2.mean(text_map[y : y + height, x : x + width], mask)[0])
