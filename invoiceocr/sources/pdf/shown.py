"""Which characters of a PDF's text layer the page really shows.

Text can be there for programs only: in render mode 3, in the color of paper or of what lies under it, under a picture,
squeezed, cut off by a clip, in a layer that is switched off. The objects of the page tell where that may be so. Only
there the page is drawn twice, with and without its text: where both pictures are the same, nobody sees a character.
An object over text, in the color of its ground, may take away a part of a character, so that an 8 looks like a 3. There
the page is drawn without these objects, too. A clip or a mask may do so as well: there the text is drawn a little to
each side of its place, too. A character that shows less of its strokes than it has can't be trusted, nor can one that
is hidden between characters that are shown: without the point under a seal, 15.35 would be 1535.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from heapq import nlargest
from itertools import accumulate, chain, pairwise

import numpy as np
import pypdfium2.raw as raw

from invoiceocr.geometry import Box, common, meet, union
from invoiceocr.page import UNREAD
from invoiceocr.sources.glyphs import SOLID, Glyph, is_illegible, is_meaningless
from invoiceocr.sources.grounds import Grounds
from invoiceocr.sources.hidden_glyphs import amid_seen, under_blocks
from invoiceocr.sources.pdf import calls as pdf_calls
from invoiceocr.sources.pdf.drawing import annotated
from invoiceocr.sources.pdf.graphics import IMAGE, PATH, TEXT, Placed
from invoiceocr.sources.pdf.ink import EDGE, ERASED, Canvas, Ink, without
from invoiceocr.sources.pdf.text import Run, gray_of, gray_of_path, is_drawn, is_paper
from invoiceocr.sources.pdf.veils import Veils, visible_bounds
from invoiceocr.sources.pdf.view import View

# points; thinner fills and strokes are ruled lines
MIN_COVER = 2.0
# gray level of a background on which white print isn't seen
PAPER = 200
MAX_REGIONS = 6  # drawn one by one; more are drawn in as many bands across the page
MAX_SUSPICIONS = 60  # if there are more, they are not compared but divided into bands
# of a text and a cover that are compared; where there are more, all texts are looked at
MAX_PAIRS = 200_000
LINES_A_COVER = 10  # that take as long to compare as one cover
STRIPED = 0.4  # of a text's height: lines that together take up as much may hide it
# gray levels between text and its ground from which it is surely seen
MIN_CONTRAST = 60
MIN_GROUND = 6.0  # points; a narrower area lies under no text
# of the page: a larger picture is the paper or the form
MAX_GROUND = 0.5


@dataclass(frozen=True, slots=True)
class _Cover:
    """An object that can hide text: its place in the order of painting, its box, its gray level (None if unknown), and
    whether it is a picture of the paper or the form, on which text is printed."""

    time: int
    box: Box
    gray: int | None = None
    is_sheet: bool = False
    item: int = 0

    def may_erase(self, grounds: Grounds) -> bool:
        """Whether it may have about the color of paper, or that of the *grounds* painted before it."""
        return self.gray is None or self.gray >= PAPER or grounds.may_hide(self.box, self.gray)

    def may_swallow(self, gray: int | None) -> bool:
        """Whether print of the *gray* level may be unseen on it."""
        if self.is_sheet or min(self.box.width, self.box.height) < MIN_GROUND:
            return False
        return gray is None or self.gray is None or abs(gray - self.gray) < MIN_CONTRAST


@dataclass(slots=True)
class _Layout:
    """The page's objects in the order in which they are painted: those that can cover text, those too thin to do so
    alone, those that may erase parts of characters, the areas on which text may stand, when each text is painted, and
    the text objects themselves."""

    covers: list[_Cover] = field(default_factory=list)
    erasers: list[_Cover] = field(default_factory=list)
    lines: list[Box] = field(default_factory=list)
    grounds: Grounds = field(default_factory=Grounds)
    painted_at: dict[int, int] = field(default_factory=dict)
    texts: dict[int, Placed] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Text:
    """A text object that is painted: when, the box of its characters, and the indexes of those that are no blanks."""

    run: Run
    time: int
    box: Box
    indexes: Sequence[int]


Texts = Mapping[int, _Text]
"""The texts of a page by their addresses."""


@dataclass(frozen=True, slots=True)
class _Suspicion:
    """A part of the page where some texts, by their addresses, may be hidden."""

    region: Box
    texts: frozenset[int]


Found = tuple[Glyph, Run]


@dataclass(frozen=True, slots=True)
class Sight:
    """The characters that a page shows, and those that it hides. Those shown only in part are UNREAD ones; `stated` are
    all that are shown as the text layer states them. Blanks are never hidden."""

    seen: Sequence[Found]
    unseen: Sequence[Found]
    stated: Sequence[Found]


def look(canvas: Canvas, found: Sequence[Found]) -> Sight:
    """What the page shows of the characters *found* on it."""
    layout = _layout(canvas, _solid(found))
    texts = _texts(found, layout)
    veils = Veils(canvas.view, layered=canvas.layered)
    doubtful = _doubtful(veils, layout, texts, found)
    unseen = {i for i in _hidden(canvas, layout, texts, found, doubtful) if not found[i][0].text.isspace()}
    amid = amid_seen(unseen, [glyph for glyph, _ in found])
    unseen -= amid
    regions = _erased_regions(layout, texts, found)
    torn = amid.union(*(_torn(canvas, layout, region) for region in regions))
    cut = [texts[address] for address in doubtful if veils.may_cut(layout.texts.get(address), texts[address].box)]
    torn.update(*(_cut(canvas, part) for part in _reached(_merged(map(_alone, cut)), texts, found)))
    if not (unseen or torn):
        return Sight(found, (), found)
    seen = [i for i in range(len(found)) if i not in unseen]
    shown = [_unread(found[i]) if i in torn else found[i] for i in seen]
    return Sight(shown, [found[i] for i in sorted(unseen)], [found[i] for i in seen])


def _unread(pair: Found) -> Found:
    return pair[0]._replace(text=UNREAD), pair[1]


def _hidden(
    canvas: Canvas, layout: _Layout, texts: Texts, found: Sequence[Found], doubtful: Collection[int]
) -> set[int]:
    """The indexes of those characters that the page hides; some texts are *doubtful* by themselves."""
    unseen = {i for i, (glyph, run) in enumerate(found) if not run.painted or is_illegible(glyph)}
    for suspicion in _suspicions(layout, texts, doubtful):
        ink = canvas.ink(suspicion.region, suspicion.texts)
        concerned = {i for address in suspicion.texts for i in texts[address].indexes} - unseen
        unseen |= {i for i in concerned if _is_hidden(*found[i], suspicion.region, ink)}
    return unseen | under_blocks([glyph for glyph, _ in found])


@dataclass(frozen=True, slots=True)
class _Erased:
    """Some texts, by their addresses, and the boxes of those of their characters that may have lost a part."""

    texts: frozenset[int]
    boxes: Mapping[int, Box]


def _erased_regions(layout: _Layout, texts: Texts, found: Sequence[Found]) -> Iterator[_Erased]:
    """Where an eraser may take away parts of characters."""
    too_many = len(layout.erasers) * len(texts) > MAX_PAIRS
    suspicions = [_everywhere(texts)] if too_many else _merged(_covered(layout.erasers, texts))
    return _reached(suspicions, texts, found)


def _reached(suspicions: Iterable[_Suspicion], texts: Texts, found: Sequence[Found]) -> Iterator[_Erased]:
    """The *suspicions* with the characters that they concern."""
    for suspicion in suspicions:
        indexes = (i for address in suspicion.texts for i in texts[address].indexes)
        boxes = {i: found[i][0].box for i in indexes if meet(found[i][0].box, suspicion.region)}
        if boxes:
            yield _Erased(suspicion.texts, boxes)


def _torn(canvas: Canvas, layout: _Layout, erased: _Erased) -> list[int]:
    """The indexes of the characters that have lost a part."""
    region = union(erased.boxes.values())
    shown = canvas.ink(region, erased.texts)
    first = min(layout.painted_at.get(text, 0) for text in erased.texts)
    later = [cover.item for cover in layout.erasers if cover.time > first]
    # of two texts that both may erase, one may take a part of the other
    apart = [item for item in later if item not in erased.texts]
    wholes = [_without(canvas, items, region, erased) for items in ([apart] if apart == later else [apart, later])]
    return [i for i, box in erased.boxes.items() if any(shown.erased(whole, box) >= ERASED for whole in wholes)]


def _without(canvas: Canvas, erasers: Iterable[int], region: Box, erased: _Erased) -> Ink:
    """What the texts change in *region* without the *erasers*."""
    with without(erasers):
        return canvas.ink(region, erased.texts)


def _cut(canvas: Canvas, part: _Erased) -> list[int]:
    """The indexes of the characters from which masks or clips have taken a part."""
    return [i for boxes in _of_like_height(part.boxes) for i in _cut_of(canvas, part.texts, boxes)]


def _cut_of(canvas: Canvas, texts: frozenset[int], boxes: Mapping[int, Box]) -> list[int]:
    height = min(box.height for box in boxes.values())
    shown, whole = canvas.uncut_ink(union(boxes.values()), texts, height)
    return [i for i, box in boxes.items() if shown.erased(whole, box) >= ERASED]


def _of_like_height(boxes: Mapping[int, Box]) -> list[dict[int, Box]]:
    """The *boxes* in groups in which none is twice as high as another: how far a text is moved depends on its
    height."""
    groups: dict[int, dict[int, Box]] = {}
    for i, box in boxes.items():
        groups.setdefault(math.frexp(box.height)[1], {})[i] = box
    return list(groups.values())


def _alone(text: _Text) -> _Suspicion:
    return _Suspicion(text.box, frozenset({text.run.address}))


def _suspicions(layout: _Layout, texts: Texts, doubtful: Collection[int]) -> Iterator[_Suspicion]:
    """Where the page may hide some of its texts, including those that are *doubtful* by themselves. If there is too
    much to compare, this is the whole page."""
    if max(len(layout.covers), len(layout.lines) // LINES_A_COVER) * len(texts) > MAX_PAIRS:
        yield _everywhere(texts)
        return
    apart = (*doubtful, *_striped(layout, texts))
    yield from _merged(_alone(texts[address]) for address in dict.fromkeys(apart))
    yield from _merged(chain(_covered(layout.covers, texts), _on_grounds(layout, texts)))


def _everywhere(texts: Texts) -> _Suspicion:
    """All *texts*, where there is too much to compare."""
    return _Suspicion(union(text.box for text in texts.values()), frozenset(texts))


def _is_hidden(glyph: Glyph, run: Run, region: Box, ink: Ink) -> bool:
    """Whether a character in *region* is hidden: it is white on white, or the page can draw it, but the text changes
    nothing there."""
    if not region.contains(glyph.box.cx, glyph.box.cy):
        return False
    if run.white and ink.brightness(glyph.box) > PAPER:
        return True
    return is_drawn(glyph, run) and not ink.is_seen(glyph.box, EDGE)


def _solid(found: Iterable[tuple[Glyph, Run]]) -> set[int]:
    """The text objects that can hide others: in the color of paper, or of characters that fill their place."""
    return {run.address for glyph, run in found if run.painted and (run.white or glyph.text in SOLID)}


def _texts(found: Sequence[tuple[Glyph, Run]], layout: _Layout) -> Texts:
    parts: dict[int, tuple[Run, list[int], list[Box]]] = {}
    for i, (glyph, run) in enumerate(found):
        if run.painted and not glyph.text.isspace():
            if run.address not in parts:
                parts[run.address] = run, [], []
            _, indexes, boxes = parts[run.address]
            indexes.append(i)
            boxes.append(glyph.box)
    return {
        address: _Text(run, layout.painted_at.get(address, 0), union(boxes), indexes)
        for address, (run, indexes, boxes) in parts.items()
    }


def _doubtful(veils: Veils, layout: _Layout, texts: Texts, found: Iterable[tuple[Glyph, Run]]) -> list[int]:
    """The texts whose own settings may hide them, and those with characters that may stand for a blank."""
    broken = {run.address for glyph, run in found if glyph.unmapped or is_meaningless(glyph.text)}
    return [
        address
        for address, text in texts.items()
        if address in broken or text.run.is_faint or veils.may_hide(layout.texts.get(address), text.box)
    ]


def _striped(layout: _Layout, texts: Texts) -> list[int]:
    """The texts under so many thin lines that these may hide them together, though none of them does alone."""
    if not layout.lines or not texts:
        return []
    lines = np.array([box.as_tuple() for box in layout.lines])[:, None]
    boxes = np.array([text.box.as_tuple() for text in texts.values()])
    shared = np.minimum(lines[..., 2:], boxes[:, 2:]) - np.maximum(lines[..., :2], boxes[:, :2])
    covered = shared.min(axis=2).clip(0.0).sum(axis=0)
    size = (boxes[:, 2:] - boxes[:, :2]).min(axis=1)
    return [address for address, much in zip(texts, covered >= STRIPED * size, strict=True) if much]


def _covered(covers: Iterable[_Cover], texts: Texts) -> Iterator[_Suspicion]:
    """The texts over which one of *covers* is painted later."""
    first = min((text.time for text in texts.values()), default=0)
    for cover in covers:
        under = texts.values() if cover.time > first else ()
        yield from _met(cover, [text for text in under if text.time < cover.time])


def _on_grounds(layout: _Layout, texts: Texts) -> Iterator[_Suspicion]:
    """The texts that are painted onto something of about their own color."""
    shades = {text.run.grays for text in texts.values()}
    for cover in layout.covers:
        swallowed = {shade for shade in shades if any(map(cover.may_swallow, shade))}
        over = texts.values() if swallowed else ()
        yield from _met(cover, [text for text in over if text.time > cover.time and text.run.grays in swallowed])


def _met(cover: _Cover, texts: Iterable[_Text]) -> Iterator[_Suspicion]:
    """The part of the page where *cover* meets any of the *texts*."""
    met = {text.run.address: common(text.box, cover.box) for text in texts if meet(text.box, cover.box)}
    if met:
        yield _Suspicion(union(met.values()), frozenset(met))


def _merged(suspicions: Iterable[_Suspicion]) -> list[_Suspicion]:
    """*suspicions*, with those united whose regions meet."""
    apart: list[_Suspicion] = []
    several = list(suspicions)
    if len(several) > MAX_SUSPICIONS:
        return [_united(band) for band in _bands(several)]
    for one in several:
        meeting = [other for other in apart if meet(one.region, other.region)]
        apart = [other for other in apart if other not in meeting]
        apart.append(_united([one, *meeting]))
    return [_united(band) for band in _bands(apart)] if len(apart) > MAX_REGIONS else apart


def _bands(suspicions: Iterable[_Suspicion]) -> list[list[_Suspicion]]:
    """*suspicions* in MAX_REGIONS bands across the page, separated at the widest gaps between them."""
    ordered = sorted(suspicions, key=lambda one: one.region.y0)
    lowest = list(accumulate((one.region.y1 for one in ordered), max))
    gaps = [(after.region.y0 - low, i) for i, (low, after) in enumerate(zip(lowest, ordered[1:], strict=False), 1)]
    cuts = [0, *sorted(i for _, i in nlargest(MAX_REGIONS - 1, gaps)), len(ordered)]
    return [ordered[start:stop] for start, stop in pairwise(cuts)]


def _united(suspicions: Sequence[_Suspicion]) -> _Suspicion:
    texts = frozenset[int]().union(*(one.texts for one in suspicions))
    return _Suspicion(union(one.region for one in suspicions), texts)


# the objects of the page


def _layout(canvas: Canvas, solid: Collection[int]) -> _Layout:
    """The objects of the page; *solid* are the texts that can hide others."""
    layout, view = _Layout(), canvas.view
    drawn = cache(pdf_calls.is_drawn_by_content)
    for time, one in enumerate(canvas.placed):
        if one.kind == TEXT:
            layout.painted_at[one.item] = time
            layout.texts[one.item] = one
        if one.item in solid or _covers(one, drawn):
            _note_cover(layout, one, time, view)
    layout.covers += [_Cover(len(canvas.placed), box) for box in annotated(canvas.page, view)]
    return layout


def _is_sheet(one: Placed, box: Box, view: View) -> bool:
    """Whether an object is a picture of most of the page."""
    return one.kind == IMAGE and box.width * box.height > MAX_GROUND * view.width * view.height


def _gray(one: Placed) -> int | None:
    """The gray level of what an object covers; None for a picture and for glyphs with colors of their own."""
    if one.kind == PATH:
        return gray_of_path(one.item)
    if one.kind != TEXT or pdf_calls.is_drawn_by_content(pdf_calls.font_of(one.item)):
        return None
    return gray_of(pdf_calls.color_of(one.item, pdf_calls.fill_color))


def _note_cover(layout: _Layout, one: Placed, time: int, view: View) -> None:
    box = visible_bounds(one, view)
    side = min(box.width, box.height)
    if side < MIN_GROUND:
        layout.lines.append(box)
    cover = _Cover(time, box, _gray(one), _is_sheet(one, box, view), one.item)
    layout.erasers += [cover] if cover.may_erase(layout.grounds) else []
    layout.covers += [cover] if side >= MIN_COVER else []
    if side >= MIN_GROUND and (cover.gray is not None or not cover.is_sheet):
        layout.grounds.add(cover.box, cover.gray)


def _covers(one: Placed, is_drawn_by_content: Callable[[int], bool]) -> bool:
    """Whether an object can hide text; only thick lines and those in the color of paper can, and glyphs that are drawn
    by content in colors of its own."""
    if one.kind == TEXT:
        return is_drawn_by_content(pdf_calls.font_of(one.item))
    if one.kind != PATH:
        return one.kind in (IMAGE, raw.FPDF_PAGEOBJ_SHADING)
    filled, stroked = pdf_calls.draw_mode(one.item)
    if filled or not stroked:
        return filled
    if pdf_calls.stroke_width(one.item) >= MIN_COVER:
        return True
    return is_paper(pdf_calls.color_of(one.item, pdf_calls.stroke_color))
