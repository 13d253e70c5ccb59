"""Which characters of a PDF's text layer the page really shows.

Text can be there for programs only: in render mode 3, in the color of paper or of what lies under it, under a picture,
squeezed, cut off by a clip, in a layer that is switched off. The objects of the page tell where that may be so. Only
there the page is drawn twice, with and without its text: where both pictures are the same, nobody sees a character.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

import pypdfium2.raw as raw

from invoiceocr.geometry import Box, meet, union
from invoiceocr.sources import pdf_calls
from invoiceocr.sources.pdf_drawing import annotated
from invoiceocr.sources.pdf_graphics import IMAGE, PATH, TEXT, Placed, bounds
from invoiceocr.sources.pdf_ink import EDGE, Canvas, Ink
from invoiceocr.sources.pdf_text import Run, gray_of, gray_of_path, is_drawn, is_paper
from invoiceocr.sources.pdf_view import View
from invoiceocr.sources.text_layer import SOLID, Glyph, is_broken, is_illegible, under_blocks

# points; thinner fills and strokes are ruled lines
MIN_COVER = 2.0
# gray level of a background on which white print isn't seen
PAPER = 200
MAX_REGIONS = 6  # drawn one by one; more are drawn as one
MAX_SUSPICIONS = 60  # of which it is told which ones meet; more are one
# of a text and a cover that are compared; where there are more, all texts are looked at
MAX_PAIRS = 200_000
# gray levels between text and its ground from which it is surely seen
MIN_CONTRAST = 60
MIN_GROUND = 6.0  # points; a narrower area lies under no text
# of the page: a larger picture is the paper or the form
MAX_GROUND = 0.5


@dataclass(frozen=True, slots=True)
class _Cover:
    """An object that can hide text: when it is painted, where, its gray level, None where that is unknown, and whether
    it is a picture of the paper or the form, on which text is printed."""

    time: int
    box: Box
    gray: int | None = None
    is_sheet: bool = False

    def may_swallow(self, gray: int | None) -> bool:
        """Whether print of the *gray* level may be unseen on it."""
        if self.is_sheet or min(self.box.width, self.box.height) < MIN_GROUND:
            return False
        return gray is None or self.gray is None or abs(gray - self.gray) < MIN_CONTRAST


@dataclass(slots=True)
class _Layout:
    """The page's objects in the order in which they are painted: what can cover text, when each text is painted, and
    the texts whose own setting may hide them."""

    covers: list[_Cover] = field(default_factory=list)
    painted_at: dict[int, int] = field(default_factory=dict)
    doubtful: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Suspicion:
    """A part of the page where some texts, by their addresses, may be hidden."""

    region: Box
    texts: frozenset[int]

    def concerns(self, glyph: Glyph, run: Run) -> bool:
        return run.address in self.texts and self.region.contains(glyph.box.cx, glyph.box.cy)


def hidden(canvas: Canvas, found: Sequence[tuple[Glyph, Run]]) -> list[bool]:
    """Whether the page hides each of the characters *found* on it; blanks are never hidden."""
    unseen = [not run.painted or is_illegible(glyph) for glyph, run in found]
    for suspicion in _suspicions(canvas, found):
        ink = canvas.ink(suspicion.region, suspicion.texts)
        for i, (glyph, run) in enumerate(found):
            if not unseen[i] and suspicion.concerns(glyph, run) and is_drawn(glyph, run):
                unseen[i] = _is_hidden(glyph, run, ink)
    for i in under_blocks([glyph for glyph, _ in found]):
        unseen[i] = True
    return [bad and not glyph.text.isspace() for bad, (glyph, _) in zip(unseen, found, strict=True)]


def _suspicions(canvas: Canvas, found: Sequence[tuple[Glyph, Run]]) -> Iterator[_Suspicion]:
    """Where the page may hide some of its texts; the whole of it where there is too much to compare."""
    layout, boxes = _layout(canvas, _solid(found)), _boxes(found)
    if len(layout.covers) * len(boxes) > MAX_PAIRS:
        yield _Suspicion(union(boxes.values()), frozenset(boxes))
        return
    yield from _merged(_set_apart(layout, boxes, found))
    yield from _merged(chain(_covered(layout, boxes), _on_grounds(layout, boxes, found)))


def _is_hidden(glyph: Glyph, run: Run, ink: Ink) -> bool:
    """Whether the text changes nothing at the character, or the character is white on white."""
    return (run.white and ink.brightness(glyph.box) > PAPER) or not ink.is_seen(glyph.box, EDGE)


def _solid(found: Iterable[tuple[Glyph, Run]]) -> set[int]:
    """The text objects that can hide others: in the color of paper, or of characters that fill their place."""
    return {run.address for glyph, run in found if run.painted and (run.white or glyph.text in SOLID)}


def _boxes(found: Iterable[tuple[Glyph, Run]]) -> dict[int, Box]:
    """The box of each text object that is painted, by its address."""
    boxes: dict[int, list[Box]] = {}
    for glyph, run in found:
        if run.painted and not glyph.text.isspace():
            boxes.setdefault(run.address, []).append(glyph.box)
    return {address: union(parts) for address, parts in boxes.items()}


def _set_apart(layout: _Layout, boxes: Mapping[int, Box], found: Iterable[tuple[Glyph, Run]]) -> Iterator[_Suspicion]:
    """The texts whose own setting may hide them, and those with characters that may mean nothing but a blank."""
    doubtful = layout.doubtful | {run.address for glyph, run in found if run.is_faint or is_broken(glyph)}
    return (_Suspicion(box, frozenset({address})) for address, box in boxes.items() if address in doubtful)


def _covered(layout: _Layout, boxes: Mapping[int, Box]) -> Iterator[_Suspicion]:
    """The texts over which something is painted later."""
    first = min((layout.painted_at.get(address, 0) for address in boxes), default=0)
    for cover in layout.covers:
        under = boxes if cover.time > first else ()
        yield from _met(cover, boxes, [address for address in under if layout.painted_at.get(address, 0) < cover.time])


def _on_grounds(layout: _Layout, boxes: Mapping[int, Box], found: Iterable[tuple[Glyph, Run]]) -> Iterator[_Suspicion]:
    """The texts that are painted onto something of about their own color."""
    grays = {run.address: run.grays for _, run in found}
    shades = set(grays.values())
    for cover in layout.covers:
        swallowed = {shade for shade in shades if any(map(cover.may_swallow, shade))}
        over = boxes if swallowed else ()
        late = (address for address in over if layout.painted_at.get(address, 0) > cover.time)
        yield from _met(cover, boxes, [address for address in late if grays[address] in swallowed])


def _met(cover: _Cover, boxes: Mapping[int, Box], addresses: Iterable[int]) -> Iterator[_Suspicion]:
    """The texts of *addresses* that stand where *cover* does, as far as they do."""
    met = {address: part for address in addresses if (part := _shared(boxes[address], cover.box)) is not None}
    if met:
        yield _Suspicion(union(met.values()), frozenset(met))


def _shared(a: Box, b: Box) -> Box | None:
    x0, y0, x1, y1 = max(a.x0, b.x0), max(a.y0, b.y0), min(a.x1, b.x1), min(a.y1, b.y1)
    return Box(x0, y0, x1, y1) if x0 < x1 and y0 < y1 else None


def _merged(suspicions: Iterable[_Suspicion]) -> list[_Suspicion]:
    """*suspicions*, those whose regions meet united."""
    apart: list[_Suspicion] = []
    several = list(suspicions)
    if len(several) > MAX_SUSPICIONS:
        return [_united(several)]
    for one in several:
        meeting = [other for other in apart if meet(one.region, other.region)]
        apart = [other for other in apart if other not in meeting]
        apart.append(_united([one, *meeting]))
    return [_united(apart)] if len(apart) > MAX_REGIONS else apart


def _united(suspicions: Sequence[_Suspicion]) -> _Suspicion:
    texts = frozenset[int]().union(*(one.texts for one in suspicions))
    return _Suspicion(union(one.region for one in suspicions), texts)


# the objects of the page


def _layout(canvas: Canvas, solid: Collection[int]) -> _Layout:
    """The objects of the page; *solid* are the texts that can hide others."""
    layout, view = _Layout(), canvas.view
    for time, one in enumerate(canvas.placed):
        if one.kind == TEXT:
            _note_text(layout, one, time)
        if one.item in solid or _covers(one):
            box = bounds(one, view)
            if min(box.width, box.height) >= MIN_COVER:
                layout.covers.append(_Cover(time, box, _gray(one), is_sheet=_is_sheet(one, box, view)))
    layout.covers += [_Cover(len(canvas.placed), box) for box in annotated(canvas.page, view)]
    return layout


def _is_sheet(one: Placed, box: Box, view: View) -> bool:
    """Whether an object is a picture of most of the page."""
    return one.kind == IMAGE and box.width * box.height > MAX_GROUND * view.width * view.height


def _gray(one: Placed) -> int | None:
    """The gray level of what an object covers."""
    if one.kind == PATH:
        return gray_of_path(one.item)
    return gray_of(one.item, pdf_calls.fill_color) if one.kind == TEXT else None


def _note_text(layout: _Layout, one: Placed, time: int) -> None:
    item = one.item
    layout.painted_at[item] = time
    marked = pdf_calls.marks_of(item) > 0 or pdf_calls.is_transparent(item) == 1
    if one.depth or marked or pdf_calls.clips_in(pdf_calls.clip_of(item)) > 0:
        layout.doubtful.add(item)


def _covers(one: Placed) -> bool:
    """Whether an object can hide text: of lines only thick ones and those in the color of paper."""
    if one.kind != PATH:
        return one.kind in (IMAGE, raw.FPDF_PAGEOBJ_SHADING)
    filled, stroked = pdf_calls.draw_mode(one.item)
    if filled or not stroked:
        return filled
    return pdf_calls.stroke_width(one.item) >= MIN_COVER or is_paper(one.item, pdf_calls.stroke_color)
