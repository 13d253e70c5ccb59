"""PDF pages as pictures."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as raw

from invoiceocr.geometry import Box
from invoiceocr.page import PageImage, Pixels
from invoiceocr.sources.pdf_view import View

POINTS_PER_INCH = 72.0
ALL = (0.0, 0.0, 1.0, 1.0)
HIDDEN_FLAGS = 0x02 | 0x20  # of an annotation: hidden, and not for the screen
SILENT = frozenset({raw.FPDF_ANNOT_LINK, raw.FPDF_ANNOT_POPUP})  # annotations that put nothing on the page


def load_page(document: pdfium.PdfDocument, index: int) -> pdfium.PdfPage:
    """The page at *index*, form fields and annotations made part of its content: they are drawn, so they are read.
    Signatures are left as they are; what they show is a seal."""
    page = document[index]
    drawn = sum(1 for _ in _rects(page))
    if not drawn or drawn <= raw.FPDF_GetSignatureCount(document):
        return page
    if raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY) != raw.FLATTEN_SUCCESS:
        return page
    page.close()
    return document[index]


def annotated(page: pdfium.PdfPage, view: View) -> list[Box]:
    """Where annotations are painted over the page's content."""
    return [view.box(rect.left, rect.bottom, rect.right, rect.top) for rect in _rects(page)]


def _rects(page: pdfium.PdfPage) -> Iterator[raw.FS_RECTF]:
    """The rectangles of the annotations that put something on the page."""
    handle = page.raw
    for number in range(raw.FPDFPage_GetAnnotCount(handle)):
        annotation = raw.FPDFPage_GetAnnot(handle, number)
        if not annotation:
            continue
        rect = raw.FS_RECTF()
        raw.FPDFAnnot_GetRect(annotation, rect)
        visible = not raw.FPDFAnnot_GetFlags(annotation) & HIDDEN_FLAGS
        silent = raw.FPDFAnnot_GetSubtype(annotation) in SILENT
        raw.FPDFPage_CloseAnnot(annotation)
        if visible and not silent and rect.right > rect.left and rect.top > rect.bottom:
            yield rect


def draw(page: pdfium.PdfPage, dpi: float, *, visible: tuple[float, float, float, float] = ALL) -> PageImage:
    """The part *visible* (shares of width and height: left, top, right, bottom) of the page as pixels."""
    width, height = page.get_size()
    left, top, right, bottom = visible
    crop = (left * width, (1 - bottom) * height, (1 - right) * width, top * height)
    bitmap = page.render(scale=dpi / POINTS_PER_INCH, crop=crop, rev_byteorder=False)
    return PageImage(to_bgr(bitmap), dpi=dpi)


def to_bgr(bitmap: pdfium.PdfBitmap) -> Pixels:
    """The pixels of *bitmap*."""
    pixels = np.array(bitmap.to_numpy())
    if pixels.ndim == 2:
        pixels = pixels[:, :, None]
    if pixels.shape[2] == 1:
        pixels = np.repeat(pixels, 3, axis=2)
    return np.ascontiguousarray(pixels[:, :, :3])
