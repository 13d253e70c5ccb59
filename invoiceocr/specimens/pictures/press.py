"""Prints a `Drawing` as a press and an office printer do: pins, ribbon, print that misses its form, rubber stamps.

Each step takes a `Plate` and a source of chance and returns a changed plate; `printed` makes pixels of it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray

from invoiceocr.geometry import MM_PER_INCH
from invoiceocr.page import Pixels
from invoiceocr.specimens.drawing import Color, Drawing, Layer, Primitive, Text
from invoiceocr.specimens.fonts import Faces
from invoiceocr.specimens.layout import seals
from invoiceocr.specimens.layout.forms import Spot
from invoiceocr.specimens.raster import Ink, apply_ink, blank, by_color, coverage

Matrix = NDArray[np.float64]
# dots an inch of printers with that many pins
PIN_DPI = {24: 180.0, 9: 120.0}
# radius of a dot in pitches: from 0.5 on neighbors touch
PIN_REACHES = (0.44, 0.5, 0.56, 0.62)
# page pixels a dot; below, single dots can hardly be told apart
COARSE = 1.8
# coverage from which a pin strikes; higher values lose thin strokes (4 becomes +)
PIN_CUT = 52
ROW = 4.3  # mm between rows on the forms
BLUE_INKS: tuple[Color, ...] = ((36, 62, 150), (60, 92, 190), (88, 120, 206), (40, 40, 120))
BLACK_INKS: tuple[Color, ...] = ((28, 28, 32), (70, 70, 78), (104, 104, 116))
STAMPABLE = ("total", "number", "total_in_words", "seller.", "items.", "issue_date", "check_code", "total_")


@dataclass(frozen=True, slots=True)
class Plate:
    """A drawing ready for printing: resolution, typefaces, whether the form is made for impact printers, the pins of
    the printer (0: a laser printer), the radius of their dots in pitches, how far its ribbon has faded (0..1), where
    the print layer lands on the form (3×3, mm to mm), and the fields that nobody can read any more."""

    drawing: Drawing
    dpi: float = 200.0
    faces: Faces = "bundled"
    impact: bool = False
    pins: int = 0
    pin_reach: float = 0.56
    fade: float = 0.0
    print_to_form: Matrix = field(default_factory=lambda: np.eye(3))
    unread: frozenset[str] = frozenset()

    @property
    def scale(self) -> float:
        """Pixels per mm."""
        return self.dpi / MM_PER_INCH

    def transforms(self) -> dict[Layer, Matrix]:
        """For each layer, where its mm land in pixels of the printed page."""
        to_pixels = np.diag([self.scale, self.scale, 1.0])
        plain: dict[Layer, Matrix] = {"form": to_pixels, "seal": to_pixels, "emblem": to_pixels}
        return plain | {"print": to_pixels @ self.print_to_form}


PressStep = Callable[[Plate, Random], Plate]


def printed(plate: Plate, rng: Random) -> Pixels:
    """The page as pixels: form, then print, then stamps."""
    drawing = plate.drawing
    paper = blank(drawing, plate.scale)
    for color, items in by_color((*drawing.of("form"), *drawing.of("emblem"))):
        paper = apply_ink(paper, coverage(items, paper.shape[:2], plate.scale, plate.faces), color)
    for color, items in by_color(drawing.of("print")):
        paper = apply_ink(paper, _print_ink(plate, items, paper.shape[:2], rng), color)
    for color, items in by_color(drawing.of("seal")):
        ink = coverage(items, paper.shape[:2], plate.scale, plate.faces)
        paper = apply_ink(paper, _uneven(ink, rng, 0.55), color)
    return paper


def dots(plate: Plate, rng: Random) -> Plate:
    """Prints the values with a dot matrix printer, mostly of 24 pins."""
    return replace(plate, pins=24 if rng.random() < 0.9 else 9, pin_reach=rng.choice(PIN_REACHES))


def fade(plate: Plate, rng: Random) -> Plate:
    """Prints the values with a worn ribbon."""
    return replace(plate, fade=rng.uniform(0.25, 0.75))


def ink(plate: Plate, rng: Random) -> Plate:
    """Prints the values in another blue or black."""
    color = rng.choice(BLUE_INKS if rng.random() < 0.7 else BLACK_INKS)

    def recolored(item: Primitive) -> Primitive:
        return replace(item, color=color) if item.layer == "print" else item

    return replace(plate, drawing=plate.drawing.mapped(recolored))


def misprint(plate: Plate, rng: Random) -> Plate:
    """Prints the values half a row to three rows and some mm beside their boxes, a little turned and scaled."""
    dy = rng.choice((-1, 1)) * rng.choice((rng.uniform(0.4, 1.2), rng.uniform(1.0, 3.0))) * ROW
    return _displaced(plate, (rng.uniform(-5.0, 5.0), dy), (rng.uniform(-1.0, 1.0), rng.uniform(0.985, 1.015)))


def nudge(plate: Plate, rng: Random) -> Plate:
    """Prints the values at most half a row beside their boxes."""
    shift = (rng.uniform(-1.5, 1.5), rng.uniform(-0.5, 0.5) * ROW)
    return _displaced(plate, shift, (rng.uniform(-0.3, 0.3), rng.uniform(0.997, 1.003)))


def stamp(plate: Plate, rng: Random) -> Plate:
    """Stamps a red seal over one of the printed values."""
    drawing = plate.drawing
    values = [
        item for item in drawing.of("print") if isinstance(item, Text) and (item.path or "").startswith(STAMPABLE)
    ]
    if not values:
        return plate
    target = rng.choice(values)
    spot = Spot(x=target.x + rng.uniform(0, 24), y=target.y + rng.uniform(-6, 6), rx=20.0, ry=rng.choice((15.0, 20.0)))
    texts = {item.path: item.text for item in drawing.of("print") if isinstance(item, Text)}
    color = rng.choice(((214, 30, 36), (196, 44, 52), (228, 84, 84), (236, 120, 116)))
    seal = seals.issuer_seal(spot, texts.get("seller.name", "样张"), texts.get("seller.tax_id", ""), color)
    return replace(plate, drawing=drawing.plus(seal))


STEPS: dict[str, PressStep] = {
    "dots": dots, "fade": fade, "ink": ink, "misprint": misprint, "nudge": nudge, "stamp": stamp,
}  # fmt: skip


def _displaced(plate: Plate, shift: tuple[float, float], turn: tuple[float, float]) -> Plate:
    """The plate with its print layer turned by turn[0] degrees and scaled by turn[1] about the middle, then shifted."""
    degrees, size = turn
    x, y = plate.drawing.width / 2, plate.drawing.height / 2
    cos, sin = size * math.cos(math.radians(degrees)), size * math.sin(math.radians(degrees))
    move = np.array(
        [[cos, -sin, x - cos * x + sin * y + shift[0]], [sin, cos, y - sin * x - cos * y + shift[1]], [0, 0, 1]]
    )
    return replace(plate, print_to_form=move @ plate.print_to_form)


def _print_ink(plate: Plate, items: list[Primitive], shape: tuple[int, ...], rng: Random) -> Ink:
    layer = _struck(items, plate, shape) if plate.pins else coverage(items, shape, plate.scale, plate.faces)
    if not np.array_equal(plate.print_to_form, np.eye(3)):
        scale = np.diag([plate.scale, plate.scale, 1.0])
        move = (scale @ plate.print_to_form @ np.linalg.inv(scale))[:2]
        layer = np.asarray(cv2.warpAffine(layer, move, (shape[1], shape[0]), flags=cv2.INTER_LINEAR), np.uint8)
    return _uneven(layer, rng, plate.fade) if plate.fade else layer


def _struck(items: list[Primitive], plate: Plate, shape: tuple[int, ...]) -> Ink:
    """The ink that pins leave: the items on the printer's own grid, each dot a small disc."""
    grid_scale = PIN_DPI[plate.pins] / MM_PER_INCH
    grid_shape = (round(shape[0] / plate.scale * grid_scale), round(shape[1] / plate.scale * grid_scale))
    grid = coverage(items, grid_shape, grid_scale, plate.faces) >= PIN_CUT
    finer = plate.scale / grid_scale
    # pixels a dot, before the page's own resolution
    fine = 3 if finer < COARSE else 2 * math.ceil(finer) + 1
    spread = np.zeros((grid_shape[0] * fine, grid_shape[1] * fine), np.uint8)
    spread[fine // 2 :: fine, fine // 2 :: fine] = grid.astype(np.uint8) * 255
    discs = cv2.dilate(spread, _disc(plate.pin_reach * fine))
    return np.asarray(cv2.resize(discs, (shape[1], shape[0]), interpolation=cv2.INTER_AREA), np.uint8)


def _disc(radius: float) -> NDArray[np.uint8]:
    reach = math.ceil(radius)
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    return np.asarray(x * x + y * y <= radius * radius, np.uint8)


def _uneven(layer: Ink, rng: Random, strength: float) -> Ink:
    """The ink with patches and specks where it is up to *strength* weaker."""
    numbers = np.random.default_rng(rng.getrandbits(32))
    rows, columns = layer.shape
    coarse = numbers.random((max(2, rows // 40), max(2, columns // 90)), np.float32)
    patches = cv2.resize(coarse, (columns, rows), interpolation=cv2.INTER_CUBIC)
    specks = cv2.resize(numbers.random((rows // 2, columns // 2), np.float32), (columns, rows))
    kept = 1.0 - strength * np.clip(0.75 * patches + 0.5 * specks - 0.1, 0.0, 1.0)
    return (layer * kept).astype(np.uint8)
