"""Print and form apart, by their inks.

Paper invoices are printed in blue over a form in brown or black, and often off its rows, so that captions and
values run through each other. Where the page has both inks, each is read on a picture without the other.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from invoiceocr.page import PageImage, Pixels

PAPER_SCALE = 0.125  # the paper's color is measured on a picture that small
FAINT = 12  # gray levels darker than the paper: anything printed
DARK = 45  # gray levels darker than the paper: certainly ink
NEAR = 0.004  # of the page's height: ink that near counts for a pixel's color, so that dots go with their digits
DOT = 0.008  # of the page's height: points, hyphens, specks
SURE_BLUE = 28  # blue minus red, less the paper's own, of blue ink
MIN_SHARE = 0.003  # of the page's pixels that each ink must cover
MAX_SHARE = 0.25  # of the page's pixels; a blue page is no print

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Layers:
    """A page's print and its form, each as a picture without the other."""

    print: PageImage
    form: PageImage


def separate(image: PageImage) -> Layers | None:
    """The layers where blue print and a form of another ink share the page, else None."""
    pixels = image.pixels
    paper = _paper(pixels)
    ink = cv2.cvtColor(cv2.subtract(paper, pixels), cv2.COLOR_BGR2GRAY).astype(np.float32)
    blue = _local_blueness(pixels, paper, ink)
    is_print = blue > SURE_BLUE / 2
    if not (_covers((ink > DARK) & (blue > SURE_BLUE)) and _covers((ink > DARK) & ~is_print)):
        return None
    printed = (is_print & (ink > FAINT)).astype(np.float32)
    formed = _without_dots((~is_print & (ink > FAINT)).astype(np.uint8)).astype(np.float32)
    return Layers(
        print=replace(image, pixels=_without(pixels, paper, formed)),
        form=replace(image, pixels=_without(pixels, paper, printed)),
    )


def _paper(pixels: Pixels) -> Pixels:
    """The paper's color at each pixel: the brightest of the neighborhood, smoothed."""
    small = cv2.resize(pixels, None, fx=PAPER_SCALE, fy=PAPER_SCALE, interpolation=cv2.INTER_AREA)
    bright = cv2.medianBlur(cv2.dilate(small, np.ones((7, 7), np.uint8)), 15)
    return np.asarray(cv2.resize(bright, (pixels.shape[1], pixels.shape[0]), interpolation=cv2.INTER_LINEAR), np.uint8)


def _local_blueness(pixels: Pixels, paper: Pixels, ink: Floats) -> Floats:
    """Blue minus red, less the paper's own, as the mean over the ink around each pixel: cameras and JPEG keep
    color coarser than brightness."""
    excess = (_blueness(pixels) - _blueness(paper)).astype(np.float32)
    sigma = max(1.0, NEAR * pixels.shape[0] / 2)
    weighted = cv2.GaussianBlur(excess * ink, (0, 0), sigma)
    return np.asarray(weighted / (cv2.GaussianBlur(ink, (0, 0), sigma) + 1.0), np.float32)


def _blueness(pixels: Pixels) -> NDArray[np.int16]:
    channels = cv2.split(pixels)
    return np.asarray(cv2.subtract(channels[0], channels[2], dtype=cv2.CV_16S), np.int16)


def _covers(mask: NDArray[np.bool_]) -> bool:
    return MIN_SHARE < float(mask.mean()) < MAX_SHARE


def _without_dots(mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """*mask* without marks as small as a point or a hyphen: those are too small to show a color of their own."""
    side = DOT * mask.shape[0]
    _, marks, stats, _ = cv2.connectedComponentsWithStats(mask)
    large = (stats[:, cv2.CC_STAT_WIDTH] > side) | (stats[:, cv2.CC_STAT_HEIGHT] > side)
    large[0] = False
    return np.asarray(large[marks], np.uint8)


def _without(pixels: Pixels, paper: Pixels, mask: Floats) -> Pixels:
    """*pixels* with the paper's color under *mask*."""
    soft = np.asarray(cv2.GaussianBlur(cv2.dilate(mask, np.ones((3, 3), np.uint8)), (3, 3), 0), np.float32)
    return np.asarray(cv2.blendLinear(paper, pixels, soft, 1 - soft), np.uint8)
