"""Small pictures with text, drawn for tests of what reads pixels."""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont
from pylopdf_fonts_zh_cn import __path__ as fonts

from invoiceocr.geometry import Box, Quad, box_quad
from invoiceocr.page import Pixels

BLACK, BLUE, RED = (20, 20, 20), (40, 60, 190), (200, 30, 40)  # RGB
SANS = f"{fonts[0]}/NotoSansSC-Regular.otf"
INVOICE = (
    "示例增值税普通发票",
    "购买方名称：示例科技有限公司",
    "纳税人识别号：91310000MA1FL00001",
    "合计金额 ¥1234.56",
    "开户行及账号",
)

Placed = tuple[float, float, str]  # left, top, text


def paper(
    width: int, height: int, texts: Iterable[Placed] = (), *, size: int = 24, ink: tuple[int, ...] = BLACK
) -> Pixels:
    """White paper, H×W×3 BGR, with *texts* set *size* pixels high."""
    picture = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(picture)
    font = ImageFont.truetype(SANS, size)
    for left, top, text in texts:
        draw.text((left, top), text, fill=ink, font=font)
    return np.ascontiguousarray(np.asarray(picture)[:, :, ::-1])


def invoice() -> Pixels:
    """A page with some lines of an invoice."""
    return paper(900, 420, [(60, 30 + 70 * row, text) for row, text in enumerate(INVOICE)], size=28)


def extent(text: str, *, size: int = 24) -> tuple[float, float]:
    """Width and height in pixels of a text as `paper` sets it."""
    left, _, right, bottom = ImageFont.truetype(SANS, size).getbbox(text)
    return right - left, bottom


def around(left: float, top: float, text: str, *, size: int = 24) -> Quad:
    """The quad of a text that `paper` set at (left, top)."""
    width, height = extent(text, size=size)
    return box_quad(Box(left - 4, top + 0.2 * size, left + width + 4, top + height + 4))


def ink(page: Pixels) -> Box:
    """The smallest box around what is printed on white paper."""
    rows, columns = np.nonzero(page.min(axis=2) < 128)
    return Box(float(columns.min()), float(rows.min()), float(columns.max() + 1), float(rows.max() + 1))


def decoded(data: bytes) -> Pixels:
    """The pixels, H×W×3 BGR, of a picture file."""
    return np.asarray(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR), np.uint8)
