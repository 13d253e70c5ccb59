"""Drawn pages with the place of every printed text, upright and of the size at which pages are read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.boxes import Printed
from invoiceocr.geometry import Quad
from invoiceocr.imaging.orientation import turn
from invoiceocr.imaging.scale import working_size
from invoiceocr.page import PageImage
from invoiceocr.specimens import KINDS, Order, deliver
from invoiceocr.specimens.truth import TruthLine

# seeds of these pages begin here; no other specimens have them
FIRST_SEED = 9_000_000
# as many as are no multiple of the kinds
CONDITIONS = (None, "screenshot", "scan", "photo", "hard_photo", "copy")


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """A drawn page: its kind, how it was pictured, the upright picture and the texts in its pixels."""

    kind: str
    condition: str
    image: PageImage
    printed: tuple[Printed, ...]


def orders(count: int) -> Iterator[Order]:
    """*count* pages to draw, kinds and conditions in turns."""
    for number in range(count):
        kind, condition = KINDS[number % len(KINDS)], CONDITIONS[number % len(CONDITIONS)]
        yield Order(kind, FIRST_SEED + number, "png", condition)


def sheets(count: int) -> Iterator[Sheet]:
    """The pages of `orders`."""
    return map(sheet, orders(count))


def sheet(order: Order) -> Sheet:
    """The page of *order*, a picture."""
    made = deliver(order)
    pixels = np.asarray(cv2.imdecode(np.frombuffer(made.data, np.uint8), cv2.IMREAD_COLOR), np.uint8)
    image = working_size(turn(PageImage(pixels), made.truth["rotation"] // 90))
    lines = made.truth["pages"][0]["lines"]
    back = np.asarray(np.linalg.inv(image.transform), np.float64)
    return Sheet(order.kind, order.degradation or "clean", image, tuple(_printed(line, back) for line in lines))


def _printed(line: TruthLine, move: NDArray[np.float64]) -> Printed:
    corners = np.hstack([np.array(line["quad"]), np.ones((4, 1))]) @ move.T
    tl, tr, br, bl = ((float(x / w), float(y / w)) for x, y, w in corners)
    quad: Quad = (tl, tr, br, bl)
    return Printed(line["text"], quad, line["path"])
