"""Blocks: how the file of a kind says where its values stand. A block type knows neither kinds nor fields.

Each block type is a pair of callables: one turns a YAML node into a checked, frozen block, the other turns the layout
of a page and that block into candidates. See docs/blocks.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.extraction.blocks import (
    agreed,
    by_shape,
    derive,
    joined,
    key_value,
    large_row,
    legs,
    listing,
    mark,
    ordered_rows,
    parties,
    row_pattern,
    ruled_table,
    running_text,
    shaped_lines,
    table,
    text_region,
    totals,
)
from invoiceocr.extraction.blocks.node import Node
from invoiceocr.geometry import Box
from invoiceocr.layout.form import FormLayout

Block = TypeVar("Block")


@dataclass(frozen=True, slots=True)
class Reading:
    """A block ready to read: the candidates that it finds on a layout; the cells of its rows where a value should stand
    but nothing was read, which deserve a second look; and the candidates of a layout that continues the rows of another
    one."""

    candidates: Callable[[FormLayout], Iterator[Candidate]]
    empty_cells: Callable[[FormLayout], Iterable[Box]]
    read_on: Callable[[FormLayout, FormLayout], Iterator[Candidate]]


def _type(
    compile_block: Callable[[Node], Block],
    read: Callable[[FormLayout, Block], Iterator[Candidate]],
    empty_cells: Callable[[FormLayout, Block], Iterable[Box]] = lambda form, block: (),
    read_on: Callable[[FormLayout, Block, FormLayout], Iterator[Candidate]] = lambda form, block, above: iter(()),
) -> Callable[[Node], Reading]:
    """The callables of a block type as one: from a node to a reading of layouts."""

    def compiled(node: Node) -> Reading:
        block = compile_block(node)
        return Reading(
            lambda form: read(form, block),
            lambda form: empty_cells(form, block),
            lambda form, above: read_on(form, block, above),
        )

    return compiled


BLOCKS: Mapping[str, Callable[[Node], Reading]] = {
    "key_value": _type(key_value.compile_block, key_value.read, key_value.find_unread_cells),
    "by_shape": _type(by_shape.compile_block, by_shape.read, by_shape.find_torn),
    "row_pattern": _type(row_pattern.compile_block, row_pattern.read),
    "large_row": _type(large_row.compile_block, large_row.read),
    "ordered_rows": _type(ordered_rows.compile_block, ordered_rows.read, ordered_rows.find_unread_cells),
    "parties": _type(parties.compile_block, parties.read),
    "joined": _type(joined.compile_block, joined.read),
    "legs": _type(legs.compile_block, legs.read),
    "listing": _type(listing.compile_block, listing.read),
    "running_text": _type(running_text.compile_block, running_text.read),
    "table": _type(table.compile_block, table.read, read_on=table.read_on),
    "ruled_table": _type(ruled_table.compile_block, ruled_table.read, ruled_table.find_empty_cells),
    "totals": _type(totals.compile_block, totals.read),
    "text_region": _type(text_region.compile_block, text_region.read),
    "shaped_lines": _type(shaped_lines.compile_block, shaped_lines.read),
    "mark": _type(mark.compile_block, mark.read),
    "derive": _type(derive.compile_block, derive.read),
    "agreed": _type(agreed.compile_block, agreed.read),
}
