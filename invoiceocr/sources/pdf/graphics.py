"""What a PDF page holds beside text: ruled lines and pictures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice, repeat

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as raw

from invoiceocr.geometry import Box, overlap
from invoiceocr.page import Pixels, Ruling
from invoiceocr.sources.pdf import calls as pdf_calls
from invoiceocr.sources.pdf.drawing import to_bgr
from invoiceocr.sources.pdf.view import View

# points; a larger square picture is the page itself
MAX_QR_SIDE = 200.0
MAX_CODE_PIXELS = 4_000_000  # of a picture that may be a QR code
MAX_CODE_PICTURES = 20  # of a page
CODE_DEPTH = 3  # nested forms; codes do not stand that deep
CODE_SEGMENTS = 400  # of the outlines of a drawn code; a form has some hundred
MIN_CODE_SIDE = 30.0  # points
# of the length; a more slanted segment is part of a drawing
MAX_RULING_TILT = 0.01
MIN_RULING_LENGTH = 8.0  # points
# of a path that are looked at for ruled lines
MAX_SEGMENTS = 4000
# of a path, from which they are looked at all at once
MANY_SEGMENTS = 60
# of a page; the fullest list has some ten thousand characters, each an object in some files
MAX_OBJECTS = 30_000
# of forms in forms; deeper ones are an attack, not a layout
MAX_DEPTH = 12
# objects in forms, from which their area is added up
MANY_IN_FORMS = 40
# pages that the forms of a page may cover before another process draws it first; real ones cover 1.3 at most
MAX_IN_FORMS = 20.0

MOVE_TO, LINE_TO, CURVE_TO = raw.FPDF_SEGMENT_MOVETO, raw.FPDF_SEGMENT_LINETO, raw.FPDF_SEGMENT_BEZIERTO
PATH, FORM, IMAGE, TEXT = raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_FORM, raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_TEXT


@dataclass(frozen=True, slots=True)
class Placed:
    """An object of the page: its address in PDFium, its kind, the matrix that maps the form around it to user space,
    in how many forms it stands, and the innermost of them."""

    item: int
    kind: int
    outer: pdfium.PdfMatrix
    depth: int
    form: Placed | None = None

    @property
    def is_level(self) -> bool:
        """Whether lines that are level in the form around it are level on the page, too."""
        a, b, c, d, *_ = self.outer.get()
        return bool(b == c == 0 or a == d == 0)


def objects(page: pdfium.PdfPage) -> tuple[Placed, ...]:
    """The page's objects in the order in which they are painted: those in its forms, but not the forms themselves. At
    most MAX_OBJECTS are given, and what further ones hide is not known."""
    handle, outer = pdf_calls.address_of(page.raw), pdfium.PdfMatrix()
    count = pdf_calls.count_of_page(handle)
    around: Placed | None = None
    stack = [(pdf_calls.object_of_page(handle, i), outer, around) for i in reversed(range(count))]
    found: list[Placed] = []
    while stack and len(found) < MAX_OBJECTS:
        item, outer, around = stack.pop()
        one = Placed(item, pdf_calls.kind_of(item), outer, around.depth + 1 if around else 0, around)
        if one.kind != FORM:
            found.append(one)
        elif one.depth < MAX_DEPTH:
            inner = matrix_of(item).multiply(outer)
            count = pdf_calls.count_of_form(item)
            stack += [(pdf_calls.object_of_form(item, i), inner, one) for i in reversed(range(count))]
    return tuple(found)


def paint_much(placed: Sequence[Placed], view: View) -> bool:
    """Whether the objects of a page that stand in forms, and forms among them, cover it so often that drawing may take
    very long: PDFium draws a form without asking whether to go on."""
    inside = {one.item: one for one in placed if one.form is not None}
    if len(inside) < MANY_IN_FORMS:
        return False
    for one in tuple(inside.values()):
        form = one.form
        while form is not None and form.form is not None and form.item not in inside:
            inside[form.item] = form
            form = form.form
    whole = Box(0.0, 0.0, view.width, view.height)
    areas = accumulate(overlap(bounds(one, view), whole) for one in inside.values())
    return any(area > MAX_IN_FORMS * whole.area for area in areas)


def matrix_of(item: int) -> pdfium.PdfMatrix:
    """The object's own matrix."""
    return pdfium.PdfMatrix(*pdf_calls.matrix_of(item))


def rulings(placed: Iterable[Placed], view: View) -> Iterator[Ruling]:
    """The straight horizontal and vertical segments of the page's drawings."""
    for path in placed:
        if path.kind == PATH:
            own = matrix_of(path.item)
            matrix = own.multiply(path.outer) if path.depth else own
            count = min(pdf_calls.segments_of(path.item), MAX_SEGMENTS)
            segments = list(map(pdf_calls.segment_of, repeat(path.item), range(count)))
            found = _of_many if count >= MANY_SEGMENTS else _of_few
            yield from found(segments, matrix, view)


@np.errstate(invalid="ignore", over="ignore")
def _of_many(segments: Sequence[int], matrix: pdfium.PdfMatrix, view: View) -> list[Ruling]:
    """As `_of_few`, for a drawing such as a code."""
    a, b, c, d, e, f = matrix.get()
    traced, kinds = pdf_calls.traced(segments)
    x, y = traced.astype(np.float64).T
    # before the first point there is the corner of the page
    points = np.vstack(((0.0, 0.0), np.column_stack((a * x + c * y + e, b * x + d * y + f))))
    here = np.arange(1, len(points))
    starts = np.maximum.accumulate(np.where(kinds == MOVE_TO, here, 0))
    closed = np.array(list(map(pdf_calls.closes, segments)), bool)
    drawn = np.stack((np.column_stack((here - 1, here)), np.column_stack((here, starts))), axis=1)
    ends = drawn[np.column_stack((kinds == LINE_TO, closed))]
    boxes = view.boxes(points[ends].reshape(-1, 4))
    thin, long = np.sort(boxes[:, 2:] - boxes[:, :2], axis=1).T
    is_ruling = (long >= MIN_RULING_LENGTH) & (thin <= MAX_RULING_TILT * long)
    return [Ruling(*box) for box in boxes[is_ruling].tolist()]


def _of_few(segments: Sequence[int], matrix: pdfium.PdfMatrix, view: View) -> Iterator[Ruling]:
    a, b, c, d, e, f = matrix.get()
    start = last = (0.0, 0.0)
    for segment in segments:
        x, y = pdf_calls.point_of(segment)
        here = (a * x + c * y + e, b * x + d * y + f)
        kind = pdf_calls.segment_kind(segment)
        if kind == LINE_TO:
            yield from _ruling(last, here, view)
        if kind == MOVE_TO:
            start = here
        if pdf_calls.closes(segment):
            yield from _ruling(here, start, view)
        last = here


def _ruling(a: tuple[float, float], b: tuple[float, float], view: View) -> Iterator[Ruling]:
    box = view.box(*a, *b)
    thin, long = sorted((box.width, box.height))
    if long >= MIN_RULING_LENGTH and thin <= MAX_RULING_TILT * long:
        yield Ruling(box.x0, box.y0, box.x1, box.y1)


def square_pictures(placed: Iterable[Placed]) -> Iterator[Pixels]:
    """Pictures in the page that could be a QR code: about square and not the whole page."""
    pictures = (one for one in placed if one.kind == IMAGE and one.depth < CODE_DEPTH)
    for one in islice(pictures, MAX_CODE_PICTURES):
        left, bottom, right, top = pdf_calls.bounds_of(one.item)
        if not (0.8 < (right - left) / max(top - bottom, 1e-6) < 1.25 and right - left < MAX_QR_SIDE):
            continue
        width, height = pdf_calls.picture_size(one.item)
        if width * height > MAX_CODE_PIXELS:
            continue
        try:
            yield to_bgr(pdf_calls.bitmap_of(one.item))
        except (pdfium.PdfiumError, ValueError):
            continue


def may_draw_code(placed: Iterable[Placed], view: View) -> bool:
    """Whether a QR code may be drawn that is no square picture of its own: by outlines, or in a larger picture."""
    segments = 0
    for one in placed:
        if one.kind == PATH:
            segments += pdf_calls.segments_of(one.item)
        elif one.kind == IMAGE and (box := bounds(one, view)) and min(box.width, box.height) >= MIN_CODE_SIDE:
            return True
    return segments >= CODE_SEGMENTS


def bounds(placed: Placed, view: View) -> Box:
    """Where the object is on the page."""
    return on_page(placed, pdf_calls.bounds_of(placed.item), view)


def on_page(placed: Placed, rect: pdf_calls.Rect, view: View) -> Box:
    """The box on the page around a rectangle (left, bottom, right, top) where the object stands."""
    return view.box(*(placed.outer.on_rect(*rect) if placed.depth else rect))


def picture_share(placed: Iterable[Placed], view: View) -> float:
    """The share of the page that pictures take up, 0..1; at most 1 where they lie over each other."""
    boxes = (bounds(one, view) for one in placed if one.kind == IMAGE)
    whole = Box(0.0, 0.0, view.width, view.height)
    area = sum(overlap(box, whole) for box in boxes)
    return min(1.0, area / max(view.width * view.height, 1.0))
