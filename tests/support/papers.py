"""Papers of any kind drawn for golden tests: texts placed by hand in mm, as a PDF with text or as a picture."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass

from PIL import Image

from invoiceocr.invoice import Invoice
from invoiceocr.pipeline.reader import Reader
from invoiceocr.specimens.drawing import Drawing, Primitive, Rule, Text
from invoiceocr.specimens.files.pdf import write_pdf
from invoiceocr.specimens.layout.setting import wrapped
from invoiceocr.specimens.raster import render

SIZE = 3.2  # mm, of usual print
LEADING = 1.25  # of the size, from line to line in a cell


def say(x: float, y: float, text: str, size: float = SIZE, *, room: float = 0.0) -> list[Primitive]:
    """*text* with the left end of its baseline at (x, y), broken to lines where it is wider than *room*."""
    line = Text(text, x, y, size)
    return [*wrapped(line, room, LEADING * size)] if room else [line]


def row(y: float, cells: Iterable[tuple[float, str]], size: float = SIZE) -> list[Primitive]:
    """Texts on one level, each at its x."""
    return [Text(text, x, y, size) for x, text in cells if text]


def down(x: float, y: float, text: str, step: float = 4.0, size: float = SIZE) -> list[Primitive]:
    """The characters of *text* under one another."""
    return [Text(character, x, y + step * index, size) for index, character in enumerate(text)]


def grid(left: float, right: float, levels: Iterable[float]) -> list[Primitive]:
    """Ruled lines from *left* to *right* at *levels*."""
    return [Rule(left, y, right, y) for y in levels]


@dataclass(frozen=True, slots=True)
class Paper:
    """A drawn sheet of width × height mm."""

    width: float
    height: float
    items: tuple[Primitive, ...]

    @property
    def drawing(self) -> Drawing:
        return Drawing(self.width, self.height, self.items)

    def pdf(self) -> bytes:
        """The sheet as a PDF with a text layer."""
        return write_pdf([self.drawing])

    def png(self, dpi: float = 200.0) -> bytes:
        """The sheet as a clean scan."""
        out = io.BytesIO()
        Image.fromarray(render(self.drawing, dpi=dpi)[:, :, ::-1]).save(out, "PNG")
        return out.getvalue()


def read_pdf(reader: Reader, paper: Paper) -> Invoice:
    """What is read from the text of *paper*."""
    (found,) = reader.read(paper.pdf(), name="paper.pdf")
    return found


def read_png(reader: Reader, paper: Paper) -> Invoice:
    """What is read from the pixels of *paper*."""
    (found,) = reader.read(paper.png(), name="paper.png")
    return found
