"""Glyphs that a PDF page shows but its text layer does not state.

A glyph can be mapped to a blank, to several characters, or to nothing at all, and the text layer then reads well
without it. The objects of the page tell where that may be so: where a blank stands inside a figure, or where a text
object is larger than its characters. There the page is drawn with and without the text. If the text leaves ink there,
an UNREAD character takes the place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from itertools import pairwise

import numpy as np

from invoiceocr.geometry import Box, union
from invoiceocr.page import UNREAD
from invoiceocr.sources.glyphs import Glyph
from invoiceocr.sources.pdf.graphics import TEXT, Placed, bounds, matrix_of
from invoiceocr.sources.pdf.ink import Canvas
from invoiceocr.sources.pdf.text import Found, Run, draws_blanks

BLANK_EDGE = 0.25  # of a blank's width at its sides, where its neighbors' ink may reach in
FULL_WIDTH = 0.8  # of its height; a blank as wide as a Chinese character
MIN_GAP = 0.3  # of the height; a text object that reaches this far beyond its characters has more of them
SAME_PLACE = 0.01  # points
MOSTLY = 0.7  # of a text object, which another one covers
UPRIGHT = 5.0  # times as far across as up: text turned more is a watermark or a margin note
MAX_SILENT = 500  # text objects without characters that are looked at
MAX_DRAWN = 200_000  # objects that are drawn for it, since each look draws the page
FIGURE = re.compile(r"[0-9A-Z.,¥￥%*+/-]*[0-9][0-9A-Z.,¥￥%*+/-]*")


def with_unread(canvas: Canvas, found: Sequence[Found], inkless: Set[int]) -> list[Found]:
    """The characters *found* on the page, and UNREAD ones where the page shows more than those; *inkless* objects show
    nothing."""
    objects = {one.item: one for one in canvas.placed if one.kind == TEXT}
    told: dict[int, list[Found]] = {}
    for pair in _single(found):
        told.setdefault(pair[1].address, []).append(pair)
    boxes = {address: union([glyph.box for glyph, _ in pairs]) for address, pairs in told.items()}
    whole = [
        pair
        for address, pairs in told.items()
        for pair in _checked(canvas, objects.get(address), pairs, boxes[address])
    ]
    untold = [one for address, one in objects.items() if address not in told and address not in inkless]
    silent = _without_copies(untold, list(boxes.values()), canvas) if untold else ()
    return [*whole, *_of_silent(canvas, silent, max((pairs[0][1].number for pairs in told.values()), default=0))]


def _single(found: Sequence[Found]) -> Iterable[Found]:
    """*found*, with one UNREAD character in place of those that share one glyph."""
    # nearly no page has any
    if any(one is run and _is_at(glyph.box, last.box) for (last, one), (glyph, run) in pairwise(found)):
        return _with_shared(found)
    return found


def _with_shared(found: Iterable[Found]) -> Iterator[Found]:
    last: Found | None = None
    for glyph, run in found:
        if last is not None and last[1] is run and _is_at(glyph.box, last[0].box):
            last = glyph._replace(text=UNREAD), run
            continue
        if last is not None:
            yield last
        last = glyph, run
    if last is not None:
        yield last


def _is_at(box: Box, other: Box) -> bool:
    return -SAME_PLACE < box.x0 - other.x0 < SAME_PLACE and abs(box.x1 - other.x1) < SAME_PLACE


def _blank_places(one: Placed, pairs: list[Found]) -> list[Box]:
    """The boxes of the blanks that may hide a glyph."""
    blanks = [glyph for glyph, _ in pairs if glyph.text.isspace() and glyph.box.width > 0]
    return [glyph.box for glyph in _doubtful(blanks, pairs, one)] if blanks else []


def _checked(canvas: Canvas, one: Placed | None, pairs: list[Found], whole: Box) -> list[Found]:
    """The characters of one text object, which take up the *whole*, and UNREAD ones for what is shown at its blanks
    and beyond its ends."""
    run = pairs[0][1]
    if one is None or not run.painted:
        return pairs
    # where more may be shown than the text states
    places = _blank_places(one, pairs)
    ends = list(_ends(whole, bounds(one, canvas.view)))
    if not (places or ends):
        return pairs
    # where ink of the object proves it
    ink = canvas.ink(union([*places, *ends]), frozenset({run.address}))
    shown = [box for box in (*places, *ends) if ink.is_seen(box, BLANK_EDGE)]
    known = [(_as_unread(glyph, shown), run) for glyph, _ in pairs]
    added = [(Glyph(UNREAD, box, run.number), run) for box in ends if box in shown]
    return sorted((*known, *added), key=lambda pair: pair[0].box.x0) if added else known


def _as_unread(glyph: Glyph, shown: Sequence[Box]) -> Glyph:
    return glyph._replace(text=UNREAD) if glyph.text.isspace() and glyph.box in shown else glyph


def _doubtful(blanks: Sequence[Glyph], pairs: Sequence[Found], one: Placed) -> Sequence[Glyph]:
    """Those of the *blanks* that may be characters: all where the font draws something for a blank or the text is a
    figure, else those as wide as a Chinese character. A font that is not embedded draws just those
    characters that the text states."""
    if draws_blanks(one.item):
        return blanks
    if not pairs[0][1].embedded:
        return ()
    if FIGURE.fullmatch(_letters(pairs)):
        return blanks
    return [glyph for glyph in blanks if glyph.text == " " and glyph.box.width >= FULL_WIDTH * glyph.box.height]


def _letters(pairs: Sequence[Found]) -> str:
    return "".join(glyph.text for glyph, _ in pairs if not glyph.text.isspace())


def _ends(whole: Box, object_box: Box) -> Iterator[Box]:
    """The parts of a text object to the left and the right of its characters."""
    gap = MIN_GAP * whole.height
    if object_box.x0 < whole.x0 - gap:
        yield Box(object_box.x0, whole.y0, whole.x0, whole.y1)
    if object_box.x1 > whole.x1 + gap:
        yield Box(whole.x1, whole.y0, object_box.x1, whole.y1)


def _of_silent(canvas: Canvas, silent: Iterable[Placed], number: int) -> Iterator[Found]:
    """An UNREAD character for each upright text object that has no characters but shows something. Beyond MAX_SILENT of
    them, or MAX_DRAWN objects, each counts as showing something, since looking costs a drawing."""
    looks = min(MAX_SILENT, MAX_DRAWN // max(len(canvas.placed), 1))
    upright = ((one.item, bounds(one, canvas.view)) for one in silent if _is_upright(one, canvas))
    placed = ((address, box) for address, box in upright if _is_on_page(box, canvas))
    for looked, (address, box) in enumerate(placed):
        if looked >= looks or canvas.ink(box, frozenset({address})).is_seen(box, 0.0):
            number += 1
            run = Run(address, number, upright=True, painted=True, white=False, embedded=True)
            yield Glyph(UNREAD, box, number), run


def _is_on_page(box: Box, canvas: Canvas) -> bool:
    return box.width > 0 and box.height > 0 and canvas.view.shows(box)


def _without_copies(objects: Iterable[Placed], boxes: Sequence[Box], canvas: Canvas) -> Iterator[Placed]:
    """The text *objects* that don't stand where one of the other *boxes* is: PDFium leaves out what is printed twice
    for boldness. All boxes are compared at once, since a page may have thousands of both."""
    x0, y0, x1, y1 = np.array([box.as_tuple() for box in boxes]).reshape(-1, 4).T
    for one in objects:
        own = bounds(one, canvas.view)
        across = np.minimum(x1, own.x1) - np.maximum(x0, own.x0)
        down = np.minimum(y1, own.y1) - np.maximum(y0, own.y0)
        shared = np.maximum(across, 0) * np.maximum(down, 0)
        if not np.any(shared >= MOSTLY * own.width * own.height):
            yield one


def _is_upright(one: Placed, canvas: Canvas) -> bool:
    across, up, *_ = matrix_of(one.item).multiply(one.outer).get()
    baseline = canvas.view.box(0, 0, across, up)
    return baseline.width > UPRIGHT * baseline.height
