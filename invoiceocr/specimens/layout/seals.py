"""Seals: the oval 全国统一发票监制章 over the title and the issuer's 发票专用章."""

from __future__ import annotations

import math
from dataclasses import dataclass

from invoiceocr.specimens.drawing import Color, Layer, Oval, Primitive, Text
from invoiceocr.specimens.fonts import ASCENT, width
from invoiceocr.specimens.layout.forms import Spot

RED: Color = (224, 32, 30)
NATIONAL = "全国统一发票监制章"


@dataclass(frozen=True, slots=True)
class Arc:
    """A piece of an ellipse about (x, y), from angle `start` to `end` in degrees (0 is right, 90 is below)."""

    x: float
    y: float
    rx: float
    ry: float
    start: float
    end: float


def supervision_seal(spot: Spot, bureau: str, color: Color = RED) -> list[Primitive]:
    """The oval seal in the title, of the tax bureau *bureau*."""
    size = spot.ry * 0.235
    top = Arc(spot.x, spot.y, spot.rx * 0.71, spot.ry * 0.66, 196, 344)
    bottom = Arc(spot.x, spot.y, spot.rx * 0.84, spot.ry * 0.83, 142, 38)
    return [
        *_rings(spot, color, ("emblem", 0.55)),
        *_arc_text(NATIONAL, top, size, color, "emblem"),
        _middle("国家税务总局", (spot.x, spot.y), size, color, "emblem"),
        *_arc_text(bureau, bottom, size, color, "emblem"),
    ]


def issuer_seal(spot: Spot, name: str, tax_id: str, color: Color = RED) -> list[Primitive]:
    """The issuer's oval 发票专用章, 40 × 30 mm where *spot* has no radii of its own."""
    oval = Spot(x=spot.x, y=spot.y, rx=spot.rx or 20.0, ry=spot.ry or 15.0)
    size = min(4.2, 48.0 / max(len(name), 8)) * oval.ry / 15.0
    reach = min(84.0, 20.0 + 6.0 * len(name))
    top = Arc(oval.x, oval.y, oval.rx - size * 1.5, oval.ry - size * 1.5, 270 - reach, 270 + reach)
    number = Text(tax_id, 0, 0, 3.1, "arial", stretch=0.9)
    return [
        *_rings(oval, color, ("seal", 0.9)),
        *_arc_text(name, top, size, color, "seal"),
        _level(number, (oval.x, oval.y + 0.8), color),
        _level(Text("发票专用章", 0, 0, 4.1, "song"), (oval.x, oval.y + oval.ry * 0.46), color),
    ]


def _rings(spot: Spot, color: Color, line: tuple[Layer, float]) -> list[Primitive]:
    layer, thick = line
    return [
        Oval(spot.x, spot.y, spot.rx, spot.ry, thick, color, layer),
        Oval(spot.x, spot.y, spot.rx - thick * 1.6, spot.ry - thick * 1.6, 0.15, color, layer),
    ]


def _middle(text: str, center: tuple[float, float], size: float, color: Color, layer: Layer) -> Text:
    item = Text(text, 0, 0, size, "song", color, layer)
    return Text(text, center[0] - width(item) / 2, center[1] + size * (ASCENT - 0.5), size, "song", color, layer)


def _level(text: Text, center: tuple[float, float], color: Color) -> Text:
    return Text(
        text.text, center[0] - width(text) / 2, center[1] + text.size * 0.36, text.size, text.style, color, "seal",
        stretch=text.stretch,
    )  # fmt: skip


def _arc_text(text: str, arc: Arc, size: float, color: Color, layer: Layer) -> list[Primitive]:
    """Each character upright on the arc; an arc of falling angles (below the center) is read from inside."""
    count = max(len(text) - 1, 1)
    sign = 1.0 if arc.end > arc.start else -1.0
    characters: list[Primitive] = []
    for index, char in enumerate(text):
        turn = math.radians(arc.start + (arc.end - arc.start) * index / count)
        x, y = arc.x + arc.rx * math.cos(turn), arc.y + arc.ry * math.sin(turn)
        tangent = math.atan2(sign * arc.ry * math.cos(turn), -sign * arc.rx * math.sin(turn))
        half = size / 2
        start = (x - half * math.cos(tangent), y - half * math.sin(tangent))
        characters.append(Text(char, *start, size, "song", color, layer, angle=math.degrees(tangent)))
    return characters
