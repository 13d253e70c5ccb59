"""Headers that would make a parser or decoder work for ever."""

from __future__ import annotations

import struct
import time
import zlib

import cv2
import numpy as np
import pytest

from invoiceocr.errors import SourceError
from invoiceocr.settings import Settings
from invoiceocr.sources import image_header
from invoiceocr.sources.image import open_image

GRAY = np.zeros((30, 40, 3), np.uint8)
JPEG = bytes(cv2.imencode(".jpg", GRAY)[1])
PNG = bytes(cv2.imencode(".png", GRAY)[1])
LIMIT = 1.0  # seconds of processor time


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def directory(count: int, entry: bytes) -> bytes:
    """A TIFF of one directory with an entry repeated."""
    return b"II*\0" + struct.pack("<IH", 8, count) + entry * count + bytes(4)


BOMB = struct.pack("<HHII", 0x9999, 3, 30_000, 8)  # a tag nobody asks for, of thirty thousand values
ASKED = struct.pack("<HHII", 273, 4, 2**31, 8)
HOSTILE = {
    "exif of many values": JPEG[:2]
    + b"\xff\xe1"
    + struct.pack(">H", 60_010)
    + b"Exif\0\0"
    + directory(4990, BOMB)[:60_002]
    + JPEG[2:],
    "png exif": PNG[:33] + chunk(b"eXIf", directory(60_000, BOMB)) + PNG[33:],
    "tiff of many values": directory(60_000, ASKED),
    "fill bytes": JPEG[:2] + b"\xff" * 30_000_000 + JPEG[2:],
    "segments": JPEG[:2] + b"\xff\xfe\0\2" * 3_000_000 + JPEG[2:],
    "chunks": PNG[:33] + chunk(b"tEXt", b"") * 1_000_000 + PNG[33:],
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=list(HOSTILE))
def test_a_monstrous_header_is_told_quickly(data: bytes) -> None:
    start = time.thread_time()

    image_header.probe(data)

    assert time.thread_time() - start < LIMIT


def code(data: bytes) -> str:
    with pytest.raises(SourceError) as caught:
        list(open_image(data, "a", Settings()).pages)
    return caught.value.code


def test_bytes_a_pixel_count_toward_the_largest_picture() -> None:
    head = struct.pack(">IIBBBBB", 9000, 9000, 16, 6, 0, 0, 0)

    assert code(PNG[:8] + chunk(b"IHDR", head) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")) == "too_large"


def test_a_progressive_jpeg_of_very_many_passes_is_refused() -> None:
    noise = np.random.default_rng(1).integers(0, 4, (2000, 2000, 3)).astype(np.uint8) * 64
    data = bytes(cv2.imencode(".jpg", noise, [cv2.IMWRITE_JPEG_PROGRESSIVE, 1, cv2.IMWRITE_JPEG_QUALITY, 1])[1])
    last = data[data.rindex(b"\xff\xda") : -2]

    assert code(data[:-2] + last[:2000] * 500 + b"\xff\xd9") == "too_large"


@pytest.mark.parametrize("suffix", [".gif", ".avif"])
def test_the_first_frame_of_other_formats_is_read(suffix: str) -> None:
    data = bytes(cv2.imencode(suffix, GRAY)[1])

    (page,) = open_image(data, "a.jpg", Settings()).pages

    assert page.image is not None
    assert page.image.pixels.shape == (30, 40, 3)


def test_a_heic_picture_of_a_billion_pixels_is_refused_before_decoding() -> None:
    box = b"\0\0\0\x14ispe\0\0\0\0" + struct.pack(">II", 60_000, 60_000)

    assert code(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + box) == "too_large"


def test_a_very_large_picture_is_halved() -> None:
    data = bytes(cv2.imencode(".png", np.zeros((6000, 10_000), np.uint8))[1])

    (page,) = open_image(data, "a.png", Settings()).pages

    assert (page.width, page.height) == (5000.0, 3000.0)
