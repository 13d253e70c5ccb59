"""Which characters of a page solid ones hide, and which hidden ones are missed between those that are shown."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence, Set

import numpy as np

from invoiceocr.geometry import Box
from invoiceocr.sources.glyphs import LEVEL, SOLID, Glyph, Rows, are_alike, cells, center, leveled

COVERED = 0.5  # of the area of a character, from which it is under solid ones
MAX_SOLID = 1000  # solid characters that are looked at; bar codes may be set in them
MAX_REACH = 8.0  # points; a character is compared with those at most that much higher or lower
MAX_BESIDE = 10  # characters to each side of one and on a level that it is compared with


def under_blocks(glyphs: Sequence[Glyph]) -> frozenset[int]:
    """The indexes of those *glyphs* that solid ones stand over. Whether these are drawn depends on the fonts of the
    viewer, so nobody is sure to see what they cover."""
    solid = [glyph.box.as_tuple() for glyph in glyphs if glyph.text in SOLID][:MAX_SOLID]
    if not solid:
        return frozenset()
    boxes = np.array([glyph.box.as_tuple() for glyph in glyphs])
    covered = np.zeros(len(glyphs))
    for x0, y0, x1, y1 in solid:
        across = np.minimum(boxes[:, 2], x1) - np.maximum(boxes[:, 0], x0)
        down = np.minimum(boxes[:, 3], y1) - np.maximum(boxes[:, 1], y0)
        covered += np.maximum(across, 0) * np.maximum(down, 0)
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    under = np.flatnonzero(covered > COVERED * areas).tolist()
    return frozenset(i for i in under if glyphs[i].text not in SOLID)


def amid_seen(unseen: Set[int], glyphs: Sequence[Glyph]) -> set[int]:
    """The indexes of those *unseen* ones of *glyphs* that stand between seen ones: of the same text object, or by their
    places, since each character may be an object, and one written last may stand anywhere."""
    seen = _printed_but(unseen, glyphs) if unseen else []
    last = {glyphs[i].piece: i for i in seen}
    first = {glyphs[i].piece: i for i in reversed(seen)}
    rows = leveled(glyphs[i] for i in seen if glyphs[i].text not in SOLID)
    return {
        i
        for i in unseen
        if first.get(glyphs[i].piece, i) < i < last.get(glyphs[i].piece, i) or _is_amid(glyphs[i].box, rows)
    }


def _printed_but(unseen: Set[int], glyphs: Sequence[Glyph]) -> list[int]:
    """The indexes of those of *glyphs* that are neither *unseen* nor blanks."""
    return [i for i, glyph in enumerate(glyphs) if i not in unseen and not glyph.text.isspace()]


def _is_amid(box: Box, rows: Rows) -> bool:
    """Whether characters stand on both sides of the place of another one, and none in it."""
    near = _around(box, rows)
    if any(min(box.x1, other.x1) - max(box.x0, other.x0) > COVERED * box.width for other in near):
        return False
    before = any(other.cx < box.cx and box.x0 - other.x1 < box.height for other in near)
    return before and any(other.cx > box.cx and other.x0 - box.x1 < box.height for other in near)


def _around(box: Box, rows: Rows) -> list[Box]:
    """The next characters of about the size of one, and on its level."""
    reach = min(LEVEL * box.height, MAX_REACH)
    found: list[Box] = []
    for level in cells(box.cy, reach):
        row = rows.get(level, [])
        at = bisect_left(row, box.cx, key=center)
        found += [other.box for other in row[max(at - MAX_BESIDE, 0) : at + MAX_BESIDE]]
    return [other for other in found if abs(other.cy - box.cy) <= reach and are_alike(other.height, box.height)]
