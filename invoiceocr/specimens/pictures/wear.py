"""What happens to slips: words stamped over their print, thermal print that fades, crumpling, a cover over a part."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray

from invoiceocr.specimens.drawing import Color, Drawing, Text
from invoiceocr.specimens.fonts import offsets, quad
from invoiceocr.specimens.pictures.camera import Shot
from invoiceocr.specimens.pictures.press import Plate
from invoiceocr.specimens.raster import coverage

SIGNS = ("签", "作废", "已报销", "附件", "复核", "改")
INKS: tuple[Color, ...] = ((204, 44, 48), (52, 64, 150), (40, 40, 44))
BLACK = 60  # a channel of an ink: print under lighter ink than this stays visible
LOST = 0.35  # of a character's ink: if black strokes cover so much, it looks like another character
INKED = 100  # of 255: coverage of a pixel that counts
FACETS = 7  # folds across a crumpled sheet
COVERS: tuple[Color, ...] = ((24, 26, 30), (206, 170, 150), (236, 232, 224))


def sign(plate: Plate, rng: Random) -> Plate:
    """Writes or stamps 签, 作废, 已报销 or the like over the print."""
    drawing = plate.drawing
    size = min(drawing.width, drawing.height) * rng.uniform(0.12, 0.24)
    text = Text(
        rng.choice(SIGNS), drawing.width * rng.uniform(0.2, 0.6), drawing.height * rng.uniform(0.35, 0.85), size,
        "kai", rng.choice(INKS), "seal", angle=rng.uniform(-25, 25),
    )  # fmt: skip
    return replace(plate, drawing=drawing.plus([text]), unread=plate.unread | under(plate, text))


def under(plate: Plate, words: Text) -> set[str]:
    """The fields with a character that black *words* cover: black on black can't be read any more."""
    if max(words.color) > BLACK:
        return set()
    over = _inked(plate, words)
    texts = (item for item in plate.drawing.texts() if item.path and (over & _inked(plate, item)).any())
    return {str(item.path) for item in texts if any(_is_lost(_inked(plate, one), over) for one in _characters(item))}


def _characters(item: Text) -> Iterator[Text]:
    """Each character of *item* by itself."""
    for character, start in zip(item.text, offsets(item), strict=False):
        yield replace(item, text=character, x=item.x + start)


def _is_lost(character: NDArray[np.bool_], over: NDArray[np.bool_]) -> bool:
    return int((character & over).sum()) > LOST * int(character.sum())


def _inked(plate: Plate, item: Text) -> NDArray[np.bool_]:
    """Where *item* leaves ink on the page."""
    if item.layer == "print":
        item = replace(item, x=item.x + plate.print_to_form[0, 2], y=item.y + plate.print_to_form[1, 2])
    shape = (round(plate.drawing.height * plate.scale), round(plate.drawing.width * plate.scale))
    return np.asarray(coverage([item], shape, plate.scale, plate.faces) > INKED)


def thermal(plate: Plate, rng: Random) -> Plate:
    """Prints on thermal paper that has lain in the sun: all print paler."""
    share = rng.uniform(0.25, 0.55)

    def paled(color: Color) -> Color:
        red, green, blue = (round(channel + (255 - channel) * share) for channel in color)
        return red, green, blue

    return replace(
        plate,
        drawing=plate.drawing.mapped(
            lambda item: replace(item, color=paled(item.color)) if item.layer == "print" else item
        ),
    )


def crumple(shot: Shot, rng: Random) -> Shot:
    """Crumples the sheet and smooths it out again: facets of light and dark between folds in all directions."""
    width, height = shot.size
    x, y = np.meshgrid(np.linspace(0, 1, width, dtype=np.float32), np.linspace(0, 1, height, dtype=np.float32))
    gain = np.ones((height, width), np.float32)
    for _ in range(FACETS):
        turn, place = rng.uniform(0, np.pi), rng.uniform(0.1, 0.9)
        off = (x - 0.5) * np.float32(np.cos(turn)) + (y - 0.5) * np.float32(np.sin(turn)) + np.float32(0.5 - place)
        depth = rng.uniform(0.03, 0.09) * rng.choice((-1, 1))
        gain += np.float32(depth) * np.tanh(off * 30) * np.exp(-np.abs(off) * 4)
    lit = cv2.multiply(shot.pixels, cv2.merge([gain] * 3), dtype=cv2.CV_8U)
    return replace(shot, pixels=np.asarray(lit, np.uint8))


def cover(shot: Shot, rng: Random) -> Shot:
    """Lays a finger, a clip or another paper over an edge of the picture, a sixteenth of it at most."""
    width, height = shot.size
    wide, high = round(width * rng.uniform(0.15, 0.3)), round(height * rng.uniform(0.1, 0.2))
    x, y = rng.choice((0, width - wide)), rng.choice((0, height - high))
    pixels = shot.pixels.copy()
    pixels[y : y + high, x : x + wide] = rng.choice(COVERS)[::-1]
    return replace(shot, pixels=pixels, hidden=(*shot.hidden, (x, y, x + wide, y + high)))


def covered(shot: Shot, drawing: Drawing) -> set[str]:
    """The fields of *drawing* that are touched by what lies over *shot*: they are not to be scored."""
    found = set()
    for item in drawing.texts():
        points = np.hstack([np.array(quad(item)), np.ones((4, 1))]) @ shot.transforms[item.layer].T
        x, y = (points[:, axis] / points[:, 2] for axis in (0, 1))
        met = any(x.min() < x1 and x0 < x.max() and y.min() < y1 and y0 < y.max() for x0, y0, x1, y1 in shot.hidden)
        if met and item.path:
            found.add(item.path)
    return found
