"""Whether the characters of figures in a PDF's fonts look like what they are mapped to.

A font may draw a 3 and map it to an 8: programs then read an 8, and people a 3. The outlines of digits tell them apart
in all typefaces: by their holes, and those without any by which of their sides are open. Points and minus signs are
small. A character that doesn't look like itself isn't believed, and the pixels of the page are read instead.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence, Set
from functools import cache, lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from invoiceocr.page import UNREAD
from invoiceocr.sources.pdf import calls
from invoiceocr.sources.pdf.figure_codes import FIGURES
from invoiceocr.sources.pdf.graphics import CURVE_TO, MOVE_TO
from invoiceocr.sources.pdf.text import Found

DIGITS = frozenset("0123456789")
HEIGHT = 48  # pixels of the picture of a digit
WIDEST = 3.0  # heights: no digit is wider
LARGEST = 1000.0  # ems: no glyph is as large
RIM = 2  # pixels around a digit
LEAST_HOLE = 0.004  # of the picture; smaller ones are where strokes overlap
UPPER, LOWER = 0.42, 0.58  # of the height: what lies between is the middle
# width and height in ems of what is smaller than a digit
SMALL = {".": (0.4, 0.4), "-": (1.0, 0.3)}
# the places of the holes of each digit: upper, middle or lower; a 4 may be open
HOLES: dict[str, tuple[str, ...]] = {"0": ("M",), "4": ("M", ""), "6": ("L",), "8": ("UL",), "9": ("U",)}

Gray = NDArray[np.uint8]
Ink = NDArray[np.bool_]


def with_misdrawn(found: Sequence[Found], untrusted: Set[str] = frozenset()) -> Sequence[Found]:
    """*found*, with UNREAD characters for those of figures that don't look like themselves or are *untrusted*."""
    font_of = cache(calls.font_of)
    used: dict[int, set[str]] = defaultdict(set)
    for glyph, run in found:
        if glyph.text in FIGURES and run.address:
            used[font_of(run.address)].add(glyph.text)
    odd = {(font, sign) for font, signs in used.items() for sign in _misdrawn(font, signs, untrusted)}
    if not odd:
        return found
    return [
        (glyph._replace(text=UNREAD), run)
        if run.address and (font_of(run.address), glyph.text) in odd
        else (glyph, run)
        for glyph, run in found
    ]


def _misdrawn(font: int, signs: Set[str], untrusted: Set[str]) -> Collection[str]:
    """Those *signs* that the *font* draws like something else, or not at all, or that are *untrusted* and embedded. If
    it draws them as a page is drawn, or has outlines for none, nothing is known: in the first case they aren't
    believed, in the second one they are."""
    if calls.is_drawn_by_content(font):
        return signs
    drawn = {sign: calls.outline_of(font, sign) for sign in signs}
    if not any(len(kinds) for _, kinds in drawn.values()):
        return ()
    odd = [
        sign for sign, (points, kinds) in drawn.items() if not shows(FIGURES[sign], points.tobytes(), kinds.tobytes())
    ]
    return [*odd, *(signs & untrusted)] if untrusted and calls.is_embedded(font) == 1 else odd


@lru_cache(maxsize=2048)
def shows(sign: str, points: bytes, kinds: bytes) -> bool:
    """Whether an outline may show a digit or another *sign* of figures. Most files share a few fonts."""
    corners = np.frombuffer(points, np.float32).reshape(-1, 2)
    if sign in SMALL:
        return len(corners) > 0 and bool((np.ptp(corners, axis=0) <= SMALL[sign]).all())
    picture = _picture(corners, np.frombuffer(kinds, np.intp))
    return picture is not None and looks_like(sign, picture)


def looks_like(digit: str, picture: Gray) -> bool:
    """Whether the *picture* of a glyph, light on dark, may show *digit*."""
    return _holes(picture) in HOLES.get(digit, ("",)) and _opens_like(digit, picture[RIM:-RIM, RIM:-RIM] > 0)


def _holes(picture: Gray) -> str:
    """The places of the holes, from top to bottom."""
    height, width = picture.shape
    count, _, parts, centers = cv2.connectedComponentsWithStats(255 - picture, connectivity=4)
    inside = (parts[:, cv2.CC_STAT_LEFT] > 0) & (parts[:, cv2.CC_STAT_TOP] > 0)
    large = parts[:, cv2.CC_STAT_AREA] > LEAST_HOLE * height * width
    places = sorted(centers[i][1] / height for i in range(1, count) if inside[i] and large[i])
    return "".join("U" if place < UPPER else "L" if place > LOWER else "M" for place in places)


def _opens_like(digit: str, ink: Ink) -> bool:
    """Whether the sides of a glyph have ink where *digit* has some. The bounds are far from those of real fonts; only
    slanted ones may miss them."""
    return digit not in OPEN or OPEN[digit](ink)


def _sides(ink: Ink) -> tuple[float, float, float, float]:
    """How much ink is above the middle on the left and on the right, and below it."""
    above = _share(ink, (0.24, 0.40), (0.0, 0.35)), _share(ink, (0.2, 0.38), (0.65, 1.0))
    return *above, _share(ink, (0.62, 0.80), (0.0, 0.35)), _share(ink, (0.6, 0.78), (0.65, 1.0))


def _bottom(ink: Ink) -> float:
    return _share(ink, (0.92, 1.0), (0.0, 1.0))


def _is_one(ink: Ink) -> bool:
    _, right, _, low_right = _sides(ink)
    return abs(right - low_right) < 0.3 and (_bottom(ink) > 0.5 or ink.shape[1] < 0.55 * ink.shape[0])


def _is_two(ink: Ink) -> bool:
    _, right, _, low_right = _sides(ink)
    return right - low_right > 0.15 and _bottom(ink) > 0.5


def _is_three(ink: Ink) -> bool:
    left, right, _, low_right = _sides(ink)
    return right - left > 0.05 and low_right > 0.2


def _is_four(ink: Ink) -> bool:
    left, _, low_left, low_right = _sides(ink)
    return left < low_left and low_left > 0.25 and low_right > 0.3


def _is_five(ink: Ink) -> bool:
    left, right, *_ = _sides(ink)
    return left - right > 0.1


def _is_seven(ink: Ink) -> bool:
    _, right, _, low_right = _sides(ink)
    has_bar = _share(ink, (0.0, 0.08), (0.0, 1.0)) > 0.6
    return right > 0.2 and ((low_right < 0.5 and _bottom(ink) < 0.28) or (has_bar and _bottom(ink) < 0.45))


def _is_zero(ink: Ink) -> bool:
    left, _, low_left, _ = _sides(ink)
    return left > 0.75 * low_left


def _share(ink: Ink, rows: tuple[float, float], columns: tuple[float, float]) -> float:
    """The share of ink in a part of a glyph, whose *rows* and *columns* are given in shares of its sides."""
    height, width = ink.shape
    part = ink[int(rows[0] * height) : int(rows[1] * height), int(columns[0] * width) : max(int(columns[1] * width), 1)]
    return float(part.mean()) if part.size else 0.0


OPEN: dict[str, Callable[[Ink], bool]] = {
    "0": _is_zero, "1": _is_one, "2": _is_two, "3": _is_three, "4": _is_four, "5": _is_five, "7": _is_seven,
}  # fmt: skip


def _picture(points: NDArray[np.float32], kinds: NDArray[np.intp]) -> Gray | None:
    """The outline of a glyph as a picture HEIGHT pixels high, with RIM around it; None if there is nothing to see."""
    parts = _polygons(points, kinds)
    if not parts:
        return None
    corners = np.concatenate(parts)
    low, (width, height) = corners.min(axis=0), np.ptp(corners, axis=0)
    if not 0 < width <= WIDEST * height < LARGEST:
        return None
    scale = HEIGHT / height
    picture = np.zeros((HEIGHT + 2 * RIM, round(width * scale) + 2 * RIM), np.uint8)
    placed = [np.round((part - low) * scale + RIM).astype(np.int32) for part in parts]
    # PDF counts upward
    return np.flipud(cv2.fillPoly(picture, placed, 255)).astype(np.uint8)


def _polygons(points: NDArray[np.float32], kinds: NDArray[np.intp]) -> list[NDArray[np.float32]]:
    """The parts of an outline as polygons, with one point between the ends of each curve."""
    curves = np.flatnonzero(kinds == CURVE_TO)
    first, second, last = (curves[i : len(curves) // 3 * 3 : 3] for i in range(3))
    made, kept = points.copy(), np.ones(len(points), bool)
    made[first] = (points[first - 1] + 3 * points[first] + 3 * points[second] + points[last]) / 8
    kept[second] = False
    starts = np.flatnonzero(kinds[kept] == MOVE_TO)
    return [part for part in np.split(made[kept], starts) if len(part) > 2]
