"""The functions of PDFium that are called for every character and every object of a page, bound for speed.

The bindings of pypdfium2 make a typed pointer for every object, check each argument and let other threads run during
each call. Calls that last a tenth of a microsecond spend most of their time on this. Here objects are plain addresses
(int, None for a null pointer) and other threads wait; the caller holds the lock of `pages` anyway.
"""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Callable, Sequence
from itertools import repeat
from typing import Any

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as raw
from numpy.typing import NDArray

MAX_NAME = 32  # letters
MAX_OUTLINE = 2000  # points; a digit has some fifty
_INT, _UINT, _FLOAT, _ADDRESS = ctypes.c_int, ctypes.c_uint, ctypes.c_float, ctypes.c_void_p
_FLOATS = struct.Struct("4f")
_PLANE = struct.Struct("6f")
_POINT = struct.Struct("2f")
_COLOR = struct.Struct("4I")
# buffers for PDFium's answers, and their addresses: the caller holds the lock, and reads before the next call
_ANSWER = ctypes.create_string_buffer(_PLANE.size)
_PLACE = ctypes.addressof(_ANSWER)
_PLACES = (_PLACE, _PLACE + 4, _PLACE + 8, _PLACE + 12)

Rect = tuple[float, float, float, float]
Color = tuple[int, int, int, int]
"""Red, green, blue and alpha, 0..255."""


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
set_active = _bound(raw.FPDFPageObj_SetIsActive, _INT, _ADDRESS, _INT)
clip_of = _bound(raw.FPDFPageObj_GetClipPath, _ADDRESS, _ADDRESS)
clips_in = _bound(raw.FPDFClipPath_CountPaths, _INT, _ADDRESS)
clip_segments = _bound(raw.FPDFClipPath_CountPathSegments, _INT, _ADDRESS, _INT)
clip_segment = _bound(raw.FPDFClipPath_GetPathSegment, _ADDRESS, _ADDRESS, _INT, _INT)
fill_color = _bound(raw.FPDFPageObj_GetFillColor, _INT, *(_ADDRESS,) * 5)
stroke_color = _bound(raw.FPDFPageObj_GetStrokeColor, _INT, *(_ADDRESS,) * 5)
_mark_name = _bound(raw.FPDFPageObjMark_GetName, _INT, _ADDRESS, _ADDRESS, ctypes.c_ulong, _ADDRESS)
_bounds = _bound(raw.FPDFPageObj_GetBounds, _INT, *(_ADDRESS,) * 5)
set_stroke_width = _bound(raw.FPDFPageObj_SetStrokeWidth, _INT, _ADDRESS, _FLOAT)
_matrix = _bound(raw.FPDFPageObj_GetMatrix, _INT, _ADDRESS, _ADDRESS)
_set_matrix = _bound(raw.FPDFPageObj_SetMatrix, _INT, _ADDRESS, _ADDRESS)

# texts: (address)
font_of = _bound(raw.FPDFTextObj_GetFont, _ADDRESS, _ADDRESS)
is_embedded = _bound(raw.FPDFFont_GetIsEmbedded, _INT, _ADDRESS)
_font_data = _bound(raw.FPDFFont_GetFontData, _INT, _ADDRESS, _ADDRESS, ctypes.c_size_t, _ADDRESS)
glyph_path = _bound(raw.FPDFFont_GetGlyphPath, _ADDRESS, _ADDRESS, ctypes.c_uint32, _FLOAT)
glyph_segments = _bound(raw.FPDFGlyphPath_CountGlyphSegments, _INT, _ADDRESS)
_glyph_segment = _bound(raw.FPDFGlyphPath_GetGlyphPathSegment, _ADDRESS, _ADDRESS, _INT)
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


def loose_boxes(text: int, indexes: Sequence[int]) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Which of the characters of a text page have a box, and (left, top, right, bottom) of each in user space."""
    boxes = np.zeros((len(indexes), 4), np.float32)
    places = range(boxes.ctypes.data, boxes.ctypes.data + boxes.nbytes, _FLOATS.size)
    known = list(map(_loose_box, repeat(text), indexes, places))
    return np.array(known, bool), boxes.astype(np.float64)


def mark_names(item: int) -> list[str]:
    """The names of the marks of an object's content; "" for one that is longer than MAX_NAME."""
    return [_name_of(mark_of(item, index)) for index in range(marks_of(item))]


def _name_of(mark: int) -> str:
    letters, size = ctypes.create_string_buffer(2 * MAX_NAME), ctypes.c_ulong()
    _mark_name(mark, ctypes.addressof(letters), len(letters), ctypes.addressof(size))
    return letters.raw[: size.value].decode("utf-16-le", "replace").rstrip("\0")


def bounds_of(item: int) -> Rect:
    """(left, bottom, right, top) of an object, in the coordinates of the page or form that contains it."""
    return _FLOATS.unpack_from(_ANSWER) if _bounds(item, *_PLACES) else (0.0,) * 4


def matrix_of(item: int) -> tuple[float, float, float, float, float, float]:
    """An object's own matrix, zeros where it has none."""
    return _PLANE.unpack_from(_ANSWER) if _matrix(item, _PLACE) else (0.0,) * 6


def set_matrix(item: int, matrix: tuple[float, ...]) -> None:
    """Gives an object this matrix."""
    _PLANE.pack_into(_ANSWER, 0, *matrix)
    _set_matrix(item, _PLACE)


def is_drawn_by_content(font: int) -> bool:
    """Whether a font has no program but draws its glyphs as a page does, with colors and pictures (Type 3)."""
    size = ctypes.c_size_t()
    return is_embedded(font) == 1 and _font_data(font, None, 0, ctypes.addressof(size)) == 1 and size.value == 0


def outline_of(font: int, character: str) -> tuple[NDArray[np.float32], NDArray[np.intp]]:
    """The points of the outline that a font draws for a character, in ems, and the kind of the segment to each. There
    are none if the font has no outline for it or one of more than MAX_OUTLINE points."""
    path = glyph_path(font, ord(character), 1.0)
    count = glyph_segments(path) if path else 0
    count = count if 0 < count <= MAX_OUTLINE else 0
    return traced(list(map(_glyph_segment, repeat(path), range(count))))


def traced(segments: Sequence[int]) -> tuple[NDArray[np.float32], NDArray[np.intp]]:
    """The points where *segments* end, and the kind of each."""
    points = np.zeros((len(segments), 2), np.float32)
    places = range(points.ctypes.data, points.ctypes.data + points.nbytes, _POINT.size)
    list(map(_point, segments, places, (place + 4 for place in places)))
    return points, np.array(list(map(segment_kind, segments)), np.intp)


def color_of(item: int, ask: Callable[..., int]) -> Color | None:
    """The color of an object, which *ask* (`fill_color` or `stroke_color`) returns; None where it has no color."""
    return _COLOR.unpack_from(_ANSWER) if ask(item, *_PLACES) else None


def point_of(segment: int) -> tuple[float, float]:
    """The point where a segment of a path ends, in the coordinates of the path."""
    return _POINT.unpack_from(_ANSWER) if _point(segment, _PLACE, _PLACE + 4) else (0.0, 0.0)


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
