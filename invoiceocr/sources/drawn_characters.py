"""Pictures, outlines and strokes of a page that stand among its characters like characters, or turn these into others:
a digit that is a picture, a name drawn stroke by stroke, a 0 that a line turns into an 8. The modules of the formats
list the shapes beside the text of a page; this module decides what they do to the text."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from invoiceocr.geometry import Box, meet, overlap_y, union
from invoiceocr.page import UNREAD
from invoiceocr.sources.glyphs import CURRENCY, Glyph
from invoiceocr.sources.page_cells import LETTER_SIDE, Sides, TextCells
from invoiceocr.values import chinese_amount

# points: the height of a picture or an outline that may be a character
LETTER = (3.0, LETTER_SIDE)
MIN_SEGMENTS = 6  # of an outline; a rectangle has five, and less is a stroke
LONGEST = 24.0  # points: a longer stroke is a ruled line
# of a page that are compared with its characters one by one; beside more shapes, characters count as unread
MAX_SHAPES = 500
MAX_PASSES = 6  # over the shapes, each of which may stand beside one found before
MOST_PARTS = 60  # of a path that draws characters; the smallest code has a hundred
FEWEST = 3  # strokes of a character
NEAR_STROKE = 0.8  # points between the strokes of one character
SMALLEST, LARGEST = 5.0, 24.0  # points: the height of a character made of strokes
# gray levels that an outline may differ from the text that it stands in; a seal differs more
SAME_INK = 64
LEVEL = 8.0  # points; only characters on the same levels are compared with a shape
MAX_LEVELS = 20
NEAR = 0.35  # of the height: a picture that stands no further from a character stands for one
REACH = NEAR * LETTER[1]  # points: the largest such distance
IN_LINE = 0.6  # of the smaller height that both share
TALL, WIDE = 1.5, 1.5  # heights of the characters beside it
# of the height of a Chinese character beside it: what is smaller is a sign
FULL_SIZE = 0.45
# of the box of a character: a stroke as large may be a 1 or a minus or a part of the character, a larger one is a line
# of the form
STROKE_HEIGHT, STROKE_WIDTH = 0.9, 1.15
MIDDLE = 0.15  # of the height of a character, above and below which strokes are no part of it
# of amounts in words, before which forms print a sign
NUMERALS = chinese_amount.WRITTEN | set("元正负")
FIGURE_PART = re.compile(r"[0-9.,¥￥]")

Inked = tuple[Glyph, int | None]
"""A character and the gray level of its text, None where that is unknown."""

Part = tuple[Sides, int]
"""Where a part of a path is, and how many segments or points it has."""

T = TypeVar("T")

_Entry = tuple[Inked, int, bool | None]
"""A character, the number of one of the text layer, and whether it stands behind that one; None for itself."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A picture, an outline or a stroke: where it is, its gray level if that is known, whether it is an area and not
    lines, whether it is a single stroke, and whether it is a part of a code or a pattern, which may cross a character
    but is none."""

    box: Box
    gray: int | None = None
    filled: bool = True
    is_stroke: bool = False
    in_pattern: bool = False

    def is_of(self, own: int | None) -> bool:
        """Whether it has about the gray level *own* of a text."""
        return self.gray is None or own is None or abs(self.gray - own) < SAME_INK

    def is_stroke_of(self, glyph: Glyph) -> bool:
        """Whether it is a stroke on the level of *glyph*, no higher than its characters."""
        box, own = self.box, glyph.box
        rim = MIDDLE * own.height
        return self.is_stroke and box.height <= STROKE_HEIGHT * own.height and own.y0 + rim < box.cy < own.y1 - rim

    def crosses(self, glyph: Glyph, gray: int | None) -> bool:
        """Whether it is a stroke in the color of *glyph* that is a part of this character, as people see it."""
        own = glyph.box
        is_in = self.box.width <= STROKE_WIDTH * own.width and own.x0 < self.box.cx < own.x1
        return is_in and glyph.text.isalnum() and self.is_stroke_of(glyph) and self.is_of(gray)


def beside_text(parted: Iterable[tuple[T, Sequence[Part]]], cells: TextCells) -> list[tuple[T, Sides, int, bool]]:
    """The parts of drawn objects that are near print, each with its object and whether that has as many as a
    pattern."""
    parts = [(one, *part, len(several) > MOST_PARTS) for one, several in parted for part in several]
    near = cells.near([sides for _, sides, *_ in parts])
    return [part for part, is_near in zip(parts, near, strict=True) if is_near]


def picture(box: Sides) -> list[Part]:
    """A picture at *box* as its only part if it is no higher than a character."""
    return [(box, 0)] if 0 < box[3] - box[1] <= LETTER[1] else []


def small(parts: Iterable[Part]) -> list[Part]:
    """Those of *parts* that are strokes or outlines no larger than characters."""
    return [part for part in parts if is_stroke(*part) or is_outline(*part)]


def is_stroke(box: Sides, segments: int) -> bool:
    """Whether a part of a path, of so many *segments* in *box*, is as short as a stroke of a character."""
    x0, y0, x1, y1 = box
    return segments < MIN_SEGMENTS and 0 < max(x1 - x0, y1 - y0) <= LONGEST


def is_outline(box: Sides, segments: int) -> bool:
    """Whether a part of a path, of so many *segments* in *box*, is as large as a character."""
    x0, y0, x1, y1 = box
    height = y1 - y0
    return segments >= MIN_SEGMENTS and LETTER[0] <= height <= LETTER[1] and 0 < x1 - x0 <= WIDE * height


def with_shapes(shapes: Iterable[Shape], found: Sequence[Inked]) -> list[Glyph]:
    """The characters *found* on a page, with an UNREAD one for each of the *shapes* that stands beside them like a
    character, and one in place of each character that a shape crosses."""
    waiting = [one for one in shapes if min(one.box.width, one.box.height) > 0]
    if not waiting:
        return [glyph for glyph, _ in found]
    if len(waiting) > MAX_SHAPES:
        return _without_crowded(waiting, [glyph for glyph, _ in found])
    line = _Line(found, {level for one in waiting for level in _levels(one.box)})
    line.take([*_made_of_strokes(waiting), *waiting])
    return line.written()


def _without_crowded(shapes: Iterable[Shape], glyphs: Sequence[Glyph]) -> list[Glyph]:
    """*glyphs*, with UNREAD ones where so many *shapes* stand that the text can't be trusted."""
    places, drawn = ([one.box.as_tuple() for one in several] for several in (glyphs, shapes))
    crowded = zip(glyphs, TextCells(glyphs).beside(places, drawn), strict=True)
    return [glyph._replace(text=UNREAD) if hit else glyph for glyph, hit in crowded]


def _made_of_strokes(shapes: Iterable[Shape]) -> Iterator[Shape]:
    """The places of the characters that strokes seem to make, each with the gray level of its first stroke."""
    strokes = [one for one in shapes if one.is_stroke and not one.in_pattern]
    for group in _groups(strokes) if len(strokes) >= FEWEST else ():
        whole = union(stroke.box for stroke in group)
        if len(group) >= FEWEST and SMALLEST <= whole.height <= LARGEST:
            yield from (Shape(part, group[0].gray) for part in _squares(whole))


def _groups(strokes: Sequence[Shape]) -> list[list[Shape]]:
    """*strokes* in groups of those that stand near one another."""
    groups: list[list[Shape]] = []
    for stroke in strokes:
        around = stroke.box.grown(NEAR_STROKE)
        near = [group for group in groups if any(meet(around, other.box) for other in group)]
        groups = [group for group in groups if group not in near]
        groups.append([stroke, *(other for group in near for other in group)])
    return groups


def _squares(whole: Box) -> Iterator[Box]:
    """*whole*, divided into characters that are about as wide as high."""
    count = max(1, round(whole.width / whole.height))
    width = whole.width / count
    return (Box(whole.x0 + i * width, whole.y0, whole.x0 + (i + 1) * width, whole.y1) for i in range(count))


def _is_character(drawn: Shape, beside: Sequence[Glyph]) -> bool:
    """Whether a shape with these characters beside it is one itself: next to a figure, between two, or as large as the
    Chinese one beside it. A circle of lines is the sign before an amount in words."""
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


class _Line:
    """The characters of a page on the *asked* levels, and those that shapes stand for, each at the character of the
    text layer before or behind which it is written."""

    def __init__(self, found: Sequence[Inked], asked: Collection[int]) -> None:
        self._found = found
        self._added: dict[tuple[int, bool], list[Glyph]] = defaultdict(list)
        self._crossed: set[int] = set()
        self._levels: dict[int, list[_Entry]] = defaultdict(list)
        # most characters of a text have the same height, and no shape beside them
        heights = {(glyph.box.y0, glyph.box.y1): glyph.box for glyph, _ in found}
        levels = {sides: set(asked).intersection(_levels(box)) for sides, box in heights.items()}
        for i, pair in enumerate(found):
            box = pair[0].box
            if levels[box.y0, box.y1]:
                self._enter(pair, i, None)

    def take(self, drawn: Iterable[Shape]) -> None:
        """Take in those shapes *drawn* that cross a character or stand for one."""
        left = sorted(self._uncrossed_by(drawn), key=lambda one: one.box.x0)
        # each may stand beside one that was taken
        for _ in range(MAX_PASSES):
            count = len(left)
            left = [one for one in left if not self.takes(one)]
            if len(left) == count:
                break
            left.reverse()

    def _uncrossed_by(self, drawn: Iterable[Shape]) -> list[Shape]:
        """Those shapes *drawn* that cross no character. A character that is crossed becomes an UNREAD one."""
        crossing = {one: self._crossed_by(one) for one in drawn}
        self._crossed.update(*crossing.values())
        return [one for one, crossed in crossing.items() if not crossed]

    def _crossed_by(self, drawn: Shape) -> set[int]:
        return {index for (glyph, gray), index, _ in self._around(drawn.box) if drawn.crosses(glyph, gray)}

    def _around(self, box: Box) -> list[_Entry]:
        """The characters on the levels of *box* that are near enough for a shape in it to belong to them."""
        left, right = box.x0 - REACH, box.x1 + REACH
        near = [entry for level in _levels(box) if level in self._levels for entry in self._levels[level]]
        # written out: this runs for every character beside every stroke of a code
        return [entry for entry in near if entry[0][0].box.x0 < right and entry[0][0].box.x1 > left]

    def takes(self, drawn: Shape) -> bool:
        """Whether a shape stands for a character; if so, it is added to the line."""
        if drawn.in_pattern:
            return False
        box = drawn.box
        beside = [entry for entry in self._around(box) if _continues(entry[0][0], box) and drawn.is_of(entry[0][1])]
        if not _is_character(drawn, [glyph for (glyph, _), _, _ in beside]):
            return False
        (glyph, gray), index, side = beside[0]
        behind = glyph.box.cx < box.cx if side is None else side
        added = Glyph(UNREAD, Box(box.x0, glyph.box.y0, box.x1, glyph.box.y1), glyph.piece)
        self._added[index, behind].append(added)
        self._enter((added, gray), index, behind)
        return True

    def written(self) -> list[Glyph]:
        """All characters in the order of the text layer."""
        if not (self._added or self._crossed):
            return [glyph for glyph, _ in self._found]
        return [glyph for index in range(len(self._found)) for glyph in self._with_added(index)]

    def _with_added(self, index: int) -> tuple[Glyph, ...]:
        """The character at *index* between those that were added beside it."""
        return (*self._beside(index, behind=False), self._own(index), *self._beside(index, behind=True))

    def _own(self, index: int) -> Glyph:
        glyph, _ = self._found[index]
        return glyph._replace(text=UNREAD) if index in self._crossed else glyph

    def _beside(self, index: int, *, behind: bool) -> list[Glyph]:
        return sorted(self._added.get((index, behind), ()), key=lambda glyph: glyph.box.x0)

    def _enter(self, pair: Inked, index: int, side: bool | None) -> None:
        for level in _levels(pair[0].box):
            self._levels[level].append((pair, index, side))


def _levels(box: Box) -> range:
    """The levels of the page that *box* reaches; only a few if it is higher than any character."""
    first = int(box.y0 // LEVEL)
    return range(first, min(int(box.y1 // LEVEL), first + MAX_LEVELS) + 1)


def _continues(glyph: Glyph, box: Box) -> bool:
    """Whether a shape in *box* stands right beside *glyph* and is about as large."""
    own = glyph.box
    gap = max(box.x0 - own.x1, own.x0 - box.x1)
    size = own.height
    near = -NEAR * size <= gap <= NEAR * size and overlap_y(own, box) >= IN_LINE * min(size, box.height)
    return near and box.height <= TALL * size and box.width <= WIDE * size and not glyph.text.isspace()
