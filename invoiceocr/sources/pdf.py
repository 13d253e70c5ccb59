"""PDF files to pages: the text layer with character boxes where it is usable, else the drawn page.

The only module that imports pypdfium2. PDFium is not thread-safe: every call holds one lock.
"""

from __future__ import annotations

import ctypes
import hashlib
import math
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial
from itertools import islice
from typing import Any

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as raw

from invoiceocr.errors import CorruptFileError, EncryptedFileError, NoDocumentsError, SourceError, TooLargeError
from invoiceocr.evidence.candidate import EmbeddedRecord
from invoiceocr.geometry import Box
from invoiceocr.page import Page, PageImage, Pixels, Ruling
from invoiceocr.settings import Settings
from invoiceocr.sources import embedded, pdf_structure, qr, text_layer
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
MIN_SIDE, MAX_SIDE = 1.0, 20_000.0  # points of a page; the standard allows 14,400
MAX_DRAWN = 16_000_000  # pixels of a drawn page at 200 dpi, more at more; A3 has 15.5 million
MAX_DRAW_SECONDS = 5.0  # of processor time that drawing a page may take; a scan of 600 dpi takes half a second
WHITE = 0xFFFFFFFF
MAX_CHARACTERS = 50_000  # of a page; the fullest list has some ten thousand
MAX_FILE_CHARACTERS = 1_000_000  # of a file
MAX_ATTACHED = 5_000_000  # bytes of attachments that are looked at; an invoice in XML has 100,000 at most
MAX_CODE_PIXELS = 4_000_000  # of a picture that may be a QR code
MIN_CODE_PAGE = 36.0  # points; no code fits a smaller page
MAX_CODE_PICTURES = 20  # of a page
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
    pdf_structure.check(data, name, settings)
    with _LOCK:
        document = _load(data, name)
        count = len(document)
        stated = tuple(_facts(document, name, settings))
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


def _facts(document: pdfium.PdfDocument, name: str, settings: Settings) -> Iterator[EmbeddedRecord]:
    """The facts of embedded XML and XBRL attachments; unreadable or unnamed ones say nothing."""
    count = document.count_attachments()
    pdf_structure.refuse_attachments(count, name, settings)
    left = MAX_ATTACHED
    for index in range(count):
        try:
            attachment = document.get_attachment(index)
            data = bytes(attachment.get_data())
            left -= len(data)
            if left >= 0:
                yield from embedded.read_attachment(data, attachment.get_name() or "", "xml")
        except pdfium.PdfiumError:
            continue


def _pages(document: pdfium.PdfDocument, count: int, name: str, settings: Settings) -> Iterator[Page]:
    characters = 0
    try:
        for index in range(count):
            with _LOCK:
                try:
                    page = _page(document[index], index + 1, settings)
                except (pdfium.PdfiumError, ValueError) as error:
                    raise CorruptFileError(f"{name}: page {index + 1} ({error})", code="corrupt_pdf") from error
            characters += sum(len(line.text) for line in page.lines)
            if characters > MAX_FILE_CHARACTERS:
                raise TooLargeError(f"{name}: more than {MAX_FILE_CHARACTERS} characters", code="too_complex")
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
    left, bottom, right, top = _box(page)
    a, b, c, d = TURNS[page.get_rotation()]
    xs = (a * left + c * bottom, a * right + c * top)
    ys = (b * left + d * bottom, b * right + d * top)
    return _View(abs(xs[1] - xs[0]), abs(ys[1] - ys[0]), (a, b, c, d, -min(xs), -min(ys)))


def _box(page: pdfium.PdfPage) -> tuple[float, float, float, float]:
    """The crop box as far as it lies on the paper; a box without area counts as none, as in all viewers."""
    left, bottom, right, top = page.get_bbox()
    sides = (right - left, top - bottom)
    if not all(MIN_SIDE <= side <= MAX_SIDE for side in sides):
        raise ValueError(f"{sides[0]:g}×{sides[1]:g} points are no page")
    return left, bottom, right, top


def _glyphs(page: pdfium.PdfPage, view: _View) -> Iterator[Glyph]:
    """The characters of the text layer that stand upright on the visible page."""
    text = page.get_textpage()
    rect = raw.FS_RECTF()
    pieces: dict[int, int] = {}
    if text.count_chars() > MAX_CHARACTERS:
        raise ValueError(f"more than {MAX_CHARACTERS} characters")
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
    if min(view.width, view.height) < MIN_CODE_PAGE:
        return ()
    for picture in _square_pictures(page):
        payloads = qr.decode(picture)
        if payloads:
            return payloads
    region = _draw(page, _drawable_dpi(view, QR_DPI), visible=QR_REGION).pixels
    return qr.decode(region)


def _square_pictures(page: pdfium.PdfPage) -> Iterator[Pixels]:
    """Pictures in the page that could be a QR code: about square and not the whole page."""
    width, height = ctypes.c_uint(), ctypes.c_uint()
    pictures = page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3)
    for item in islice(pictures, MAX_CODE_PICTURES):
        raw.FPDFImageObj_GetImagePixelSize(item, width, height)
        if width.value * height.value > MAX_CODE_PIXELS:
            continue
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
    return PageImage(_bgr(_rendered(page, dpi / POINTS_PER_INCH, crop)), dpi=dpi)


def _rendered(page: pdfium.PdfPage, scale: float, crop: tuple[float, float, float, float]) -> pdfium.PdfBitmap:
    """The page without what *crop* (left, bottom, right, top in points) cuts off; TooLargeError too_complex where
    drawing takes longer than any page does."""
    full = [math.ceil(side * scale) for side in page.get_size()]
    left, bottom, right, top = (math.ceil(cut * scale) for cut in crop)
    width, height = full[0] - left - right, full[1] - top - bottom
    if min(width, height) < 1:
        raise ValueError(f"{width}×{height} pixels can't be drawn")
    bitmap = pdfium.PdfBitmap.new_native(width, height, raw.FPDFBitmap_BGR)
    raw.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, WHITE)
    deadline = time.thread_time() + MAX_DRAW_SECONDS
    pause = raw.IFSDK_PAUSE(version=1)
    pause.NeedToPauseNow = type(pause.NeedToPauseNow)(lambda _: int(time.thread_time() > deadline))
    state = raw.FPDF_RenderPageBitmap_Start(bitmap, page, -left, -top, *full, 0, raw.FPDF_ANNOT, pause)
    raw.FPDF_RenderPage_Close(page)
    if state == raw.FPDF_RENDER_TOBECONTINUED:
        raise TooLargeError(f"a page takes more than {MAX_DRAW_SECONDS:g} s to draw", code="too_complex")
    return bitmap


def _bgr(bitmap: pdfium.PdfBitmap) -> Pixels:
    pixels = np.array(bitmap.to_numpy())
    if pixels.ndim == 2:
        pixels = pixels[:, :, None]
    if pixels.shape[2] == 1:
        pixels = np.repeat(pixels, 3, axis=2)
    return np.ascontiguousarray(pixels[:, :, :3])


def _drawable_dpi(view: _View, dpi: float, settings: Settings | None = None) -> float:
    """*dpi*, lowered for pages so large that drawing them would exceed max_pixels or what any paper needs."""
    inches = (view.width / POINTS_PER_INCH) * (view.height / POINTS_PER_INCH)
    most = MAX_DRAWN * max(1.0, (dpi / QR_DPI) ** 2)
    most = min(most, settings.max_pixels) if settings else most
    return min(dpi, math.sqrt(most / max(inches, 1e-6)))
