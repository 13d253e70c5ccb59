"""What the network should say of a page: the maps of its texts, drawn from their quads."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from training.detector.pages import Quads

# of the text's height: how far a kernel stays inside its box above and below
INSET = 0.25
# of the height, at the text's ends: narrow columns stand that close
SIDE_INSET = 0.1
# pixels: lower print can't be read and is neither text nor background
SMALLEST = 5.0
# of the height: how wide the border around a kernel is
GAP = 0.35
# the weight of what lies between two texts so close that the borders of their kernels meet
BETWEEN = 3.0
FRACTION = 4  # bits of fraction in OpenCV's coordinates

Maps = NDArray[np.float32]


def draw_maps(quads: Quads, quarters: int, size: tuple[int, int]) -> tuple[Maps, Maps]:
    """(kernels, coarse) for a picture of *size* (height, width), multiples of 4: kernels at half the size, 2 maps
    (kernel; weight, 0 where nothing is to be learned and more where two texts must be kept apart); coarse at a
    quarter, 4 maps (border between texts; lying; upside down; weight of the last two)."""
    half = np.zeros((2, size[0] // 2, size[1] // 2), np.float32)
    half[1] = 1.0
    coarse = np.zeros((4, size[0] // 4, size[1] // 4), np.float32)
    borders = np.zeros(half.shape[1:], np.uint8)
    heights = [(quad, _height(quad)) for quad in quads]
    legible = [(quad, height) for quad, height in heights if height >= SMALLEST]
    for quad, height in legible:
        border = grown(quad, GAP * height)
        _fill(coarse[0], border / 4, 1.0)
        _count(borders, border / 2)
    half[1][borders > 1] = BETWEEN
    for quad, height in legible:
        inner = kernel(quad, height)
        _fill(coarse[0], inner / 4, 0.0)
        _fill(half[0], inner / 2, 1.0)
        _fill(half[1], inner / 2, 1.0)
        _fill(coarse[3], inner / 4, 1.0)
    for quad in (quad for quad, height in heights if height < SMALLEST):
        _fill(half[1], quad / 2, 0.0)
    coarse[1] = float(quarters % 2)
    coarse[2] = float(quarters in (2, 3))
    return half, coarse


def _height(quad: Quads) -> float:
    return float(np.linalg.norm(quad[3] - quad[0]) + np.linalg.norm(quad[2] - quad[1])) / 2


def kernel(quad: Quads, height: float) -> Quads:
    """The inner part of *quad* that no neighbor's touches."""
    down = _unit(quad[3] - quad[0] + quad[2] - quad[1]) * height * INSET
    length = float(np.linalg.norm(quad[1] - quad[0]))
    across = _unit(quad[1] - quad[0] + quad[2] - quad[3]) * min(height * SIDE_INSET, 0.25 * length)
    return np.array(
        [quad[0] + down + across, quad[1] + down - across, quad[2] - down - across, quad[3] - down + across], np.float32
    )


def grown(quad: Quads, margin: float) -> Quads:
    """*quad* moved outwards by *margin* on all sides."""
    down = _unit(quad[3] - quad[0] + quad[2] - quad[1]) * margin
    across = _unit(quad[1] - quad[0] + quad[2] - quad[3]) * margin
    return np.array(
        [quad[0] - down - across, quad[1] - down + across, quad[2] + down + across, quad[3] + down - across], np.float32
    )


def _unit(vector: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-6), np.float32)


def _count(target: NDArray[np.uint8], quad: NDArray[np.floating]) -> None:
    """Adds 1 to the pixels of *target* in *quad*."""
    height, width = target.shape
    left, top = np.clip(np.floor(quad.min(axis=0)).astype(int), 0, (width, height))
    right, bottom = np.clip(np.ceil(quad.max(axis=0)).astype(int) + 1, 0, (width, height))
    if left < right and top < bottom:
        part = np.zeros((bottom - top, right - left), np.float32)
        _fill(part, quad - (left, top), 1.0)
        target[top:bottom, left:right] += part.astype(np.uint8)


def _fill(target: Maps, quad: NDArray[np.floating], value: float) -> None:
    points = np.round((quad - 0.5) * 2**FRACTION).astype(np.int32)
    cv2.fillConvexPoly(target, points, value, cv2.LINE_8, FRACTION)
