"""Draws a `Drawing` as pixels: every layer as ink on paper, so that stamps and print overlap as they do in reality."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from invoiceocr.geometry import MM_PER_INCH
from invoiceocr.page import Pixels
from invoiceocr.specimens.drawing import Color, Drawing, Oval, Primitive, Qr, Rule, Text
from invoiceocr.specimens.fonts import Faces, face_file, font, natural_advance, offsets

Ink = NDArray[np.uint8]  # H×W, 255 where the ink is full
# bits of fraction that OpenCV's drawing functions take
SUBPIXEL = 4
STRAIGHT = 0.5  # pixels that an upright or level line may deviate
# wider glyphs than this share of their cell are narrowed to it
SQUEEZE = 1.06


@dataclass(frozen=True, slots=True)
class Canvas:
    """One ink on its way to the paper: the coverage so far, pixels per mm, and the typefaces to draw with."""

    ink: Ink
    scale: float
    faces: Faces = "bundled"


def render(drawing: Drawing, *, dpi: float = 200.0, faces: Faces = "bundled") -> Pixels:
    """The page as H×W×3 BGR pixels at *dpi*."""
    return paint(drawing, dpi / MM_PER_INCH, drawing.items, faces)


def paint(drawing: Drawing, scale: float, items: Iterable[Primitive], faces: Faces) -> Pixels:
    """The paper of *drawing* with *items* printed on it, *scale* pixels per mm."""
    paper = blank(drawing, scale)
    for color, same_color in by_color(items):
        paper = apply_ink(paper, coverage(same_color, paper.shape[:2], scale, faces), color)
    return paper


def blank(drawing: Drawing, scale: float) -> Pixels:
    """The empty paper of *drawing*, *scale* pixels per mm."""
    shape = (round(drawing.height * scale), round(drawing.width * scale), 3)
    return np.full(shape, drawing.paper[::-1], np.uint8)


def coverage(items: Iterable[Primitive], shape: tuple[int, ...], scale: float, faces: Faces) -> Ink:
    """How much ink *items* put on each pixel of a page of *shape* (rows, columns)."""
    canvas = Canvas(np.zeros(shape[:2], np.uint8), scale, faces)
    for item in items:
        _DRAW[type(item)](canvas, item)
    return canvas.ink


def apply_ink(paper: Pixels, ink: Ink, color: Color) -> Pixels:
    """*paper*, changed in place by printing *ink* of *color* on it: inks multiply, as transparent dyes do."""
    y0, y1, x0, x1 = _bounds(ink)
    if y0 < y1:
        part = ink[y0:y1, x0:x1]
        passed = cv2.merge([cv2.LUT(part, _passing(channel)) for channel in color[::-1]])
        paper[y0:y1, x0:x1] = cv2.multiply(paper[y0:y1, x0:x1], passed, scale=1 / 255)
    return paper


@lru_cache(maxsize=512)
def _passing(channel: int) -> Ink:
    """For each coverage, how much light of a channel passes; where the ink is full, it is *channel* of 255."""
    return (255 - np.arange(256) * (255 - channel) // 255).astype(np.uint8)


def _bounds(ink: Ink) -> tuple[int, int, int, int]:
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if not rows.size:
        return (0, 0, 0, 0)
    return (int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1)


def by_color(items: Iterable[Primitive]) -> list[tuple[Color, list[Primitive]]]:
    """The items of each layer and color together, in the order in which they first occur."""
    groups: dict[tuple[str, Color], list[Primitive]] = {}
    for item in items:
        groups.setdefault((item.layer, item.color), []).append(item)
    return [(color, same) for (_, color), same in groups.items()]


@lru_cache(maxsize=16384)
def _glyph(path: Path, pixels: int, char: str, cell: float) -> tuple[Ink, int, int]:
    """The coverage of a glyph, and its offset in pixels from the left end of its cell on the baseline. A glyph with
    another natural width than its *cell* (in em) stands in the middle of it, narrowed if it would not fit."""
    natural = natural_advance(path, char)
    face = font(path, pixels)
    left, top, right, bottom = (int(v) for v in face.getbbox(char, anchor="ls"))
    mask = face.getmask(char, mode="L")
    glyph = np.array(mask, np.uint8).reshape(mask.size[1], mask.size[0])[: bottom - top, : right - left]
    if glyph.size and natural > cell * SQUEEZE:
        narrow = max(1, round(glyph.shape[1] * cell / natural))
        glyph = np.asarray(cv2.resize(glyph, (narrow, glyph.shape[0]), interpolation=cv2.INTER_AREA), np.uint8)
        left, natural = round(left * cell / natural), cell
    return glyph, left + round((cell - natural) / 2 * pixels), top


def _draw_text(canvas: Canvas, text: Text) -> None:
    if text.angle:
        _draw_turned(canvas, text)
        return
    pixels, places = max(1, round(text.size * canvas.scale)), offsets(text)
    for char, start, end in zip(text.text, places, places[1:], strict=False):
        if not char.isspace():
            cell = (end - start - text.tracking) / text.size
            glyph, dx, dy = _glyph(face_file(text.style, char, canvas.faces), pixels, char, cell)
            _blit(canvas.ink, glyph, round((text.x + start) * canvas.scale) + dx, round(text.y * canvas.scale) + dy)


def _draw_turned(canvas: Canvas, text: Text) -> None:
    """Draws the text level on a scrap of its own and turns the scrap about the text's origin."""
    places = offsets(text)
    margin, length = text.size * 1.2, places[-1]
    scrap = Canvas(
        np.zeros(_pixels(2 * margin, length + 2 * margin, canvas.scale), np.uint8), canvas.scale, canvas.faces
    )
    level = Text(text.text, margin, margin * 1.4, text.size, text.style, stretch=text.stretch, tracking=text.tracking)
    _draw_text(scrap, level)
    turn = np.asarray(
        cv2.getRotationMatrix2D((margin * canvas.scale, margin * 1.4 * canvas.scale), -text.angle, 1.0), np.float64
    )
    turn[:, 2] += np.array([text.x - margin, text.y - margin * 1.4]) * canvas.scale
    size = (canvas.ink.shape[1], canvas.ink.shape[0])
    x0, y0, x1, y1 = _window(text, length + margin, canvas)
    turn[:, 2] -= (x0, y0)
    if x1 > x0 and y1 > y0:
        part = cv2.warpAffine(scrap.ink, turn, (min(x1, size[0]) - x0, min(y1, size[1]) - y0), flags=cv2.INTER_LINEAR)
        _blit(canvas.ink, part.astype(np.uint8), x0, y0)


def _window(text: Text, reach: float, canvas: Canvas) -> tuple[int, int, int, int]:
    """The pixels that text of length *reach* mm can touch whatever its angle, cut to the page."""
    rows, columns = canvas.ink.shape
    x0, x1 = ((text.x + sign * reach) * canvas.scale for sign in (-1, 1))
    y0, y1 = ((text.y + sign * reach) * canvas.scale for sign in (-1, 1))
    return max(0, int(x0)), max(0, int(y0)), min(columns, int(x1)), min(rows, int(y1))


def _blit(ink: Ink, patch: Ink, x: int, y: int) -> None:
    """Lays *patch* over the ink at (x, y), the darker of both winning; what sticks out is cut off."""
    rows, columns = ink.shape
    x0, y0, x1, y1 = max(x, 0), max(y, 0), min(x + patch.shape[1], columns), min(y + patch.shape[0], rows)
    if x0 < x1 and y0 < y1:
        target = ink[y0:y1, x0:x1]
        np.maximum(target, patch[y0 - y : y1 - y, x0 - x : x1 - x], out=target)


def _pixels(height: float, width: float, scale: float) -> tuple[int, int]:
    return (max(1, round(height * scale)), max(1, round(width * scale)))


def _fixed(pixels: float) -> int:
    return round(pixels * (1 << SUBPIXEL))


def _draw_rule(canvas: Canvas, rule: Rule) -> None:
    half = max(rule.width * canvas.scale, 1.0) / 2
    for x0, y0, x1, y1 in _dashes(rule):
        a, b = (x0 * canvas.scale, y0 * canvas.scale), (x1 * canvas.scale, y1 * canvas.scale)
        if min(abs(a[0] - b[0]), abs(a[1] - b[1])) < STRAIGHT:
            _fill_band(
                canvas.ink,
                (min(a[0], b[0]) - half, min(a[1], b[1]) - half),
                (max(a[0], b[0]) + half, max(a[1], b[1]) + half),
            )
        else:
            nx, ny = half * (b[1] - a[1]) / math.dist(a, b), half * (a[0] - b[0]) / math.dist(a, b)
            corners = [(a[0] + nx, a[1] + ny), (b[0] + nx, b[1] + ny), (b[0] - nx, b[1] - ny), (a[0] - nx, a[1] - ny)]
            points = np.array([[_fixed(x - 0.5), _fixed(y - 0.5)] for x, y in corners], np.int32)
            cv2.fillConvexPoly(canvas.ink, points, 255, cv2.LINE_AA, SUBPIXEL)


def _fill_band(ink: Ink, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Fills the upright rectangle from *start* to *end* (x, y in pixels), its border pixels by the share covered."""
    columns, x = _shares(start[0], end[0], ink.shape[1])
    rows, y = _shares(start[1], end[1], ink.shape[0])
    band = np.round(255 * rows[:, None] * columns[None, :]).astype(np.uint8)
    target = ink[y : y + band.shape[0], x : x + band.shape[1]]
    np.maximum(target, band, out=target)


def _shares(start: float, end: float, limit: int) -> tuple[NDArray[np.float64], int]:
    """How much of each pixel from the first one on lies between *start* and *end*, cut to 0..limit."""
    first, last = max(0, math.floor(start)), min(limit, math.ceil(end))
    pixels = np.arange(first, max(last, first))
    return np.clip(np.minimum(pixels + 1, end) - np.maximum(pixels, start), 0.0, 1.0), first


def _dashes(rule: Rule) -> list[tuple[float, float, float, float]]:
    if not rule.dash:
        return [(rule.x0, rule.y0, rule.x1, rule.y1)]
    dx, dy = rule.x1 - rule.x0, rule.y1 - rule.y0
    length = max(abs(dx), abs(dy))
    starts = np.arange(0.0, length, 2 * rule.dash) / length
    share = rule.dash / length
    return [
        (rule.x0 + dx * t, rule.y0 + dy * t, rule.x0 + dx * (t + share), rule.y0 + dy * (t + share)) for t in starts
    ]


def _draw_oval(canvas: Canvas, oval: Oval) -> None:
    """Draws a filled ellipse, or a ring as the difference of two: thinner lines than OpenCV's own are needed."""
    x, y, rx, ry = (value * canvas.scale for value in (oval.x, oval.y, oval.rx, oval.ry))
    half = max(oval.width * canvas.scale, 1.0) / 2
    left, top = math.floor(x - rx - half) - 2, math.floor(y - ry - half) - 2
    patch = np.zeros((math.ceil(2 * (ry + half)) + 5, math.ceil(2 * (rx + half)) + 5), np.uint8)
    center = (_fixed(x - left - 0.5), _fixed(y - top - 0.5))
    for grow, ink in ((half, 255), (-half, 0)):
        if ink or not oval.fill:
            radii = (_fixed(rx + grow), _fixed(ry + grow))
            cv2.ellipse(patch, center, radii, 0, 0, 360, ink, -1, cv2.LINE_AA, SUBPIXEL)
    _blit(canvas.ink, patch, left, top)


@lru_cache(maxsize=256)
def qr_modules(payload: str) -> Ink:
    """The modules of the QR code, 255 where dark, without quiet zone."""
    import zxingcpp

    barcode = zxingcpp.create_barcode(payload, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    picture = np.asarray(barcode.to_image(add_quiet_zones=False))
    return np.where(picture < 128, 255, 0).astype(np.uint8)


def _draw_qr(canvas: Canvas, qr: Qr) -> None:
    side = max(1, round(qr.size * canvas.scale))
    picture = cv2.resize(qr_modules(qr.payload), (side, side), interpolation=cv2.INTER_NEAREST)
    _blit(canvas.ink, picture.astype(np.uint8), round(qr.x * canvas.scale), round(qr.y * canvas.scale))


_DRAW: dict[type, Callable[[Canvas, object], None]] = {
    Text: _draw_text,  # type: ignore[dict-item]
    Rule: _draw_rule,  # type: ignore[dict-item]
    Oval: _draw_oval,  # type: ignore[dict-item]
    Qr: _draw_qr,  # type: ignore[dict-item]
}
