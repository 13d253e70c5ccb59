"""Which characters of a PDF's text layer the page really shows.

Text can be there for programs only: in render mode 3, in the color of paper, under a picture, cut off by a clip, in a
layer that is switched off. The objects of the page tell where that may be so. Only there the page is drawn twice, with
and without its text: where both pictures are the same, nobody sees a character.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pypdfium2.raw as raw

from invoiceocr.geometry import Box, meet, union
from invoiceocr.sources import pdf_calls
from invoiceocr.sources.pdf_drawing import annotated
from invoiceocr.sources.pdf_graphics import IMAGE, PATH, TEXT, Placed, bounds
from invoiceocr.sources.pdf_ink import EDGE, Canvas, Ink
from invoiceocr.sources.pdf_text import MIN_VISIBLE_SIZE, Run, is_drawn, is_paper
from invoiceocr.sources.text_layer import Glyph, is_broken

# points; thinner fills and strokes are ruled lines
MIN_COVER = 2.0
# gray level of a background on which white print isn't seen
PAPER = 200
MAX_REGIONS = 6  # drawn one by one; more are drawn as one


@dataclass(slots=True)
class _Layout:
    """The page's objects in the order in which they are painted: what can cover text, when each text is painted, and
    the texts whose own setting may hide them."""

    covers: list[tuple[int, Box]] = field(default_factory=list)
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
    unseen = [not run.painted or glyph.box.height < MIN_VISIBLE_SIZE for glyph, run in found]
    layout, boxes = _layout(canvas), _boxes(found)
    for suspicion in (*_merged(_set_apart(layout, boxes, found)), *_merged(_covered(layout, boxes))):
        ink = canvas.ink(suspicion.region, suspicion.texts)
        for i, (glyph, run) in enumerate(found):
            if not unseen[i] and suspicion.concerns(glyph, run) and is_drawn(glyph, run):
                unseen[i] = _is_hidden(glyph, run, ink)
    return [bad and not glyph.text.isspace() for bad, (glyph, _) in zip(unseen, found, strict=True)]


def _is_hidden(glyph: Glyph, run: Run, ink: Ink) -> bool:
    """Whether the text changes nothing at the character, or the character is white on white."""
    return (run.white and ink.brightness(glyph.box) > PAPER) or not ink.is_seen(glyph.box, EDGE)


def _boxes(found: Iterable[tuple[Glyph, Run]]) -> dict[int, Box]:
    """The box of each text object that is painted, by its address."""
    boxes: dict[int, list[Box]] = {}
    for glyph, run in found:
        if run.painted and not glyph.text.isspace():
            boxes.setdefault(run.address, []).append(glyph.box)
    return {address: union(parts) for address, parts in boxes.items()}


def _set_apart(layout: _Layout, boxes: Mapping[int, Box], found: Iterable[tuple[Glyph, Run]]) -> Iterator[_Suspicion]:
    """The texts whose own setting may hide them, and those with characters that may mean nothing but a blank."""
    doubtful = layout.doubtful | {run.address for glyph, run in found if run.white or is_broken(glyph)}
    return (_Suspicion(box, frozenset({address})) for address, box in boxes.items() if address in doubtful)


def _covered(layout: _Layout, boxes: Mapping[int, Box]) -> Iterator[_Suspicion]:
    """The texts over which something is painted later."""
    first = min((layout.painted_at.get(address, 0) for address in boxes), default=0)
    for time, cover in layout.covers:
        near = boxes.items() if time > first else ()
        met = [(address, box) for address, box in near if meet(box, cover) and layout.painted_at.get(address, 0) < time]
        if met:
            parts = (part for _, box in met if (part := _shared(box, cover)) is not None)
            yield _Suspicion(union(parts), frozenset(address for address, _ in met))


def _shared(a: Box, b: Box) -> Box | None:
    x0, y0, x1, y1 = max(a.x0, b.x0), max(a.y0, b.y0), min(a.x1, b.x1), min(a.y1, b.y1)
    return Box(x0, y0, x1, y1) if x0 < x1 and y0 < y1 else None


def _merged(suspicions: Iterable[_Suspicion]) -> list[_Suspicion]:
    """*suspicions*, those whose regions meet united."""
    apart: list[_Suspicion] = []
    for one in suspicions:
        meeting = [other for other in apart if meet(one.region, other.region)]
        apart = [other for other in apart if other not in meeting]
        apart.append(_united([one, *meeting]))
    return [_united(apart)] if len(apart) > MAX_REGIONS else apart


def _united(suspicions: Sequence[_Suspicion]) -> _Suspicion:
    texts = frozenset[int]().union(*(one.texts for one in suspicions))
    return _Suspicion(union(one.region for one in suspicions), texts)


# the objects of the page


def _layout(canvas: Canvas) -> _Layout:
    layout, view = _Layout(), canvas.view
    for time, one in enumerate(canvas.placed):
        if one.kind == TEXT:
            _note_text(layout, one, time)
        elif _covers(one):
            box = bounds(one, view)
            if min(box.width, box.height) >= MIN_COVER:
                layout.covers.append((time, box))
    layout.covers += [(len(canvas.placed), box) for box in annotated(canvas.page, view)]
    return layout


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
