"""From a kernel map to quads: connected kernels and their smallest rectangles, expanded to the whole text.

Our own detector marks the inner part of each text: half of its height, and its whole length except for a tenth of the
height at both ends. Neighbors therefore never touch in the map, and the full box follows from the thickness of the
kernel alone.
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
# map values between which a pixel is uncertain
UNCERTAIN = (0.2, 0.8)
MOST_LINES = 2000  # a page of noise must not take minutes
# times its shorter side: a kernel that is not longer counts as level
SQUARE = 2.0
# times the median height of all kernels, from which a kernel may contain two lines
TALL = 1.6
# share of the filling of the rows above and below that a row between two lines may have at most
VALLEY = 0.6
THICKNESS = 0.5  # share of the text's height that its kernel fills
# share of the height that the kernel leaves out at either end
SIDE_INSET = 0.1


def quads(kernels: NDArray[np.float32]) -> tuple[Quad, ...]:
    """The text quads of a map (H×W, 0..1) in map pixels, clockwise from the top left, in no particular order."""
    mask = (kernels > TEXT).astype(np.uint8)
    labels, boxes = _components(mask)
    if _cut_bridges(mask, labels, boxes):
        labels, boxes = _components(mask)
    found = (_quad(kernels, labels, boxes[index], index) for index in range(1, len(boxes)))
    return tuple(quad for quad in found if quad is not None)


def _components(mask: NDArray[np.uint8]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The label of each pixel, and x, y, width, height and area of each component, the background first."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=4)
    return np.asarray(labels, np.int32), np.asarray(stats, np.int32)[: MOST_LINES + 1]


def _cut_bridges(mask: NDArray[np.uint8], labels: NDArray[np.int32], boxes: NDArray[np.int32]) -> bool:
    """Separates lines of text whose kernels touch in places, by clearing the row of *mask* between them; True if there
    were any."""
    if len(boxes) < 2:
        return False
    tall = TALL * float(np.median(boxes[1:, 3]))
    cut = False
    for index, (x, y, width, height, _) in enumerate(boxes[1:].tolist(), start=1):
        if not tall < height < width:
            continue
        inside = labels[y : y + height, x : x + width] == index
        row = _valley(inside.sum(axis=1))
        if row is not None:
            mask[y + row, x : x + width][inside[row]] = 0
            cut = True
    return cut


def _valley(filled: NDArray[np.int64]) -> int | None:
    """The row between two lines of text, from the number of *filled* pixels in each row; None if there is only one
    line."""
    above, below = np.maximum.accumulate(filled), np.maximum.accumulate(filled[::-1])[::-1]
    row = int(np.argmin(filled / np.minimum(above, below)))
    return row if filled[row] < VALLEY * min(above[row], below[row]) else None


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


def uncertainty(kernels: NDArray[np.float32]) -> float:
    """How many pixels of a map (H×W, 0..1) are neither text nor background for each one that is surely text: about 0.2
    on crisp print, where only the rims of the kernels are uncertain, and over 0.4 on photos."""
    low, high = UNCERTAIN
    surely = int((kernels > high).sum())
    return (int((kernels > low).sum()) - surely) / max(surely, 1)


def direction(maps: NDArray[np.float32], kernels: NDArray[np.float32]) -> tuple[float, float] | None:
    """The mean logits of lying and of upside down (*maps*, 2×H×W) over the text of *kernels* (H×W); None without
    text."""
    text = kernels > TEXT
    if int(text.sum()) < SMALLEST:
        return None
    return float(maps[0][text].mean()), float(maps[1][text].mean())
