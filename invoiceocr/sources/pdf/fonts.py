"""The one Chinese font that PDFium may use for text whose font is not embedded, in place of the machine's fonts.

A PDF without its fonts is measured and drawn with whatever fonts the machine has. A bare server has none, and the
characters get boxes without size. With one font of our own, text and pictures are the same on every machine.
"""

from __future__ import annotations

import ctypes
from functools import cache
from typing import Any

import pypdfium2.raw as raw

from invoiceocr import resources

# an address, as ctypes gives it
Buffer = ctypes.c_void_p | int | None

CHARACTERS = "gb2312"  # the codec of the characters that the font has
MORE_CHARACTERS = "¥"  # characters that it has besides those
FACE = b"Noto Sans SC"
HANDLE = 1  # any but NULL, which stands for no font
# the table that PDFium asks for to get all of a font
WHOLE_FILE = 0
# character sets of Windows: Shift JIS, Hangul, GB 2312, Big5
CJK_CHARSETS = frozenset({128, 129, 134, 136})
# parts of the names of faces with Chinese, Japanese or Korean characters
CJK_FACES = ("sim", "song", "kai", "hei", "fang", "ming", "yahei", "noto", "source", "wenquanyi")


def is_drawn(character: str) -> bool:
    """Whether *character* is drawn where its font is not embedded.

    >>> is_drawn("票"), is_drawn("䶮")
    (True, False)
    """
    if character in MORE_CHARACTERS:
        return True
    try:
        character.encode(CHARACTERS)
    except UnicodeEncodeError:
        return False
    return True


@cache
def install() -> None:
    """Let PDFium take our font for Chinese text and its own ones for all else; PDFium's lock must be held."""
    raw.FPDF_SetSystemFontInfo(_font_info())


@cache
def _font_info() -> object:
    """The table of callbacks; PDFium keeps a pointer to it, so it lives as long as the process."""
    info = raw.FPDF_SYSFONTINFO()
    info.version = 1
    types = dict(info._fields_)
    for name, callback in _CALLBACKS.items():
        setattr(info, name, types[name](callback))
    return info


@cache
def _font_file() -> bytes:
    return resources.chinese_font().read_bytes()


def _is_chinese(charset: int, face: bytes) -> bool:
    name = face.decode("utf-8", "replace").lower()
    return charset in CJK_CHARSETS or not name.isascii() or any(part in name for part in CJK_FACES)


def _nothing(*_: object) -> None:
    return None


def _map_font(*arguments: Any) -> int | None:
    """The callback FPDF_SYSFONTINFO.MapFont; its fourth argument is the charset, its sixth the face."""
    charset, face = arguments[3], arguments[5]
    name = ctypes.cast(face, ctypes.c_char_p).value or b""
    return HANDLE if _is_chinese(charset, name) else None


def _get_font(_: object, face: object) -> int | None:
    return None


def _font_data(_: object, font: int, table: int, buffer: Buffer, size: int) -> int:
    """The font file copied to *buffer* if that is large enough; its length in any case."""
    if table != WHOLE_FILE:
        return 0
    data = _font_file()
    if buffer and size >= len(data):
        ctypes.memmove(buffer, data, len(data))
    return len(data)


def _face_name(_: object, font: int, buffer: Buffer, size: int) -> int:
    if buffer and size > len(FACE):
        ctypes.memmove(buffer, FACE + b"\0", len(FACE) + 1)
    return len(FACE) + 1


def _charset(_: object, font: int) -> int:
    return 134  # GB 2312


_CALLBACKS = {
    "Release": _nothing,
    "EnumFonts": _nothing,
    "MapFont": _map_font,
    "GetFont": _get_font,
    "GetFontData": _font_data,
    "GetFaceName": _face_name,
    "GetFontCharset": _charset,
    "DeleteFont": _nothing,
}
