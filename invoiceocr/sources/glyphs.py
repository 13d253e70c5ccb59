"""`Glyph`: a character of a text layer at its place, what people can read of it, and whether it means anything."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from invoiceocr.geometry import Box
from invoiceocr.page import UNREAD

# share of mapped characters under which the layer counts as broken
MIN_USABLE = 0.75
# fewer mapped characters are no text layer (a stamp, a page number)
MIN_CHARACTERS = 12
MIN_VISIBLE_SIZE = 3.0  # points; nobody reads smaller print
# of the height of a Chinese character and of any other: nobody reads narrower ones
MIN_CHINESE_WIDTH, MIN_WIDTH = 0.2, 0.08
MEANINGLESS = frozenset({"Co", "Cc", "Cn", "Cs", "Cf", "Mn", "Me"})
# no Chinese invoice has any, and PDFium would reverse their order
RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
CURRENCY, FIRST_CHINESE = "¥￥", "\u2e80"
# characters that fill their place: blocks and squares
SOLID = frozenset((*map(chr, range(0x2580, 0x25A0)), *"■▮▬◼◾⬛▪"))
# of the character size; how far pieces of one line may stand higher or lower
LEVEL = 0.3
# points; only what stands in neighboring cells of the page is compared
CELL = 4.0


class Glyph(NamedTuple):
    """One character of the text layer with its box (page units, y down), the index of its text object, and
    whether the font has no Unicode mapping for it."""

    text: str
    box: Box
    piece: int
    unmapped: bool = False


Rows = dict[int, list[Glyph]]
"""Characters from left to right, by the level on the page."""


def sides_of(boxes: Sequence[Box]) -> NDArray[np.float64]:
    """The sides (x0, y0, x1, y1) of *boxes*, a row each."""
    # column by column takes half as long
    columns = (
        [box.x0 for box in boxes], [box.y0 for box in boxes], [box.x1 for box in boxes], [box.y1 for box in boxes],
    )  # fmt: skip
    return np.array(columns, np.float64).T


def is_usable(glyphs: Sequence[Glyph]) -> bool:
    """Whether the layer holds enough readable text to trust it instead of the pixels."""
    visible = [glyph for glyph in glyphs if not glyph.text.isspace()]
    good = len([glyph for glyph in visible if not (glyph.unmapped or is_meaningless(glyph.text))])
    return good >= MIN_CHARACTERS and good >= MIN_USABLE * len(visible)


def is_illegible(glyph: Glyph) -> bool:
    """Whether the character is too small or too narrow to be read by people."""
    box = glyph.box
    width, height = box.x1 - box.x0, box.y1 - box.y0
    least = MIN_CHINESE_WIDTH if glyph.text >= FIRST_CHINESE else MIN_WIDTH
    return height < MIN_VISIBLE_SIZE or width < least * height


def is_broken(glyph: Glyph) -> bool:
    """Whether the character has no meaning: unmapped, private use, control, the replacement character, one that
    nothing is drawn for, a mark on another one, or one of a script written from right to left."""
    return glyph.unmapped or is_meaningless(glyph.text)


@lru_cache(maxsize=16384)
def is_meaningless(text: str) -> bool:
    """Whether a character tells nothing: see `is_broken`."""
    first = text[:1] or "\0"
    if unicodedata.category(first) in MEANINGLESS or text == UNREAD:
        return True
    return unicodedata.bidirectional(first) in RIGHT_TO_LEFT


def are_alike(size: float, other: float) -> bool:
    """Whether characters of both sizes may belong to one line."""
    return max(size, other) < 1.6 * min(size, other)


def cells(place: float, near: float) -> range:
    """The cells that hold what is at most *near* from *place* along one axis."""
    return range(int((place - near) // CELL), int((place + near) // CELL) + 1)


def center(glyph: Glyph) -> float:
    """The x of the middle of *glyph*, by which `leveled` orders."""
    return glyph.box.cx


def leveled(glyphs: Iterable[Glyph]) -> Rows:
    """The *glyphs* from left to right, by the level on the page."""
    rows: Rows = defaultdict(list)
    for glyph in sorted(glyphs, key=center):
        rows[int(glyph.box.cy // CELL)].append(glyph)
    return rows
