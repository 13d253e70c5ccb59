"""Finds the ink inside a cell: for characters too small or too isolated for the detector, and for lines that must be
found again in one of two inks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from invoiceocr.geometry import Box, Quad, union
from invoiceocr.ocr import crop as cuts
from invoiceocr.page import Pixels

MIN_CONTRAST = 40  # gray levels between paper and ink
# share of the cell: lower marks are specks or dots of a pattern
MIN_HEIGHT = 0.3
# share of the cell: what runs through it is a ruled line
MAX_HEIGHT = 0.97
MIN_SIDE = 4  # pixels of a cell
THICK = 0.25  # of the cell's height: thicker is no ruled line
DARKER = 25  # gray levels: as much darker than a colored line is print over it
EDGE = 2  # pixels beside a line that its blur darkens
OUTSIDE = 6  # pixels beside a cell that are looked at, too: a line at its border has another side
WORN = 0.35  # share of the contrast of a print that the lightest of its ink has
ACROSS = 90  # percent of a row or column: what is dark in so much of it is a ruled line
SPECK = 3  # pixels
PAD = 0.12  # margin around the ink, as a share of the cell's height
# a minus: times as wide as high; in heights of the print behind it: how wide, how near to that, how far off its middle
LEVEL, SHORT, LONG, NEAR, OFF_MIDDLE = 1.5, 0.2, 1.5, 0.6, 0.25


def without_rulings(pixels: Pixels, cells: Iterable[Box]) -> Pixels:
    """*pixels* without the ruled lines that run down through *cells* or at their borders, which hide what is printed
    over them: in their place is what stands on both sides, else paper. *pixels* themselves where there are none."""
    cleared = pixels
    for cell in (replace(cell, x0=cell.x0 - OUTSIDE, x1=cell.x1 + OUTSIDE) for cell in cells):
        crop = _crop(pixels, cell)
        for start, stop in _rulings(crop):
            if cleared is pixels:
                cleared = pixels.copy()
            _crop(cleared, cell)[:, start:stop] = _beside(crop, start, stop)
    return cleared


def _beside(crop: Pixels, start: int, stop: int) -> Pixels:
    """What stands in place of the ruled line in the columns *start* to *stop* of a *crop*: print that is darker than
    the line, else what stands on both its sides."""
    line = crop[:, start:stop]
    brightness = line.max(axis=2, keepdims=True).astype(np.int16)
    is_print = brightness + DARKER < np.median(brightness, axis=0)
    return np.where(is_print, line, np.maximum(crop[:, start - 1 : start], crop[:, stop : stop + 1]))


def _rulings(crop: Pixels) -> Iterator[tuple[int, int]]:
    """The columns, first and behind the last, of the ruled lines that run down through a *crop*, their blurred edges
    among them."""
    if min(crop.shape[:2], default=0) < MIN_SIDE:
        return
    height, width = crop.shape[:2]
    full = np.flatnonzero(_ink(crop).mean(axis=0) > MAX_HEIGHT)
    for columns in np.split(full, np.flatnonzero(np.diff(full) > 1) + 1):
        if 0 < len(columns) <= THICK * height:
            start, stop = int(columns[0]) - EDGE, int(columns[-1]) + 1 + EDGE
            if start > 0 and stop < width:
                yield start, stop


def _crop(pixels: Pixels, cell: Box) -> Pixels:
    """The part of *pixels* in *cell*."""
    x0, y0 = max(int(cell.x0), 0), max(int(cell.y0), 0)
    return pixels[y0 : int(cell.y1) + 1, x0 : int(cell.x1) + 1]


def ink_box(pixels: Pixels, cell: Box) -> Box | None:
    """The box around the characters in *cell* with a minus before them, None if it is empty; marks as high as the cell
    are ruled lines."""
    x0, y0 = max(int(cell.x0), 0), max(int(cell.y0), 0)
    crop = _crop(pixels, cell)
    if min(crop.shape[:2], default=0) < MIN_SIDE:
        return None
    height = crop.shape[0]
    _, _, stats, _ = cv2.connectedComponentsWithStats(_ink(crop))
    marks = [s for s in stats[1:] if MIN_HEIGHT * height < s[3] < MAX_HEIGHT * height]
    if not marks:
        return None
    print_ = union(Box(x, y, x + wide, y + high) for x, y, wide, high, _ in marks)
    signs = (Box(x, y, x + wide, y + high) for x, y, wide, high, _ in stats[1:] if wide > LEVEL * high)
    left = min([print_.x0, *(sign.x0 for sign in signs if _is_before(sign, print_))])
    pad = PAD * height
    return Box(x0 + left - pad, y0 + print_.y0 - pad, x0 + print_.x1 + pad, y0 + print_.y1 + pad)


def _is_before(sign: Box, print_: Box) -> bool:
    """Whether a *sign* stands right before *print_*, at its middle."""
    is_near = 0 < print_.x0 - sign.x1 < NEAR * print_.height
    is_as_wide = SHORT < sign.width / print_.height < LONG
    return is_near and is_as_wide and abs(sign.cy - print_.cy) < OFF_MIDDLE * print_.height


def is_blank(pixels: Pixels, quad: Quad, beside: Quad) -> bool:
    """Whether nothing is printed in *quad*: no place in it is as dark as the ink of the print *beside* it, however
    worn. Ruled lines there are darker than faint print."""
    level = _level(pixels, beside)
    paper = np.percentile(level, 80)
    ink = np.percentile(np.append(_unruled(level, paper - MIN_CONTRAST), paper), 5)
    return bool(_level(pixels, quad).min() > paper - WORN * (paper - ink))


def _unruled(level: NDArray[np.uint8], dark: float) -> NDArray[np.uint8]:
    """*level* without the rows and columns in which hardly anything is lighter than *dark*."""
    rows = level[np.percentile(level, ACROSS, axis=1) > dark]
    return rows[:, np.percentile(rows, ACROSS, axis=0) > dark] if rows.size else rows


def _level(pixels: Pixels, quad: Quad) -> NDArray[np.uint8]:
    """The gray levels in *quad*, without single specks."""
    length, height = (max(1, round(side)) for side in cuts.size(quad))
    cut = cuts.flat(pixels, quad, length, height).min(axis=2)
    return np.asarray(cv2.blur(cut, (SPECK, SPECK)), np.uint8)


def _ink(crop: Pixels) -> NDArray[np.uint8]:
    """1 where there is ink: in the darkest channel, both blue and red print are dark."""
    gray = crop.min(axis=2)
    paper = float(np.percentile(gray, 80))
    threshold = min(paper - MIN_CONTRAST, float(cv2.threshold(gray, 0, 255, cv2.THRESH_OTSU)[0]))
    return np.asarray(gray < threshold, np.uint8)
