"""What a picture's header says before anything is decoded: format, size, resolution, pages, whether the end is there.

Decoders fill the missing part of a cut file with gray and decode decompression bombs: both are told here from the
bytes alone. Formats: JPEG (ITU-T T.81, JFIF, Exif 2.3), PNG (ISO/IEC 15948), BMP, TIFF 6.0, WebP (RFC 9649), GIF
(89a), HEIF and AVIF (ISO/IEC 23008-12). Nothing here takes longer than the bytes are many.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from invoiceocr.sources import tiff_tags
from invoiceocr.sources.tiff_tags import TiffTags

Format = Literal["jpeg", "png", "bmp", "tiff", "webp", "gif", "heif", "avif"]

INCH = 0.0254  # meters
# what software writes when it doesn't know
DEFAULT_DPI = (72.0, 96.0)
UPRIGHT = 1  # Exif orientation
# chunks and segments up to the picture; real files have some dozen
_MOST_PARTS = 20_000
# `ispe` boxes of a HEIF: one a tile size, thumbnail and picture
_MOST_BOXES = 64


@dataclass(frozen=True, slots=True)
class Header:
    """The size in pixels of each page as stored, whether the file is complete, the dots per inch if stated, and the
    Exif orientation 1..8. `depth` is bytes per pixel when decoded, `passes` how often the decoder goes over the
    picture."""

    format: Format
    sizes: tuple[tuple[int, int], ...]
    complete: bool = True
    dpi: float | None = None
    orientation: int = UPRIGHT
    depth: int = 3
    passes: int = 1


def is_image(data: bytes) -> bool:
    """Whether *data* begins like a picture of a format that can be read."""
    return _reader(data) is not None


def probe(data: bytes) -> Header | None:
    """The header of a picture; None if its format is unknown or it is too damaged to show its size."""
    reader = _reader(data)
    try:
        return reader(data) if reader else None
    except (struct.error, IndexError, ValueError):
        return None


# with fill bytes before it
_MARKER = re.compile(rb"\xff+([^\xff])", re.DOTALL)


def _jpeg(data: bytes) -> Header | None:
    size, dpi, orientation = None, None, UPRIGHT
    for marker, start, stop in _segments(data):
        body = data[start:stop]
        if marker == 0xE0 and body[:5] == b"JFIF\0":
            dpi = _density(body[7], struct.unpack(">H", body[8:10])[0])
        elif marker == 0xE1 and body[:6] == b"Exif\0\0":
            orientation, dpi = _exif(body[6:], dpi)
        elif 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", body[1:5])
            size = (width, height)
        elif marker == 0xDA:
            complete = data.find(b"\xff\xd9", stop) >= 0
            passes = data.count(b"\xff\xda", start)
            return Header("jpeg", (size,), complete, dpi, orientation, passes=passes + 1) if size else None
    return Header("jpeg", (size,), False, dpi, orientation) if size else None


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """(marker, start, stop of its body) of the JPEG segments up to the first scan."""
    at = 2
    for _ in range(_MOST_PARTS):
        found = _MARKER.match(data, at)
        if found is None or found.end() + 2 > len(data):
            return
        marker, at = found[1][0], found.end()
        stop = at + int(struct.unpack(">H", data[at : at + 2])[0])
        yield marker, at + 2, stop
        if marker == 0xDA:
            return
        at = stop
    raise ValueError("more segments than any picture has")


def _png(data: bytes) -> Header | None:
    width, height = struct.unpack(">II", data[16:24])
    at, complete, dpi, orientation = 8, False, None, UPRIGHT
    depth = _PNG_CHANNELS.get(data[25], 4) * (2 if data[24] == 16 else 1)
    # encoders write IDAT chunks of 8 KB and more
    for _ in range(_MOST_PARTS + len(data) // 4096):
        if at + 12 > len(data) or complete:
            break
        length, name = struct.unpack(">I4s", data[at : at + 8])
        body = data[at + 8 : at + 8 + length]
        if name == b"pHYs" and body[8] == 1:
            dpi = _known(struct.unpack(">I", body[:4])[0] * INCH)
        elif name == b"eXIf":
            orientation, dpi = _exif(body, dpi)
        complete = name == b"IEND"
        at += 12 + length
    return Header("png", ((width, height),), complete, dpi, orientation, depth)


# as decoded, by color type
_PNG_CHANNELS = {0: 1, 2: 3, 3: 3, 4: 4, 6: 4}


def _bmp(data: bytes) -> Header | None:
    offset = struct.unpack("<I", data[10:14])[0]
    if struct.unpack("<I", data[14:18])[0] == 12:  # OS/2 header
        width, height, _, depth = struct.unpack("<HHHH", data[18:26])
        return Header("bmp", ((width, height),), len(data) >= offset + _bmp_row(width, depth) * height)
    width, height, _, depth, compression = struct.unpack("<iiHHI", data[18:34])
    per_meter = struct.unpack("<i", data[38:42])[0]
    rows = _bmp_row(width, depth) * abs(height) if compression in (0, 3) else 0
    return Header("bmp", ((width, abs(height)),), len(data) >= offset + rows, _known(per_meter * INCH))


def _bmp_row(width: int, depth: int) -> int:
    """Bytes a row: whole 32-bit words."""
    return (width * depth + 31) // 32 * 4


def _webp(data: bytes) -> Header | None:
    complete = len(data) >= 8 + struct.unpack("<I", data[4:8])[0]
    kind, body = data[12:16], data[20:30]
    if kind == b"VP8X":
        size = (1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little"))
    elif kind == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        size = ((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    else:
        width, height = struct.unpack("<HH", body[6:10])
        size = (width & 0x3FFF, height & 0x3FFF)
    return Header("webp", (size,), complete, orientation=_webp_orientation(data), depth=4)


def _webp_orientation(data: bytes) -> int:
    at = 12
    for _ in range(_MOST_PARTS):
        if at + 8 > len(data):
            break
        name, length = struct.unpack("<4sI", data[at : at + 8])
        if name == b"EXIF":
            return _exif(data[at + 8 : at + 8 + length].removeprefix(b"Exif\0\0"), None)[0]
        at += 8 + length + length % 2
    return UPRIGHT


def _gif(data: bytes) -> Header | None:
    width, height = struct.unpack("<HH", data[6:10])
    return Header("gif", ((width, height),), len(data) > 13 and b"," in data[13:], depth=4)


def _heif(data: bytes) -> Header | None:
    """The size is that of the largest picture in the file; thumbnails and tiles are smaller."""
    sizes: list[tuple[int, int]] = []
    at = data.find(b"ispe")
    while at >= 0 and len(sizes) < _MOST_BOXES:
        width, height = struct.unpack(">II", data[at + 8 : at + 16])
        sizes.append((width, height))
        at = data.find(b"ispe", at + 4)
    largest = max(sizes, key=lambda size: size[0] * size[1], default=None)
    return Header("avif" if b"avif" in data[8:64] else "heif", (largest,), depth=4) if largest else None


def _tiff(data: bytes) -> Header | None:
    pages = list(tiff_tags.directories(data))
    if not pages:
        return None
    stated = [size for page in pages if (size := tiff_tags.size_of(page))]
    complete = len(stated) == len(pages) and all(tiff_tags.data_end(page) <= len(data) for page in pages)
    depth = max(map(tiff_tags.depth, pages))
    sizes = tuple(tiff_tags.with_tiles(size, page) for size, page in zip(stated, pages, strict=False))
    return Header("tiff", sizes, complete, _resolution(pages[0]), depth=depth) if sizes else None


def _exif(data: bytes, dpi: float | None) -> tuple[int, float | None]:
    """(orientation, dots per inch or *dpi*) of an Exif block, which is a small TIFF; a damaged one is ignored."""
    try:
        tags = next(tiff_tags.directories(data), {})
    except (struct.error, ValueError):
        return UPRIGHT, dpi
    orientation = int((tags.get(tiff_tags.ORIENTATION) or (UPRIGHT,))[0])
    return orientation if 1 <= orientation <= 8 else UPRIGHT, _resolution(tags) or dpi


def _resolution(tags: TiffTags) -> float | None:
    parts, unit = tags.get(tiff_tags.X_RESOLUTION, ()), (tags.get(tiff_tags.RESOLUTION_UNIT) or (2,))[0]
    if len(parts) < 2 or not parts[1]:
        return None
    return _density({2: 1, 3: 2}.get(unit, 0), parts[0] / parts[1])


def _density(unit: int, value: float) -> float | None:
    """Dots per inch of a JFIF density: unit 1 is the inch, 2 the centimeter, 0 an aspect ratio only."""
    factor = {1: 1.0, 2: 2.54}.get(unit)
    return _known(value * factor) if factor else None


def _known(dpi: float) -> float | None:
    dpi = round(dpi, 1)
    return dpi if dpi > 0 and dpi not in DEFAULT_DPI else None


_READERS: tuple[tuple[bytes, int, Callable[[bytes], Header | None]], ...] = (
    (b"\xff\xd8\xff", 0, _jpeg),
    (b"\x89PNG\r\n\x1a\n", 0, _png),
    (b"BM", 0, _bmp),
    (b"II*\0", 0, _tiff),
    (b"MM\0*", 0, _tiff),
    (b"WEBP", 8, _webp),
    (b"GIF8", 0, _gif),
    (b"ftyp", 4, _heif),
)


def _reader(data: bytes) -> Callable[[bytes], Header | None] | None:
    return next((read for magic, at, read in _READERS if data[at : at + len(magic)] == magic), None)
