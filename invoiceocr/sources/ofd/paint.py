"""What OFD objects are painted with: fonts, draw parameters and colors of the resources (GB/T 33190, 7.9, 8.3, 11)."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice

from invoiceocr.sources.ofd import package as ofd_package
from invoiceocr.sources.ofd.geometry import number, numbers
from invoiceocr.sources.ofd.package import OfdDocument
from invoiceocr.sources.safe_xml import Node

Color = tuple[float, float, float]
BLACK: Color = (0.0, 0.0, 0.0)
GRAY: Color = (0.5, 0.5, 0.5)
HEXADECIMAL = re.compile(r"#([0-9A-Fa-f]{1,2})\b")
LINE_WIDTH = 0.353  # millimeters, if the object states none
INHERITED = 8  # how many draw parameters one may build on
# the attributes that tell of an object's paint, and its parts that do
PAINTED = ("Fill", "Stroke", "Alpha", "DrawParam", "LineWidth")
COLORS = frozenset({"FillColor", "StrokeColor"})
Statement = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Font:
    """A font resource: the name of its face and the bytes of the embedded file, None where there is none."""

    name: str
    data: bytes | None = None


@dataclass(frozen=True, slots=True)
class Paint:
    """Fill and stroke color (None: not painted), line width in millimeters, opacity from 0 to 1."""

    fill: Color | None
    stroke: Color | None
    width: float = LINE_WIDTH
    opacity: float = 1.0


@dataclass(frozen=True, slots=True)
class Resources:
    """Fonts and draw parameters by their IDs. `paints` are those that are known by what objects state: the hundreds of
    objects of a page have a few paints."""

    fonts: dict[str, Font] = field(default_factory=dict)
    parameters: dict[str, Node] = field(default_factory=dict)
    paints: dict[Statement, Paint] = field(default_factory=dict, compare=False)

    def paint(self, node: Node, paint_of: PaintOf) -> Paint:
        """How *node* is painted, as *paint_of* makes it out."""
        stated = _statement(node)
        if stated is None:
            return paint_of(node, self)
        key = (paint_of, *stated)
        if key not in self.paints:
            self.paints[key] = paint_of(node, self)
        return self.paints[key]


PaintOf = Callable[[Node, Resources], Paint]


def _statement(node: Node) -> Statement | None:
    """All that an object states of its paint; None if one of its colors is more than one value."""
    colors = [child for child in node.children if child.name in COLORS]
    if any(color.children for color in colors):
        return None
    own = map(node.attributes.get, PAINTED)
    return (*own, *((color.name, *color.attributes.items()) for color in colors))


def resources(document: OfdDocument) -> Resources:
    """The resources of *document*; what can't be read is left out."""
    fonts: dict[str, Font] = {}
    for folder, listing in document.resource_lists:
        for node in listing.all("Font"):
            data = ofd_package.font_file(document, folder, listing, node)
            fonts[node.attributes.get("ID", "")] = Font(node.attributes.get("FontName", ""), data)
    return Resources(fonts, parameters(document))


def parameters(document: OfdDocument) -> dict[str, Node]:
    """The draw parameters of *document* by their IDs."""
    listings = (listing for _, listing in document.resource_lists)
    return {node.attributes.get("ID", ""): node for listing in listings for node in listing.all("DrawParam")}


def text_paint(node: Node, found: Resources) -> Paint:
    """How a text object is painted: filled unless it says otherwise."""
    return found.paint(node, _text_paint)


def _text_paint(node: Node, found: Resources) -> Paint:
    owners = _owners(node, found)
    known = _color(owners, "FillColor") or (None if _is_unknown(owners, "FillColor") else BLACK)
    fill = None if node.attributes.get("Fill") == "false" else known
    stroke = _color(owners, "StrokeColor") if node.attributes.get("Stroke") == "true" else None
    return Paint(fill, stroke, _width(owners), _opacity(owners))


def _is_unknown(owners: list[Node], name: str) -> bool:
    """Whether an object is painted with a pattern or with a color of a palette, so that its look is unknown."""
    stated = next((color for owner in owners if (color := owner.child(name))), None)
    return stated is not None and (stated.child("Pattern") is not None or "Index" in stated.attributes)


def path_paint(node: Node, found: Resources) -> Paint:
    """How a path object is painted: stroked in black unless it says otherwise. A fill without a color paints nothing.
    Patterns and colors of a palette, which may hide what lies under them, are painted gray."""
    return found.paint(node, _path_paint)


def _path_paint(node: Node, found: Resources) -> Paint:
    owners = _owners(node, found)
    fill = _area_color(owners) if may_fill(node) else None
    stroke = None if node.attributes.get("Stroke") == "false" else _color(owners, "StrokeColor") or BLACK
    return Paint(fill, stroke, _width(owners), _opacity(owners))


def _area_color(owners: list[Node]) -> Color | None:
    return _color(owners, "FillColor") or (GRAY if _is_unknown(owners, "FillColor") else None)


def may_be_light(node: Node, least: float) -> bool:
    """Whether some color of an object may be lighter than *least*; most state darker ones, or none and are black."""
    if "DrawParam" in node.attributes:
        return True
    colors = [child for child in node.children if child.name in COLORS]
    stated = [_color_of(child.attributes.get("Value", "")) for child in colors]
    return not all(color and min(color) < least for color in stated)


def may_fill(node: Node) -> bool:
    """Whether a path object is filled if it has a color for that."""
    return node.attributes.get("Fill") == "true"


def _opacity(owners: list[Node]) -> float:
    """The opacity of the object times that of its fill color."""
    colors = (color for owner in owners if (color := owner.child("FillColor")))
    stated = (number(owner.attributes.get("Alpha")) for owner in (owners[0], *islice(colors, 1)))
    return math.prod(min(max(alpha / 255, 0.0), 1.0) for alpha in stated if alpha is not None)


def _width(owners: list[Node]) -> float:
    widths = (number(owner.attributes.get("LineWidth")) for owner in owners)
    return next((width for width in widths if width is not None and width > 0), LINE_WIDTH)


def _color(owners: list[Node], name: str) -> Color | None:
    """The color that the object or its draw parameter states as gray, RGB or CMYK; for a shade, that in its middle.
    None for patterns."""
    for owner in owners:
        stated = owner.child(name)
        shades = [color for part in (stated, *stated.all("Color")) if (color := _stated(part))] if stated else []
        if shades:
            red, green, blue = (sum(values) / len(shades) for values in zip(*shades, strict=True))
            return red, green, blue
    return None


def _stated(node: Node) -> Color | None:
    return _color_of(node.attributes.get("Value", ""))


@lru_cache(maxsize=256)
def _color_of(text: str) -> Color | None:
    """The color of one, three or four numbers up to 255, decimal or hexadecimal.

    >>> _color_of("255 0 0"), _color_of("#FF #00 #00")
    ((1.0, 0.0, 0.0), (1.0, 0.0, 0.0))
    """
    values = [value / 255 for value in numbers(HEXADECIMAL.sub(lambda match: str(int(match[1], 16)), text))]
    if len(values) == 1:
        return values[0], values[0], values[0]
    if len(values) == 4:
        return _of_cmyk(values)
    return (values[0], values[1], values[2]) if len(values) == 3 else None


def _of_cmyk(values: list[float]) -> Color:
    cyan, magenta, yellow, black = values
    return (1 - cyan) * (1 - black), (1 - magenta) * (1 - black), (1 - yellow) * (1 - black)


def _owners(node: Node, found: Resources) -> list[Node]:
    """The object, its draw parameter, and the draw parameters that this one builds on."""
    owners, name = [node], node.attributes.get("DrawParam")
    while name and len(owners) <= INHERITED and (parameter := found.parameters.get(name)):
        owners.append(parameter)
        name = parameter.attributes.get("Relative")
    return owners
