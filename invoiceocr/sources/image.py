"""Pictures to `Document`: JPEG, PNG, BMP, TIFF (all its pages) and WebP from bytes, arrays, Pillow images."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from invoiceocr.errors import CorruptFileError, TooLargeError, UnsupportedFormatError
from invoiceocr.page import Page, PageImage, Pixels
from invoiceocr.settings import Settings
from invoiceocr.sources import image_header
from invoiceocr.sources.document import Document
from invoiceocr.sources.image_header import UPRIGHT, Header

Array = NDArray[Any]

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
    """The document of a picture file; its pages are decoded as they are asked for.

    Raises UnsupportedFormatError, CorruptFileError (corrupt_image: no size, cut off, undecodable), TooLargeError
    (too_large, too_many_pages); size and completeness are judged by the header before anything is decoded.
    """
    if not image_header.is_image(data):
        raise UnsupportedFormatError(f"{name}: not a JPEG, PNG, BMP, TIFF or WebP picture")
    header = image_header.probe(data)
    if header is None or not header.complete:
        raise _corrupt(name)
    _check_size(header, name, settings)
    return Document(name, hashlib.sha256(data).hexdigest(), "image", _pages(data, name, header))


def from_array(pixels: Array, *, name: str = "array") -> Document:
    """The one-page document of a picture in memory: H×W (grey), H×W×1, H×W×3 (BGR) or H×W×4 (BGRA), 8 or 16 bit."""
    image = PageImage(to_bgr(pixels))
    digest = hashlib.sha256(image.pixels.tobytes()).hexdigest()
    return Document(name, digest, "image", iter((_page(1, image),)))


def from_pil(image: Any, *, name: str = "image") -> Document:
    """The one-page document of a Pillow image of any mode, its Exif orientation applied."""
    wide = image.mode.startswith("I")  # 16 bit: Pillow would clip it at 255
    stored = np.asarray(image) if wide else np.asarray(image.convert("RGBA"))[:, :, [2, 1, 0, 3]]
    stored = (stored >> 8).astype(np.uint8) if wide else stored
    return from_array(_turned(stored, image.getexif().get(274, UPRIGHT)), name=name)


def to_bgr(pixels: Array) -> Pixels:
    """The pixels as H×W×3 uint8 BGR: grey repeated, transparency over white, 16 bit to 8."""
    eight = _to_eight_bit(pixels)
    channels = 1 if eight.ndim == 2 else eight.shape[2] if eight.ndim == 3 else 0
    if channels not in _TO_BGR or not eight.size:
        raise CorruptFileError(f"a picture of shape {pixels.shape} is no H×W, H×W×3 or H×W×4", code="corrupt_image")
    return np.ascontiguousarray(_TO_BGR[channels](eight.reshape(*eight.shape[:2], channels)))


def _to_eight_bit(pixels: Array) -> NDArray[np.uint8]:
    if pixels.dtype == np.uint16:
        return (pixels >> 8).astype(np.uint8)
    if pixels.dtype == np.bool_:
        return pixels.astype(np.uint8) * np.uint8(255)
    if pixels.dtype != np.uint8:
        raise CorruptFileError(f"pixels of type {pixels.dtype}: give 8 or 16 bit integers", code="corrupt_image")
    return pixels


def _over_white(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """BGRA over white paper."""
    color, alpha = pixels[:, :, :3].astype(np.uint16), pixels[:, :, 3:].astype(np.uint16)
    return ((color * alpha + 255 * (255 - alpha) + 127) // 255).astype(np.uint8)


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
        if width * height > settings.max_pixels:
            raise TooLargeError(f"{name}: {width}×{height} pixels, more than max_pixels={settings.max_pixels}")


def _pages(data: bytes, name: str, header: Header) -> Iterator[Page]:
    buffer = np.frombuffer(data, np.uint8)
    for index in range(len(header.sizes)):
        stored = _decoded(buffer, index, name)
        upright = _turned(stored, header.orientation)
        yield _page(index + 1, PageImage(to_bgr(upright), header.dpi))


def _decoded(buffer: NDArray[np.uint8], index: int, name: str) -> Array:
    try:  # alpha and 16 bits are kept, Exif is left to us: OpenCV's versions differ in both
        found, pictures = cv2.imdecodemulti(buffer, cv2.IMREAD_UNCHANGED, range=(index, index + 1))
    except cv2.error as error:
        raise _corrupt(name) from error
    if not found or not pictures:
        raise _corrupt(name)
    return np.asarray(pictures[0])


def _turned(stored: Array, orientation: int) -> Array:
    turn = _UPRIGHT.get(orientation)
    return turn(stored) if turn else stored


def _page(number: int, image: PageImage) -> Page:
    return Page(number, float(image.width), float(image.height), image=image)


def _corrupt(name: str) -> CorruptFileError:
    return CorruptFileError(f"{name}: the picture is damaged or cut off; save or send it again", code="corrupt_image")
