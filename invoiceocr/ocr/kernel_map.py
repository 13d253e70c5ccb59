"""From a kernel map to quads: connected kernels, their smallest rectangles, grown back to the whole text.

The detector of our own marks of each text its inner part: half of its height, and all of its length but a tenth of the
height at both ends. So neighbors never touch in the map, and the full box follows from the kernel's thickness alone.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from invoiceocr.geometry import Quad
from invoiceocr.ocr.textmap import Rectangle, corners

TEXT = 0.4  # map value from which a pixel belongs to a kernel
LINE = 0.6  # mean map value of a kernel that counts as a text
SMALLEST = 3  # pixels of the map; smaller specks are dirt
MOST_LINES = 2000  # a page of noise must not take minutes
# times its shorter side: what is not longer is taken to stand level
SQUARE = 2.0
THICKNESS = 0.5  # of the text's height that its kernel fills
# of the height that the kernel leaves out at either end
SIDE_INSET = 0.1


def quads(kernels: NDArray[np.float32]) -> tuple[Quad, ...]:
    """The text quads of a map (H×W, 0..1) in map pixels, clockwise from the top left, in no certain order."""
    mask = (kernels > TEXT).astype(np.uint8)
    count, components, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=4)
    labels = np.asarray(components, np.int32)
    boxes = np.asarray(stats, np.int32)
    found = (_quad(kernels, labels, boxes[index], index) for index in range(1, min(count, MOST_LINES + 1)))
    return tuple(quad for quad in found if quad is not None)


def _quad(kernels: NDArray[np.float32], labels: NDArray[np.int32], stat: NDArray[np.int32], index: int) -> Quad | None:
    x, y, width, height, area = (int(value) for value in stat)
    if area < SMALLEST:
        return None
    window = (slice(y, y + height), slice(x, x + width))
    inside = labels[window] == index
    if float(kernels[window][inside].mean()) < LINE:
        return None
    points = np.argwhere(inside)[:, ::-1].astype(np.float32)
    # the smallest rectangle around a square speck may stand on its corner
    if max(width, height) < SQUARE * min(width, height):
        return corners(grown(((x + width / 2, y + height / 2), (width, height), 0.0), area))
    (cx, cy), size, angle = cv2.minAreaRect(points)
    # pixel centers span one pixel less than the kernel is wide
    rectangle = ((cx + x + 0.5, cy + y + 0.5), (size[0] + 1.0, size[1] + 1.0), angle)
    return corners(grown(_level(rectangle), area))


def _level(rectangle: Rectangle) -> Rectangle:
    """The same rectangle with an angle of -45..45 degrees, its width along the page's x."""
    center, (width, height), angle = rectangle
    turned = round(angle / 90)
    size = (height, width) if turned % 2 else (width, height)
    return center, size, angle - 90 * turned


def grown(rectangle: Rectangle, area: float) -> Rectangle:
    """The rectangle of the whole text around a kernel of *area* pixels."""
    center, (width, height), angle = rectangle
    lying = height > 1.5 * width
    length, thickness = (height, width) if lying else (width, height)
    # the area is a better measure of a thin kernel's thickness than its outermost pixels
    thickness = min(thickness, max(area / max(length, 1.0), thickness * 0.6))
    tall = thickness / THICKNESS
    long = length + 2 * SIDE_INSET * tall
    return center, (tall, long) if lying else (long, tall), angle


def turned_upright(direction: NDArray[np.float32], kernels: NDArray[np.float32]) -> int | None:
    """How many clockwise quarter turns bring the page upright, by the votes of its text; None without text.

    *direction* is 2×H×W: the logits of lying and of upside down; *kernels* a map of the same size."""
    text = kernels > TEXT
    if int(text.sum()) < SMALLEST:
        return None
    lying, upside_down = (float(part[text].mean()) > 0 for part in direction)
    return {(False, False): 0, (True, False): 1, (False, True): 2, (True, True): 3}[lying, upside_down]
