"""`Drawing`: one list of positioned texts, lines, ovals and QR codes that every backend (raster, PDF, OFD) draws.

Coordinates are millimeters from the top left corner of the sheet, x to the right, y down; colors are (r, g, b), 0..255.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Literal

Color = tuple[int, int, int]
Layer = Literal["form", "emblem", "print", "seal"]
"""form: what the printing house or template put there; emblem: the 监制章 in the title; print: values; seal: stamps."""
BLACK: Color = (0, 0, 0)
# how far from its ends, in radii, the curve of a quarter circle has its control points
QUARTER_CIRCLE = 0.5523


@dataclass(frozen=True, slots=True)
class Text:
    """A run of characters on one baseline. (x, y) is the left end of the baseline, `size` the em in mm, `angle`
    clockwise degrees about (x, y), `stretch` the horizontal scale, `tracking` the extra advance in mm after each
    character, `path` the field that it prints (fields.md)."""

    text: str
    x: float
    y: float
    size: float
    style: str = "song"
    color: Color = BLACK
    layer: Layer = "print"
    path: str | None = None
    angle: float = 0.0
    stretch: float = 1.0
    tracking: float = 0.0


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line from (x0, y0) to (x1, y1), `width` mm thick; `dash` is the length of a dash, 0 if solid."""

    x0: float
    y0: float
    x1: float
    y1: float
    width: float = 0.2
    color: Color = BLACK
    layer: Layer = "form"
    dash: float = 0.0


@dataclass(frozen=True, slots=True)
class Oval:
    """An ellipse about (x, y) with radii rx and ry, its line `width` mm thick, filled where `fill` is given."""

    x: float
    y: float
    rx: float
    ry: float
    width: float = 0.2
    color: Color = BLACK
    layer: Layer = "form"
    fill: Color | None = None


@dataclass(frozen=True, slots=True)
class Qr:
    """A QR code of `payload` in the square of side `size` with its top left corner at (x, y)."""

    x: float
    y: float
    size: float
    payload: str
    color: Color = BLACK
    layer: Layer = "print"


Primitive = Text | Rule | Oval | Qr


@dataclass(frozen=True, slots=True)
class Drawing:
    """One page: its size in mm, what stands on it in painting order, and the color of the paper."""

    width: float
    height: float
    items: tuple[Primitive, ...]
    paper: Color = (255, 255, 255)

    def of(self, layer: Layer) -> tuple[Primitive, ...]:
        """The primitives of one layer."""
        return tuple(item for item in self.items if item.layer == layer)

    def texts(self) -> tuple[Text, ...]:
        """The texts that a reader should find: all but those of seals."""
        return tuple(item for item in self.items if isinstance(item, Text) and item.layer in ("form", "print"))

    def plus(self, more: Iterable[Primitive]) -> Drawing:
        """The drawing with *more* painted over it."""
        return replace(self, items=(*self.items, *more))

    def mapped(self, change: Callable[[Primitive], Primitive]) -> Drawing:
        """The drawing with every primitive changed."""
        return replace(self, items=tuple(change(item) for item in self.items))


def moved(item: Primitive, dx: float, dy: float) -> Primitive:
    """The primitive shifted by (dx, dy) mm."""
    if isinstance(item, Rule):
        return replace(item, x0=item.x0 + dx, x1=item.x1 + dx, y0=item.y0 + dy, y1=item.y1 + dy)
    return replace(item, x=item.x + dx, y=item.y + dy)
