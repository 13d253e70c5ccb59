"""A region of a picture cut out, and the way back from what was made of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from invoiceocr.geometry import QUARTERS, Box, Quad, Rotation, box_quad
from invoiceocr.imaging.warp import Matrix, moved
from invoiceocr.page import PageImage

IDENTITY: Matrix = np.eye(3)


def cut_out(image: PageImage, box: Box) -> PageImage:
    """What *image* shows in *box*; its transform leads back to the same picture as that of *image*."""
    inside = clipped(box, image)
    x0, y0, x1, y1 = int(inside.x0), int(inside.y0), int(np.ceil(inside.x1)), int(np.ceil(inside.y1))
    shift = np.array([[1.0, 0.0, x0], [0.0, 1.0, y0], [0.0, 0.0, 1.0]])
    pixels = np.ascontiguousarray(image.pixels[y0:y1, x0:x1])
    return replace(image, pixels=pixels, transform=image.transform @ shift)


def clipped(box: Box, image: PageImage) -> Box:
    """The part of *box* that lies within *image*."""
    xs = [min(max(x, 0.0), float(image.width)) for x in (box.x0, box.x1)]
    ys = [min(max(y, 0.0), float(image.height)) for y in (box.y0, box.y1)]
    return Box(xs[0], ys[0], xs[1], ys[1])


def relative(image: PageImage, original: PageImage) -> Matrix:
    """The map from the pixels of *image* to those of *original*, of which it was made."""
    matrix: Matrix = np.linalg.inv(original.transform) @ image.transform
    return matrix


def mapped(quad: Quad, matrix: Matrix) -> Quad:
    """*quad* under *matrix*."""
    return moved([quad], matrix)[0]


def outline(original: PageImage, image: PageImage) -> Quad:
    """The corners of *original* on *image*, which was made of it."""
    whole = Box(0.0, 0.0, float(original.width), float(original.height))
    return mapped(box_quad(whole), relative(original, image))


def mapping_onto(target: PageImage, image: PageImage) -> Callable[[float, float], tuple[float, float]]:
    """Maps points of *image* to *target*; both lead back to the same picture."""
    matrix = np.linalg.inv(target.transform) @ image.transform

    def onto(x: float, y: float) -> tuple[float, float]:
        u, v, w = matrix @ (x, y, 1.0)
        return float(u / w), float(v / w)

    return onto


def rotation(back: Matrix) -> Rotation:
    """How far the original was turned clockwise, to the nearest quarter turn; *back* leads back to it."""
    angle = float(np.degrees(np.arctan2(back[1, 0], back[0, 0])))
    return QUARTERS[round(-angle / QUARTERS[1]) % len(QUARTERS)]
