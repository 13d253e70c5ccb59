"""`text_region`: all text of a region as one value.

- text_region: {field: remarks, region: {top: sum, left: remarks}}
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.extraction.blocks.node import Node
from invoiceocr.extraction.blocks.region import Region, compile_region
from invoiceocr.extraction.candidates import candidate
from invoiceocr.kinds.types import ValueType
from invoiceocr.layout.form import FormLayout, is_stamped
from invoiceocr.text.folding import join_wrapped


@dataclass(frozen=True, slots=True, eq=False)
class TextRegion:
    """The compiled block."""

    path: str
    type: ValueType
    region: Region


def compile_block(node: Node) -> TextRegion:
    """The block of *node*."""
    node.check(("field", "type", "region"))
    node.get("region")
    path = node.text("field")
    return TextRegion(path, node.type(node.field("field", path)), compile_region(node))


def read(form: FormLayout, block: TextRegion) -> Iterator[Candidate]:
    """The region's free print, row by row, without what seals say."""
    segments = [segment for segment in form.inside(block.region.bounds(form)) if not is_stamped(segment)]
    parts = [segment for row in form.rows(segments) for segment in row]
    text = join_wrapped(part.text for part in parts)
    value = block.type.parse(text) if text else None
    if value is not None:
        yield candidate(block.path, value, text, parts, form.page)
