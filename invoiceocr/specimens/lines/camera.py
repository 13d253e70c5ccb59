"""What scanners, cameras and files do to a picture: light, blur, noise, compression."""

from __future__ import annotations

import math
from functools import lru_cache
from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray

from invoiceocr.page import Pixels

POOL = 1 << 20  # normal values that noise is cut from


def lit(picture: Pixels, rng: Random, contrast: float) -> Pixels:
    """Uneven light, and *contrast* (1: full) about white."""
    rows, columns = picture.shape[:2]
    slope = np.linspace(0, rng.uniform(-0.15, 0.15), columns, dtype=np.float32)[None, :, None]
    slope = slope + np.linspace(0, rng.uniform(-0.1, 0.1), rows, dtype=np.float32)[:, None, None]
    cast = np.array([rng.uniform(0.9, 1.04) for _ in range(3)], np.float32)
    gain = (rng.uniform(0.55, 1.0) + slope) * cast
    return _bytes((255 - (255 - picture.astype(np.float32)) * contrast) * gain)


def blurred(picture: Pixels, sigma: float) -> Pixels:
    """A lens out of focus by *sigma* pixels."""
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma), np.uint8) if sigma > 0.15 else picture


def shaken(picture: Pixels, rng: Random, length: int) -> Pixels:
    """A camera that moved by *length* pixels."""
    kernel = np.zeros((length, length), np.float32)
    turn = rng.uniform(0, math.pi)
    for step in np.linspace(-1, 1, 4 * length):
        x, y = (round((1 + step * f(turn)) * (length - 1) / 2) for f in (math.cos, math.sin))
        kernel[y, x] = 1.0
    return np.asarray(cv2.filter2D(picture, -1, kernel / kernel.sum()), np.uint8)


def noisy(picture: Pixels, rng: Random, deviation: float) -> Pixels:
    """Noise of a sensor: gray or colored, of that standard deviation."""
    shape = picture.shape if rng.random() < 0.4 else (*picture.shape[:2], 1)
    count = math.prod(shape)
    start = rng.randrange(POOL - count) if count < POOL else 0
    grain = np.resize(_pool()[start : start + count], shape)
    return _bytes(picture + grain * np.float32(deviation))


def compressed(picture: Pixels, quality: int) -> Pixels:
    """A JPEG of that quality, opened again."""
    _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)


def gray(picture: Pixels) -> Pixels:
    """Without color."""
    single = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    return np.asarray(cv2.cvtColor(single, cv2.COLOR_GRAY2BGR), np.uint8)


@lru_cache(maxsize=1)
def _pool() -> NDArray[np.float32]:
    return np.random.default_rng(1).standard_normal(POOL, np.float32)


def _bytes(values: NDArray[np.float32]) -> Pixels:
    return np.clip(values, 0, 255).astype(np.uint8)
