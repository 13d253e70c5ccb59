"""Separates print and form by their inks.

Paper invoices are printed in blue over a form in brown or black, and often off its rows, so that captions and values
run through each other. If a page has both inks, each is read on a picture without the other.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from invoiceocr.geometry import Box
from invoiceocr.imaging import paper
from invoiceocr.page import PageImage, Pixels

# pixels: inks are separated on a picture of this size, because color is no finer
COLOR_SIDE = 1440
# pixels: a narrower strip contains no print, and nothing would be left of it at that scale
MIN_SIDE = 24
FAINT = 12  # gray levels darker than the paper: anything printed
DARK = 45  # gray levels darker than the paper: certainly ink
# share of the page's height: ink this near counts toward the color of a pixel, so that dots stay with their digits
NEAR = 0.004
# share of the page's height: ink of one color is at least this large
WORD = 0.012
DOT = 0.008  # share of the page's height: points, hyphens, specks
LONG = 0.06  # share of the page's height: ruled lines, rings of seals
REACH = 0.25  # share of the text height: gaps between characters
# share of the text height in which two inks may overlap if they only touch
SHARED = 0.6
# share of the page's height: a line of print; a higher box contains more than one
TEXT = 0.025
MIN_INK = 0.1  # share of the other ink's pixels: less is a stray mark
# blue minus red of blue ink, relative to the paper
SURE_BLUE = 28
MIN_SHARE = 0.003  # share of the page's pixels that each ink must cover
MAX_SHARE = 0.25  # largest share of the page's pixels: a blue page is no print

Floats = NDArray[np.float32]
Mask = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Layers:
    """The inks of a page: where its print and its form have text (`printed` and `formed`, H×W, 0 or 1), and what each
    picture without the other ink is made of: the bare paper and both inks, all smaller than the page."""

    page: PageImage
    printed: Mask
    formed: Mask
    _paper: Pixels
    _print_ink: Mask
    _form_ink: Mask

    @property
    def print(self) -> PageImage:
        """The page without its form; created at each access, since few pages need it."""
        return self._without(self._form_ink)

    @property
    def form(self) -> PageImage:
        """The page without its print; created at each access."""
        return self._without(self._print_ink)

    def _without(self, ink: Mask) -> PageImage:
        """The page with blank paper wherever the small mask *ink* is set."""
        pixels = self.page.pixels.copy()
        mask = _enlarged(np.asarray(cv2.dilate(ink, np.ones((3, 3), np.uint8)), np.uint8), self.page)
        cv2.copyTo(paper.enlarged(self._paper, pixels), mask, pixels)
        return replace(self.page, pixels=pixels)

    def overlapping(self, box: Box) -> bool:
        """Whether both inks have text over the same part of *box*, longer than half its height."""
        area = (slice(max(int(box.y0), 0), int(box.y1) + 1), slice(max(int(box.x0), 0), int(box.x1) + 1))
        reach = np.ones(1 + 2 * int(REACH * box.height))
        columns = [np.convolve(mask[area].any(axis=0), reach, "same") > 0 for mask in (self.printed, self.formed)]
        printed, formed = int(self.printed[area].sum()), int(self.formed[area].sum())
        both = min(printed, formed) > MIN_INK * max(printed, formed)
        return bool(both and (columns[0] & columns[1]).sum() > SHARED * min(box.height, TEXT * self.printed.shape[0]))


def separate(image: PageImage) -> Layers | None:
    """The layers if blue print and a form of another ink share the page, otherwise None."""
    if min(image.width, image.height) < MIN_SIDE:
        return None
    bare = paper.color(image.pixels)
    if not _has_two_inks(image.pixels, bare):
        return None
    # ink and its color on a small picture
    small = paper.shrunk(image.pixels, min(1.0, COLOR_SIDE / max(image.width, image.height)))
    ink, excess = _ink(small, bare)
    # decide by the color around it which ink is the print and which the form
    is_print = _local_mean(excess, ink, NEAR) > SURE_BLUE / 2
    printed = (is_print & (ink > FAINT)).astype(np.uint8)
    formed, formed_text = _without_dots((~is_print & (ink > FAINT)).astype(np.uint8))
    sure = (ink > DARK).astype(np.uint8)
    return Layers(image, _enlarged(printed & sure, image), _enlarged(formed_text & sure, image), bare, printed, formed)


def _has_two_inks(pixels: Pixels, bare: Pixels) -> bool:
    """Whether blue ink and another ink cover enough of the page, judged from a quarter of its pixels."""
    ink, excess = _ink(paper.shrunk(pixels, 0.5), bare)
    dark, blue = ink > DARK, _local_mean(excess, ink, WORD)
    return _covers(dark & (blue > SURE_BLUE)) and _covers(dark & (blue < SURE_BLUE / 2))


def _ink(pixels: Pixels, bare: Pixels) -> tuple[Mask, NDArray[np.int16]]:
    """How much darker than the *bare* paper each pixel is, and how much bluer."""
    bare = paper.enlarged(bare, pixels)
    dark = cv2.cvtColor(cv2.subtract(bare, pixels), cv2.COLOR_BGR2GRAY)
    return np.asarray(dark, np.uint8), _blueness(pixels) - _blueness(bare)


def _local_mean(excess: NDArray[np.int16], ink: Mask, reach: float) -> Floats:
    """*excess* as the mean over the ink around each pixel, within *reach* of the height: cameras and JPEG store color
    more coarsely than brightness, and screens give black print colored fringes."""
    weight = ink.astype(np.float32)
    sigma = max(1.0, reach * ink.shape[0] / 2)
    weighted = cv2.GaussianBlur(excess * weight, (0, 0), sigma)
    return np.asarray(weighted / (cv2.GaussianBlur(weight, (0, 0), sigma) + 1.0), np.float32)


def _blueness(pixels: Pixels) -> NDArray[np.int16]:
    channels = cv2.split(pixels)
    return np.asarray(cv2.subtract(channels[0], channels[2], dtype=cv2.CV_16S), np.int16)


def _covers(mask: NDArray[np.bool_]) -> bool:
    return MIN_SHARE < float(mask.mean()) < MAX_SHARE


def _without_dots(mask: Mask) -> tuple[Mask, Mask]:
    """*mask* without marks as small as a point or a hyphen, which are too small to show a color of their own, and
    without ruled lines and rings of seals."""
    side, long = DOT * mask.shape[0], LONG * mask.shape[0]
    _, marks, stats, _ = cv2.connectedComponentsWithStats(mask)
    extent = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT])
    large, text = extent > side, (extent > side) & (extent < long)
    large[0] = text[0] = False
    return np.asarray(large[marks], np.uint8), np.asarray(text[marks], np.uint8)


def _enlarged(mask: NDArray[np.uint8], image: PageImage) -> Mask:
    """*mask* in the size of *image*."""
    return np.asarray(cv2.resize(mask, (image.width, image.height), interpolation=cv2.INTER_NEAREST), np.uint8)
