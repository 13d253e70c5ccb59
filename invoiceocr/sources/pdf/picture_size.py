"""How large a picture of a PDF is when it is decoded: the largest of what its dictionary and its own header say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from invoiceocr.errors import TooLargeError
from invoiceocr.sources import image_header
from invoiceocr.sources.pdf.file import PdfFile
from invoiceocr.sources.pdf.objects import PdfObject

_SIDE = rb"\s{0,8}(\d{1,10})(\s{1,8}\d{1,5}\s{1,8}R\b)?"
_WIDTH, _HEIGHT = re.compile(rb"/W(?:idth)?" + _SIDE), re.compile(rb"/H(?:eight)?" + _SIDE)
# JPEG 2000: the box that tells the size, height first, and what begins the picture itself: width first, then where it
# begins on its own plane (ISO/IEC 15444-1, A.5.1)
_JPX_BOX = re.compile(rb"ihdr(.{4})(.{4})", re.DOTALL)
_JPX_SIZE = re.compile(rb"\xff\x4f\xff\x51.{4}(.{4})(.{4})(.{4})(.{4})", re.DOTALL)
JPX_HEAD = 65_536  # bytes that both stand in


def check_size(file: PdfFile, size: tuple[int, int]) -> None:
    """Raises TooLargeError for a picture of more than `Settings.max_pixels`."""
    width, height = size
    if width * height > file.settings.max_pixels:
        limit = file.settings.max_pixels
        raise TooLargeError(f"{file.name}: a picture of {width}×{height} pixels, more than max_pixels={limit}")


def picture_size(file: PdfFile, item: PdfObject) -> tuple[int, int]:
    """The largest of what the dictionary and the picture itself say."""
    told = (_side(file, _WIDTH.search(item.text)), _side(file, _HEIGHT.search(item.text)))
    own: Iterable[tuple[int, int]] = ()
    if b"/JPXDecode" in item.text:
        own = _jpx_sizes(item.stream[:JPX_HEAD])
    elif b"/DCTDecode" in item.text and (header := image_header.probe(item.stream)):
        own = header.sizes[:1]
    return max((told, *own), key=lambda size: size[0] * size[1])


def _side(file: PdfFile, stated: re.Match[bytes] | None) -> int:
    """The number that an entry states, itself or by reference; 0 where it states none."""
    if stated is None or stated[2] is None:
        return int(stated[1]) if stated else 0
    number = file.objects.get(int(stated[1]), PdfObject(b"")).text.strip().split(b"endobj")[0].strip()
    return int(number) if number.isdigit() and len(number) <= 10 else 0


def _jpx_sizes(head: bytes) -> Iterator[tuple[int, int]]:
    """What the boxes and the code of a JPEG 2000 picture say."""
    if box := _JPX_BOX.search(head):
        height, width = (int.from_bytes(part, "big") for part in box.groups())
        yield width, height
    if code := _JPX_SIZE.search(head):
        right, low, left, top = (int.from_bytes(part, "big") for part in code.groups())
        yield right - left, low - top
