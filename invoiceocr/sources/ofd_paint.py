"""What OFD objects are painted with: fonts, draw parameters and colors of the resources (GB/T 33190, 7.9, 8.3, 11)."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import islice

from invoiceocr.sources import ofd_package
from invoiceocr.sources.ofd_geometry import number, numbers
from invoiceocr.sources.ofd_package import OfdDocument
from invoiceocr.sources.safe_xml import Node

Color = tuple[float, float, float]
BLACK: Color = (0.0, 0.0, 0.0)
LINE_WIDTH = 0.353  # millimeters, where nothing is said
INHERITED = 8  # draw parameters that one may build on


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
    """Fonts, draw parameters and pictures (paths in the package) by their IDs."""

    fonts: dict[str, Font] = field(default_factory=dict)
    parameters: dict[str, Node] = field(default_factory=dict)
    media: dict[str, str] = field(default_factory=dict)


def resources(document: OfdDocument) -> Resources:
    """The resources of *document*; what can't be read is left out."""
    fonts: dict[str, Font] = {}
    for folder, listing in document.resource_lists:
        for node in listing.all("Font"):
            data = ofd_package.font_file(document, folder, listing, node)
            fonts[node.attributes.get("ID", "")] = Font(node.attributes.get("FontName", ""), data)
    return Resources(fonts, parameters(document), ofd_package.media(document))


def parameters(document: OfdDocument) -> dict[str, Node]:
    """The draw parameters of *document* by their IDs."""
    listings = (listing for _, listing in document.resource_lists)
    return {node.attributes.get("ID", ""): node for listing in listings for node in listing.all("DrawParam")}


def text_paint(node: Node, found: Resources) -> Paint:
    """How a text object is painted: filled unless it says otherwise."""
    fill = None if node.attributes.get("Fill") == "false" else _color(node, "FillColor", found) or BLACK
    stroke = _color(node, "StrokeColor", found) if node.attributes.get("Stroke") == "true" else None
    return Paint(fill, stroke, _width(node, found), _opacity(node, found))


def path_paint(node: Node, found: Resources) -> Paint:
    """How a path object is painted: stroked in black unless it says otherwise; a fill without a color is none."""
    fill = _color(node, "FillColor", found) if node.attributes.get("Fill") == "true" else None
    stroke = None if node.attributes.get("Stroke") == "false" else _color(node, "StrokeColor", found) or BLACK
    return Paint(fill, stroke, _width(node, found), _opacity(node, found))


def _opacity(node: Node, found: Resources) -> float:
    """That of the object times that of the color that it is filled with."""
    colors = (color for owner in _owners(node, found) if (color := owner.child("FillColor")))
    stated = (number(owner.attributes.get("Alpha")) for owner in (node, *islice(colors, 1)))
    return math.prod(min(max(alpha / 255, 0.0), 1.0) for alpha in stated if alpha is not None)


def _width(node: Node, found: Resources) -> float:
    widths = (number(owner.attributes.get("LineWidth")) for owner in _owners(node, found))
    return next((width for width in widths if width is not None and width > 0), LINE_WIDTH)


def _color(node: Node, name: str, found: Resources) -> Color | None:
    """The color that the object or its draw parameter states as gray, RGB or CMYK, that in the middle of a shade; None
    for patterns."""
    for owner in _owners(node, found):
        stated = owner.child(name)
        shades = [color for part in (stated, *stated.all("Color")) if (color := _stated(part))] if stated else []
        if shades:
            red, green, blue = (sum(values) / len(shades) for values in zip(*shades, strict=True))
            return red, green, blue
    return None


def _stated(node: Node) -> Color | None:
    values = [value / 255 for value in numbers(node.attributes.get("Value", ""))]
    if len(values) == 1:
        return values[0], values[0], values[0]
    if len(values) == 4:
        return _of_cmyk(values)
    return (values[0], values[1], values[2]) if len(values) == 3 else None


def _of_cmyk(values: list[float]) -> Color:
    cyan, magenta, yellow, black = values
    return (1 - cyan) * (1 - black), (1 - magenta) * (1 - black), (1 - yellow) * (1 - black)


def _owners(node: Node, found: Resources) -> list[Node]:
    """The object, its draw parameter and those which that builds on."""
    owners, name = [node], node.attributes.get("DrawParam")
    while name and len(owners) <= INHERITED and (parameter := found.parameters.get(name)):
        owners.append(parameter)
        name = parameter.attributes.get("Relative")
    return owners
