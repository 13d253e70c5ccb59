"""What some texts of a PDF page change in its picture: a part of the page drawn with and without them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import cv2
import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as raw
from numpy.typing import NDArray

from invoiceocr.geometry import POINTS_PER_INCH, Box
from invoiceocr.sources.pdf import calls as pdf_calls
from invoiceocr.sources.pdf.graphics import TEXT, Placed
from invoiceocr.sources.pdf.view import View

# pixels a point: a stroke of 8-point print is a pixel wide
SCALE = 108.0 / POINTS_PER_INCH
# least change, in gray levels, by a character that is seen; faint print changes 60
MIN_INK = 40
MARGIN = 1.0  # points around the part that is drawn
# of a character's width at its sides, where its neighbors' ink may reach in
EDGE = 0.15
STRONG = 80  # least change, in gray levels, by the middle of a stroke
PAPER = 255  # gray level
NARROW = 0.08  # of the width: an edge narrow enough that the loss of half a character is noticed

# of the height of a line: how far its texts are moved, about half a character, to see what masks and clips cut off
STEP = 0.3
DIRECTIONS = ((1, 0), (-1, 0), (0, 1), (0, -1))
ERASED = 0.12  # of a character's strokes: if this much is gone, it may be taken for another one
LEAST_AREA = 1e-9  # of a square unit of a form on the page
# marks of content: texts whose changes are looked for, and objects that may take away parts of them
LOOKED_FOR, ERASER = "LookedFor", "Eraser"

Gray = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Ink:
    """A part of the page as two pictures: what the texts change, and the page without them. `origin` is its top left
    corner in pixels of the page."""

    change: Gray
    ground: Gray
    origin: tuple[int, int]

    def is_seen(self, box: Box, inset: float) -> bool:
        """Whether the texts change anything in *box*, less *inset*, a share of its width, at each side."""
        part = self.part(self.change, box, inset)
        return part.size > 0 and int(part.max()) >= MIN_INK

    def brightness(self, box: Box) -> float:
        """The median gray level behind the texts in *box*; 0 outside the part."""
        part = self.part(self.ground, box, 0.0)
        return float(np.median(part)) if part.size else 0.0

    def erased(self, whole: Ink, box: Box) -> float:
        """The share of the strokes in *box* that *whole*, the same part without what may cover it, shows, but that are
        missing here, with only the ground of *whole* in their place; 0 if there are no strokes."""
        expected, ground = (whole.part(picture, box, NARROW) for picture in (whole.change, whole.ground))
        seen, instead = (self.part(picture, box, NARROW) for picture in (self.change, self.ground))
        strokes = expected >= STRONG
        gone = strokes & (seen < MIN_INK) & (cv2.absdiff(ground, instead) < MIN_INK) if expected.size else strokes
        return float(gone.sum() / max(1, strokes.sum()))

    def part(self, picture: Gray, box: Box, inset: float) -> Gray:
        """The pixels of one of its pictures in *box*, less *inset*, a share of its width, at each side."""
        x0, x1 = SCALE * (box.x0 + inset * box.width), SCALE * (box.x1 - inset * box.width)
        # with an inset only pixels that lie mostly inside count: a narrow blank's neighbors are half a pixel away
        start, stop = (round(x0), max(round(x1), round(x0) + 1)) if inset else (int(x0), math.ceil(x1))
        left, top = self.origin
        rows = slice(max(0, int(SCALE * box.y0) - top), max(0, math.ceil(SCALE * box.y1) - top))
        return picture[rows, max(0, start - left) : max(0, stop - left)]


@dataclass(frozen=True, slots=True)
class Canvas:
    """A page that is drawn in parts, with the objects on it; `layered` tells whether forms may belong to layers."""

    page: pdfium.PdfPage
    view: View
    placed: tuple[Placed, ...]
    layered: bool = True

    def ink(self, region: Box, texts: frozenset[int]) -> Ink:
        """What *texts*, by their addresses, change in *region*. Everything else stays, since it may hide them."""
        margins, origin = self._part(region)
        shown = self._gray(margins)
        with _unpainted(self.placed, texts):
            ground = self._gray(margins)
        return Ink(np.asarray(cv2.absdiff(shown, ground), np.uint8), ground, origin)

    def uncut_ink(self, region: Box, texts: frozenset[int], height: float) -> tuple[Ink, Ink]:
        """What *texts* of a *height* change in *region*, and what they change there if they stand a little to each side
        as well. Masks and clips stay where they are: what they cut off a text here, they do not cut off there."""
        shown = self.ink(region.grown(STEP * height), texts)
        margins, _ = self._part(region.grown(STEP * height))
        step = max(1, round(STEP * height * SCALE))
        change = shown.change
        for x, y in DIRECTIONS:
            with _moved(self.placed, texts, self.view, (x * step / SCALE, y * step / SCALE)):
                moved = cv2.absdiff(self._gray(margins), shown.ground)
            change = np.maximum(change, np.roll(moved, (-y * step, -x * step), (0, 1)))
        # where something else is in place of a stroke, that hides it
        paper = np.full_like(shown.ground, np.median(shown.ground))
        return shown, replace(shown, change=change, ground=paper)

    def _part(self, region: Box) -> tuple[tuple[int, int, int, int], tuple[int, int]]:
        """The margins of the page around *region* in pixels, and those left of it and above it."""
        box = region.grown(MARGIN)
        left, right = _margins(box.x0, box.x1, self.view.width)
        top, bottom = _margins(box.y0, box.y1, self.view.height)
        return (left, top, right, bottom), (left, top)

    def _gray(self, margins: tuple[int, int, int, int]) -> Gray:
        """The page without its *margins* in pixels (left, top, right, bottom). Most parts are small, and the helper of
        pypdfium2 takes longer for one than PDFium does."""
        left, top, right, bottom = margins
        width, height = (math.ceil(SCALE * side) for side in self.page.get_size())
        pixels = np.full((height - top - bottom, width - left - right), PAPER, np.uint8)
        rows, columns = pixels.shape
        bitmap = raw.FPDFBitmap_CreateEx(columns, rows, raw.FPDFBitmap_Gray, pixels.ctypes.data, columns)
        place = (bitmap, self.page, -left, -top, width, height, 0, raw.FPDF_ANNOT | raw.FPDF_GRAYSCALE)
        raw.FPDF_RenderPageBitmap(*place)
        if self.page.formenv is not None:
            raw.FPDF_FFLDraw(self.page.formenv, *place)
        raw.FPDFBitmap_Destroy(bitmap)
        return pixels


def _margins(start: float, stop: float, length: float) -> tuple[int, int]:
    """The pixels before *start* and after *stop* of a page of *length*; where both lie beyond an edge, one is left."""
    most = max(0, math.floor(SCALE * length) - 1)
    before = min(most, max(0, math.floor(SCALE * start)))
    return before, min(most - before, max(0, math.floor(SCALE * (length - stop))))


@contextmanager
def without(items: Iterable[int]) -> Iterator[None]:
    """A context in which the objects at the addresses *items* are not part of the page."""
    left_out = tuple(items)
    for item in left_out:
        pdf_calls.set_active(item, 0)
    try:
        yield
    finally:
        for item in left_out:
            pdf_calls.set_active(item, 1)


@contextmanager
def _unpainted(placed: Iterable[Placed], texts: frozenset[int]) -> Iterator[None]:
    """A context in which *texts* are not painted."""
    found = (one.item for one in placed if one.kind == TEXT and one.item in texts)
    modes = [(item, pdf_calls.render_mode(item)) for item in found]
    for item, _ in modes:
        pdf_calls.set_render_mode(item, raw.FPDF_TEXTRENDERMODE_INVISIBLE)
    try:
        yield
    finally:
        for item, mode in modes:
            pdf_calls.set_render_mode(item, mode)


@contextmanager
def _moved(placed: Iterable[Placed], texts: frozenset[int], view: View, by: tuple[float, float]) -> Iterator[None]:
    """A context in which *texts* stand elsewhere, *by* so many points of the page to the right and down."""
    kept = [(one, pdf_calls.matrix_of(one.item)) for one in placed if one.kind == TEXT and one.item in texts]
    for one, (*turn, x, y) in kept:
        across, up = _in_form(one, view, by)
        pdf_calls.set_matrix(one.item, (*turn, x + across, y + up))
    try:
        yield
    finally:
        for one, matrix in kept:
            pdf_calls.set_matrix(one.item, matrix)


def _in_form(one: Placed, view: View, by: tuple[float, float]) -> tuple[float, float]:
    """A move *by* points of the page in the coordinates of the form around an object; none in a form without area."""
    a, b, c, d, *_ = one.outer.get()
    plane = np.array(view.matrix[:4]).reshape(2, 2).T @ np.array([[a, c], [b, d]])
    if abs(np.linalg.det(plane)) < LEAST_AREA:
        return 0.0, 0.0
    across, up = np.linalg.solve(plane, by).tolist()
    return across, up
