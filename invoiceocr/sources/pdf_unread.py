"""Glyphs that a PDF page shows and its text layer does not tell.

A glyph can be mapped to a blank, to several characters, or to nothing at all, and the text layer then reads well
without it. The objects of the page tell where that may be so: a blank inside a figure, a text object larger than its
characters. There the page is drawn with and without the text, and a place with ink is an UNREAD character. So is a
picture as large as a character that stands in a line like one.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from invoiceocr.geometry import Box, overlap, overlap_y, union
from invoiceocr.page import UNREAD
from invoiceocr.sources import pdf_calls, pdf_strokes
from invoiceocr.sources.pdf_graphics import IMAGE, PATH, TEXT, Placed, bounds, matrix_of
from invoiceocr.sources.pdf_ink import Canvas
from invoiceocr.sources.pdf_text import Run, draws_blanks, gray_of_path
from invoiceocr.sources.text_layer import CURRENCY, Glyph

BLANK_EDGE = 0.25  # of a blank's width at its sides, where its neighbors' ink may reach in
FULL_WIDTH = 0.8  # of its height; a blank as wide as a Chinese character
MIN_GAP = 0.3  # of the height; a text object that reaches further than its characters has more of them
SAME_PLACE = 0.01  # points
MOSTLY = 0.7  # of a text object, which another one covers
UPRIGHT = 5.0  # times as far across as up: text turned more is a watermark or a margin note
MAX_DRAWN = 500  # pictures and outlines of a page that may be characters
# points: the height of a picture or an outline that may be one
LETTER = (3.0, 40.0)
MAX_SILENT = 500  # text objects without characters that are looked at
MAX_LEVELS = 20
MIN_SEGMENTS = 6  # a rectangle has five
# gray levels that an outline may differ from the text that it stands in; a seal differs more
SAME_INK = 64
LEVEL = 8.0  # points; only characters on the same levels are compared with a picture
NEAR = 0.35  # of the height: a picture that stands no further from a character stands for one
IN_LINE = 0.6  # of the smaller height that both share
TALL, WIDE = 1.5, 1.5  # heights of the characters beside it
# of the height of a Chinese character beside it: what is smaller is a sign
FULL_SIZE = 0.45
# of the box of a character: a stroke as large may be a 1 or a minus or a part of the character, a larger one is a line
# of the form
STROKE_HEIGHT, STROKE_WIDTH = 0.9, 1.15
MIDDLE = 0.15  # of the height of a character, above and below which strokes are no part of it
# of amounts in words, before which forms print a sign
NUMERALS = frozenset("零壹贰叁肆伍陆柒捌玖拾佰仟万亿圆元角分整正负")
FIGURE_PART = re.compile(r"[0-9.,¥￥]")
FIGURE = re.compile(r"[0-9A-Z.,¥￥%*+/-]*[0-9][0-9A-Z.,¥￥%*+/-]*")

Found = tuple[Glyph, Run]


def with_unread(canvas: Canvas, found: Sequence[Found]) -> list[Found]:
    """The characters *found* on the page, and UNREAD ones where it shows more than they say."""
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
    silent = (one for address, one in objects.items() if address not in told and not _is_copy(one, boxes, canvas))
    return [*whole, *_of_silent(canvas, silent, max((pairs[0][1].number for pairs in told.values()), default=0))]


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A picture or an outline, its gray level if that is known, whether it is an area and not lines, and whether it is
    a single stroke."""

    box: Box
    gray: int | None = None
    filled: bool = True
    is_stroke: bool = False

    def is_of(self, run: Run) -> bool:
        """Whether it has about the color of *run*."""
        own = run.grays[0]
        return self.gray is None or own is None or abs(self.gray - own) < SAME_INK

    def is_stroke_of(self, glyph: Glyph) -> bool:
        """Whether it is a stroke on the level of *glyph*, no higher than its characters."""
        box, own = self.box, glyph.box
        rim = MIDDLE * own.height
        return self.is_stroke and box.height <= STROKE_HEIGHT * own.height and own.y0 + rim < box.cy < own.y1 - rim

    def crosses(self, glyph: Glyph, run: Run) -> bool:
        """Whether it is a stroke in the color of *glyph* that is a part of this character, as people see it."""
        own = glyph.box
        is_in = self.box.width <= STROKE_WIDTH * own.width and own.x0 < self.box.cx < own.x1
        return is_in and glyph.text.isalnum() and self.is_stroke_of(glyph) and self.is_of(run)


def _drawn(canvas: Canvas) -> Iterator[_Drawn]:
    """The first pictures and outlines of the page that may be characters."""
    boxes = (bounds(one, canvas.view) for one in canvas.placed if one.kind == IMAGE)
    pictures = (_Drawn(box) for box in boxes if 0 < box.height <= LETTER[1])
    paths = (one for one in canvas.placed if one.kind == PATH and pdf_calls.segments_of(one.item) >= MIN_SEGMENTS)
    outlines = (_outline(one, box) for one in paths if _is_letter_sized(box := bounds(one, canvas.view)))
    strokes = pdf_strokes.strokes_of(canvas.placed, canvas.view)
    characters = (_Drawn(one.box, one.gray) for one in pdf_strokes.characters(strokes))
    single = (_Drawn(one.box, one.gray, is_stroke=True) for one in strokes)
    found = chain(pictures, outlines, characters, single)
    return islice((one for one in found if min(one.box.width, one.box.height) > 0), MAX_DRAWN)


def _is_letter_sized(box: Box) -> bool:
    return LETTER[0] <= box.height <= LETTER[1] and 0 < box.width <= WIDE * box.height


def _outline(path: Placed, box: Box) -> _Drawn:
    filled, _ = pdf_calls.draw_mode(path.item)
    return _Drawn(box, gray_of_path(path.item), filled)


def _is_character(drawn: _Drawn, beside: Sequence[Glyph]) -> bool:
    """Whether a picture with these characters beside it is one itself: next to a figure, between two, or as large as
    the Chinese one beside it. A circle of lines is the sign before an amount in words."""
    picture = drawn.box
    if drawn.is_stroke:
        return any(glyph.text.isdigit() or glyph.text in CURRENCY for glyph in beside if drawn.is_stroke_of(glyph))
    if any(FIGURE_PART.fullmatch(glyph.text) for glyph in beside):
        return True
    if len({glyph.box.cx < picture.cx for glyph in beside}) == 2:
        return True
    return drawn.filled and any(_is_as_large(picture, glyph) for glyph in beside)


def _is_as_large(picture: Box, glyph: Glyph) -> bool:
    least = FULL_SIZE * glyph.box.height
    is_chinese = unicodedata.category(glyph.text[:1] or " ") == "Lo" and glyph.text not in NUMERALS
    return (is_chinese or glyph.text == UNREAD) and picture.width >= least and picture.height >= least


def with_pictures(canvas: Canvas, found: Sequence[Found]) -> Sequence[Found]:
    """*found* with an UNREAD character for each picture or outline that stands beside one like a character."""
    waiting = list(_drawn(canvas))
    if not waiting:
        return found
    line, count = _Line(found, {level for one in waiting for level in _levels(one.box)}), 0
    waiting = line.uncrossed_by(waiting)
    # each may stand beside one that was taken
    while len(waiting) != count:
        count = len(waiting)
        waiting = [one for one in waiting if not line.takes(one)]
    return line.written()


class _Line:
    """The characters of a page on the *asked* levels, and those that pictures stand for, each at the character of the
    text layer before or behind which it is written."""

    def __init__(self, found: Sequence[Found], asked: set[int]) -> None:
        self._found = found
        self._added: dict[tuple[int, bool], list[Found]] = defaultdict(list)
        self._crossed: set[int] = set()
        # (character, its number, whether it stands behind that one of the text layer; None for itself)
        self._levels: dict[int, list[tuple[Found, int, bool | None]]] = defaultdict(list)
        # most characters of a text have the same height, and no picture beside them
        heights = {(glyph.box.y0, glyph.box.y1): glyph.box for glyph, _ in found}
        levels = {sides: asked.intersection(_levels(box)) for sides, box in heights.items()}
        for i, pair in enumerate(found):
            box = pair[0].box
            if pair[1].painted and levels[box.y0, box.y1]:
                self._enter(pair, i, None)

    def uncrossed_by(self, drawn: Iterable[_Drawn]) -> list[_Drawn]:
        """Those *drawn* that cross no character; one that a stroke crosses is an UNREAD one then."""
        crossing = {one: self._crossed_by(one) for one in drawn}
        self._crossed.update(*crossing.values())
        return [one for one, crossed in crossing.items() if not crossed]

    def _crossed_by(self, drawn: _Drawn) -> set[int]:
        near = (entry for level in _levels(drawn.box) for entry in self._levels.get(level, ()))
        return {index for (glyph, run), index, _ in near if drawn.crosses(glyph, run)}

    def takes(self, drawn: _Drawn) -> bool:
        """Whether a picture stands for a character; it is one of the line then."""
        box = drawn.box
        near = (entry for level in _levels(box) for entry in self._levels.get(level, ()))
        beside = [entry for entry in near if _continues(entry[0][0], box) and drawn.is_of(entry[0][1])]
        if not _is_character(drawn, [glyph for (glyph, _), _, _ in beside]):
            return False
        (glyph, run), index, side = beside[0]
        behind = glyph.box.cx < box.cx if side is None else side
        pair = Glyph(UNREAD, Box(box.x0, glyph.box.y0, box.x1, glyph.box.y1), run.number), run
        self._added[index, behind].append(pair)
        self._enter(pair, index, behind)
        return True

    def written(self) -> Sequence[Found]:
        """All characters in the order of the text layer."""
        if not (self._added or self._crossed):
            return self._found
        lines = (
            (*self._beside(i, behind=False), self._own(i), *self._beside(i, behind=True))
            for i in range(len(self._found))
        )
        return [pair for line in lines for pair in line]

    def _own(self, index: int) -> Found:
        glyph, run = self._found[index]
        return (glyph._replace(text=UNREAD), run) if index in self._crossed else (glyph, run)

    def _beside(self, index: int, *, behind: bool) -> list[Found]:
        return sorted(self._added.get((index, behind), ()), key=lambda pair: pair[0].box.x0)

    def _enter(self, pair: Found, index: int, side: bool | None) -> None:
        for level in _levels(pair[0].box):
            self._levels[level].append((pair, index, side))


def _levels(box: Box) -> range:
    """The levels of the page that *box* reaches over, a few of what is higher than any character."""
    first = int(box.y0 // LEVEL)
    return range(first, min(int(box.y1 // LEVEL), first + MAX_LEVELS) + 1)


def _continues(glyph: Glyph, box: Box) -> bool:
    """Whether a picture in *box* stands right beside *glyph* and is about as large."""
    own = glyph.box
    gap = max(box.x0 - own.x1, own.x0 - box.x1)
    size = own.height
    near = -NEAR * size <= gap <= NEAR * size and overlap_y(own, box) >= IN_LINE * min(size, box.height)
    return near and box.height <= TALL * size and box.width <= WIDE * size and not glyph.text.isspace()


def _single(found: Iterable[Found]) -> Iterator[Found]:
    """*found*, characters that share one glyph as one UNREAD character."""
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
    return abs(box.x0 - other.x0) < SAME_PLACE and abs(box.x1 - other.x1) < SAME_PLACE


def _blank_places(one: Placed, pairs: list[Found]) -> list[Box]:
    """The boxes of the blanks that may hide a glyph."""
    blanks = [glyph for glyph, _ in pairs if glyph.text.isspace() and glyph.box.width > 0]
    return [glyph.box for glyph in _doubtful(blanks, pairs, one)] if blanks else []


def _checked(canvas: Canvas, one: Placed | None, pairs: list[Found], whole: Box) -> list[Found]:
    """The characters of one text object, which take up the *whole*, with what is shown at its blanks and beyond its
    ends."""
    run = pairs[0][1]
    if one is None or not run.painted:
        return pairs
    # where more may be shown than is told
    places = _blank_places(one, pairs)
    ends = list(_ends(whole, bounds(one, canvas.view)))
    if not (places or ends):
        return pairs
    # where ink of the object says that it is
    ink = canvas.ink(union([*places, *ends]), frozenset({run.address}))
    shown = [box for box in (*places, *ends) if ink.is_seen(box, BLANK_EDGE)]
    known = [(_as_unread(glyph, shown), run) for glyph, _ in pairs]
    added = [(Glyph(UNREAD, box, run.number), run) for box in ends if box in shown]
    return sorted((*known, *added), key=lambda pair: pair[0].box.x0) if added else known


def _as_unread(glyph: Glyph, shown: Sequence[Box]) -> Glyph:
    return glyph._replace(text=UNREAD) if glyph.text.isspace() and glyph.box in shown else glyph


def _doubtful(blanks: Sequence[Glyph], pairs: Sequence[Found], one: Placed) -> Sequence[Glyph]:
    """Those of the *blanks* that may be characters: all where the font draws something for a blank or the text is a
    figure, else those as wide as a Chinese character. A font that is not embedded draws what it is told."""
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
    """An UNREAD character for each upright text object without any character that shows something. Beyond MAX_SILENT
    of them each counts as shown, since to look costs a drawing."""
    upright = ((one.item, bounds(one, canvas.view)) for one in silent if _is_upright(one, canvas))
    placed = ((address, box) for address, box in upright if _is_on_page(box, canvas))
    for looked, (address, box) in enumerate(placed):
        if looked >= MAX_SILENT or canvas.ink(box, frozenset({address})).is_seen(box, 0.0):
            number += 1
            run = Run(address, number, upright=True, painted=True, white=False, embedded=True)
            yield Glyph(UNREAD, box, number), run


def _is_on_page(box: Box, canvas: Canvas) -> bool:
    return box.width > 0 and box.height > 0 and canvas.view.shows(box)


def _is_copy(one: Placed, boxes: Mapping[int, Box], canvas: Canvas) -> bool:
    """Whether the text object stands where another one does: PDFium leaves out what is printed twice for boldness."""
    own = bounds(one, canvas.view)
    most = MOSTLY * own.width * own.height
    return any(overlap(own, box) >= most for box in boxes.values())


def _is_upright(one: Placed, canvas: Canvas) -> bool:
    across, up, *_ = matrix_of(one.item).multiply(one.outer).get()
    baseline = canvas.view.box(0, 0, across, up)
    return baseline.width > UPRIGHT * baseline.height
