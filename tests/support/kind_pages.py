"""Pages of a few lines, and kinds from YAML text, for tests of blocks."""

from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from textwrap import dedent

from invoiceocr import kinds, resources
from invoiceocr.evidence.candidate import Candidate
from invoiceocr.extraction import schema
from invoiceocr.extraction.kind_reader import KindReader
from invoiceocr.geometry import Box, box_quad
from invoiceocr.page import Page, TextLine, TextSource

HEIGHT = 20.0  # of a line, in units of the page
WIDTH = 18.0  # of a Chinese character


def line(text: str, x: float, y: float, *, height: float = HEIGHT, source: TextSource = "ocr") -> TextLine:
    """A line of text whose left end stands at *x*, its middle at *y*."""
    widths = [height * (0.9 if ord(character) > 0x2E80 else 0.5) for character in text]
    edges = [x + sum(widths[:index]) for index in range(len(widths) + 1)]
    boxes = tuple(Box(left, y - height / 2, right, y + height / 2) for left, right in pairwise(edges))
    box = Box(x, y - height / 2, edges[-1], y + height / 2)
    return TextLine(
        text, box, source, quad=box_quad(box), character_boxes=boxes, character_confidences=(1.0,) * len(text)
    )


def page(*lines: TextLine, width: float = 1000.0, height: float = 1000.0) -> Page:
    """A page with these lines."""
    return Page(1, width, height, lines=lines)


def rows(*texts: Iterable[tuple[str, float]], pitch: float = 40.0) -> Page:
    """A page whose rows are given as (text, x) each, from top to bottom."""
    return page(*(line(text, x, 100 + pitch * index) for index, row in enumerate(texts) for text, x in row))


def reader(folder: Path, body: str) -> KindReader:
    """A reader of the kind `slip`, whose YAML is *body* below its head."""
    head = """\
        kind: slip
        extends: _invoice
        title: {zh: 小票, en: slip}
        """
    (folder / "slip.yaml").write_text(dedent(head) + dedent(body), encoding="utf-8")
    schemas = schema.load(resources.folder("schemas"))
    read = KindReader(kinds.load((folder,))["slip"], schemas)
    read.check()
    return read


def values(candidates: Iterable[Candidate]) -> dict[str, object]:
    """The first value of each path."""
    found: dict[str, object] = {}
    for candidate in candidates:
        found.setdefault(candidate.path, candidate.value)
    return found
