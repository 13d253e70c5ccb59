"""Where a block looks on the page: between printed lines of the form, or in shares of the printed area."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from invoiceocr.extraction.blocks.node import Node
from invoiceocr.geometry import Box
from invoiceocr.layout.form import MARGIN, Bounds, FormLayout
from invoiceocr.page import KeyMatch, TextLine

SIDES = ("top", "bottom", "left", "right")

Edge = float | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Region:
    """The sides that are limited, each by a share (0..1) of the printed area or by key phrases: top and bottom are the
    level of the first or last one that is found, left and right its middle. A phrase that is not found sets no limit.
    Alternatively, the `name` of a region of the form, which the kind's `layout` defines."""

    edges: tuple[tuple[str, Edge], ...] = ()
    name: str = ""

    def test(self, form: FormLayout) -> Callable[[Box], bool]:
        """A function that says whether a box on the page of *form* lies in the region."""
        if self.name:
            return form.part(self.name)
        bounds = self.bounds(form)
        if bounds is None:
            return lambda box: True
        return lambda box: bounds.holds(form.project(box))

    def inside(self, form: FormLayout) -> list[TextLine]:
        """The free segments in the region."""
        return form.print_in(self.name) if self.name else form.inside(self.bounds(form))

    def labels(self, form: FormLayout, *ids: str) -> list[KeyMatch]:
        """Those of the key phrases *ids* that stand in the region."""
        if self.name:
            return form.labels_in(self.name, *ids)
        bounds = self.bounds(form)
        return [label for label in form.labels(*ids) if bounds is None or bounds.holds(form.project(label.box))]

    def bounds(self, form: FormLayout) -> Bounds | None:
        """The sides of the region on *form*; None for the whole page, or for a region of the form."""
        if not self.edges:
            return None
        return Bounds(**{side: _place(side, edge, form) for side, edge in self.edges})


def compile_region(node: Node, key: str = "region") -> Region:
    """The region at *key* of a block: `{top: 0.5, bottom: [sum, total]}`, or the name of a region of the form."""
    if isinstance(node.data.get(key), str):
        return Region(name=node.region(key))
    sides = node.node(key)
    sides.check(SIDES)
    return Region(tuple((side, _edge(sides, side)) for side in SIDES if side in sides.data))


def _edge(node: Node, side: str) -> Edge:
    value = node.data[side]
    if isinstance(value, int | float) and not isinstance(value, bool):
        if not 0 <= value <= 1:
            raise node.error(side, f"{side} is a share between 0 and 1 of the printed area, or key phrases")
        return float(value)
    return node.phrases(side)


def _place(side: str, edge: Edge, form: FormLayout) -> float | None:
    if not isinstance(edge, float):
        return _beside(side, [form.project(label.box) for label in form.labels(*edge)])
    area = form.area
    if side in ("top", "bottom"):
        return area.y0 + edge * area.height
    return area.x0 + edge * area.width


def _beside(side: str, boxes: list[Box]) -> float | None:
    return ENDS[side](boxes) if boxes else None


ENDS: Mapping[str, Callable[[list[Box]], float]] = {
    "top": lambda boxes: min(box.cy for box in boxes) + MARGIN,
    "bottom": lambda boxes: max(box.cy for box in boxes) - MARGIN,
    "left": lambda boxes: max(box.cx for box in boxes),
    "right": lambda boxes: min(box.cx for box in boxes),
}
