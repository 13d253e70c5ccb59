"""A drawn form, and what a camera makes of it."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from invoiceocr.geometry import Box, Quad, box_quad
from invoiceocr.imaging.warp import moved
from invoiceocr.page import PageImage

WIDTH, HEIGHT = 1200, 760
ROWS, COLUMNS = (160, 280, 340, 560, 620, 720), (80, 420, 700, 900, 1120)


def form(*, ruled: bool = True) -> tuple[PageImage, tuple[Quad, ...]]:
    """White paper with a frame of printed lines, and bars in its cells where text would be."""
    pixels = np.full((HEIGHT, WIDTH, 3), 245, np.uint8)
    if ruled:
        for y in ROWS:
            cv2.line(pixels, (COLUMNS[0], y), (COLUMNS[-1], y), (60, 80, 120), 2)
        for x in COLUMNS:
            cv2.line(pixels, (x, ROWS[0]), (x, ROWS[-1]), (60, 80, 120), 2)
    boxes = [Box(x + 20, y + 20, x + 180, y + 40) for y in ROWS[:-1] for x in COLUMNS[:-1]]
    return PageImage(pixels), tuple(box_quad(box) for box in boxes)


def photographed(
    image: PageImage, quads: tuple[Quad, ...], corners: Sequence[tuple[float, float]]
) -> tuple[PageImage, tuple[Quad, ...], NDArray[np.float64]]:
    """The form with its corners where the camera saw them, its quads there, and the map."""
    target = np.array(corners, np.float32)
    source = np.array([(0, 0), (WIDTH, 0), (WIDTH, HEIGHT), (0, HEIGHT)], np.float32)
    matrix = np.asarray(cv2.getPerspectiveTransform(source, target), np.float64)
    seen = cv2.warpPerspective(image.pixels, matrix, (1400, 1000), borderValue=(90, 100, 110))
    return PageImage(np.asarray(seen, np.uint8)), moved(quads, matrix), matrix


def slant(quads: tuple[Quad, ...]) -> tuple[float, float]:
    """How far horizontal and vertical sides of the quads are off their axes: rise over run, the worst."""
    across = max(abs(tr[1] - tl[1]) / abs(tr[0] - tl[0]) for tl, tr, _, _ in quads)
    down = max(abs(bl[0] - tl[0]) / abs(bl[1] - tl[1]) for tl, _, _, bl in quads)
    return across, down
