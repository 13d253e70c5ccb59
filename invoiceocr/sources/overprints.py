"""Characters that are printed over others: nobody can tell which one is meant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set

import numpy as np
from numpy.typing import NDArray

from invoiceocr.geometry import Box
from invoiceocr.page import UNREAD, TextLine
from invoiceocr.sources.glyphs import CURRENCY, FIRST_CHINESE, Glyph, is_broken, sides_of
from invoiceocr.sources.text_layer import to_lines

# of the smaller width and the larger height that characters share which are printed over each other
OVER = 0.6
OVER_LEVEL = 8.0  # points; a character is compared with those on its level and the next ones
MAX_OVER = 30  # characters of a level that one is compared with; more are no print

Pairs = tuple[NDArray[np.intp], NDArray[np.intp]]
"""The row of one and that of the other of each pair."""


def with_overprints(glyphs: Sequence[Glyph]) -> Sequence[Glyph]:
    """*glyphs*, figures and Chinese characters that are printed over others as UNREAD ones: nobody can tell which one
    is meant. A text that stands over others with all its characters is left out."""
    under, over = _overprints(glyphs)
    if not over:
        return glyphs
    unread = under | over
    return [glyph._replace(text=UNREAD) if i in unread else glyph for i, glyph in _without_cover(glyphs, over)]


def overprinted(glyphs: Sequence[Glyph], read: Sequence[Glyph]) -> tuple[TextLine, ...]:
    """The lines in which some of *glyphs* are printed over others: as they are without the texts on top, and as they
    are without those below. *read* are `with_overprints` of them."""
    if read is glyphs:
        return ()
    under, over = _overprints(glyphs)
    meant = {glyphs[i].box for i in under | over}
    pieces, others = ({glyphs[i].piece for i in each} for each in (over, under))
    versions = ([glyph for glyph in glyphs if glyph.piece not in gone] for gone in (pieces, others - pieces))
    return tuple(line for version in versions for line in _with_any(version, meant))


def doubted(stated: Sequence[Glyph], read: Iterable[Glyph]) -> tuple[TextLine, ...]:
    """The lines of the characters that a file *stated*, in which some are UNREAD as they are *read* from the page: what
    takes a part of a character or crosses it may have made it another one."""
    unread = {glyph.box for glyph in read if glyph.text == UNREAD}
    if not unread:
        return ()
    meant = unread.intersection(glyph.box for glyph in stated if not is_broken(glyph))
    return _with_any(stated, meant)


def _with_any(glyphs: Iterable[Glyph], meant: Set[Box]) -> tuple[TextLine, ...]:
    """The lines of *glyphs* that hold a character in one of the boxes *meant*."""
    return tuple(line for line in to_lines(glyphs) if not meant.isdisjoint(line.character_boxes)) if meant else ()


def _without_cover(glyphs: Sequence[Glyph], over: Set[int]) -> Iterator[tuple[int, Glyph]]:
    """The *glyphs* by index, but those of texts all whose characters are among *over*, which stand over others."""
    kept = {glyph.piece for i, glyph in enumerate(glyphs) if i not in over and not glyph.text.isspace()}
    return ((i, glyph) for i, glyph in enumerate(glyphs) if i not in over or glyph.piece in kept)


def _overprints(glyphs: Sequence[Glyph]) -> tuple[set[int], set[int]]:
    """The indexes of figures and Chinese characters that others are printed over, and of those others."""
    places = [i for i, glyph in enumerate(glyphs) if glyph.text.isalnum() or glyph.text in CURRENCY]
    under, over = _overprinted([glyphs[i] for i in places])
    return {places[i] for i in under}, {places[i] for i in over}


def _overprinted(glyphs: Sequence[Glyph]) -> tuple[list[int], list[int]]:
    """The indexes of the earlier and the later one of each two of *glyphs* that differ, a figure or a Chinese one among
    them, and stand over each other."""
    i, j = _over_each_other(sides_of([glyph.box for glyph in glyphs]))
    # on most pages nothing is printed twice
    if not i.size:
        return [], []
    texts = np.array([glyph.text for glyph in glyphs], str)
    telling = np.array([glyph.text.isdigit() or glyph.text >= FIRST_CHINESE for glyph in glyphs], bool)
    unlike = (texts[i] != texts[j]) & (telling[i] | telling[j])
    i, j = i[unlike], j[unlike]
    return np.minimum(i, j).tolist(), np.maximum(i, j).tolist()


def _over_each_other(boxes: NDArray[np.float64]) -> Pairs:
    """The rows of each two of the *boxes* (x0, y0, x1, y1) that stand over each other."""
    left, right = _neighbors(boxes)
    a, b = boxes[left], boxes[right]
    shared = np.minimum(a[:, 2:], b[:, 2:]) - np.maximum(a[:, :2], b[:, :2])
    sizes, others = a[:, 2:] - a[:, :2], b[:, 2:] - b[:, :2]
    across = shared[:, 0] > OVER * np.minimum(sizes[:, 0], others[:, 0]).clip(0.0)
    down = shared[:, 1] > OVER * np.maximum(sizes[:, 1], others[:, 1]).clip(0.0)
    over = across & down
    return left[over], right[over]


def _neighbors(boxes: NDArray[np.float64]) -> Pairs:
    """The rows of each two of the *boxes* the second of which starts where the first one reaches, on the same level or
    the next ones; of each with at most MAX_OVER others on a level."""
    levels = np.floor((boxes[:, 1] + boxes[:, 3]) / 2 / OVER_LEVEL)
    first = boxes[:, 0].min(initial=0.0)
    # a number for each place: where it is on its level, and as far behind the one before as the page is wide
    span = boxes[:, 2].max(initial=0.0) - first + 1.0
    order = np.argsort(levels * span + boxes[:, 0] - first)
    starts, stops = ((levels * span + side - first)[order] for side in (boxes[:, 0], boxes[:, 2]))
    rows = np.arange(len(order))
    pairs = []
    for step in (-1, 0, 1):
        after = np.searchsorted(starts, starts + step * span) if step else rows + 1
        counts = (np.searchsorted(starts, stops + step * span) - after).clip(0, MAX_OVER)
        skipped = np.repeat(after - np.cumsum(counts) + counts, counts)
        pairs.append((np.repeat(rows, counts), skipped + np.arange(len(skipped))))
    return order[np.concatenate([one for one, _ in pairs])], order[np.concatenate([other for _, other in pairs])]
