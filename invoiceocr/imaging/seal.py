"""Red seals: what is stamped over a page is not printed on it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from invoiceocr.geometry import Box
from invoiceocr.page import PageImage

DARKER = 40  # gray levels darker than the paper: ink
# red minus green of seal ink; brown form lines have green halfway between red and blue
RED = 50
REDDISH = 30  # red minus green of seal ink, however thin; half of that may be paper under a lamp
PAPER = 80  # percentile of the brightness that counts as the paper's
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


def lifted(image: PageImage) -> PageImage:
    """*image* as seen in red light, where seals are as bright as the paper: what they cover stays dark."""
    _, green, red = (image.pixels[:, :, channel].astype(np.float32) for channel in range(3))
    seal = red - green > REDDISH
    if seal.any():
        paper = float(np.percentile(red, PAPER))
        red[seal] = np.minimum(red[seal] * paper / max(float(np.median(red[seal])), 1.0), paper)
    return replace(image, pixels=np.repeat(red.astype(np.uint8)[:, :, None], 3, axis=2))
