"""Flattens a photographed page: by its frame if it has one that can be trusted, otherwise by its lines of text."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from invoiceocr.geometry import Quad
from invoiceocr.imaging.deskew import by_text, skew
from invoiceocr.imaging.frame import by_frame
from invoiceocr.imaging.warp import Matrix, moved, outline, warped
from invoiceocr.page import PageImage

# shift of any corner, as a share of the longer side; less counts as flat, because every resampling blurs
LEAST_SHIFT = 0.004
# more is not a page on a desk but an error
MOST_SHIFT = 0.35
LEVEL = 0.008  # rise over run of text that nobody notices


def flatten(image: PageImage, quads: Sequence[Quad]) -> tuple[PageImage, tuple[Quad, ...]]:
    """*image* with horizontal lines, and *quads* at their places in it; unchanged if it is flat already, or if the
    result is unsure."""
    quads = tuple(quads)
    frame = by_frame(image, quads)
    trusted = frame is not None and skew(moved(quads, frame)) <= max(skew(quads), LEVEL)
    matrix = frame if trusted else by_text(quads, image.width, image.height)
    if matrix is None or not LEAST_SHIFT <= _shift(image, matrix) <= MOST_SHIFT:
        return image, quads
    flat, onto = warped(image, matrix)
    return flat, moved(quads, onto)


def is_level(quads: Sequence[Quad]) -> bool:
    """Whether the text of a page is level, as all text of a drawn page is."""
    return skew(quads) <= LEVEL


def _shift(image: PageImage, matrix: Matrix) -> float:
    """How far *matrix* moves any corner, in longer sides; infinite if it turns the picture inside out."""
    corners = np.array([[0, 0, 1], [image.width, 0, 1], [image.width, image.height, 1], [0, image.height, 1]])
    if ((corners @ matrix[2]) <= 0).any():
        return float("inf")
    shifts = np.abs(outline(image.width, image.height, matrix) - corners[:, :2])
    return float(shifts.max() / max(image.width, image.height))
