"""What can hide the texts of a page or take parts of them away: its objects in the order in which they are painted."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import cache

import pypdfium2.raw as raw

from invoiceocr.geometry import Box
from invoiceocr.sources.grounds import Grounds
from invoiceocr.sources.pdf import calls as pdf_calls
from invoiceocr.sources.pdf.drawing import annotated
from invoiceocr.sources.pdf.graphics import IMAGE, PATH, TEXT, Placed
from invoiceocr.sources.pdf.ink import Canvas
from invoiceocr.sources.pdf.text import gray_of, gray_of_path, is_paper
from invoiceocr.sources.pdf.veils import visible_bounds
from invoiceocr.sources.pdf.view import View

# points; thinner fills and strokes are ruled lines
MIN_COVER = 2.0
# gray level of a background on which white print isn't seen
PAPER = 200
# gray levels between text and its ground from which it is surely seen
MIN_CONTRAST = 60
MIN_GROUND = 6.0  # points; a narrower area lies under no text
# of the page: a larger picture is the paper or the form
MAX_GROUND = 0.5


@dataclass(frozen=True, slots=True)
class Cover:
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
class Layout:
    """The page's objects in the order in which they are painted: those that can cover text, those too thin to do so
    alone, those that may erase parts of characters, the areas on which text may stand, when each text is painted, and
    the text objects themselves."""

    covers: list[Cover] = field(default_factory=list)
    erasers: list[Cover] = field(default_factory=list)
    lines: list[Box] = field(default_factory=list)
    grounds: Grounds = field(default_factory=Grounds)
    painted_at: dict[int, int] = field(default_factory=dict)
    texts: dict[int, Placed] = field(default_factory=dict)


def layout_of(canvas: Canvas, solid: Collection[int]) -> Layout:
    """The objects of the page; *solid* are the texts that can hide others."""
    layout, view = Layout(), canvas.view
    drawn = cache(pdf_calls.is_drawn_by_content)
    for time, one in enumerate(canvas.placed):
        if one.kind == TEXT:
            layout.painted_at[one.item] = time
            layout.texts[one.item] = one
        if one.item in solid or _covers(one, drawn):
            _note_cover(layout, one, time, view)
    layout.covers += [Cover(len(canvas.placed), box) for box in annotated(canvas.page, view)]
    return layout


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


def _note_cover(layout: Layout, one: Placed, time: int, view: View) -> None:
    box = visible_bounds(one, view)
    side = min(box.width, box.height)
    if side < MIN_GROUND:
        layout.lines.append(box)
    cover = Cover(time, box, _gray(one), _is_sheet(one, box, view), one.item)
    layout.erasers += [cover] if cover.may_erase(layout.grounds) else []
    layout.covers += [cover] if side >= MIN_COVER else []
    if side >= MIN_GROUND and (cover.gray is not None or not cover.is_sheet):
        layout.grounds.add(cover.box, cover.gray)


def _gray(one: Placed) -> int | None:
    """The gray level of what an object covers; None for a picture and for glyphs with colors of their own."""
    if one.kind == PATH:
        return gray_of_path(one.item)
    if one.kind != TEXT or pdf_calls.is_drawn_by_content(pdf_calls.font_of(one.item)):
        return None
    return gray_of(pdf_calls.color_of(one.item, pdf_calls.fill_color))


def _is_sheet(one: Placed, box: Box, view: View) -> bool:
    """Whether an object is a picture of most of the page."""
    return one.kind == IMAGE and box.width * box.height > MAX_GROUND * view.width * view.height
