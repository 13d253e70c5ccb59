"""The characters of a PDF's text layer, each with where it stands and whether the page shows it."""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import repeat

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as raw

from invoiceocr.errors import TooLargeError
from invoiceocr.geometry import Box
from invoiceocr.sources.glyphs import Glyph, is_broken
from invoiceocr.sources.pdf import calls as pdf_calls
from invoiceocr.sources.pdf import fonts as pdf_fonts
from invoiceocr.sources.pdf.graphics import TEXT, Placed
from invoiceocr.sources.pdf.view import View

# of a page; the fullest list has some ten thousand
MAX_CHARACTERS = 50_000
# of all text objects of a page, each in up to five; every object has those of the content around it
MAX_MARKS = 300_000
# text turned more is a watermark or a margin note
MIN_UPRIGHT_COSINE = 0.98
# text at a right angle to that
MAX_TURNED_COSINE = 0.02
# characters from which a page may lie on its side; notes in a margin have some sixty, the emptiest invoice two hundred
MIN_TURNED = 120
ONE_WAY = 0.9  # share of its characters that then run in one direction
# of the font size, where PDFium knows no font to measure
ASCENT, DESCENT = 0.88, 0.12
WHITE = 235  # of 255: the color of paper
# gray level from which print may be too faint to see
FAINT = 212
OPAQUE = 255  # alpha
# what PDFium returns as the color of a pattern; the real colors remain unknown
PATTERN = (191, 191, 191)
UNPAINTED = frozenset({raw.FPDF_TEXTRENDERMODE_INVISIBLE, raw.FPDF_TEXTRENDERMODE_CLIP})
STROKED = frozenset({raw.FPDF_TEXTRENDERMODE_STROKE, raw.FPDF_TEXTRENDERMODE_STROKE_CLIP})
FILLED_AND_STROKED = frozenset({raw.FPDF_TEXTRENDERMODE_FILL_STROKE, raw.FPDF_TEXTRENDERMODE_FILL_STROKE_CLIP})
ACTUAL_TEXT = b"ActualText"
LEAST_WIDTH = 0.01  # points; PDFium leaves narrower text objects out of its text layer
# how PDFium reports a hyphen at a line's end
HYPHEN_CODES = frozenset({0x02, 0xFFFE})


@dataclass(frozen=True, slots=True)
class Run:
    """One text object: PDFium's address of it, its number in the order of the text layer, whether it stands upright or
    turned by right angles, whether it is painted at all, whether its color is that of paper, whether its font is
    embedded, the gray levels that it is painted with, None for those that PDFium does not report, and by how many right
    angles it is turned clockwise."""

    address: int
    number: int
    upright: bool
    painted: bool
    white: bool
    embedded: bool
    grays: tuple[int | None, ...] = (0,)
    turned: bool = False
    quarters: int = 0

    @property
    def is_faint(self) -> bool:
        """Whether one of its colors is nearly that of paper, or unknown."""
        return any(gray is None or gray >= FAINT for gray in self.grays)


Found = tuple[Glyph, Run]
"""A character with the text object that it is from."""


def glyphs(page: pdfium.PdfPage, view: View) -> list[Found]:
    """The characters that stand upright, or turned by right angles, on the visible page, with the text object of
    each; TooLargeError too_complex if there are more than any page has."""
    text = page.get_textpage()
    count = text.count_chars()
    if count > MAX_CHARACTERS:
        raise TooLargeError(f"a page of more than {MAX_CHARACTERS} characters", code="too_complex")
    handle = pdf_calls.address_of(text.raw)
    owners = _owners(handle, count, view)
    # each property is asked for all characters at once: separate calls take longer than PDFium's answers
    places = _places(text, list(owners), view)
    runs = list(map(owners.__getitem__, places))
    texts, unmapped = _texts(handle, list(places))
    numbers = [run.number for run in runs]
    return list(zip(map(Glyph, texts, places.values(), numbers, unmapped), runs, strict=True))


def turn_of(runs: Sequence[Run]) -> int:
    """How far a page has to be turned clockwise, in degrees, to make its print stand upright; *runs* are those of its
    characters."""
    if len([run for run in runs if run.turned]) < max(MIN_TURNED, ONE_WAY * len(runs)):
        return 0
    quarters, count = Counter(run.quarters for run in runs).most_common(1)[0]
    return -90 * quarters % 360 if count > ONE_WAY * len(runs) else 0


def _owners(text: int, count: int, view: View) -> dict[int, Run]:
    """The text object of each character that stands upright or is turned by right angles, by the character's index."""
    generated = map(pdf_calls.is_generated, repeat(text), range(count))
    indexes = [index for index, made_up in enumerate(generated) if made_up != 1]
    items = [item or 0 for item in map(pdf_calls.text_object, repeat(text), indexes)]
    # the first character of each text object
    firsts = dict(zip(reversed(items), reversed(indexes), strict=True))
    runs = {item: _run(text, firsts[item], item, number, view) for number, item in enumerate(dict.fromkeys(items))}
    shown = {item for item, run in runs.items() if run.upright or run.turned}
    return {index: runs[item] for index, item in zip(indexes, items, strict=True) if item in shown}


def _places(text: pdfium.PdfTextPage, indexes: Sequence[int], view: View) -> dict[int, Box]:
    """The boxes of those characters that lie on the visible page, by their indexes."""
    known, rects = pdf_calls.loose_boxes(pdf_calls.address_of(text.raw), indexes)
    left, top, right, bottom = range(4)
    boxes = view.boxes(rects[:, [left, bottom, right, top]])
    flat = (boxes[:, 2] <= boxes[:, 0]) | (boxes[:, 3] <= boxes[:, 1])
    for row in np.flatnonzero(flat & known).tolist():
        boxes[row] = _measured(text, indexes[row], view).as_tuple()
    rows = np.flatnonzero(view.shown(boxes) & known).tolist()
    return {indexes[row]: Box(*sides) for row, sides in zip(rows, boxes[rows].tolist(), strict=True)}


def _texts(text: int, indexes: Sequence[int]) -> tuple[list[str], list[bool]]:
    """The characters, and whether their fonts have no Unicode mapping for them."""
    codes = list(map(pdf_calls.unicode_of, repeat(text), indexes))
    named = {code: _character(code) for code in set(codes)}
    texts = [named[code] for code in codes]
    unmapped = [error == 1 for error in map(pdf_calls.is_unmapped, repeat(text), indexes)]
    for row, code in enumerate(codes) if not HYPHEN_CODES.isdisjoint(named) else ():
        if code in HYPHEN_CODES and pdf_calls.is_hyphen(text, indexes[row]) == 1:
            texts[row], unmapped[row] = "-", False
    return texts, unmapped


def show_glyphs(placed: Iterable[Placed]) -> frozenset[int]:
    """Makes the text layer of a page, which must not be loaded yet, state what its glyphs show. Otherwise PDFium gives
    the words that a mark of the content puts in their place (`ActualText`), which nobody sees, and leaves out a
    character that is a text object by itself if it has no font that draws it. TooLargeError too_complex if the objects
    have more marks than those of any page. Returns the objects without a width, which draw nothing."""
    items = [one.item for one in placed if one.kind == TEXT]
    inkless: set[int] = set()
    marks = list(map(pdf_calls.marks_of, items))
    if sum(marks) > MAX_MARKS:
        raise TooLargeError(f"a page of texts with more than {MAX_MARKS} marks", code="too_complex")
    for item, count in zip(items, marks, strict=True):
        for index in range(count):
            pdf_calls.remove_parameter(item, pdf_calls.mark_of(item, index), ACTUAL_TEXT)
        left, _, right, _ = pdf_calls.bounds_of(item)
        if right - left < LEAST_WIDTH:
            inkless.add(item)
            _widen(item)
    return frozenset(inkless)


def _widen(item: int) -> None:
    """Gives a text object without ink a width, so that it is part of the text layer. With an embedded font, no viewer
    shows it; any other font lacks the character here only. PDFium adds the width of lines to the size of text that is
    painted with lines, and measures text when its matrix is set."""
    if pdf_calls.is_embedded(pdf_calls.font_of(item)) == 1:
        return
    mode, matrix = pdf_calls.render_mode(item), pdf_calls.matrix_of(item)
    pdf_calls.set_stroke_width(item, 1.0)
    pdf_calls.set_render_mode(item, raw.FPDF_TEXTRENDERMODE_STROKE)
    pdf_calls.set_matrix(item, matrix)
    pdf_calls.set_render_mode(item, mode)


def draws_blanks(item: int) -> bool:
    """Whether the font of a text object draws something for a blank."""
    path = pdf_calls.glyph_path(pdf_calls.font_of(item), ord(" "), 1.0)
    return bool(path) and pdf_calls.glyph_segments(path) > 0


def is_paper(color: pdf_calls.Color | None) -> bool:
    """Whether a *color* is that of paper, or no color at all."""
    return color is not None and (color[3] == 0 or min(color[:3]) >= WHITE)


def gray_of(color: pdf_calls.Color | None) -> int | None:
    """The gray level of a *color*; None for a pattern and for a transparent color."""
    if color is None or color[3] < OPAQUE or color[:3] == PATTERN:
        return None
    return (299 * color[0] + 587 * color[1] + 114 * color[2]) // 1000


def gray_of_path(path: int) -> int | None:
    """The gray level of a path's area, or of its lines if it is not filled; None for a pattern."""
    filled, _ = pdf_calls.draw_mode(path)
    return gray_of(pdf_calls.color_of(path, pdf_calls.fill_color if filled else pdf_calls.stroke_color))


def _asked(mode: int) -> tuple[Callable[..., int], ...]:
    """The functions that return the colors with which text in the rendering *mode* is painted."""
    if mode in FILLED_AND_STROKED:
        return pdf_calls.fill_color, pdf_calls.stroke_color
    return (pdf_calls.stroke_color,) if mode in STROKED else (pdf_calls.fill_color,)


def _run(text: int, index: int, item: int, number: int, view: View) -> Run:
    angle = pdf_calls.angle_of(text, index) + math.radians(view.rotation)
    cosine = math.cos(angle)
    upright = cosine > MIN_UPRIGHT_COSINE
    if not item:
        return Run(0, number, upright, painted=True, white=False, embedded=True)
    mode = pdf_calls.render_mode(item)
    colors = [pdf_calls.color_of(item, ask) for ask in _asked(mode)]
    return Run(
        address=item,
        number=number,
        upright=upright,
        painted=mode not in UNPAINTED,
        white=all(map(is_paper, colors)),
        embedded=pdf_calls.is_embedded(pdf_calls.font_of(item)) == 1,
        grays=tuple(map(gray_of, colors)),
        turned=abs(cosine) < MAX_TURNED_COSINE or cosine < -MIN_UPRIGHT_COSINE,
        quarters=round(angle / (math.pi / 2)) % 4,
    )


def _measured(text: pdfium.PdfTextPage, index: int, view: View) -> Box:
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
    """Whether the page can show *glyph*: its font is embedded, or our own font has the character."""
    return run.embedded or is_broken(glyph) or pdf_fonts.is_drawn(glyph.text)
