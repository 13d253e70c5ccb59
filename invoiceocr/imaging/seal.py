"""Red seals: what is stamped over a page is not printed on it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from invoiceocr.geometry import Box, union
from invoiceocr.imaging import paper
from invoiceocr.page import PageImage, Pixels

Floats = NDArray[np.float32]
Gray = NDArray[np.uint8]

DARKER = 40  # gray levels darker than the paper: ink
# red minus green of seal ink; brown form lines have green halfway between red and blue
RED = 50
# optical density of a pixel by its brightness
DENSITY = -np.log((np.arange(256, dtype=np.float32) + 1) / 256)
# density in green light, less that in red, of what is surely ink of seals
STAMPED = 0.25
# percentile of the ratio of the density of that ink in red light to this difference. Below the median, scraps of seals
# remain that turn figures into others
COMMON = 55
NEAR = 64  # pixels around a place: as far as readers look
# rows whose densities are in memory at once: those of a whole page would take more than anything else does
STRIP = 256
SPARSE = 2  # every second pixel of every second row says as much of a seal as all of them
MOST = 1.0  # of this ratio: violet print has more
# share of ink in a row or column of pixels that makes it a line of the form, which may be red, too
RULED = 0.9
NEUTRAL = 30  # largest green minus blue


def red_share(image: PageImage, box: Box) -> float:
    """The share of the ink in *box*, without ruled lines, that has the red of seals, 0..1."""
    crop = image.pixels[max(int(box.y0), 0) : int(box.y1) + 1, max(int(box.x0), 0) : int(box.x1) + 1]
    if crop.size == 0:
        return 0.0
    blue, green, red = (crop[:, :, channel].astype(np.int16) for channel in range(3))
    darkest = np.minimum(np.minimum(blue, green), red)
    ink = darkest < np.percentile(darkest, 85) - DARKER
    ink &= (ink.mean(axis=0, keepdims=True) < RULED) & (ink.mean(axis=1, keepdims=True) < RULED)
    seal = ink & (red - green > RED) & (green - blue < NEUTRAL)
    return float(seal.sum() / max(int(ink.sum()), 1))


def lifted(image: PageImage, places: Iterable[Box]) -> PageImage:
    """*image* as seen in red light, without its seals at *places* and near them: what seals cover stays as dark as it
    is beside them.

    Inks let a share of the light through, so that their densities, the logarithms of these shares, add up where one ink
    lies over another. Black print is as dense in green light as in red, and the ink of seals is not: the difference
    says how much of it a pixel has. How dense that much is in red light is measured in the rows of *places*, where
    there is most.
    """
    around = union(places)
    rows = slice(max(0, int(around.y0) - NEAR), max(0, int(around.y1) + NEAR))
    columns = slice(max(0, int(around.x0) - NEAR), max(0, int(around.x1) + NEAR))
    pixels = np.repeat(image.pixels[:, :, 2:], 3, axis=2)
    band = image.pixels[rows]
    if band[:, columns].size and min(band.shape[:2]) * paper.SCALE >= 1:
        bare = paper.enlarged(paper.color(band), band)
        share = _share(band[::SPARSE, ::SPARSE], bare[::SPARSE, ::SPARSE])
        for top in range(0, len(band), STRIP):
            part = (slice(top, top + STRIP), columns)
            pixels[rows][part] = _without_seals(band[part], bare[part], share)[:, :, None]
    return replace(image, pixels=pixels)


def _share(pixels: Pixels, bare: Pixels) -> float:
    """How dense in red light is what is surely ink of seals, by how much of it there is; 0 without any."""
    stamped, red = _stamped(pixels, bare)
    sealed = stamped > STAMPED
    share = float(np.percentile(red[sealed] / stamped[sealed], COMMON)) if sealed.any() else 0.0
    return max(share, 0.0) if share < MOST else 0.0


def _without_seals(pixels: Pixels, bare: Pixels, share: float) -> Gray:
    """The brightness of *pixels* in red light without the seals, which have this *share* of density."""
    stamped, _ = _stamped(pixels, bare)
    seen = pixels[:, :, 2]
    return np.asarray(np.minimum(seen * np.exp(share * stamped), np.maximum(bare[:, :, 2], seen)), np.uint8)


def _stamped(pixels: Pixels, bare: Pixels) -> tuple[Floats, Floats]:
    """How much ink of seals each pixel has, and how dense all of its inks are in red light. Brown ink is denser in blue
    light than in green, and seals are not."""
    blue, green, red = (
        cv2.subtract(cv2.LUT(shown, DENSITY), cv2.LUT(plain, DENSITY))
        for shown, plain in zip(cv2.split(pixels), cv2.split(bare), strict=True)
    )
    stamped = np.maximum(green - red - np.maximum(blue - green, 0.0), 0.0)
    return np.asarray(stamped, np.float32), np.asarray(red, np.float32)
