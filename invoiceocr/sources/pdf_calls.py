"""PDFium's functions that are asked for every character and every object of a page, bound for speed.

The bindings of pypdfium2 make a typed pointer of every object, check each argument and let other threads run around
each call. For calls of a tenth of a microsecond that is most of the time. Here objects are plain addresses (int, None
for a null pointer) and other threads wait; whoever calls holds the lock of `sources.pdf` anyway.
"""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Callable
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

_INT, _UINT, _FLOAT, _ADDRESS = ctypes.c_int, ctypes.c_uint, ctypes.c_float, ctypes.c_void_p
_FLOATS = struct.Struct("4f")
_PLANE = struct.Struct("6f")
_POINT = struct.Struct("2f")
_COLOR = struct.Struct("4I")

Rect = tuple[float, float, float, float]


def _bound(function: Any, result: Any, *arguments: Any) -> Callable[..., Any]:
    """PDFium's *function* at its address, with these types."""
    address = ctypes.cast(function, ctypes.c_void_p).value or 0
    return ctypes.PYFUNCTYPE(result, *arguments)(address)


def address_of(pointer: Any) -> int:
    """The address in a typed *pointer* of pypdfium2's; 0 for a null pointer."""
    return ctypes.cast(pointer, ctypes.c_void_p).value or 0


# characters: (text page, index)
is_generated = _bound(raw.FPDFText_IsGenerated, _INT, _ADDRESS, _INT)
text_object = _bound(raw.FPDFText_GetTextObject, _ADDRESS, _ADDRESS, _INT)
unicode_of = _bound(raw.FPDFText_GetUnicode, _UINT, _ADDRESS, _INT)
is_unmapped = _bound(raw.FPDFText_HasUnicodeMapError, _INT, _ADDRESS, _INT)
is_hyphen = _bound(raw.FPDFText_IsHyphen, _INT, _ADDRESS, _INT)
angle_of = _bound(raw.FPDFText_GetCharAngle, _FLOAT, _ADDRESS, _INT)
_loose_box = _bound(raw.FPDFText_GetLooseCharBox, _INT, _ADDRESS, _INT, _ADDRESS)

# objects: (address)
count_of_page = _bound(raw.FPDFPage_CountObjects, _INT, _ADDRESS)
object_of_page = _bound(raw.FPDFPage_GetObject, _ADDRESS, _ADDRESS, _INT)
count_of_form = _bound(raw.FPDFFormObj_CountObjects, _INT, _ADDRESS)
object_of_form = _bound(raw.FPDFFormObj_GetObject, _ADDRESS, _ADDRESS, ctypes.c_ulong)
kind_of = _bound(raw.FPDFPageObj_GetType, _INT, _ADDRESS)
marks_of = _bound(raw.FPDFPageObj_CountMarks, _INT, _ADDRESS)
mark_of = _bound(raw.FPDFPageObj_GetMark, _ADDRESS, _ADDRESS, ctypes.c_ulong)
remove_parameter = _bound(raw.FPDFPageObjMark_RemoveParam, _INT, _ADDRESS, _ADDRESS, ctypes.c_char_p)
is_transparent = _bound(raw.FPDFPageObj_HasTransparency, _INT, _ADDRESS)
clip_of = _bound(raw.FPDFPageObj_GetClipPath, _ADDRESS, _ADDRESS)
clips_in = _bound(raw.FPDFClipPath_CountPaths, _INT, _ADDRESS)
fill_color = _bound(raw.FPDFPageObj_GetFillColor, _INT, *(_ADDRESS,) * 5)
stroke_color = _bound(raw.FPDFPageObj_GetStrokeColor, _INT, *(_ADDRESS,) * 5)
_bounds = _bound(raw.FPDFPageObj_GetBounds, _INT, *(_ADDRESS,) * 5)
_matrix = _bound(raw.FPDFPageObj_GetMatrix, _INT, _ADDRESS, _ADDRESS)

# texts: (address)
font_of = _bound(raw.FPDFTextObj_GetFont, _ADDRESS, _ADDRESS)
is_embedded = _bound(raw.FPDFFont_GetIsEmbedded, _INT, _ADDRESS)
glyph_path = _bound(raw.FPDFFont_GetGlyphPath, _ADDRESS, _ADDRESS, ctypes.c_uint32, _FLOAT)
glyph_segments = _bound(raw.FPDFGlyphPath_CountGlyphSegments, _INT, _ADDRESS)
render_mode = _bound(raw.FPDFTextObj_GetTextRenderMode, _INT, _ADDRESS)
set_render_mode = _bound(raw.FPDFTextObj_SetTextRenderMode, _INT, _ADDRESS, _INT)

# paths: (address)
segments_of = _bound(raw.FPDFPath_CountSegments, _INT, _ADDRESS)
segment_of = _bound(raw.FPDFPath_GetPathSegment, _ADDRESS, _ADDRESS, _INT)
segment_kind = _bound(raw.FPDFPathSegment_GetType, _INT, _ADDRESS)
closes = _bound(raw.FPDFPathSegment_GetClose, _INT, _ADDRESS)
_point = _bound(raw.FPDFPathSegment_GetPoint, _INT, _ADDRESS, _ADDRESS, _ADDRESS)
_draw_mode = _bound(raw.FPDFPath_GetDrawMode, _INT, _ADDRESS, _ADDRESS, _ADDRESS)
_stroke_width = _bound(raw.FPDFPageObj_GetStrokeWidth, _INT, _ADDRESS, _ADDRESS)


# pictures: (address)
_picture_size = _bound(raw.FPDFImageObj_GetImagePixelSize, _INT, _ADDRESS, _ADDRESS, _ADDRESS)


class LooseBoxes:
    """Asks for the boxes of characters of one text page, with one piece of memory for all answers."""

    def __init__(self, text: int) -> None:
        self._text = text
        self._memory = ctypes.create_string_buffer(_FLOATS.size)
        self._place = ctypes.addressof(self._memory)

    def __call__(self, index: int) -> Rect | None:
        """(left, top, right, bottom) of a character in user space; None where PDFium knows none."""
        if not _loose_box(self._text, index, self._place):
            return None
        return _FLOATS.unpack_from(self._memory)


def bounds_of(item: int) -> Rect:
    """(left, bottom, right, top) of an object in the coordinates of what it stands in."""
    memory = ctypes.create_string_buffer(_FLOATS.size)
    place = ctypes.addressof(memory)
    _bounds(item, place, place + 4, place + 8, place + 12)
    return _FLOATS.unpack_from(memory)


def matrix_of(item: int) -> tuple[float, float, float, float, float, float]:
    """An object's own matrix, zeros where it has none."""
    memory = ctypes.create_string_buffer(_PLANE.size)
    _matrix(item, ctypes.addressof(memory))
    return _PLANE.unpack_from(memory)


def color_of(item: int, ask: Callable[..., int]) -> tuple[int, int, int, int] | None:
    """Red, green, blue and alpha of an object by `fill_color` or `stroke_color`; None where it has no color."""
    memory = ctypes.create_string_buffer(_COLOR.size)
    place = ctypes.addressof(memory)
    if not ask(item, place, place + 4, place + 8, place + 12):
        return None
    return _COLOR.unpack_from(memory)


def point_of(segment: int) -> tuple[float, float]:
    """The point where a segment of a path ends, in the coordinates of the path."""
    memory = ctypes.create_string_buffer(_POINT.size)
    place = ctypes.addressof(memory)
    _point(segment, place, place + 4)
    return _POINT.unpack_from(memory)


def picture_size(picture: int) -> tuple[int, int]:
    """The columns and rows of pixels of a picture."""
    width, height = _UINT(), _UINT()
    _picture_size(picture, ctypes.addressof(width), ctypes.addressof(height))
    return width.value, height.value


def bitmap_of(picture: int) -> pdfium.PdfBitmap:
    """The pixels of a picture; PdfiumError where they can't be decoded."""
    bitmap = raw.FPDFImageObj_GetBitmap(ctypes.cast(picture, raw.FPDF_PAGEOBJECT))
    if not bitmap:
        raise pdfium.PdfiumError("a picture can't be decoded")
    return pdfium.PdfBitmap.from_raw(bitmap)


def draw_mode(path: int) -> tuple[bool, bool]:
    """Whether a path is filled, and whether it is stroked."""
    fill, stroke = _INT(), _INT()
    _draw_mode(path, ctypes.addressof(fill), ctypes.addressof(stroke))
    return bool(fill.value), bool(stroke.value)


def stroke_width(path: int) -> float:
    """The width of a path's stroke."""
    width = _FLOAT()
    _stroke_width(path, ctypes.addressof(width))
    return width.value
