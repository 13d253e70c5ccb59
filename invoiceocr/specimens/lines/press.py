"""What printers do to ink: pins, worn ribbons, thick and thin strokes."""

from __future__ import annotations

import math
from functools import lru_cache
from random import Random

import cv2
import numpy as np

from invoiceocr.specimens.lines.faces import EM
from invoiceocr.specimens.lines.typeset import Ink

# 24 pins at 10.5 point (180 dots an inch), smaller print, 9 pins
PINS_AN_EM = (26.0, 26.0, 24.0, 22.0, 17.0)
REACHES = (0.44, 0.5, 0.56, 0.62)  # radius of a dot in pitches
# coverage from which a pin strikes; higher values lose thin strokes
STRUCK = 52
FINE = 3  # pixels a dot


def dots(ink: Ink, rng: Random) -> Ink:
    """The ink as pins leave it: on the printer's own grid, each dot a small disc, some pins weak."""
    factor = rng.choice(PINS_AN_EM) / EM
    size = (max(1, round(ink.shape[1] * factor)), max(1, round(ink.shape[0] * factor)))
    grid = (cv2.resize(ink, size, interpolation=cv2.INTER_AREA) >= STRUCK).astype(np.uint8) * 255
    if rng.random() < 0.15:
        grid[rng.randrange(size[1])] //= rng.choice((2, 4, 255))
    spread = np.zeros((size[1] * FINE, size[0] * FINE), np.uint8)
    spread[FINE // 2 :: FINE, FINE // 2 :: FINE] = grid
    discs = cv2.dilate(spread, _disc(round(rng.choice(REACHES) * FINE, 2)))
    return np.asarray(cv2.resize(discs, (ink.shape[1], ink.shape[0]), interpolation=cv2.INTER_AREA), np.uint8)


def fade(ink: Ink, rng: Random) -> Ink:
    """The ink of a worn ribbon: weaker in patches and specks, or over its upper or lower part."""
    numbers = np.random.default_rng(rng.getrandbits(32))
    rows, columns = ink.shape
    coarse = numbers.random((3, max(2, columns // 60)), np.float32)
    patches = cv2.resize(coarse, (columns, rows), interpolation=cv2.INTER_CUBIC)
    specks = cv2.resize(numbers.random((rows // 2, columns // 2), np.float32), (columns, rows))
    kept = 1.0 - rng.uniform(0.2, 0.75) * np.clip(0.75 * patches + 0.5 * specks - 0.1, 0.0, 1.0)
    return (ink * kept).astype(np.uint8)


def weight(ink: Ink, rng: Random) -> Ink:
    """The ink with strokes a little thicker or thinner."""
    kernel = np.ones(rng.choice(((2, 2), (1, 2), (2, 1), (3, 3))), np.uint8)
    thicker = rng.random() < 0.6 or kernel.size > 4
    return np.asarray(cv2.dilate(ink, kernel) if thicker else cv2.erode(ink, kernel), np.uint8)


@lru_cache(maxsize=16)
def _disc(radius: float) -> Ink:
    reach = math.ceil(radius)
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    return np.asarray(x * x + y * y <= radius * radius, np.uint8)
