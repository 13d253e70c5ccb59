"""Annotated pictures: what a stage found, drawn over the page and listed.

OpenCV draws the boxes. It has no Chinese letters, so labels are set with Pillow and the fonts of the extra `specimens`;
without these, each box has the number under which `listing` has its label.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from invoiceocr.errors import MissingExtraError
from invoiceocr.geometry import Box
from invoiceocr.page import Page, Pixels

INK = (40, 110, 20)  # BGR
# pixels of the white sheet under a page that has no picture
BLANK_WIDTH = 1600
# label size: so many square characters would fill the picture's width
LETTERS_PER_WIDTH = 120
SMALLEST_LETTER = 11  # pixels; Chinese is unreadable below


@dataclass(frozen=True, slots=True)
class Mark:
    """Something found on a page: its box in page units and what it says."""

    box: Box
    label: str


def annotate(page: Page, picture: Pixels | None, marks: Sequence[Mark]) -> Pixels:
    """*picture* of the whole *page* (a white sheet if None) with a box and a label for each mark."""
    canvas = _sheet(page) if picture is None else picture.copy()
    factor = canvas.shape[1] / page.width
    boxes = [mark.box.scale(factor) for mark in marks]
    thickness = 1 + canvas.shape[1] // 1200
    for box in boxes:
        cv2.rectangle(canvas, (round(box.x0), round(box.y0)), (round(box.x1), round(box.y1)), INK, thickness)
    return _labeled(canvas, boxes, [mark.label for mark in marks])


def listing(marks: Iterable[Mark]) -> str:
    """One line for each mark, numbered from 1 as in the picture: number, box, label; separated by tabs."""
    rows = (
        f"{number}\t{','.join(f'{edge:.1f}' for edge in mark.box.as_tuple())}\t{' '.join(mark.label.split())}\n"
        for number, mark in enumerate(marks, start=1)
    )
    return "".join(rows)


def png(picture: Pixels) -> bytes:
    """The picture as a PNG file."""
    return bytes(cv2.imencode(".png", picture)[1])


def _sheet(page: Page) -> Pixels:
    height = max(1, round(page.height * BLANK_WIDTH / page.width))
    return np.full((height, BLANK_WIDTH, 3), 255, np.uint8)


def _labeled(canvas: Pixels, boxes: Sequence[Box], labels: Sequence[str]) -> Pixels:
    size = max(SMALLEST_LETTER, canvas.shape[1] // LETTERS_PER_WIDTH)
    places = [(round(box.x0), max(0, round(box.y0) - size - 2)) for box in boxes]
    from invoiceocr.specimens import fonts

    try:
        face = fonts.font(fonts.bundled("sans"), size)
    except MissingExtraError:
        return _numbered(canvas, places, size)
    return _written(canvas, places, labels, face)


def _numbered(canvas: Pixels, places: Sequence[tuple[int, int]], size: int) -> Pixels:
    for number, (x, y) in enumerate(places, start=1):
        cv2.putText(canvas, str(number), (x, y + size), cv2.FONT_HERSHEY_SIMPLEX, size / 24, INK, 1, cv2.LINE_AA)
    return canvas


def _written(canvas: Pixels, places: Sequence[tuple[int, int]], labels: Sequence[str], face: Any) -> Pixels:
    from PIL import Image, ImageDraw

    sheet = Image.fromarray(canvas[:, :, ::-1])
    pen: Any = ImageDraw.Draw(sheet)
    for place, label in zip(places, labels, strict=True):
        pen.text(place, " ".join(label.split()), fill=INK[::-1], font=face)
    return np.ascontiguousarray(np.asarray(sheet)[:, :, ::-1])
