"""Pictures of pictures: what a fax machine prints, and a photograph of a screen that shows the page."""

from __future__ import annotations

import math
from dataclasses import replace
from random import Random

import cv2
import numpy as np

from invoiceocr.specimens.pictures.camera import Shot

FAX_WIDTH = 1728  # dots of a line, whatever the width of the sheet
# share of the dots of a line that lines stand apart: fine and standard resolution
PITCHES = (1.0, 0.5)
# gray levels below which a dot is black
CUTS = (195, 225)
COLORS = (0.0, 2.1, 4.2)  # phases of blue, green and red stripes of a screen


def fax(shot: Shot, rng: Random) -> Shot:
    """Sends the page by fax: black or white dots, half as many down as across on some."""
    width, height = shot.size
    gray = cv2.cvtColor(shot.pixels, cv2.COLOR_BGR2GRAY)
    lines = round(height * FAX_WIDTH / width * rng.choice(PITCHES))
    dots = cv2.resize(gray, (FAX_WIDTH, lines), interpolation=cv2.INTER_AREA)
    black = cv2.threshold(dots, rng.randint(*CUTS), 255, cv2.THRESH_BINARY)[1]
    sheet = cv2.resize(black, (width, height), interpolation=cv2.INTER_NEAREST)
    return replace(shot, pixels=np.asarray(cv2.merge([sheet] * 3), np.uint8))


def screen(shot: Shot, rng: Random) -> Shot:
    """Photographs the page on a screen, whose stripes and the camera's make colored bands and waves."""
    width, height = shot.size
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    turn, pitch = rng.uniform(-0.06, 0.06), rng.uniform(2.05, 2.4)
    across = (x * math.cos(turn) + y * math.sin(turn)) * (2 * math.pi / pitch)
    stripes = np.stack([1 + 0.14 * np.sin(across + phase) for phase in COLORS], axis=2)
    waves = 1 + 0.05 * np.sin((x + 0.3 * y) * (2 * math.pi * rng.uniform(6, 12) / width))
    lit = np.clip(shot.pixels * stripes * waves[:, :, None], 0, 255)
    return replace(shot, pixels=np.asarray(cv2.GaussianBlur(lit, (0, 0), 0.7), np.uint8))
