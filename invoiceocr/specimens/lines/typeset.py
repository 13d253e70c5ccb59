"""Sets a text with one or two faces: its ink at EM pixels per em."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import numpy as np
from numpy.typing import NDArray

from invoiceocr.specimens.fonts import TOO_WIDE, half_width
from invoiceocr.specimens.lines.faces import EM, Face, Glyph, glyph, usable

Ink = NDArray[np.uint8]  # H×W coverage, 255 where the ink is full
# pixels above and below the baseline
TOP, BOTTOM = round(1.15 * EM), round(0.5 * EM)
SPACE, NARROWEST_SPACE, WIDEST_SPACE = 0.5, 0.25, 0.6  # em


@dataclass(frozen=True, slots=True)
class Setting:
    """How a line is set: the faces in order of preference, the pitch of half-width characters in em (None: the
    face's own), the extra advance in em, where a glyph hangs in a cell of another width (0: left, 0.5: middle), and
    the width of a space in em."""

    faces: tuple[Face, ...]
    pitch: float | None = None
    tracking: float = 0.0
    hang: float = 0.5
    space: float = SPACE


def draw_setting(rng: Random, *, validation: bool = False) -> Setting:
    """A random way to set a line: a Chinese face alone, or a Latin one with a Chinese one for the rest. Characters
    that these lack are set in the first Chinese face, so that none is a gap in the line."""
    chinese, latin = usable(validation)
    body = pick(rng, chinese)
    faces = (body,) if rng.random() < 0.42 else (pick(rng, latin), body)
    pitch = rng.choice((0.5, 0.5, 0.55, 0.6)) if len(faces) == 1 and rng.random() < 0.55 else None
    tracking = rng.uniform(-0.02, 0.04) if rng.random() < 0.75 else rng.uniform(0.05, 0.35)
    hang, space = rng.choice((0.5, 0.5, 0.0)), rng.uniform(NARROWEST_SPACE, WIDEST_SPACE)
    return Setting((*faces, chinese[0]), pitch, tracking, hang, space + max(0.0, tracking))


def typeset(text: str, setting: Setting) -> Ink:
    """The ink of *text*, cut at its outermost ink on the left and right, from TOP above to BOTTOM below the line."""
    placed, end = _placed(text, setting)
    canvas = np.zeros((TOP + BOTTOM, round(end * EM) + 2 * EM), np.uint8)
    for shape, x in placed:
        _paste(canvas, shape, x)
    columns = np.flatnonzero(canvas.any(axis=0))
    return canvas[:, columns[0] : columns[-1] + 1] if columns.size else canvas[:, :EM]


def ink_rows(ink: Ink) -> tuple[int, int]:
    """(first, last + 1) of the rows that hold ink; the whole height where there is none."""
    rows = np.flatnonzero(ink.any(axis=1))
    return (int(rows[0]), int(rows[-1]) + 1) if rows.size else (0, ink.shape[0])


def _placed(text: str, setting: Setting) -> tuple[list[tuple[Glyph, float]], float]:
    """Each glyph with the left end of its cell in pixels, and where the text ends in em."""
    placed: list[tuple[Glyph, float]] = []
    at = 0.0
    for char in text:
        shape = None if char.isspace() else _shape(char, setting.faces)
        if shape is None:
            at += setting.space
            continue
        fixed = setting.pitch and half_width(char) and shape.advance <= setting.pitch * TOO_WIDE
        cell = setting.pitch if setting.pitch and fixed else shape.advance
        placed.append((shape, (at + (cell - shape.advance) * setting.hang) * EM))
        at += cell + setting.tracking
    return placed, at


def _shape(char: str, faces: Sequence[Face]) -> Glyph | None:
    found = (glyph(face.path, char) for face in faces)
    return next((shape for shape in found if shape is not None), None)


def _paste(canvas: Ink, shape: Glyph, x: float) -> None:
    height, width = shape.ink.shape
    left, top = max(0, round(x) + shape.left + EM // 2), max(0, TOP + shape.top)
    part = canvas[top : top + height, left : left + width]
    np.maximum(part, shape.ink[: part.shape[0], : part.shape[1]], out=part)


def pick(rng: Random, faces: Sequence[Face]) -> Face:
    """One of *faces*, each as often as its weight says."""
    return rng.choices(faces, [face.weight for face in faces])[0]
