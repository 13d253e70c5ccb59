"""A page of an OFD as a PDF of one page, for PDFium to draw: text, paths and pictures where the OFD has them.

PDFium then treats fonts as in any PDF: embedded ones as they are, others by a substitute. Text is placed character by
character, so that it stands where the OFD says. It is squeezed where a substitute is wider than the room that the OFD
leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from invoiceocr.geometry import POINTS_PER_MM
from invoiceocr.sources import open_type
from invoiceocr.sources.ofd import content as ofd_content
from invoiceocr.sources.ofd import outline as ofd_outline
from invoiceocr.sources.ofd import paint as ofd_paint
from invoiceocr.sources.ofd.content import Placed
from invoiceocr.sources.ofd.geometry import number, numbers, rectangle, within
from invoiceocr.sources.ofd.paint import Font, Paint, Resources
from invoiceocr.sources.safe_xml import Node

Picture = Callable[[str], NDArray[np.uint8] | None]
"""The pixels of a picture resource by its ID: H×W×3 BGR or H×W×4 BGRA; None where it can't be decoded."""

LATIN = (("courier", "Courier"), ("times", "Times-Roman"), ("arial", "Helvetica"), ("helvetica", "Helvetica"))
UNMARKED: Mapping[str, frozenset[Placed]] = MappingProxyType({})
# bytes of drawing; the rest is left out
MAX_CONTENT = 2_500_000
# of the size; widths are rounded to it, so that a page needs few fonts
WIDTH_STEP = 0.05
# of the size; a glyph squeezed further can't be read, so characters set closer overlap as in any viewer
MIN_WIDTH = 0.25


@dataclass(slots=True)
class _Sheet:
    """The PDF in the making: its objects, the drawing, and the names of fonts, pictures and opacities."""

    height: float
    # catalog and page tree come last
    objects: list[bytes] = field(default_factory=lambda: [b"", b""])
    drawing: list[str] = field(default_factory=list)
    fonts: dict[tuple[str, bool], tuple[str, int]] = field(default_factory=dict)
    glyphs: dict[str, dict[int, int]] = field(default_factory=dict)
    pictures: dict[str, int | None] = field(default_factory=dict)
    states: dict[str, int] = field(default_factory=dict)
    size: int = 0

    def add(self, body: bytes | str) -> int:
        """The number of a new object."""
        self.objects.append(body.encode("latin-1", "replace") if isinstance(body, str) else body)
        return len(self.objects)

    def stream(self, data: bytes, entries: str) -> int:
        """The number of a new stream, which is not packed: it is read once, and right away."""
        return self.add(f"<<{entries}/Length {len(data)}>>stream\n".encode() + data + b"\nendstream")

    def draw(self, operators: str) -> None:
        """Append *operators* to the drawing."""
        self.size += len(operators)
        if self.size <= MAX_CONTENT:
            self.drawing.append(operators)


def to_pdf(
    objects: Iterable[Placed],
    size: tuple[float, float],
    resources: Resources,
    picture: Picture,
    marks: Mapping[str, frozenset[Placed]] = UNMARKED,
) -> bytes:
    """The PDF of a page of *size* (width, height in points) on which *objects* are drawn in their order. Objects in
    the set of one of the *marks* are content with that mark."""
    sheet = _Sheet(size[1])
    for item in objects:
        if drawn := _DRAWN.get(item.node.name):
            own = [mark for mark, marked in marks.items() if item in marked]
            sheet.draw("".join(f"/{mark} BMC " for mark in own))
            drawn(sheet, item, resources, picture)
            sheet.draw("EMC " * len(own))
    return _file(sheet, size)


def _text(sheet: _Sheet, item: Placed, resources: Resources, _: Picture) -> None:
    node, frame = item.node, item.frame
    size, stretch = number(node.attributes.get("Size")) or 0.0, number(node.attributes.get("HScale")) or 1.0
    paint = ofd_paint.text_paint(node, resources)
    if size < ofd_content.MIN_SIZE or (paint.fill is None and paint.stroke is None):
        return
    # the font, and the matrix from glyphs of size 1 to points, y upward
    identifier = node.attributes.get("Font", "")
    font = resources.fonts.get(identifier, Font(""))
    glyphs = _stated_glyphs(node)
    matrix = (frame.a * size * stretch, -frame.b * size * stretch, -frame.c * size, frame.d * size)
    operators = [f"q {_clips(sheet, item)}{_state(sheet, paint)}{_colors(paint)} BT {_mode(paint)} Tr"]
    # each letter shown at its own place
    place = 0
    for line in ofd_content.starts(item):
        for letter, (x, y), width in line:
            shown = _shown(sheet, identifier, font, (letter, width), glyphs.get(place))
            place += 1
            if shown:
                left, top = frame.point(x, y)
                numbers_ = " ".join(f"{value:.4f}" for value in (*matrix, left, sheet.height - top))
                operators.append(f"/{shown[0]} 1 Tf {numbers_} Tm <{shown[1]}> Tj")
    sheet.draw("\n".join([*operators, "ET Q"]))


def _stated_glyphs(node: Node) -> dict[int, int]:
    """Glyph numbers by the place of the character, where the object states them (CGTransform)."""
    found: dict[int, int] = {}
    for transform in node.all("CGTransform"):
        start = int(number(transform.attributes.get("CodePosition")) or 0)
        stated = transform.child("Glyphs")
        for offset, glyph in enumerate(numbers(stated.text) if stated else ()):
            found[start + offset] = int(glyph) & 0xFFFF
    return found


def _shown(
    sheet: _Sheet, identifier: str, font: Font, sized: tuple[str, float], glyph: int | None
) -> tuple[str, str] | None:
    """(font's name in the PDF, the character's code in hexadecimal digits) of a character and its width; None for a
    blank."""
    letter, width = sized
    if font.data is not None:
        known = sheet.glyphs.setdefault(identifier, open_type.glyphs(font.data))
        number_ = glyph if glyph is not None else known.get(ord(letter))
        if number_ is not None:
            return _font(sheet, (identifier, True), lambda: _embedded(sheet, font.data or b"")), f"{number_:04X}"
    if letter.isspace() or not letter.isprintable():
        return None
    return _in_standard_font(sheet, font, letter, width)


def _in_standard_font(sheet: _Sheet, font: Font, letter: str, width: float) -> tuple[str, str]:
    """As `_shown`, in a font that every viewer has: one of the fourteen for Latin letters, else one by name."""
    latin = next((standard for part, standard in LATIN if part in font.name.lower()), None)
    if latin and letter.isascii():
        return _font(sheet, (latin, False), lambda: _standard(sheet, latin)), f"{ord(letter):02X}"
    name = "".join(c for c in font.name if c.isascii() and c.isalnum()) or "SimSun"
    code = letter.encode("utf-16-be", "replace").hex().upper()
    thousandths = round(1000 * WIDTH_STEP * round(max(width, MIN_WIDTH) / WIDTH_STEP))
    return _font(sheet, (f"{name} {thousandths}", False), lambda: _substituted(sheet, name, thousandths)), code


def _font(sheet: _Sheet, key: tuple[str, bool], make: Callable[[], int]) -> str:
    if key not in sheet.fonts:
        sheet.fonts[key] = (f"F{len(sheet.fonts)}", make())
    return sheet.fonts[key][0]


def _standard(sheet: _Sheet, name: str) -> int:
    return sheet.add(f"<</Type/Font/Subtype/Type1/BaseFont/{name}/Encoding/WinAnsiEncoding>>")


def _substituted(sheet: _Sheet, name: str, width: int) -> int:
    """A Chinese font that isn't embedded and whose glyphs are all *width* thousandths of its size wide. PDFium takes a
    substitute for it, squeezes wider glyphs and centers narrower ones."""
    flags = "/Flags 4/FontBBox[-25 -254 1000 880]/ItalicAngle 0/Ascent 880/Descent -120/CapHeight 880/StemV 80"
    descriptor = sheet.add(f"<</Type/FontDescriptor/FontName/{name}{flags}>>")
    system = "/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>"
    kind = "/Type/Font/Subtype/CIDFontType2"
    below = sheet.add(f"<<{kind}/BaseFont/{name}{system}/FontDescriptor {descriptor} 0 R/DW {width}>>")
    return sheet.add(
        f"<</Type/Font/Subtype/Type0/BaseFont/{name}/Encoding/UniGB-UTF16-H/DescendantFonts[{below} 0 R]>>"
    )


def _embedded(sheet: _Sheet, data: bytes) -> int:
    outlined = open_type.is_outlined(data)
    file = sheet.stream(data, "/Subtype/OpenType" if outlined else f"/Length1 {len(data)}")
    kind, key = ("CIDFontType0", "FontFile3") if outlined else ("CIDFontType2", "FontFile2")
    flags = "/Flags 4/FontBBox[0 -200 1000 900]/ItalicAngle 0/Ascent 880/Descent -120/CapHeight 880/StemV 80"
    descriptor = sheet.add(f"<</Type/FontDescriptor/FontName/Embedded{flags}/{key} {file} 0 R>>")
    system = "/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/CIDToGIDMap/Identity/DW 1000"
    below = sheet.add(f"<</Type/Font/Subtype/{kind}/BaseFont/Embedded{system}/FontDescriptor {descriptor} 0 R>>")
    return sheet.add(f"<</Type/Font/Subtype/Type0/BaseFont/Embedded/Encoding/Identity-H/DescendantFonts[{below} 0 R]>>")


def _path(sheet: _Sheet, item: Placed, resources: Resources, _: Picture) -> None:
    paint = ofd_paint.path_paint(item.node, resources)
    data = item.node.child("AbbreviatedData")
    if data is None or (paint.fill is None and paint.stroke is None):
        return
    outline = " ".join(ofd_outline.operators(sheet.height, item.frame, data.text))
    scale = item.frame.scale or POINTS_PER_MM
    even_odd = "*" if item.node.attributes.get("Rule") == "Even-Odd" else ""
    ending = {(True, True): f"B{even_odd}", (True, False): f"f{even_odd}", (False, True): "S"}
    operator = ending[paint.fill is not None, paint.stroke is not None]
    setting = f"{_clips(sheet, item)}{_state(sheet, paint)}{_colors(paint)}"
    sheet.draw(f"q {setting} {paint.width * scale:.3f} w {outline} {operator} Q")


def _image(sheet: _Sheet, item: Placed, resources: Resources, picture: Picture) -> None:
    name = item.node.attributes.get("ResourceID", "")
    if name not in sheet.pictures:
        pixels = picture(name)
        sheet.pictures[name] = None if pixels is None else _pixels(sheet, pixels)
    if sheet.pictures[name] is None:
        return
    (x0, y0), (x1, y1), (x2, y2) = (item.frame.point(x, y) for x, y in ((0, 1), (1, 1), (0, 0)))
    values = (x1 - x0, y0 - y1, x2 - x0, y0 - y2, x0, sheet.height - y0)
    paint = ofd_paint.path_paint(item.node, resources)
    placed = " ".join(f"{value:.4f}" for value in values)
    sheet.draw(f"q {_clips(sheet, item)}{_state(sheet, paint)}{placed} cm /I{list(sheet.pictures).index(name)} Do Q")


def _pixels(sheet: _Sheet, pixels: NDArray[np.uint8]) -> int:
    height, width = pixels.shape[:2]
    entries = f"/Type/XObject/Subtype/Image/Width {width}/Height {height}/BitsPerComponent 8"
    mask = ""
    if pixels.shape[2] == 4:
        soft = sheet.stream(np.ascontiguousarray(pixels[:, :, 3]).tobytes(), f"{entries}/ColorSpace/DeviceGray")
        mask = f"/SMask {soft} 0 R"
    colors = np.ascontiguousarray(pixels[:, :, 2::-1]).tobytes()
    return sheet.stream(colors, f"{entries}/ColorSpace/DeviceRGB{mask}")


def _clips(sheet: _Sheet, item: Placed) -> str:
    """The operators that cut off what lies outside the paths of an object's clips, one within the other."""
    clips = item.node.child("Clips")
    areas = (_area(sheet, item, clip) for clip in clips.all("Clip")) if clips else ()
    return "".join(f"{area} W n " for area in areas if area)


def _area(sheet: _Sheet, item: Placed, clip: Node) -> str:
    """The outline of all areas of *clip*."""
    pieces: list[str] = []
    for area in clip.all("Area"):
        for path in area.all("Path"):
            corner = rectangle(path.attributes.get("Boundary", "")) or (0.0, 0.0)
            placed = within(item.frame, area.attributes.get("CTM", ""), (corner[0], corner[1]))
            pieces += ofd_outline.operators(sheet.height, placed, ofd_content.outline(path))
    return " ".join(pieces)


def _state(sheet: _Sheet, paint: Paint) -> str:
    """The operator that sets the opacity; empty for opaque paint."""
    if paint.opacity >= 1:
        return ""
    name = f"G{round(paint.opacity * 255)}"
    if name not in sheet.states:
        sheet.states[name] = sheet.add(f"<</ca {paint.opacity:.3f}/CA {paint.opacity:.3f}>>")
    return f"/{name} gs "


def _colors(paint: Paint) -> str:
    fill = " ".join(f"{value:.3f}" for value in paint.fill) + " rg " if paint.fill else ""
    return fill + (" ".join(f"{value:.3f}" for value in paint.stroke) + " RG" if paint.stroke else "")


def _mode(paint: Paint) -> int:
    """PDF's text rendering mode."""
    if paint.fill is not None:
        return 2 if paint.stroke is not None else 0
    return 1


def _file(sheet: _Sheet, size: tuple[float, float]) -> bytes:
    content = sheet.stream("\n".join(sheet.drawing).encode("latin-1", "replace"), "")
    fonts = "".join(f"/{name} {number_} 0 R" for name, number_ in sheet.fonts.values())
    drawn = enumerate(sheet.pictures.values())
    images = "".join(f"/I{index} {number_} 0 R" for index, number_ in drawn if number_ is not None)
    states = "".join(f"/{name} {number_} 0 R" for name, number_ in sheet.states.items())
    resources = f"<</Font<<{fonts}>>/XObject<<{images}>>/ExtGState<<{states}>>>>"
    box = f"/MediaBox[0 0 {size[0]:.3f} {size[1]:.3f}]"
    page = sheet.add(f"<</Type/Page/Parent 2 0 R{box}/Resources{resources}/Contents {content} 0 R>>")
    sheet.objects[0] = b"<</Type/Catalog/Pages 2 0 R>>"
    sheet.objects[1] = f"<</Type/Pages/Count 1/Kids[{page} 0 R]>>".encode()
    parts, place, rows = [b"%PDF-1.7\n"], 9, []
    for index, body in enumerate(sheet.objects, 1):
        rows.append(f"{place:010d} 00000 n \n")
        parts.append(f"{index} 0 obj\n".encode() + body + b"\nendobj\n")
        place += len(parts[-1])
    count = len(sheet.objects) + 1
    table = f"xref\n0 {count}\n0000000000 65535 f \n{''.join(rows)}trailer<</Size {count}/Root 1 0 R>>\n"
    return b"".join([*parts, f"{table}startxref\n{place}\n%%EOF\n".encode()])


_DRAWN: dict[str, Callable[[_Sheet, Placed, Resources, Picture], None]] = {
    "TextObject": _text,
    "PathObject": _path,
    "ImageObject": _image,
}
