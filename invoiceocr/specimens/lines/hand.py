"""Handwriting: faces of handwriting and Kai ones, their glyphs bent, slanted and unsteady, no two alike."""

from __future__ import annotations

from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray

from invoiceocr.specimens.lines.faces import EM, Face, usable, written
from invoiceocr.specimens.lines.typeset import TOP, Ink, Setting, draw_setting, pick, typeset

COLON = "："  # what stands before it is printed
ROOM = EM  # pixels at both ends for what leans out


def write(text: str, rng: Random, *, validation: bool = False) -> tuple[Ink, Face]:
    """The ink of *text* (like `typeset`) and its face: handwriting, except a label before a colon, which is printed."""
    label, colon, rest = text.rpartition(COLON)
    body, setting = _setting(rng, validation)
    ink = _unsteady(typeset(rest, setting), rng)
    if colon:
        before = typeset(label + colon, draw_setting(rng, validation=validation))
        gap = np.zeros((ink.shape[0], round(rng.uniform(0, 0.8) * EM)), np.uint8)
        ink = np.hstack([before, gap, ink])
    return ink, body


def _setting(rng: Random, validation: bool) -> tuple[Face, Setting]:
    """Figures and letters in a Latin hand or in that of the characters; what both lack is printed."""
    chinese, latin = written(validation)
    body = pick(rng, chinese)
    figures = (pick(rng, latin),) if latin and rng.random() < 0.6 else ()
    faces = (*figures, body, usable(validation)[0][0])
    return body, Setting(faces, None, rng.uniform(-0.14, 0.16), 0.5, rng.uniform(0.15, 0.6))


def _unsteady(ink: Ink, rng: Random) -> Ink:
    """The ink slanted and drawn out of shape: each character moved and bent as a whole, each stroke a little."""
    numbers = np.random.default_rng(rng.getrandbits(32))
    wide = np.asarray(cv2.copyMakeBorder(ink, 0, 0, ROOM, ROOM, cv2.BORDER_CONSTANT, value=0), np.uint8)
    y, x = np.mgrid[: wide.shape[0], : wide.shape[1]].astype(np.float32)
    whole, stroke = EM * rng.uniform(0.02, 0.12), EM * rng.uniform(0.0, 0.03)
    slant = rng.gauss(0.05, 0.12)
    across = x + slant * (y - TOP * 0.7) + whole * _field(numbers, wide, 0.7) + stroke * _field(numbers, wide, 0.2)
    down = y + whole * _field(numbers, wide, 0.7) + stroke * _field(numbers, wide, 0.2)
    bent = cv2.remap(wide, across, down, cv2.INTER_LINEAR)
    columns = np.flatnonzero(bent.any(axis=0))
    return np.asarray(bent[:, columns[0] : columns[-1] + 1] if columns.size else ink, np.uint8)


def _field(numbers: np.random.Generator, ink: Ink, pitch: float) -> NDArray[np.float32]:
    """Smooth random values of about -1..1 in the shape of *ink* that change about every *pitch* em."""
    rows, columns = (max(2, round(side / (pitch * EM)) + 1) for side in ink.shape)
    coarse = numbers.standard_normal((rows, columns), np.float32) * 0.6
    return np.asarray(cv2.resize(coarse, ink.shape[::-1], interpolation=cv2.INTER_CUBIC), np.float32)
