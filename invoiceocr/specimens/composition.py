"""Pictures of several papers, pasted on a sheet or laid on a desk in rows, each turned its own way, and their boxes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from invoiceocr.page import Pixels
from invoiceocr.specimens.issue import deliver
from invoiceocr.specimens.pictures.shots import encoded
from invoiceocr.specimens.specimen import Order, Specimen
from invoiceocr.specimens.truth import Truth, TruthInvoice

Ground = Literal["sheet", "desk"]
# BGR
GROUNDS: dict[Ground, tuple[int, int, int]] = {"sheet": (247, 248, 248), "desk": (72, 84, 96)}
GRAIN = 3.0  # standard deviation of the ground's brightness
GAP = 50  # pixels between two papers
QUARTERS = (0, 90, 180, 270)

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Arrangement:
    """How papers lie: how many in a row, on which ground, turned clockwise by one of `quarters` and askew by up to
    `skew` degrees either way."""

    columns: int = 2
    ground: Ground = "sheet"
    quarters: tuple[int, ...] = (0,)
    skew: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class _Paper:
    """A paper as it lies: the pixels of its rectangle, which of them are paper, how far it was turned, its label."""

    pixels: Pixels
    mask: Pixels
    turned: int
    label: TruthInvoice


def compose(orders: Sequence[Order], seed: int, arrangement: Arrangement | None = None) -> Specimen:
    """One picture (PNG) with the papers of *orders*, row by row. Each invoice of its label has the `box` and `rotation`
    of its paper. If its order came before, it is a print of the same paper, and `copy_of` tells of which. The same
    arguments give the same bytes."""
    how, rng = arrangement or Arrangement(), Random(f"composition {seed}")
    papers = [_laid(order, how, rng) for order in orders]
    rows = [papers[start : start + how.columns] for start in range(0, len(papers), how.columns)]
    ground = _ground(rows, how, seed)
    invoices: list[TruthInvoice] = []
    y = GAP
    for row in rows:
        x = GAP
        for paper in row:
            invoices.append(_put(paper, ground, (x, y)))
            x += paper.pixels.shape[1] + GAP
        y += max(paper.pixels.shape[0] for paper in row) + GAP
    name = f"composition-{seed:06d}.png"
    return Specimen(encoded(ground, "png", 0), _label(name, invoices, orders), name)


def _laid(order: Order, how: Arrangement, rng: Random) -> _Paper:
    """The paper of *order*, turned and askew."""
    specimen = deliver(replace(order, format="png"))
    flat = np.asarray(cv2.imdecode(np.frombuffer(specimen.data, np.uint8), cv2.IMREAD_COLOR), np.uint8)
    turned = rng.choice(how.quarters)
    upright = np.ascontiguousarray(np.rot90(flat, -QUARTERS.index(turned)))
    onto, size = _askew(upright, rng.uniform(-how.skew, how.skew))
    pixels = cv2.warpPerspective(upright, onto, size, flags=cv2.INTER_LINEAR)
    mask = cv2.warpPerspective(np.full(upright.shape[:2], 255, np.uint8), onto, size, flags=cv2.INTER_NEAREST)
    (label,) = specimen.truth["invoices"]
    return _Paper(np.asarray(pixels, np.uint8), np.asarray(mask, np.uint8), turned, label)


def _askew(pixels: Pixels, degrees: float) -> tuple[Matrix, tuple[int, int]]:
    """The map that turns *pixels* by *degrees* onto a canvas of the size that it needs, and that size."""
    height, width = pixels.shape[:2]
    sine, cosine = abs(math.sin(math.radians(degrees))), math.cos(math.radians(degrees))
    size = (math.ceil(width * cosine + height * sine), math.ceil(width * sine + height * cosine))
    turn = np.vstack([cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0), [0.0, 0.0, 1.0]])
    turn[:2, 2] += (size[0] - width) / 2, (size[1] - height) / 2
    return turn, size


def _ground(rows: Sequence[Sequence[_Paper]], how: Arrangement, seed: int) -> Pixels:
    width = max(sum(paper.pixels.shape[1] + GAP for paper in row) for row in rows) + GAP
    height = sum(max(paper.pixels.shape[0] for paper in row) + GAP for row in rows) + GAP
    grain = np.random.default_rng(seed).normal(0.0, GRAIN, (height, width, 1))
    return np.clip(np.array(GROUNDS[how.ground]) + grain, 0, 255).astype(np.uint8)


def _put(paper: _Paper, ground: Pixels, place: tuple[int, int]) -> TruthInvoice:
    """Lays *paper* on *ground* at *place*; returns its label with box and rotation."""
    (x, y), (height, width) = place, paper.mask.shape
    room = ground[y : y + height, x : x + width]
    room[paper.mask > 0] = paper.pixels[paper.mask > 0]
    return {**paper.label, "box": [x, y, x + width, y + height], "rotation": -paper.turned % 360}


def _label(name: str, invoices: Sequence[TruthInvoice], orders: Sequence[Order]) -> Truth:
    first = [orders.index(order) for order in orders]
    told: list[TruthInvoice] = [
        invoice if first[index] == index else {**invoice, "copy_of": first[index]}
        for index, invoice in enumerate(invoices)
    ]
    return {"file": name, "invoices": told, "unsure": [], "quality": "good", "rotation": 0, "pages": []}
