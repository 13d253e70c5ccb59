"""What OFD objects are painted with: fonts, draw parameters and colors of the resources (GB/T 33190, 7.9, 8.3, 11)."""

from __future__ import annotations

from dataclasses import dataclass, field

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
    parameters: dict[str, Node] = {}
    for folder, listing in ofd_package.resource_lists(document):
        for node in listing.all("Font"):
            data = ofd_package.font_file(document, folder, listing, node)
            fonts[node.attributes.get("ID", "")] = Font(node.attributes.get("FontName", ""), data)
        parameters |= {node.attributes.get("ID", ""): node for node in listing.all("DrawParam")}
    return Resources(fonts, parameters, ofd_package.media(document))


def text_paint(node: Node, found: Resources) -> Paint:
    """How a text object is painted: filled unless it says otherwise."""
    fill = None if node.attributes.get("Fill") == "false" else _color(node, "FillColor", found) or BLACK
    stroke = _color(node, "StrokeColor", found) if node.attributes.get("Stroke") == "true" else None
    return Paint(fill, stroke, _width(node, found), _opacity(node))


def path_paint(node: Node, found: Resources) -> Paint:
    """How a path object is painted: stroked in black unless it says otherwise; a fill without a color is none."""
    fill = _color(node, "FillColor", found) if node.attributes.get("Fill") == "true" else None
    stroke = None if node.attributes.get("Stroke") == "false" else _color(node, "StrokeColor", found) or BLACK
    return Paint(fill, stroke, _width(node, found), _opacity(node))


def _opacity(node: Node) -> float:
    alpha = number(node.attributes.get("Alpha"))
    return 1.0 if alpha is None else min(max(alpha / 255, 0.0), 1.0)


def _width(node: Node, found: Resources) -> float:
    widths = (number(owner.attributes.get("LineWidth")) for owner in _owners(node, found))
    return next((width for width in widths if width is not None and width > 0), LINE_WIDTH)


def _color(node: Node, name: str, found: Resources) -> Color | None:
    """The color that the object or its draw parameter states as gray, RGB or CMYK; None for patterns and shades."""
    for owner in _owners(node, found):
        stated = owner.child(name)
        values = [value / 255 for value in numbers(stated.attributes.get("Value", ""))] if stated else []
        if len(values) == 1:
            return values[0], values[0], values[0]
        if len(values) == 3:
            return values[0], values[1], values[2]
        if len(values) == 4:
            return _of_cmyk(values)
    return None


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
