"""The characters of a PDF's text layer, each with where it stands and whether the page shows it."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from invoiceocr.geometry import Box
from invoiceocr.sources import pdf_fonts
from invoiceocr.sources.pdf_view import View
from invoiceocr.sources.text_layer import Glyph, is_broken

MAX_CHARACTERS = 50_000  # of a page; the fullest list has some ten thousand
MIN_UPRIGHT_COSINE = 0.98  # text turned more is a watermark or a margin note
ASCENT, DESCENT = 0.88, 0.12  # of the font size, where PDFium knows no font to measure
WHITE = 235  # of 255: the color of paper
MIN_VISIBLE_SIZE = 3.0  # points; nobody reads smaller print
UNPAINTED = frozenset({raw.FPDF_TEXTRENDERMODE_INVISIBLE, raw.FPDF_TEXTRENDERMODE_CLIP})
HYPHEN_CODES = frozenset({0x02, 0xFFFE})  # how PDFium reports a hyphen at a line's end


@dataclass(frozen=True, slots=True)
class Run:
    """One text object: PDFium's address of it, its number in the order of the text layer, whether it stands upright,
    whether it is painted at all, whether its color is that of paper, and whether its font is embedded."""

    address: int
    number: int
    upright: bool
    painted: bool
    white: bool
    embedded: bool


def glyphs(page: pdfium.PdfPage, view: View) -> Iterator[tuple[Glyph, Run]]:
    """The characters that stand upright on the visible page, with the text object of each."""
    text = page.get_textpage()
    if text.count_chars() > MAX_CHARACTERS:
        raise ValueError(f"more than {MAX_CHARACTERS} characters")
    handle, rect = text.raw, raw.FS_RECTF()
    runs: dict[int, Run] = {}
    for index in range(text.count_chars()):
        if raw.FPDFText_IsGenerated(handle, index) == 1:
            continue
        item = raw.FPDFText_GetTextObject(handle, index)
        address = address_of(item)
        run = runs.get(address)
        if run is None:
            run = runs[address] = _run(handle, index, item, len(runs), view)
        if not run.upright or not raw.FPDFText_GetLooseCharBox(handle, index, rect):
            continue
        box = view.box(rect.left, rect.bottom, rect.right, rect.top)
        if box.width <= 0 or box.height <= 0:
            box = _measured(handle, index, view)
        if view.shows(box):
            yield _glyph(handle, index, box, run.number), run


def draws_blanks(item: object) -> bool:
    """Whether the font of a text object draws something for a blank."""
    path = raw.FPDFFont_GetGlyphPath(raw.FPDFTextObj_GetFont(item), ord(" "), 1.0)
    return bool(path) and raw.FPDFGlyphPath_CountGlyphSegments(path) > 0


def address_of(item: Any) -> int:
    """PDFium's address of an object, which tells it from others."""
    return ctypes.cast(item, ctypes.c_void_p).value or 0


def is_paper(item: object, color_of: Callable[..., int]) -> bool:
    """Whether the color that PDFium's *color_of* tells of an object is that of paper, or no color at all."""
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not color_of(item, red, green, blue, alpha):
        return False
    return alpha.value == 0 or min(red.value, green.value, blue.value) >= WHITE


def _glyph(text: object, index: int, box: Box, piece: int) -> Glyph:
    code = raw.FPDFText_GetUnicode(text, index)
    if code in HYPHEN_CODES and raw.FPDFText_IsHyphen(text, index) == 1:
        return Glyph("-", box, piece)
    return Glyph(_character(code), box, piece, raw.FPDFText_HasUnicodeMapError(text, index) == 1)


def _run(text: object, index: int, item: object, number: int, view: View) -> Run:
    angle = raw.FPDFText_GetCharAngle(text, index) + math.radians(view.rotation)
    upright = math.cos(angle) > MIN_UPRIGHT_COSINE
    if not item:
        return Run(0, number, upright, painted=True, white=False, embedded=True)
    return Run(
        address=address_of(item),
        number=number,
        upright=upright,
        painted=raw.FPDFTextObj_GetTextRenderMode(item) not in UNPAINTED,
        white=is_paper(item, raw.FPDFPageObj_GetFillColor),
        embedded=raw.FPDFFont_GetIsEmbedded(raw.FPDFTextObj_GetFont(item)) == 1,
    )


def _measured(text: object, index: int, view: View) -> Box:
    """The box of a character whose font PDFium can't measure: from its origin and the font size."""
    x, y, matrix = ctypes.c_double(), ctypes.c_double(), raw.FS_MATRIX()
    raw.FPDFText_GetCharOrigin(text, index, x, y)
    raw.FPDFText_GetMatrix(text, index, matrix)
    size = raw.FPDFText_GetFontSize(text, index)
    advance = 0.5 if chr(min(raw.FPDFText_GetUnicode(text, index), 0x10FFFF)).isascii() else 1.0
    across, up = (matrix.a * size * advance, matrix.b * size * advance), (matrix.c * size, matrix.d * size)
    left, bottom = x.value - DESCENT * up[0], y.value - DESCENT * up[1]
    return view.box(left, bottom, x.value + across[0] + ASCENT * up[0], y.value + across[1] + ASCENT * up[1])


def _character(code: int) -> str:
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"


def is_drawn(glyph: Glyph, run: Run) -> bool:
    """Whether the page can show *glyph*: not where its font is neither embedded nor has our own the character."""
    return run.embedded or is_broken(glyph) or pdf_fonts.is_drawn(glyph.text)
