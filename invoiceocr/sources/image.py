"""Pictures to `Document`: JPEG, PNG, BMP, TIFF (all pages), WebP, GIF (first frame), HEIF and AVIF from bytes, arrays
and Pillow images."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from invoiceocr.errors import CorruptFileError, TooLargeError, UnsupportedFormatError
from invoiceocr.page import Page, PageImage, Pixels
from invoiceocr.settings import Settings
from invoiceocr.sources import heif, image_header
from invoiceocr.sources.document import Document
from invoiceocr.sources.image_header import UPRIGHT, Header

Array = NDArray[Any]

# pixels: larger pictures are halved after decoding; pages are read at some six million
LARGE = 50_000_000
# bytes for each of max_pixels that a decoded picture may take
DECODED = 3
# pixels that the passes of a progressive JPEG go over: ten over the largest picture
MAX_WORK = 1_500_000_000
STRIP = 256  # rows that are blended with white paper at a time
MAX_CANVAS = 65_500  # pixels a side: what JPEG can hold
CORRUPT = "corrupt_image"

# Exif orientation: what brings the stored pixels upright
_UPRIGHT: dict[int, Callable[[Array], Array]] = {
    2: lambda a: a[:, ::-1],
    3: lambda a: a[::-1, ::-1],
    4: lambda a: a[::-1],
    5: lambda a: a.swapaxes(0, 1),
    6: lambda a: np.rot90(a, 3),
    7: lambda a: a[::-1, ::-1].swapaxes(0, 1),
    8: lambda a: np.rot90(a, 1),
}


def open_image(data: bytes, name: str, settings: Settings) -> Document:
    """The document of a picture file; its pages are decoded when they are requested. Raises UnsupportedFormatError,
    CorruptFileError (corrupt_image: no size, cut off, undecodable), TooLargeError (too_large, too_many_pages). Size and
    completeness are judged from the header before anything is decoded."""
    header = _checked(data, name, settings)
    return Document(name, hashlib.sha256(data).hexdigest(), "image", _pages(data, name, header))


def with_opacity(data: bytes, name: str, settings: Settings) -> NDArray[np.uint8]:
    """The first page of a picture file as H×W×3 BGR, or as H×W×4 BGRA if it is transparent anywhere; raises as
    `open_image`."""
    header = _checked(data, name, settings)
    decode = heif.decode if header.format == "heif" else partial(_decoded, header=header)
    pixels = _to_eight_bit(_turned(_fitting(decode(data, 0, name)), header.orientation))
    if pixels.ndim == 3 and pixels.shape[2] == 4 and pixels[:, :, 3].min() < 255:
        return np.ascontiguousarray(pixels)
    return to_bgr(pixels)


def _checked(data: bytes, name: str, settings: Settings) -> Header:
    """The header of a picture that may be decoded."""
    if not image_header.is_image(data):
        raise UnsupportedFormatError(f"{name}: not a JPEG, PNG, BMP, TIFF, WebP, GIF, HEIF or AVIF picture")
    header = image_header.probe(data)
    if header is None or not header.complete:
        raise _corrupt(name)
    _check_size(header, name, settings)
    return header


def from_array(pixels: Array, *, name: str = "array") -> Document:
    """The one-page document of a picture in memory: H×W (gray), H×W×1, H×W×3 (BGR) or H×W×4 (BGRA), 8 or 16 bit."""
    image = PageImage(to_bgr(pixels))
    digest = hashlib.sha256(image.pixels.tobytes()).hexdigest()
    return Document(name, digest, "image", iter((_page(1, image),)))


def from_pil(image: Any, *, name: str = "image") -> Document:
    """The one-page document of a Pillow image of any mode, with its Exif orientation applied."""
    try:
        stored = _of_pil(image)
        orientation = image.getexif().get(274, UPRIGHT)
    except Exception as error:  # truncated and forged files show only now, in whatever way Pillow's plugin has
        raise CorruptFileError(f"{name}: the image can't be loaded ({error})", code=CORRUPT) from error
    return from_array(_turned(stored, orientation), name=name)


def _of_pil(image: Any) -> Array:
    # 16 bit: Pillow would clip it at 255
    wide = image.mode.startswith("I")
    if not wide:
        return np.asarray(image.convert("RGBA"))[:, :, [2, 1, 0, 3]]
    return (np.asarray(image) >> 8).astype(np.uint8)


def to_bgr(pixels: Array) -> Pixels:
    """The pixels as H×W×3 uint8 BGR: gray repeated, transparency over white, 16 bit to 8."""
    eight = _to_eight_bit(pixels)
    channels = 1 if eight.ndim == 2 else eight.shape[2] if eight.ndim == 3 else 0
    if channels not in _TO_BGR or not eight.size:
        raise CorruptFileError(f"a picture of shape {pixels.shape} is no H×W, H×W×3 or H×W×4", code=CORRUPT)
    return np.ascontiguousarray(_TO_BGR[channels](eight.reshape(*eight.shape[:2], channels)))


def _to_eight_bit(pixels: Array) -> NDArray[np.uint8]:
    if pixels.dtype == np.uint16:
        return (pixels >> 8).astype(np.uint8)
    if pixels.dtype == np.bool_:
        return pixels.astype(np.uint8) * np.uint8(255)
    if pixels.dtype != np.uint8:
        raise CorruptFileError(f"pixels of type {pixels.dtype}: give 8 or 16 bit integers", code=CORRUPT)
    return pixels


def _over_white(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """BGRA over white paper, some rows at a time, because the intermediate values take six times the memory."""
    paper = np.empty((*pixels.shape[:2], 3), np.uint8)
    for top in range(0, len(pixels), STRIP):
        strip = pixels[top : top + STRIP]
        # most pictures with a channel for it are opaque
        if strip[:, :, 3].min(initial=255) == 255:
            paper[top : top + STRIP] = strip[:, :, :3]
            continue
        part = strip.astype(np.uint16)
        color, alpha = part[:, :, :3], part[:, :, 3:]
        paper[top : top + STRIP] = (color * alpha + 255 * (255 - alpha) + 127) // 255
    return paper


_TO_BGR: dict[int, Callable[[NDArray[np.uint8]], NDArray[np.uint8]]] = {
    1: lambda pixels: pixels.repeat(3, axis=2),
    3: lambda pixels: pixels,
    4: _over_white,
}


def _check_size(header: Header, name: str, settings: Settings) -> None:
    if len(header.sizes) > settings.max_pages:
        raise TooLargeError(
            f"{name}: {len(header.sizes)} pages, more than max_pages={settings.max_pages}", code="too_many_pages"
        )
    for width, height in header.sizes:
        if width < 1 or height < 1:
            raise _corrupt(name)
        if width * height * max(1, header.depth / DECODED) > settings.max_pixels:
            told = f"{width}×{height} pixels of {header.depth} bytes"
            raise TooLargeError(f"{name}: {told}, more than max_pixels={settings.max_pixels}")
        if width * height * header.passes > MAX_WORK:
            raise TooLargeError(f"{name}: {width}×{height} pixels in {header.passes} passes")


def _pages(data: bytes, name: str, header: Header) -> Iterator[Page]:
    decode = heif.decode if header.format == "heif" else partial(_decoded, header=header)
    for index in range(len(header.sizes)):
        stored = _fitting(decode(data, index, name))
        upright = _turned(stored, header.orientation)
        yield _page(index + 1, PageImage(to_bgr(upright), header.dpi))


def _decoded(data: bytes, index: int, name: str, *, header: Header) -> Array:
    """The pixels as stored: alpha and 16 bits are kept, and Exif is left to us, since OpenCV's versions differ in
    both."""
    buffer = np.frombuffer(data, np.uint8)
    try:
        if len(header.sizes) == 1:  # takes half the memory
            picture = cv2.imdecode(buffer, cv2.IMREAD_UNCHANGED)
            pictures = [] if picture is None else [picture]
        else:
            pictures = list(cv2.imdecodemulti(buffer, cv2.IMREAD_UNCHANGED, range=(index, index + 1))[1])
    except (cv2.error, MemoryError) as error:
        raise _corrupt(name) from error
    if not pictures:
        raise _corrupt(name)
    return np.asarray(pictures[0])


def _fitting(pixels: Array) -> Array:
    """*pixels*, halved if there are very many of them."""
    height, width = pixels.shape[:2]
    if width * height <= LARGE or min(width, height) < 2 or max(width, height) > MAX_CANVAS:
        return pixels
    return np.asarray(cv2.resize(pixels, (width // 2, height // 2), interpolation=cv2.INTER_AREA))


def _turned(stored: Array, orientation: int) -> Array:
    turn = _UPRIGHT.get(orientation)
    return turn(stored) if turn else stored


def _page(number: int, image: PageImage) -> Page:
    return Page(number, float(image.width), float(image.height), image=image)


def _corrupt(name: str) -> CorruptFileError:
    return CorruptFileError(f"{name}: the picture is damaged or cut off; save or send it again", code=CORRUPT)
