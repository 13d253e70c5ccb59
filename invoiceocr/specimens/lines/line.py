"""One line from a seed: `draw_line`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

import cv2
import numpy as np

from invoiceocr.geometry import Quad
from invoiceocr.ocr import crop
from invoiceocr.page import Pixels
from invoiceocr.specimens.lines import camera, form, hand, press, texts
from invoiceocr.specimens.lines.conditions import CONDITIONS, Condition
from invoiceocr.specimens.lines.faces import EM
from invoiceocr.specimens.lines.typeset import Ink, draw_setting, ink_rows, typeset
from invoiceocr.specimens.pictures.press import BLACK_INKS, BLUE_INKS
from invoiceocr.specimens.raster import apply_ink

PAPERS = ((255, 255, 255), (252, 250, 244), (250, 244, 236), (244, 238, 246), (240, 228, 234), (236, 242, 246))
RED_INKS = ((200, 40, 40), (220, 80, 70))
TWO_INKS = 0.4  # of the lines in colored ink
# em of paper around the ink before the line is cut out
AROUND = 0.55


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A cut-out line (H×W×3 BGR, in the resolution of its picture), what it says, what kind of text that is, with
    which face and at how many pixels an em it was drawn, in which condition."""

    pixels: Pixels
    text: str
    kind: str
    face: str
    size: float
    condition: str


@dataclass(frozen=True, slots=True)
class Order:
    """Which lines are drawn: kinds of text with their weights, condition, and whether for validation."""

    kinds: Mapping[texts.Draw, float]
    condition: str
    validation: bool = False


def draw_line(order: Order, seed: int | str) -> Line:
    """The line that belongs to *seed*: on a machine with the same fonts the same line."""
    rng = Random(f"invoiceocr line {order.condition} {order.validation} {seed}")
    condition = CONDITIONS[order.condition]
    kind, text = texts.draw(rng, order.kinds, validation=order.validation)
    if condition.by_hand:
        ink, face = hand.write(text, rng, validation=order.validation)
    else:
        setting = draw_setting(rng, validation=order.validation)
        ink, face = typeset(text, setting), setting.faces[0]
    ink = _pressed(ink, condition, rng)
    size = _log_uniform(rng, condition.size)
    picture, box = _on_paper(ink, condition, size, rng)
    pixels = _cut(_photographed(picture, condition, rng), box, condition, rng)
    return Line(pixels, text, kind, face.name, size, order.condition)


def _pressed(ink: Ink, condition: Condition, rng: Random) -> Ink:
    steps = {"weight": press.weight, "dots": press.dots, "fade": press.fade}
    for name, step in steps.items():
        if rng.random() < condition.press.get(name, 0.0):
            ink = step(ink, rng)
    return ink


def _on_paper(ink: Ink, condition: Condition, size: float, rng: Random) -> tuple[Pixels, tuple[float, ...]]:
    """The printed paper at *size* pixels an em, and the box (x0, y0, x1, y1) of the ink on it."""
    first, last = ink_rows(ink)
    around, factor = max(3, round(AROUND * size)), size / EM
    width = max(2, round(ink.shape[1] * factor * rng.uniform(*condition.stretch)))
    height = max(2, round((last - first) * factor))
    small = cv2.resize(ink[first:last], (width, height), interpolation=cv2.INTER_AREA)
    layer = cv2.copyMakeBorder(small, around, around, around, around, cv2.BORDER_CONSTANT, value=0)
    paper = np.full((*layer.shape, 3), rng.choice(PAPERS)[::-1], np.uint8)
    for name, mark in form.MARKS.items():
        if name != "sealed" and rng.random() < condition.marks.get(name, 0.0):
            paper = mark(paper, rng, size)
    paper = _inked(paper, np.asarray(layer, np.uint8), condition, rng)
    if rng.random() < condition.marks.get("sealed", 0.0):
        paper = form.sealed(paper, rng, size)
    return paper, (around, around, around + width, around + height)


def _inked(paper: Pixels, layer: Ink, condition: Condition, rng: Random) -> Pixels:
    """The paper with the text on it: sometimes its first part, the label, in another ink than the rest."""
    if rng.random() >= condition.ink * TWO_INKS:
        return apply_ink(paper, layer, _ink_color(rng, condition))
    cut = rng.randint(1, layer.shape[1] - 1)
    for part, color in (((0, cut), rng.choice(form.RULES)), ((cut, layer.shape[1]), _ink_color(rng, condition))):
        ink = np.zeros_like(layer)
        ink[:, part[0] : part[1]] = layer[:, part[0] : part[1]]
        paper = apply_ink(paper, ink, color)
    return paper


def _ink_color(rng: Random, condition: Condition) -> tuple[int, int, int]:
    if rng.random() >= condition.ink:
        return (rng.randint(0, 50),) * 3
    return rng.choice((*BLUE_INKS, *BLACK_INKS, *RED_INKS))


def _photographed(picture: Pixels, condition: Condition, rng: Random) -> Pixels:
    if rng.random() < condition.light:
        picture = camera.lit(picture, rng, rng.uniform(*condition.contrast))
    picture = camera.blurred(picture, rng.uniform(*condition.blur))
    if rng.random() < condition.motion:
        picture = camera.shaken(picture, rng, rng.randint(2, 3))
    if rng.random() < condition.gray:
        picture = camera.gray(picture)
    picture = camera.noisy(picture, rng, rng.uniform(*condition.noise))
    return camera.compressed(picture, round(rng.uniform(*condition.jpeg)))


def _cut(picture: Pixels, box: tuple[float, ...], condition: Condition, rng: Random) -> Pixels:
    """The line as a detector would cut it out: with margins, a little turned, at its own size."""
    x0, y0, x1, y1 = box
    height = y1 - y0
    left, top, right, bottom = (rng.uniform(*condition.margin) * height for _ in range(4))
    turn = rng.uniform(-1, 1) * condition.tilt * height / 2
    corners = ((x0 - left, y0 - top - turn), (x1 + right, y0 - top + turn))
    lower = ((x1 + right, y1 + bottom + turn), (x0 - left, y1 + bottom - turn))
    a, b, c, d = (
        (x + _jitter(rng, condition, height), y + _jitter(rng, condition, height)) for x, y in corners + lower
    )
    quad: Quad = (a, b, c, d)
    length, thickness = crop.size(quad)
    return crop.flat(picture, quad, max(4, round(length)), max(4, round(thickness)))


def _jitter(rng: Random, condition: Condition, height: float) -> float:
    return rng.uniform(-0.5, 0.5) * condition.tilt * height


def _log_uniform(rng: Random, ends: tuple[float, float]) -> float:
    low, high = ends
    return float(low * (high / low) ** rng.random())
