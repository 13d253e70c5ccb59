"""Which texts of an OFD page may be there for programs only: in the color of paper or in none, transparent, cut off by
a clip, under a filled path or a picture. The page is drawn only if its objects tell that a text may be hidden, with and
without these texts. An object that may have the color of paper and lies over text may take away a part of a character,
as in a PDF. If there is one, the page is drawn without these objects, too."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, groupby
from operator import gt, lt

from invoiceocr.geometry import Box, meet, union
from invoiceocr.page import UNREAD
from invoiceocr.sources.glyphs import Glyph, is_illegible
from invoiceocr.sources.grounds import Grounds
from invoiceocr.sources.hidden_glyphs import amid_seen
from invoiceocr.sources.ofd import content as ofd_content
from invoiceocr.sources.ofd import paint as ofd_paint
from invoiceocr.sources.ofd import strokes as ofd_strokes
from invoiceocr.sources.ofd.content import Placed
from invoiceocr.sources.ofd.geometry import number
from invoiceocr.sources.ofd.paint import Paint, Resources
from invoiceocr.sources.pdf.ink import EDGE, ERASED, Ink

PAPER = 0.78  # of full brightness: a ground on which white print is not seen
PAPER_GRAY = 200  # the same as a gray level
DARK = 0.35  # of full brightness: print is not seen on it
WHITE = 0.92  # of full brightness: the color of paper
MAX_PAIRS = 200_000  # of a text and a cover that are compared; more are drawn
MIN_BROAD = 6.0  # points; narrower lines are ruled ones, and no text stands on them
MIN_COVER = 2.0  # points; thinner fills are ruled lines
SPIKE = 5.0  # line widths that a corner may reach beyond its point: half of PDF's miter limit
MAX_HEIGHTS = 3  # of texts in clips, each up to twice as high as the one before: 3 to 24 points
MARGIN = 1.0  # points; a pixel reaches that far beyond what is drawn

_Cover = tuple[int, Box]
"""The index of an object, which tells when it is painted, and where it is."""


@dataclass(frozen=True, slots=True)
class Doubts:
    """The indexes of the texts that may be hidden, of the texts that may have lost parts, of the objects that may have
    taken them away, of those texts from which clips may have cut them off, and of those in the color of paper."""

    hidden: frozenset[int]
    erased: frozenset[int]
    erasers: frozenset[int]
    cut: frozenset[int]
    pale: frozenset[int]

    @property
    def texts(self) -> frozenset[int]:
        """All texts in doubt."""
        return self.hidden | self.erased


def doubts(objects: Sequence[Placed], texts: Mapping[int, Box], found: Resources) -> Doubts:
    """The doubts about *texts*, which are the boxes of what is printed by the indexes of their *objects*."""
    covers = [(time, box) for time, item in enumerate(objects) for box in _covers(item, found)]
    erasers = [*_not_paths(covers, objects), *_light_lines(objects, found), *_like_grounds(covers, objects, found)]
    erased = _painted(lt, erasers, texts)
    by = frozenset(time for time, _ in erasers) if erased else frozenset[int]()
    hidden = _hidden(objects, covers, texts, found)
    cut = frozenset(index for index in hidden if objects[index].node.child("Clips") is not None)
    pale = frozenset(index for index in hidden if _is_paper(ofd_paint.text_paint(objects[index].node, found)))
    return Doubts(hidden, erased, by, cut, pale)


def by_height(cut: Iterable[Glyph]) -> dict[float, list[Glyph]]:
    """Characters that may be *cut* off, those of about one height together, by the least height of these: how far a
    text is moved to see what is cut off depends on it. What is too small to be read is left out. Beyond MAX_HEIGHTS
    groups, which cost six drawings each, larger characters go with smaller ones."""
    legible = sorted((glyph for glyph in cut if not is_illegible(glyph)), key=lambda glyph: glyph.box.height)
    groups = [list(group) for _, group in groupby(legible, key=lambda glyph: math.frexp(glyph.box.height)[1])]
    kept = [*groups[: MAX_HEIGHTS - 1], list(chain.from_iterable(groups[MAX_HEIGHTS - 1 :]))]
    return {group[0].box.height: group for group in kept if group}


def sight(
    hidden: Iterable[Glyph], pale: Iterable[Glyph], shown: Ink, parted: Iterable[tuple[Ink, Iterable[Glyph]]]
) -> Sight:
    """What is seen of the characters that may be *hidden*, by the ink on the page as it is *shown*, and of those that
    may have lost a part, each several with the ink of the page on which they are whole. *pale* ones on a bright
    ground are not seen, whatever they change."""
    on_paper = frozenset(glyph for glyph in pale if shown.brightness(glyph.box) > PAPER_GRAY)
    unseen = on_paper.union(glyph for glyph in hidden if not shown.is_seen(glyph.box, EDGE))
    seen = ((whole, glyph) for whole, glyphs in parted for glyph in glyphs if glyph not in unseen)
    return Sight(unseen, frozenset(glyph for whole, glyph in seen if shown.erased(whole, glyph.box) >= ERASED))


def _not_paths(covers: Iterable[_Cover], objects: Sequence[Placed]) -> Iterator[_Cover]:
    """Pictures and white text."""
    return ((time, box) for time, box in covers if objects[time].node.name != "PathObject")


def _hidden(
    objects: Sequence[Placed], covers: Sequence[_Cover], texts: Mapping[int, Box], found: Resources
) -> frozenset[int]:
    """Those of the *texts* that may be hidden."""
    broad = [(time, box) for time, box in covers if min(box.width, box.height) >= MIN_BROAD]
    dark = {time for time in {time for time, _ in broad} if _swallows(objects[time], found)}
    grounds = [(time, box) for time, box in broad if time in dark]
    apart = (index for index in texts if _is_set_apart(objects[index], found))
    return frozenset(apart) | _painted(lt, covers, texts) | _painted(gt, grounds, texts)


def _painted(when: Callable[[int, int], bool], areas: Sequence[_Cover], texts: Mapping[int, Box]) -> frozenset[int]:
    """The texts that meet one of the *areas* and are painted before it (*when* is `lt`) or after it (`gt`); all where
    there is too much to compare."""
    if len(areas) * len(texts) > MAX_PAIRS:
        return frozenset(texts)
    return frozenset(i for i, box in texts.items() if any(when(i, time) and meet(box, area) for time, area in areas))


def bearing_on(
    doubtful: Collection[int], texts: Mapping[int, Box], objects: Sequence[Placed], found: Resources
) -> list[int]:
    """The indexes of those *objects* that decide whether the *doubtful* texts show. Most of a page lies
    elsewhere and is left out."""
    if len(doubtful) * len(objects) > MAX_PAIRS:
        return list(range(len(objects)))
    boxes = [texts[index].grown(MARGIN) for index in doubtful]
    places = ((index, texts.get(index) or _extent(item, found)) for index, item in enumerate(objects))
    return [index for index, place in places if place is None or any(meet(place, box) for box in boxes)]


def _extent(item: Placed, found: Resources) -> Box | None:
    """Where a picture or a path paints at most; None where that is not known, as of turned text."""
    if item.node.name == "ImageObject":
        return item.frame.box(0, 0, 1, 1)
    if not (parts := list(ofd_content.extents(item))):
        return None
    return union(parts).grown(SPIKE * ofd_paint.path_paint(item.node, found).width * item.frame.scale)


@dataclass(frozen=True, slots=True)
class Sight:
    """The characters that a page does not show, and those that it shows only in part."""

    unseen: frozenset[Glyph] = frozenset()
    torn: frozenset[Glyph] = frozenset()

    def without_gaps(self, glyphs: Sequence[Glyph]) -> Sight:
        """The same, with those unseen *glyphs* that stand between seen ones of their text as shown only in part."""
        hidden = {i for i, glyph in enumerate(glyphs) if glyph in self.unseen} if self.unseen else set()
        amid = {glyphs[i] for i in amid_seen(hidden, glyphs)}
        return Sight(self.unseen - amid, self.torn | amid)

    def seen(self, printed: Sequence[tuple[int, Glyph]]) -> Sequence[tuple[int, Glyph]]:
        """Those of the characters *printed*, each with the index of its object, that are shown. Those
        shown only in part are UNREAD ones."""
        if not (self.unseen or self.torn):
            return printed
        shown = ((index, glyph) for index, glyph in printed if glyph not in self.unseen)
        return [(index, g._replace(text=UNREAD) if g in self.torn else g) for index, g in shown]


def _like_grounds(covers: Iterable[_Cover], objects: Sequence[Placed], found: Resources) -> Iterator[_Cover]:
    """The paths in about the color of a broad one before them, on which text may stand, and those on one of unknown
    color."""
    grounds = Grounds()
    for time, box in covers:
        if objects[time].node.name != "PathObject":
            continue
        gray = ofd_strokes.gray_of(ofd_paint.path_paint(objects[time].node, found))
        if grounds.may_hide(box, gray):
            yield time, box
        elif min(box.width, box.height) >= MIN_BROAD:
            grounds.add(box, gray)


def _light_lines(objects: Iterable[Placed], found: Resources) -> Iterator[_Cover]:
    """Where a path, however thin, may paint in the color of paper."""
    for time, item in enumerate(objects):
        if item.node.name == "PathObject" and ofd_paint.may_be_light(item.node, PAPER):
            yield from ((time, box) for box in _light_parts(item, ofd_paint.path_paint(item.node, found)))


def _light_parts(item: Placed, paint: Paint) -> Iterator[Box]:
    color = paint.fill or paint.stroke
    if color is not None and min(color) >= PAPER:
        yield from (box.grown(paint.width * item.frame.scale / 2) for box in ofd_content.extents(item))


def _swallows(item: Placed, found: Resources) -> bool:
    """Whether dark print on an object is not seen."""
    if item.node.name != "PathObject":
        return False
    paint = ofd_paint.path_paint(item.node, found)
    color = paint.fill or paint.stroke
    return color is not None and max(color) < DARK


def _is_set_apart(item: Placed, found: Resources) -> bool:
    """Whether a text's own setting may hide it."""
    paint = ofd_paint.text_paint(item.node, found)
    return item.node.child("Clips") is not None or paint.opacity < 1.0 or _is_paper(paint)


def _is_paper(paint: Paint) -> bool:
    return all(color is None or min(color) >= WHITE for color in (paint.fill, paint.stroke))


def _covers(item: Placed, found: Resources) -> list[Box]:
    """Where an object may hide what was drawn before it."""
    boxes: list[Box] = []
    if item.node.name == "ImageObject":
        boxes = [item.frame.box(0, 0, 1, 1)]
    elif item.node.name == "PathObject":
        boxes = list(_of_path(item, found))
    elif item.node.name == "TextObject" and _is_paper(ofd_paint.text_paint(item.node, found)):
        boxes = [union(box for line in item.text_codes for _, box in line)] if any(item.text_codes) else []
    return [box for box in boxes if min(box.width, box.height) >= MIN_COVER]


def _of_path(item: Placed, found: Resources) -> Iterator[Box]:
    """Where a path is painted that is filled, or has a line of its own as broad as text is high."""
    width = (number(item.node.attributes.get("LineWidth")) or 0.0) * item.frame.scale
    filled = ofd_paint.may_fill(item.node) and ofd_paint.path_paint(item.node, found).fill is not None
    if filled or width >= MIN_BROAD:
        yield from (box.grown(width / 2) for box in ofd_content.extents(item))
