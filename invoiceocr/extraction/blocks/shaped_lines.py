"""`shaped_lines`: consecutive lines that all have one look, such as those of a cipher, as one value.

- shaped_lines: {field: cipher_area, region: cipher, shape: cipher, least: 3}

A neighboring line that begins where they do and has as many characters, none of them Chinese, belongs to them, too: it
lacks the distinctive signs only by chance.

Recognized print is not read: no check digit would reveal one misread sign among a hundred.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.extraction.blocks.node import Node
from invoiceocr.extraction.blocks.region import Region, compile_region
from invoiceocr.extraction.candidates import Target, candidate
from invoiceocr.extraction.schema import Shape
from invoiceocr.layout.form import FormLayout
from invoiceocr.page import TextLine
from invoiceocr.text.lines import join, match_key

FEWEST = 2.0  # lines, if the block does not say


@dataclass(frozen=True, slots=True, eq=False)
class ShapedLines:
    """The compiled block."""

    target: Target
    region: Region
    shape: Shape
    least: int


def compile_block(node: Node) -> ShapedLines:
    """The block of *node*."""
    node.check(("field", "region", "shape", "least"))
    path = node.text("field")
    target = Target(path, node.field("field", path).type)
    return ShapedLines(target, compile_region(node), node.shape("shape"), int(node.number("least", FEWEST)))


def read(form: FormLayout, block: ShapedLines) -> Iterator[Candidate]:
    """The text of the lines, joined by newlines, if they are consecutive."""
    if any(line.source == "ocr" for line in form.page.lines):
        return
    inside = block.region.test(form)
    lines = [join(row) for row in form.rows(segment for segment in form.segments if inside(segment.box))]
    fitting = _fitting(lines, block)
    if len(fitting) < block.least or _has_gap(fitting):
        return
    parts = [lines[i] for i in fitting]
    text = "\n".join(match_key(part.text) for part in parts)
    yield candidate(block.target, text, text, parts, form.page)


def _fitting(lines: Sequence[TextLine], block: ShapedLines) -> list[int]:
    """The places of the *lines* that have the shape, and of those beside them that look like them."""
    shaped = [i for i, line in enumerate(lines) if block.shape.fit(line.text) == 1.0]
    return sorted({*shaped, *(i for i in _beside(shaped, len(lines)) if _is_like(lines[i], lines[shaped[0]]))})


def _beside(places: Sequence[int], count: int) -> list[int]:
    """The neighbors of *places* among *count* lines."""
    return [at for place in places for at in (place - 1, place + 1) if 0 <= at < count]


def _is_like(line: TextLine, other: TextLine) -> bool:
    """Whether *line* begins where *other* does and has as many characters, none of them Chinese."""
    text = match_key(line.text)
    is_aligned = abs(line.box.x0 - other.box.x0) < line.box.height / 2
    return is_aligned and text.isascii() and len(text) == len(match_key(other.text))


def _has_gap(places: Sequence[int]) -> bool:
    """Whether rising *places* skip one."""
    return places[-1] - places[0] >= len(places)
