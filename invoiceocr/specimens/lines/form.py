"""What else stands on the paper: ruled lines, a red seal, the lines above and below, a guilloche."""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random

import cv2
import numpy as np

from invoiceocr.page import Pixels
from invoiceocr.specimens.lines.faces import EM, glyph, usable
from invoiceocr.specimens.lines.typeset import Ink, Setting, typeset
from invoiceocr.specimens.raster import apply_ink

Color = tuple[int, int, int]  # red, green, blue
RULES: tuple[Color, ...] = ((120, 60, 40), (40, 90, 60), (60, 80, 150), (170, 60, 60), (30, 30, 30), (130, 130, 130))
REDS: tuple[Color, ...] = ((214, 30, 36), (196, 44, 52), (228, 84, 84), (236, 120, 116), (240, 150, 140))
SEAL_TEXT = "发票专用章税务局监制全国统一有限公司业务现金收讫"
# em from the paper's ends: there lines between columns stand, and the text begins
BESIDE = 0.6
SHIFT = 3  # bits of fraction in OpenCV's coordinates


def ruled(paper: Pixels, rng: Random, size: float) -> Pixels:
    """One to three form lines: mostly beside the text, sometimes through it. *size* is the em in pixels."""
    ink: Ink = np.zeros(paper.shape[:2], np.uint8)
    rows, columns = ink.shape
    thick = max(1, round(size * rng.uniform(0.02, 0.08)))
    for _ in range(rng.choice((1, 1, 2, 3))):
        if rng.random() < 0.65:
            edge = rng.choice((rng.uniform(0, 0.18), rng.uniform(0.82, 1), rng.uniform(0, 1)))
            tilt = rng.uniform(-0.02, 0.02) * rows
            _stroke(ink, (-2, edge * rows - tilt), (columns + 2, edge * rows + tilt), thick)
        else:
            beside = rng.uniform(0, BESIDE) * size
            x = rng.choice((beside, columns - beside, rng.uniform(0, columns)))
            _stroke(ink, (x, -2), (x + rng.uniform(-1, 1), rows + 2), thick)
    return apply_ink(paper, _weaker(ink, rng.uniform(0.4, 1)), rng.choice(RULES))


def sealed(paper: Pixels, rng: Random, size: float) -> Pixels:
    """A part of a red seal over the text: rings and large characters."""
    ink: Ink = np.zeros(paper.shape[:2], np.uint8)
    rows, columns = ink.shape
    radius = size * rng.uniform(3, 6)
    center = (rng.uniform(0, columns), rows / 2 + rng.uniform(-1, 1) * radius)
    axes = (radius, radius * rng.choice((1.0, 0.75)))
    for share, thick in ((1.0, size * rng.uniform(0.08, 0.25)), (rng.uniform(0.8, 0.92), size * 0.05)):
        reach = (round(axes[0] * share * 2**SHIFT), round(axes[1] * share * 2**SHIFT))
        middle = (round(center[0] * 2**SHIFT), round(center[1] * 2**SHIFT))
        cv2.ellipse(ink, middle, reach, 0, 0, 360, 255, max(1, round(thick)), cv2.LINE_AA, SHIFT)
    for _ in range(rng.randint(1, 4)):
        _seal_character(ink, rng, size * rng.uniform(0.8, 1.8))
    return apply_ink(paper, _weaker(ink, rng.uniform(0.35, 0.95)), rng.choice(REDS))


def neighbored(paper: Pixels, rng: Random, size: float) -> Pixels:
    """The feet of a line above or the heads of one below, cut in at the edge."""
    text = "".join(rng.choices("0123456789.-¥年月日元号名称金额税率ABX", k=rng.randint(3, 24)))
    ink = typeset(text, Setting((rng.choice(usable(False)[0]),)))
    factor = size / EM
    small = cv2.resize(ink, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    layer: Ink = np.zeros(paper.shape[:2], np.uint8)
    width = min(layer.shape[1], small.shape[1])
    depth = min(max(1, round(rng.uniform(0.03, 0.16) * layer.shape[0])), small.shape[0])
    x = rng.randint(0, layer.shape[1] - width)
    rows = np.flatnonzero(small.any(axis=1))
    first, last = (int(rows[0]), int(rows[-1]) + 1) if rows.size else (0, small.shape[0])
    if rng.random() < 0.5:
        layer[:depth, x : x + width] = small[max(0, last - depth) : last, :width][:depth]
    else:
        part = small[first : first + depth, :width]
        layer[layer.shape[0] - part.shape[0] :, x : x + width] = part
    return apply_ink(paper, layer, rng.choice(((40, 40, 44), (60, 80, 150), (120, 60, 40))))


def patterned(paper: Pixels, rng: Random, size: float) -> Pixels:
    """A pale guilloche under the text."""
    rows, columns = paper.shape[:2]
    y, x = np.mgrid[:rows, :columns].astype(np.float32)
    turn, pitch = rng.uniform(0, math.pi), size * rng.uniform(0.15, 0.5)
    wave = np.sin((x * math.cos(turn) + y * math.sin(turn)) * 2 * math.pi / pitch + np.sin(x / size))
    ink = (np.clip(wave - 0.3, 0, 1) * rng.uniform(40, 130)).astype(np.uint8)
    return apply_ink(paper, ink, rng.choice(((240, 190, 180), (190, 220, 200), (200, 200, 235), (235, 220, 180))))


MARKS: dict[str, Callable[[Pixels, Random, float], Pixels]] = {
    "patterned": patterned, "ruled": ruled, "neighbored": neighbored, "sealed": sealed,
}  # fmt: skip


def _seal_character(ink: Ink, rng: Random, size: float) -> None:
    shape = glyph(rng.choice(usable(False)[0]).path, rng.choice(SEAL_TEXT))
    if shape is None or size < 2:
        return
    side = (max(1, round(shape.ink.shape[1] * size / EM)), max(1, round(shape.ink.shape[0] * size / EM)))
    turn = cv2.getRotationMatrix2D((side[0] / 2, side[1] / 2), rng.uniform(-60, 60), 1.0)
    turn[:, 2] += np.array((rng.uniform(-side[0], ink.shape[1]), rng.uniform(-side[1], ink.shape[0])))
    small = cv2.resize(shape.ink, side, interpolation=cv2.INTER_AREA)
    np.maximum(ink, cv2.warpAffine(small, turn, (ink.shape[1], ink.shape[0])), out=ink)


def _stroke(ink: Ink, start: tuple[float, float], end: tuple[float, float], thick: int) -> None:
    (x0, y0), (x1, y1) = ((round(x * 2**SHIFT), round(y * 2**SHIFT)) for x, y in (start, end))
    cv2.line(ink, (x0, y0), (x1, y1), 255, thick, cv2.LINE_AA, SHIFT)


def _weaker(ink: Ink, strength: float) -> Ink:
    return np.asarray(cv2.convertScaleAbs(ink, alpha=strength), np.uint8)
