"""PDF files to pages: the text layer with character boxes where it is usable, else the drawn page.

The only module that imports pypdfium2. PDFium is not thread-safe: every call holds one lock.
"""

from __future__ import annotations

import ctypes
import hashlib
import math
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as raw

from invoiceocr.errors import CorruptFileError, EncryptedFileError, NoDocumentsError, SourceError, TooLargeError
from invoiceocr.evidence.candidate import EmbeddedRecord
from invoiceocr.geometry import Box
from invoiceocr.page import Page, PageImage, Pixels, Ruling
from invoiceocr.settings import Settings
from invoiceocr.sources import embedded, qr, text_layer
from invoiceocr.sources.document import Document
from invoiceocr.sources.signatures.pdf import read as read_signatures
from invoiceocr.sources.text_layer import Glyph

POINTS_PER_INCH = 72.0
DRAWN_DPI = 150.0  # of pages drawn for the eye
QR_DPI = 200.0  # the tax QR is about 20 mm wide with 37 modules: some four pixels a module
QR_REGION = (0.0, 0.0, 0.35, 0.5)  # of the page: every tax form has its QR code at the top left
MAX_QR_SIDE = 200.0  # points; a larger square picture is the page itself
MAX_RULING_TILT = 0.01  # of the length; a more slanted segment is part of a drawing
MIN_UPRIGHT_COSINE = 0.98  # text turned more is a watermark or a margin note
MIN_RULING_LENGTH = 8.0  # points
MAX_PATH_OBJECTS = 4000  # a drawing of more paths is a picture, not a form

# clockwise page rotation → linear part (a, b, c, d) of the map from user space (y up) to the page (y down)
TURNS = {0: (1, 0, 0, -1), 90: (0, 1, 1, 0), 180: (-1, 0, 0, 1), 270: (0, -1, -1, 0)}

_LOCK = threading.RLock()


@dataclass(frozen=True, slots=True)
class _View:
    """The affine map from PDF user space to page units (points, y down, rotation and crop box applied)."""

    width: float
    height: float
    matrix: tuple[float, float, float, float, float, float]

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
        a, b, c, d, e, f = self.matrix
        xs = (a * left + c * bottom + e, a * right + c * top + e)
        ys = (b * left + d * bottom + f, b * right + d * top + f)
        return Box(min(xs), min(ys), max(xs), max(ys))


def open_pdf(data: bytes, name: str, settings: Settings) -> Document:
    """The document of *data*; its pages are read one by one.

    Raises CorruptFileError corrupt_pdf, EncryptedFileError, NoDocumentsError no_pages, TooLargeError.
    """
    with _LOCK:
        document = _load(data, name)
        count = len(document)
        stated = tuple(_facts(document))
    if count > settings.max_pages:
        raise TooLargeError(f"{name}: {count} pages, more than max_pages={settings.max_pages}", code="too_many_pages")
    pages = _pages(document, count, name, settings)
    drawn = partial(draw_page, data, name, settings)
    signatures = cache(partial(read_signatures, data, name))
    return Document(name, hashlib.sha256(data).hexdigest(), "pdf", pages, stated, drawn, signatures)


def draw(data: bytes, name: str, *, dpi: float = DRAWN_DPI) -> Iterator[PageImage]:
    """Every page of the PDF as a picture, whether or not it has a text layer."""
    with _LOCK:
        document = _load(data, name)
        count = len(document)
    for index in range(count):
        with _LOCK:
            image = _draw(document[index], dpi)
        yield image


def draw_page(data: bytes, name: str, settings: Settings, number: int, dpi: float = DRAWN_DPI) -> PageImage:
    """The page *number* (from 1) of the PDF as a picture, whether or not it has a text layer."""
    with _LOCK:
        document = _load(data, name)
        try:
            page = document[number - 1]
            return _draw(page, _drawable_dpi(_view(page), dpi, settings))
        finally:
            document.close()


def _load(data: bytes, name: str) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        raise _refusal(data, name) from error


def _refusal(data: bytes, name: str) -> SourceError:
    """Why *data* can't be loaded. pypdfium2's own message won't do: for a PDF without pages it repeats the error of
    whichever file failed before."""
    handle = raw.FPDF_LoadMemDocument64(data, len(data), None)
    if handle:
        raw.FPDF_CloseDocument(handle)
        return NoDocumentsError(f"{name}: the PDF has no pages", code="no_pages")
    if raw.FPDF_GetLastError() == raw.FPDF_ERR_PASSWORD:
        return EncryptedFileError(f"{name}: the PDF needs a password; remove it first")
    return CorruptFileError(f"{name}: not a readable PDF; save or send it again", code="corrupt_pdf")


def _facts(document: pdfium.PdfDocument) -> Iterator[EmbeddedRecord]:
    """The facts of embedded XML and XBRL attachments; unreadable or unnamed ones say nothing."""
    for index in range(document.count_attachments()):
        try:
            attachment = document.get_attachment(index)
            yield from embedded.read_attachment(bytes(attachment.get_data()), attachment.get_name() or "", "xml")
        except pdfium.PdfiumError:
            continue


def _pages(document: pdfium.PdfDocument, count: int, name: str, settings: Settings) -> Iterator[Page]:
    try:
        for index in range(count):
            with _LOCK:
                try:
                    page = _page(document[index], index + 1, settings)
                except pdfium.PdfiumError as error:
                    raise CorruptFileError(f"{name}: page {index + 1} ({error})", code="corrupt_pdf") from error
            yield page
    finally:
        with _LOCK:  # left to the garbage collector, PDFium would be entered without the lock
            document.close()


def _page(page: pdfium.PdfPage, number: int, settings: Settings) -> Page:
    view = _view(page)
    glyphs = list(_glyphs(page, view))
    if not text_layer.is_usable(glyphs):
        image = _draw(page, _drawable_dpi(view, settings.render_dpi, settings))
        return Page(number, image.width, image.height, image=image)
    return Page(
        number,
        view.width,
        view.height,
        lines=text_layer.to_lines(glyphs),
        rulings=tuple(_rulings(page, view)),
        qr_payloads=_qr_payloads(page, view) if settings.read_qr else (),
    )


def _view(page: pdfium.PdfPage) -> _View:
    left, bottom, right, top = page.get_bbox()
    a, b, c, d = TURNS[page.get_rotation()]
    xs = (a * left + c * bottom, a * right + c * top)
    ys = (b * left + d * bottom, b * right + d * top)
    return _View(abs(xs[1] - xs[0]), abs(ys[1] - ys[0]), (a, b, c, d, -min(xs), -min(ys)))


def _glyphs(page: pdfium.PdfPage, view: _View) -> Iterator[Glyph]:
    """The characters of the text layer that stand upright on the visible page."""
    text = page.get_textpage()
    rect = raw.FS_RECTF()
    pieces: dict[int, int] = {}
    for index in range(text.count_chars()):
        if raw.FPDFText_IsGenerated(text, index) == 1 or not _is_upright(text, index, page.get_rotation()):
            continue
        if not raw.FPDFText_GetLooseCharBox(text, index, rect):
            continue
        box = view.box(rect.left, rect.bottom, rect.right, rect.top)
        if not (0 <= box.cx <= view.width and 0 <= box.cy <= view.height):
            continue
        owner = ctypes.cast(raw.FPDFText_GetTextObject(text, index), ctypes.c_void_p).value or 0
        piece = pieces.setdefault(owner, len(pieces))
        unmapped = raw.FPDFText_HasUnicodeMapError(text, index) == 1
        # PDFium reports a hyphen at a line's end as a control character
        hyphen = raw.FPDFText_IsHyphen(text, index) == 1
        character = "-" if hyphen else _character(raw.FPDFText_GetUnicode(text, index))
        yield Glyph(character, box, piece, unmapped and not hyphen)


def _is_upright(text: pdfium.PdfTextPage, index: int, rotation: int) -> bool:
    angle = raw.FPDFText_GetCharAngle(text, index) + math.radians(rotation)
    return math.cos(angle) > MIN_UPRIGHT_COSINE


def _character(code: int) -> str:
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"


def _rulings(page: pdfium.PdfPage, view: _View) -> Iterator[Ruling]:
    """The straight horizontal and vertical segments of the page's drawings."""
    for path, matrix in _paths(page):
        yield from _segments(path, matrix, view)


def _paths(page: pdfium.PdfPage) -> Iterator[tuple[Any, pdfium.PdfMatrix]]:
    """Path objects of the page and of its forms, each with the matrix to user space."""
    stack = [(raw.FPDFPage_GetObject(page, i), pdfium.PdfMatrix()) for i in range(raw.FPDFPage_CountObjects(page))]
    for _ in range(MAX_PATH_OBJECTS):
        if not stack:
            return
        item, outer = stack.pop()
        kind = raw.FPDFPageObj_GetType(item)
        if kind not in (raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_FORM):
            continue
        matrix = _matrix(item).multiply(outer)
        if kind == raw.FPDF_PAGEOBJ_PATH:
            yield item, matrix
        else:
            stack += [(raw.FPDFFormObj_GetObject(item, i), matrix) for i in range(raw.FPDFFormObj_CountObjects(item))]


def _matrix(item: Any) -> pdfium.PdfMatrix:
    values = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(item, values)
    return pdfium.PdfMatrix(values.a, values.b, values.c, values.d, values.e, values.f)


def _segments(path: Any, matrix: pdfium.PdfMatrix, view: _View) -> Iterator[Ruling]:
    x, y = ctypes.c_float(), ctypes.c_float()
    start = last = (0.0, 0.0)
    for index in range(min(raw.FPDFPath_CountSegments(path), MAX_PATH_OBJECTS)):
        segment = raw.FPDFPath_GetPathSegment(path, index)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        here = matrix.on_point(x.value, y.value)
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_LINETO:
            yield from _ruling(last, here, view)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            start = here
        if raw.FPDFPathSegment_GetClose(segment):
            yield from _ruling(here, start, view)
        last = here


def _ruling(a: tuple[float, float], b: tuple[float, float], view: _View) -> Iterator[Ruling]:
    box = view.box(*a, *b)
    thin, long = sorted((box.width, box.height))
    if long >= MIN_RULING_LENGTH and thin <= MAX_RULING_TILT * long:
        yield Ruling(box.x0, box.y0, box.x1, box.y1)


def _qr_payloads(page: pdfium.PdfPage, view: _View) -> tuple[str, ...]:
    """The QR codes of the page's top left: from its pictures, else from the drawn region."""
    for picture in _square_pictures(page):
        payloads = qr.decode(picture)
        if payloads:
            return payloads
    region = _draw(page, QR_DPI, visible=QR_REGION).pixels
    return qr.decode(region)


def _square_pictures(page: pdfium.PdfPage) -> Iterator[Pixels]:
    """Pictures in the page that could be a QR code: about square and not the whole page."""
    for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        left, bottom, right, top = item.get_bounds()
        if 0.8 < (right - left) / max(top - bottom, 1e-6) < 1.25 and right - left < MAX_QR_SIDE:
            try:
                yield _bgr(item.get_bitmap())
            except (pdfium.PdfiumError, ValueError):
                continue


def _draw(
    page: pdfium.PdfPage, dpi: float, *, visible: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)
) -> PageImage:
    """The part *visible* (shares of width and height: left, top, right, bottom) of the page as pixels."""
    width, height = page.get_size()
    left, top, right, bottom = visible
    crop = (left * width, (1 - bottom) * height, (1 - right) * width, top * height)
    bitmap = page.render(scale=dpi / POINTS_PER_INCH, crop=crop, rev_byteorder=False)
    return PageImage(_bgr(bitmap), dpi=dpi)


def _bgr(bitmap: pdfium.PdfBitmap) -> Pixels:
    pixels = np.array(bitmap.to_numpy())
    if pixels.ndim == 2:
        pixels = pixels[:, :, None]
    if pixels.shape[2] == 1:
        pixels = np.repeat(pixels, 3, axis=2)
    return np.ascontiguousarray(pixels[:, :, :3])


def _drawable_dpi(view: _View, dpi: float, settings: Settings) -> float:
    """*dpi*, lowered for pages so large that drawing them would exceed max_pixels."""
    inches = (view.width / POINTS_PER_INCH) * (view.height / POINTS_PER_INCH)
    return min(dpi, math.sqrt(settings.max_pixels / max(inches, 1e-6)))
