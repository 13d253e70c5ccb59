"""What may keep objects of a PDF page from being painted where they stand: layers, transparency, clips."""

from __future__ import annotations

from dataclasses import dataclass

from invoiceocr.geometry import Box, common
from invoiceocr.sources.pdf import calls as pdf_calls
from invoiceocr.sources.pdf.graphics import FORM, LINE_TO, MOVE_TO, Placed, bounds, on_page
from invoiceocr.sources.pdf.view import View

LAYER_MARK = "OC"  # the only mark of content that can hide what it marks
MAX_CORNERS = 40  # of a clip that are looked at
# of the size of characters: a clip around a cell may cut this much off their boxes, where there is no ink
RIM = 0.05
RECTANGLE = (MOVE_TO, LINE_TO, LINE_TO, LINE_TO)


@dataclass(frozen=True, slots=True)
class _Clip:
    """The box around a clip on the page, and whether the clip is all of that box."""

    box: Box
    is_whole: bool

    def spares(self, box: Box) -> bool:
        """Whether it surely cuts off none of the characters in *box*, but at most its rim."""
        rim, own = RIM * min(box.width, box.height), self.box
        across = own.x0 <= box.x0 + rim and box.x1 - rim <= own.x1
        return self.is_whole and across and own.y0 <= box.y0 + rim and box.y1 - rim <= own.y1


@dataclass(frozen=True, slots=True)
class _Veil:
    """What may hide an object: all of it, or what a mask or its clips cut off."""

    is_whole: bool
    clips: tuple[_Clip, ...] = ()
    is_transparent: bool = False

    def spares(self, box: Box) -> bool:
        """Whether it surely hides nothing in *box*."""
        return not (self.is_whole or self.cuts(box))

    def cuts(self, box: Box) -> bool:
        """Whether it may take away a part of what is in *box*. Masks are not told from other transparency."""
        return self.is_transparent or not all(clip.spares(box) for clip in self.clips)


NO_VEIL = _Veil(is_whole=False)


class Veils:
    """Tells what the settings of objects, and of the forms around them, may hide. Forms can belong to layers only if
    the file is *layered*."""

    def __init__(self, view: View, *, layered: bool) -> None:
        self._view = view
        self._layered = layered
        self._known: dict[int, _Veil] = {}

    def may_hide(self, one: Placed | None, box: Box) -> bool:
        """Whether the settings of an object may hide some of what it paints in *box*."""
        while one is not None:
            if not self._of(one).spares(box):
                return True
            one = one.form
        return False

    def may_cut(self, one: Placed | None, box: Box) -> bool:
        """Whether a mask or a clip may take away a part of what an object paints in *box*."""
        return one is not None and (self._of(one).cuts(box) or self.may_cut(one.form, box))

    def _of(self, one: Placed) -> _Veil:
        if one.item not in self._known:
            self._known[one.item] = self._veil(one)
        return self._known[one.item]

    def _veil(self, one: Placed) -> _Veil:
        marked = pdf_calls.marks_of(one.item) > 0 and LAYER_MARK in pdf_calls.mark_names(one.item)
        layered = marked or (self._layered and one.kind == FORM)
        transparent, clips = pdf_calls.is_transparent(one.item) == 1, _clips(one, self._view)
        return _Veil(layered, clips, transparent) if layered or transparent or clips else NO_VEIL


def visible_bounds(one: Placed, view: View) -> Box:
    """Where the object is on the page, without what its own clips surely cut off."""
    box = bounds(one, view)
    for clip in _clips(one, view):
        box = common(box, clip.box)
    return box


def _clips(one: Placed, view: View) -> tuple[_Clip, ...]:
    path = pdf_calls.clip_of(one.item)
    return tuple(_clip(one, view, path, index) for index in range(pdf_calls.clips_in(path)))


def _clip(one: Placed, view: View, path: int, index: int) -> _Clip:
    count = pdf_calls.clip_segments(path, index)
    if not 0 < count <= MAX_CORNERS:
        return _Clip(Box(0.0, 0.0, view.width, view.height), is_whole=False)
    segments = [pdf_calls.clip_segment(path, index, number) for number in range(count)]
    corners = [pdf_calls.point_of(segment) for segment in segments]
    xs, ys = zip(*corners, strict=True)
    kinds = tuple(map(pdf_calls.segment_kind, segments))
    is_whole = kinds[:4] == RECTANGLE and _is_rectangle(corners) and one.is_level
    return _Clip(on_page(one, (min(xs), min(ys), max(xs), max(ys)), view), is_whole)


def _is_rectangle(corners: list[tuple[float, float]]) -> bool:
    """Whether these are the corners of a level rectangle one after the other, the first one once more or not."""
    if corners[4:] not in ([], corners[:1]) or len(set(corners[:4])) != 4:
        return False
    following = [*corners[1:4], corners[0]]
    return all((a[0] == b[0]) != (a[1] == b[1]) for a, b in zip(corners[:4], following, strict=True))
