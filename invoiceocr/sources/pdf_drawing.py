"""PDF pages as pictures."""

from __future__ import annotations

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as raw

from invoiceocr.page import PageImage, Pixels

POINTS_PER_INCH = 72.0
ALL = (0.0, 0.0, 1.0, 1.0)
HIDDEN_FLAGS = 0x02 | 0x20  # of an annotation: hidden, and not for the screen
SILENT = frozenset({raw.FPDF_ANNOT_LINK, raw.FPDF_ANNOT_POPUP})  # annotations that put nothing on the page


def load_page(document: pdfium.PdfDocument, index: int) -> pdfium.PdfPage:
    """The page at *index*, form fields and annotations made part of its content: they are drawn, so they are read."""
    page = document[index]
    if not any(_is_drawn(page, number) for number in range(raw.FPDFPage_GetAnnotCount(page))):
        return page
    if raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY) != raw.FLATTEN_SUCCESS:
        return page
    page.close()
    return document[index]


def _is_drawn(page: pdfium.PdfPage, number: int) -> bool:
    annotation = raw.FPDFPage_GetAnnot(page, number)
    if not annotation:
        return False
    try:
        visible = not raw.FPDFAnnot_GetFlags(annotation) & HIDDEN_FLAGS
        return visible and raw.FPDFAnnot_GetSubtype(annotation) not in SILENT and _has_area(annotation)
    finally:
        raw.FPDFPage_CloseAnnot(annotation)


def _has_area(annotation: object) -> bool:
    rect = raw.FS_RECTF()
    raw.FPDFAnnot_GetRect(annotation, rect)
    return bool(rect.right > rect.left and rect.top > rect.bottom)


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
