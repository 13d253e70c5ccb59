"""PDF pages as pictures."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as raw

from invoiceocr.errors import TooLargeError
from invoiceocr.geometry import POINTS_PER_INCH, Box
from invoiceocr.page import PageImage, Pixels
from invoiceocr.sources.pdf.view import View

# of processor time that drawing a page may take; a scan of 600 dpi takes half a second
MAX_DRAW_SECONDS = 5.0
WHITE = 0xFFFFFFFF
ALL = (0.0, 0.0, 1.0, 1.0)
# of an annotation: hidden, and not for the screen
HIDDEN_FLAGS = 0x02 | 0x20
INVISIBLE_FLAG = 0x01  # of annotations that a program does not know; they are drawn, and PDFium does not merge them
# annotations for which PDFium makes up an appearance where the file has none
MADE_UP = frozenset(
    {
        raw.FPDF_ANNOT_CIRCLE, raw.FPDF_ANNOT_HIGHLIGHT, raw.FPDF_ANNOT_INK, raw.FPDF_ANNOT_SQUARE,
        raw.FPDF_ANNOT_SQUIGGLY, raw.FPDF_ANNOT_STRIKEOUT, raw.FPDF_ANNOT_UNDERLINE,
    }
)  # fmt: skip
# the entry of an annotation that names its layer, which may be switched off
LAYER = b"OC"
EMPTY = 2  # bytes of an empty string as PDFium returns it


@dataclass(frozen=True, slots=True)
class _Annotation:
    """A visible annotation: its place in user space (left, bottom, right, top), and whether the file leaves its
    appearance or its visibility to the program."""

    rect: tuple[float, float, float, float]
    open_look: bool


def load_page(document: pdfium.PdfDocument, index: int) -> pdfium.PdfPage:
    """The page at *index*. Form fields and annotations become part of its content: they are drawn, so they are read.
    Signatures stay annotations; what they show is a seal. All of them stay annotations if PDFium makes up what one of
    them shows, since that would be lost, or if one belongs to a layer, since it would no longer belong to it."""
    page = document[index]
    drawn = list(_visible(page))
    if len(drawn) <= raw.FPDF_GetSignatureCount(document) or any(one.open_look for one in drawn):
        return page
    if raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY) != raw.FLATTEN_SUCCESS:
        return page
    page.close()
    return document[index]


def annotated(page: pdfium.PdfPage, view: View) -> list[Box]:
    """Where annotations are painted over the page's content."""
    return [view.box(*one.rect) for one in _visible(page)]


def _visible(page: pdfium.PdfPage) -> Iterator[_Annotation]:
    """The annotations that put something on the page."""
    handle = page.raw
    for number in range(raw.FPDFPage_GetAnnotCount(handle)):
        annotation = raw.FPDFPage_GetAnnot(handle, number)
        if annotation:
            shown = _shown(annotation)
            raw.FPDFPage_CloseAnnot(annotation)
            if shown is not None:
                yield shown


def _shown(annotation: raw.FPDF_ANNOTATION) -> _Annotation | None:
    """What an *annotation* puts on its page; None if that is nothing."""
    rect = raw.FS_RECTF()
    raw.FPDFAnnot_GetRect(annotation, rect)
    flags = raw.FPDFAnnot_GetFlags(annotation)
    kind = raw.FPDFAnnot_GetSubtype(annotation)
    plain = raw.FPDFAnnot_GetAP(annotation, raw.FPDF_ANNOT_APPEARANCEMODE_NORMAL, None, 0) <= EMPTY
    silent = kind == raw.FPDF_ANNOT_POPUP or (plain and kind == raw.FPDF_ANNOT_LINK)
    if flags & HIDDEN_FLAGS or silent or rect.right <= rect.left or rect.top <= rect.bottom:
        return None
    layered = bool(raw.FPDFAnnot_HasKey(annotation, LAYER))
    is_open = layered or (plain and kind in MADE_UP) or bool(flags & INVISIBLE_FLAG)
    return _Annotation((rect.left, rect.bottom, rect.right, rect.top), is_open)


def draw(page: pdfium.PdfPage, dpi: float, *, visible: tuple[float, float, float, float] = ALL) -> PageImage:
    """The part *visible* (shares of width and height: left, top, right, bottom) of the page as pixels."""
    width, height = page.get_size()
    left, top, right, bottom = visible
    crop = (left * width, (1 - bottom) * height, (1 - right) * width, top * height)
    return PageImage(to_bgr(_rendered(page, dpi / POINTS_PER_INCH, crop)), dpi=dpi)


def _rendered(page: pdfium.PdfPage, scale: float, crop: tuple[float, float, float, float]) -> pdfium.PdfBitmap:
    """The page without what *crop* (left, bottom, right, top in points) cuts off. Raises TooLargeError too_complex if
    drawing takes longer than any ordinary page does."""
    # the size in pixels, without what is cut off
    full = [math.ceil(side * scale) for side in page.get_size()]
    left, bottom, right, top = (math.ceil(cut * scale) for cut in crop)
    width, height = full[0] - left - right, full[1] - top - bottom
    if min(width, height) < 1:
        raise ValueError(f"{width}×{height} pixels can't be drawn")
    # white paper, and a clock that PDFium asks between two objects
    bitmap = pdfium.PdfBitmap.new_native(width, height, raw.FPDFBitmap_BGR)
    raw.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, WHITE)
    deadline = time.thread_time() + MAX_DRAW_SECONDS
    pause = raw.IFSDK_PAUSE(version=1)
    pause.NeedToPauseNow = type(pause.NeedToPauseNow)(lambda _: int(time.thread_time() > deadline))
    place = (-left, -top, *full, 0, raw.FPDF_ANNOT)
    # the page, then what its form fields show
    state = raw.FPDF_RenderPageBitmap_Start(bitmap, page, *place, pause)
    raw.FPDF_RenderPage_Close(page)
    if state == raw.FPDF_RENDER_TOBECONTINUED:
        raise TooLargeError(f"a page takes more than {MAX_DRAW_SECONDS:g} s to draw", code="too_complex")
    if page.formenv is not None:
        raw.FPDF_FFLDraw(page.formenv, bitmap, page, *place)
    return bitmap


def to_bgr(bitmap: pdfium.PdfBitmap) -> Pixels:
    """The pixels of *bitmap*."""
    pixels = np.array(bitmap.to_numpy())
    if pixels.ndim == 2:
        pixels = pixels[:, :, None]
    if pixels.shape[2] == 1:
        pixels = np.repeat(pixels, 3, axis=2)
    return np.ascontiguousarray(pixels[:, :, :3])
