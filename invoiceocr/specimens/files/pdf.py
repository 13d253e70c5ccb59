"""Writes drawings as a PDF with a text layer: subset fonts with ToUnicode, lines, QR codes, pictures, attachments.

The same drawings always make the same bytes: no clock, no random ids.
"""

from __future__ import annotations

import hashlib
import math
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from invoiceocr.geometry import POINTS_PER_MM
from invoiceocr.specimens.drawing import QUARTER_CIRCLE, Color, Drawing, Layer, Oval, Primitive, Qr, Rule, Text
from invoiceocr.specimens.files.cff import load_outlines, subset
from invoiceocr.specimens.files.numbers import plain as _n
from invoiceocr.specimens.files.overlay import LAYERS, overlays
from invoiceocr.specimens.fonts import STYLES, bundled, half_width, natural_advance, offsets
from invoiceocr.specimens.raster import qr_modules

PRIVATE_USE = 0xE000
Mapping = Literal["unicode", "private", "none"]
"""What the text layer's characters map to: themselves, private-use characters, or nothing (no ToUnicode)."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file inside the PDF."""

    name: str
    data: bytes
    media_type: str = "application/xml"


@dataclass(frozen=True, slots=True)
class Picture:
    """A page that is only a picture: JPEG bytes, pixels, and the sheet's size in mm."""

    jpeg: bytes
    pixels: tuple[int, int]
    size: tuple[float, float]


@dataclass(slots=True)
class _Face:
    """An embedded face: which glyph number each character got, in order of first use."""

    name: str
    glyphs: dict[str, int] = field(default_factory=dict)

    def code(self, char: str) -> str:
        return f"{self.glyphs.setdefault(char, len(self.glyphs) + 1):04X}"


@dataclass(slots=True)
class _File:
    """The objects of a PDF file under construction; numbers begin at 1."""

    objects: list[bytes] = field(default_factory=list)

    def add(self, body: bytes) -> int:
        self.objects.append(body)
        return len(self.objects)

    def stream(self, data: bytes, entries: str = "", *, compress: bool = True) -> int:
        packed = zlib.compress(data, 9) if compress else data
        flate = "/Filter/FlateDecode" if compress else ""
        return self.add(f"<</Length {len(packed)}{flate}{entries}>>stream\n".encode() + packed + b"\nendstream")

    def bytes(self, catalog: int) -> bytes:
        parts = [b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"]
        offsets, length = [], len(parts[0])
        for number, body in enumerate(self.objects, 1):
            part = f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
            offsets.append(length)
            length += len(part)
            parts.append(part)
        digest = hashlib.md5(b"".join(parts), usedforsecurity=False).hexdigest()
        size = len(offsets) + 1
        table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
        trailer = f"trailer<</Size {size}/Root {catalog} 0 R/ID[<{digest}><{digest}>]>>\nstartxref\n{length}\n%%EOF\n"
        parts.append(f"xref\n0 {size}\n0000000000 65535 f \n{table}{trailer}".encode())
        return b"".join(parts)


def write_pdf(
    pages: Sequence[Drawing | Picture], *, mapping: Mapping = "unicode", attachments: Sequence[Attachment] = ()
) -> bytes:
    """The PDF file of *pages*: drawings with a text layer, pictures without."""
    file = _File()
    faces: dict[str, _Face] = {}
    # the contents first: they tell which faces are needed
    contents = [_content(page, faces) if isinstance(page, Drawing) else _picture_content(page) for page in pages]
    fonts = "".join(f"/{name} {_embed(file, face, mapping)} 0 R" for name, face in faces.items())
    courier = file.add(b"<</Type/Font/Subtype/Type1/BaseFont/Courier/Encoding/WinAnsiEncoding>>")
    images = [_images(file, page) for page in pages]
    # pages name the page tree, which comes behind them: its number is known before
    tree = len(file.objects) + 1 + 2 * len(pages)
    numbers = []
    for page, content, pictures in zip(pages, contents, images, strict=True):
        resources = f"/Font<<{fonts}/Mono {courier} 0 R>>/XObject<<{pictures}>>"
        numbers.append(_page(file, page, content, (tree, resources)))
    kids = " ".join(f"{number} 0 R" for number in numbers)
    file.add(f"<</Type/Pages/Count {len(numbers)}/Kids[{kids}]>>".encode())
    names = _attached(file, attachments)
    return file.bytes(file.add(f"<</Type/Catalog/Pages {tree} 0 R{names}>>".encode()))


def _page(file: _File, page: Drawing | Picture, content: bytes, shared: tuple[int, str]) -> int:
    tree, resources = shared
    width, height = (page.width, page.height) if isinstance(page, Drawing) else page.size
    stream = file.stream(content)
    box = f"[0 0 {_n(width * POINTS_PER_MM)} {_n(height * POINTS_PER_MM)}]"
    body = f"<</Type/Page/Parent {tree} 0 R/MediaBox{box}/Resources<<{resources}>>/Contents {stream} 0 R>>"
    return file.add(body.encode())


def _images(file: _File, page: Drawing | Picture) -> str:
    """Adds the pictures of the page; returns their entries in its resources."""
    if isinstance(page, Picture):
        entries = _image_entries(page.pixels, "RGB")
        return f"/Scan {file.stream(page.jpeg, f'{entries}/Filter/DCTDecode', compress=False)} 0 R"
    names = []
    for layer in LAYERS:
        for index, seal in enumerate(overlays(page, layer)):
            mask = file.stream(seal.ink.tobytes(), _image_entries(seal.ink.shape[::-1], "Gray"))
            picture = file.stream(bytes(seal.color), f"{_image_entries((1, 1), 'RGB')}/SMask {mask} 0 R")
            names.append(f"/{layer}{index} {picture} 0 R")
    return "".join(names)


def _image_entries(size: tuple[int, ...], colors: str) -> str:
    return f"/Type/XObject/Subtype/Image/Width {size[0]}/Height {size[1]}/ColorSpace/Device{colors}/BitsPerComponent 8"


def _picture_content(page: Picture) -> bytes:
    return f"q {_n(page.size[0] * POINTS_PER_MM)} 0 0 {_n(page.size[1] * POINTS_PER_MM)} 0 0 cm /Scan Do Q".encode()


def _content(page: Drawing, faces: dict[str, _Face]) -> bytes:
    """Form, its emblem, values, stamps."""
    parts: list[str] = []
    order: tuple[tuple[Layer, Layer], ...] = (("form", "emblem"), ("print", "seal"))
    for layer, pictures in order:
        parts += [_operators(item, page.height, faces) for item in page.items if item.layer == layer]
        for index, seal in enumerate(overlays(page, pictures)):
            size = f"{_n(seal.width * POINTS_PER_MM)} 0 0 {_n(seal.height * POINTS_PER_MM)}"
            parts.append(f"q {size} {_xy(seal.x, seal.y + seal.height, page.height)} cm /{pictures}{index} Do Q")
    return "\n".join(parts).encode("latin-1")


def _operators(item: Primitive, height: float, faces: dict[str, _Face]) -> str:
    if isinstance(item, Text):
        return _text(item, height, faces)
    if isinstance(item, Rule):
        dash = f"[{_n(item.dash * POINTS_PER_MM)}] 0 d " if item.dash else "[] 0 d "
        line = f"{_xy(item.x0, item.y0, height)} m {_xy(item.x1, item.y1, height)} l S"
        return f"{_n(item.width * POINTS_PER_MM)} w {dash}{_color(item.color)} RG {line}"
    return _oval(item, height) if isinstance(item, Oval) else _qr(item, height)


def _oval(oval: Oval, height: float) -> str:
    x, y, a, b = oval.x, oval.y, oval.rx, oval.ry
    p, q = a * QUARTER_CIRCLE, b * QUARTER_CIRCLE
    quarters = (
        ((x + a, y + q), (x + p, y + b), (x, y + b)),
        ((x - p, y + b), (x - a, y + q), (x - a, y)),
        ((x - a, y - q), (x - p, y - b), (x, y - b)),
        ((x + p, y - b), (x + a, y - q), (x + a, y)),
    )
    curves = " ".join(" ".join(_xy(*point, height) for point in quarter) + " c" for quarter in quarters)
    paint = f"{_color(oval.fill)} rg {_xy(x + a, y, height)} m {curves} f" if oval.fill else ""
    line = f"{_n(oval.width * POINTS_PER_MM)} w [] 0 d {_color(oval.color)} RG {_xy(x + a, y, height)} m {curves} s"
    return paint or line


def _qr(qr: Qr, height: float) -> str:
    """The dark modules as one path, runs of a row joined."""
    modules = qr_modules(qr.payload)
    side = qr.size / len(modules)
    runs = []
    for row, line in enumerate(modules):
        columns = [column for column, value in enumerate(line) if value]
        starts = [column for column in columns if column - 1 not in columns]
        ends = [column + 1 for column in columns if column + 1 not in columns]
        for start, end in zip(starts, ends, strict=True):
            corner = _xy(qr.x + start * side, qr.y + (row + 1) * side, height)
            runs.append(f"{corner} {_n((end - start) * side * POINTS_PER_MM)} {_n(side * POINTS_PER_MM)} re")
    return f"{_color(qr.color)} rg {' '.join(runs)} f"


def _text(text: Text, height: float, faces: dict[str, _Face]) -> str:
    turn = math.radians(text.angle)
    sin, cos = math.sin(turn), math.cos(turn)
    matrix = f"{_n(cos * text.stretch)} {_n(-sin * text.stretch)} {_n(sin)} {_n(cos)} {_xy(text.x, text.y, height)}"
    font, shown = _shown(text, faces)
    size = _n(text.size * POINTS_PER_MM)
    return f"BT /{font} {size} Tf {_color(text.color)} rg {matrix} Tm {shown} TJ ET"


def _shown(text: Text, faces: dict[str, _Face]) -> tuple[str, str]:
    """The font's resource name and the array of glyphs with the shifts that put each in its cell."""
    face_name = STYLES[text.style].face
    mono = text.style == "mono" and text.text.isascii()
    face = faces.setdefault(face_name, _Face(face_name)) if not mono else _Face("Mono")
    path, places, parts, pen = bundled(face_name), offsets(text), [], 0.0
    for char, start, end in zip(text.text, places, places[1:], strict=False):
        natural = 0.6 if mono else natural_advance(path, char)
        cell = (end - start - text.tracking) / text.size / text.stretch
        origin = start / text.size / text.stretch + ((cell - natural) / 2 if half_width(char) else 0.0)
        if shift := round((pen - origin) * 1000):
            parts.append(str(shift))
        parts.append(f"<{ord(char):02X}>" if mono else f"<{face.code(char)}>")
        pen = origin + natural
    return face.name, f"[{''.join(_spaced(parts))}]"


def _spaced(parts: list[str]) -> list[str]:
    return [part if part.startswith("<") else f" {part} " for part in parts]


def _embed(file: _File, face: _Face, mapping: Mapping) -> int:
    """Adds the subset font; returns the number of its font object."""
    path, characters = bundled(face.name), list(face.glyphs)
    name = f"SPECIM+{face.name.title()}SC"
    program = file.stream(subset(load_outlines(path), characters, name), "/Subtype/CIDFontType0C")
    metrics = "/Flags 4/FontBBox[-200 -300 1200 1100]/ItalicAngle 0/Ascent 880/Descent -120/CapHeight 733/StemV 80"
    descriptor = file.add(f"<</Type/FontDescriptor/FontName/{name}{metrics}/FontFile3 {program} 0 R>>".encode())
    widths = " ".join(str(round(natural_advance(path, char) * 1000)) for char in characters)
    system = "/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
    descendant = file.add(
        f"<</Type/Font/Subtype/CIDFontType0/BaseFont/{name}{system}/DW 1000/W[1[{widths}]]"
        f"/FontDescriptor {descriptor} 0 R>>".encode()
    )
    to_unicode = "" if mapping == "none" else f"/ToUnicode {file.stream(_to_unicode(characters, mapping))} 0 R"
    return file.add(
        f"<</Type/Font/Subtype/Type0/BaseFont/{name}/Encoding/Identity-H/DescendantFonts[{descendant} 0 R]"
        f"{to_unicode}>>".encode()
    )


def _to_unicode(characters: list[str], mapping: Mapping) -> bytes:
    points = [PRIVATE_USE + i if mapping == "private" else ord(char) for i, char in enumerate(characters)]
    lines = [f"<{code:04X}> <{chr(point).encode('utf-16-be').hex().upper()}>" for code, point in enumerate(points, 1)]
    blocks = [lines[start : start + 100] for start in range(0, len(lines), 100)]
    body = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Specimen def /CMapType 2 def\n"
        f"1 begincodespacerange <0000> <FFFF> endcodespacerange\n{body}\nendcmap end end"
    ).encode()


def _attached(file: _File, attachments: Sequence[Attachment]) -> str:
    """Adds the attachments; returns the catalog entries that lead to them."""
    if not attachments:
        return ""
    names, files = [], []
    for item in attachments:
        subtype = item.media_type.replace("/", "#2F")
        stream = file.stream(item.data, f"/Type/EmbeddedFile/Subtype/{subtype}/Params<</Size {len(item.data)}>>")
        title = f"({item.name})"
        spec = file.add(f"<</Type/Filespec/F{title}/UF{title}/EF<</F {stream} 0 R>>/AFRelationship/Data>>".encode())
        names.append(f"{title} {spec} 0 R")
        files.append(f"{spec} 0 R")
    return f"/Names<</EmbeddedFiles<</Names[{' '.join(names)}]>>>>/AF[{' '.join(files)}]"


def _xy(x: float, y: float, height: float) -> str:
    return f"{_n(x * POINTS_PER_MM)} {_n((height - y) * POINTS_PER_MM)}"


def _color(color: Color) -> str:
    return " ".join(_n(value / 255) for value in color)
