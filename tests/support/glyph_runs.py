"""Characters of text layers, and the texts of the lines that they make."""

from invoiceocr.geometry import Box
from invoiceocr.sources.glyphs import Glyph
from invoiceocr.sources.text_layer import to_lines

SIZE = 10.0


def run(text: str, x: float, y: float, piece: int, *, size: float = SIZE, unmapped: bool = False) -> list[Glyph]:
    """The glyphs of one text object, characters as wide as high."""
    return [
        Glyph(character, Box(x + i * size, y, x + i * size + size, y + size), piece, unmapped)
        for i, character in enumerate(text)
    ]


def texts(*runs: list[Glyph]) -> list[str]:
    return [line.text for line in to_lines([glyph for some in runs for glyph in some])]
