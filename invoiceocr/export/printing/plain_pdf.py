"""A PDF of texts and lines with one embedded Chinese font: covers and captions. The same drawing, the same bytes."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from invoiceocr import resources
from invoiceocr.sources import open_type
from invoiceocr.specimens.files.cff import load_outlines, subset

MISSING = "□"  # for characters that the font doesn't have
EM = 1000  # units that the font's widths are told in
DASHES = "[3 3] 0 d"


@dataclass(frozen=True, slots=True)
class Text:
    """Words with their base line: *x* is their start, or their end where they are `right`."""

    x: float
    y: float
    words: str
    size: float = 9.0
    right: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line, full or dashed, *width* points wide."""

    start: tuple[float, float]
    end: tuple[float, float]
    width: float = 0.5
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page of a size in points; y goes down from its top."""

    width: float
    height: float
    texts: list[Text] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)


class Typeface:
    """The widths of the characters of the bundled font."""

    def __init__(self) -> None:
        self._path = resources.chinese_font()
        data = self._path.read_bytes()
        self.known = open_type.glyphs(data)
        self._advances = open_type.advances(data)

    def shown(self, words: str) -> str:
        """*words* with what the font can show."""
        return "".join(c if ord(c) in self.known else MISSING for c in words if c.isprintable())

    def advance(self, character: str) -> int:
        """Its width in thousandths of the size."""
        return self._advances[min(self.known.get(ord(character), 0), len(self._advances) - 1)]

    def width(self, words: str, size: float) -> float:
        """The width of *words* in points."""
        return sum(map(self.advance, words)) * size / EM

    def fitting(self, words: str, size: float, most: float) -> str:
        """*words*, cut to *most* points."""
        words = self.shown(words)
        if self.width(words, size) <= most:
            return words
        while words and self.width(words + "…", size) > most:
            words = words[:-1]
        return words + "…"

    def outlines(self, characters: Sequence[str]) -> bytes:
        """A font file with these characters, numbered from 1."""
        return subset(load_outlines(self._path), characters, "InvoicePrint")


def to_pdf(sheets: Iterable[Sheet], face: Typeface) -> bytes:
    """The PDF of *sheets*."""
    codes: dict[str, int] = {}
    drawn = [(sheet, _content(sheet, face, codes)) for sheet in sheets]
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"", *_font(face, list(codes))]
    kids = []
    for sheet, content in drawn:
        objects.append(_stream(content))
        box = f"/MediaBox[0 0 {sheet.width:.2f} {sheet.height:.2f}]"
        objects.append(
            f"<</Type/Page/Parent 2 0 R{box}/Resources<</Font<</F 3 0 R>>>>/Contents {len(objects)} 0 R>>".encode()
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<</Type/Pages/Count {len(kids)}/Kids[{' '.join(kids)}]>>".encode()
    return _file(objects)


def _content(sheet: Sheet, face: Typeface, codes: dict[str, int]) -> bytes:
    parts = []
    for text in sheet.texts:
        words = face.shown(text.words)
        x = text.x - face.width(words, text.size) if text.right else text.x
        hexadecimal = "".join(f"{codes.setdefault(c, len(codes) + 1):04X}" for c in words)
        parts.append(f"BT /F {text.size:.2f} Tf {x:.2f} {sheet.height - text.y:.2f} Td <{hexadecimal}> Tj ET")
    for line in sheet.lines:
        (x0, y0), (x1, y1) = line.start, line.end
        dashes = DASHES if line.dashed else "[] 0 d"
        ends = f"{x0:.2f} {sheet.height - y0:.2f} m {x1:.2f} {sheet.height - y1:.2f} l S"
        parts.append(f"{line.width:.2f} w {dashes} {ends}")
    return "\n".join(parts).encode("ascii")


def _font(face: Typeface, characters: Sequence[str]) -> list[bytes]:
    """The objects 3 to 7: the font, the one below it, its descriptor, its file, what its codes mean."""
    widths = " ".join(str(face.advance(c)) for c in characters)
    system = "/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
    flags = "/Flags 4/FontBBox[-250 -300 1200 1000]/ItalicAngle 0/Ascent 880/Descent -120/CapHeight 733/StemV 80"
    name = "/BaseFont/InvoicePrint"
    below = "/DescendantFonts[4 0 R]/ToUnicode 7 0 R>>"
    return [
        f"<</Type/Font/Subtype/Type0{name}/Encoding/Identity-H{below}".encode(),
        f"<</Type/Font/Subtype/CIDFontType0{name}{system}/FontDescriptor 5 0 R/DW 1000/W[1[{widths}]]>>".encode(),
        f"<</Type/FontDescriptor/FontName/InvoicePrint{flags}/FontFile3 6 0 R>>".encode(),
        _stream(face.outlines(characters), "/Subtype/CIDFontType0C"),
        _stream(_meanings(characters)),
    ]


def _meanings(characters: Sequence[str]) -> bytes:
    rows = [f"<{code:04X}> <{c.encode('utf-16-be').hex().upper()}>" for code, c in enumerate(characters, 1)]
    blocks = (rows[start : start + 100] for start in range(0, len(rows), 100))
    told = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    head = "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /M def /CMapType 2 def"
    span = "1 begincodespacerange <0000> <FFFF> endcodespacerange"
    return f"{head}\n{span}\n{told}\nendcmap end end".encode("ascii")


def _stream(data: bytes, entries: str = "") -> bytes:
    packed = zlib.compress(data, 9)
    return f"<<{entries}/Filter/FlateDecode/Length {len(packed)}>>stream\n".encode() + packed + b"\nendstream"


def _file(objects: Sequence[bytes]) -> bytes:
    parts, place, rows = [b"%PDF-1.7\n"], 9, []
    for number, body in enumerate(objects, 1):
        rows.append(f"{place:010d} 00000 n \n")
        parts.append(f"{number} 0 obj\n".encode() + body + b"\nendobj\n")
        place += len(parts[-1])
    count = len(objects) + 1
    table = f"xref\n0 {count}\n0000000000 65535 f \n{''.join(rows)}trailer<</Size {count}/Root 1 0 R>>\n"
    return b"".join([*parts, f"{table}startxref\n{place}\n%%EOF\n".encode()])
