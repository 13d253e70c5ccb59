"""Blocks: how a kind's file says where its values stand. A block type knows neither kinds nor fields.

Each is a pair of callables: from a YAML node to a checked, frozen block, and from the layout of a page and that block
to candidates. See docs/blocks.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.extraction.blocks import (
    by_shape,
    derive,
    invoice_form,
    joined,
    key_value,
    legs,
    listing,
    mark,
    ordered_rows,
    row_pattern,
    running_text,
    table,
    text_region,
)
from invoiceocr.extraction.blocks.node import Node
from invoiceocr.layout.form import FormLayout

Block = TypeVar("Block")
Reading = Callable[[FormLayout], Iterator[Candidate]]


def _type(
    compile_block: Callable[[Node], Block], read: Callable[[FormLayout, Block], Iterator[Candidate]]
) -> Callable[[Node], Reading]:
    """The two callables of a block type as one: from a node to a reading of layouts."""

    def compiled(node: Node) -> Reading:
        block = compile_block(node)
        return lambda form: read(form, block)

    return compiled


BLOCKS: Mapping[str, Callable[[Node], Reading]] = {
    "key_value": _type(key_value.compile_block, key_value.read),
    "by_shape": _type(by_shape.compile_block, by_shape.read),
    "row_pattern": _type(row_pattern.compile_block, row_pattern.read),
    "ordered_rows": _type(ordered_rows.compile_block, ordered_rows.read),
    "joined": _type(joined.compile_block, joined.read),
    "legs": _type(legs.compile_block, legs.read),
    "listing": _type(listing.compile_block, listing.read),
    "running_text": _type(running_text.compile_block, running_text.read),
    "table": _type(table.compile_block, table.read),
    "text_region": _type(text_region.compile_block, text_region.read),
    "mark": _type(mark.compile_block, mark.read),
    "derive": _type(derive.compile_block, derive.read),
    "invoice_form": _type(invoice_form.compile_block, invoice_form.read),
}
