"""Blocks: how the file of a kind says where its values stand. A block type knows neither kinds nor fields.

Each block type is a pair of callables: one turns a YAML node into a checked, frozen block, the other turns the layout
of a page and that block into candidates. See docs/blocks.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import Any

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.extraction.blocks.node import Node
from invoiceocr.geometry import Box
from invoiceocr.layout.form import FormLayout

TYPES = (
    "key_value",
    "by_shape",
    "row_pattern",
    "large_row",
    "ordered_rows",
    "parties",
    "joined",
    "legs",
    "listing",
    "running_text",
    "table",
    "ruled_table",
    "totals",
    "text_region",
    "shaped_lines",
    "mark",
    "derive",
    "agreed",
)
"""The block types, each a module here."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A block ready to read: the candidates that it finds on a layout; the cells of its rows where a value should stand
    but nothing was read, which deserve a second look; and the candidates of a layout that continues the rows of another
    one."""

    candidates: Callable[[FormLayout], Iterator[Candidate]]
    empty_cells: Callable[[FormLayout], Iterable[Box]]
    read_on: Callable[[FormLayout, FormLayout], Iterator[Candidate]]


def _compiled(name: str, node: Node) -> Reading:
    """The block of *node*, of the type *name*. Its module is imported only now: a kind uses some of them."""
    module = import_module(f"{__name__}.{name}")
    block = module.compile_block(node)
    empty_cells, read_on = getattr(module, "find_unread_cells", _none), getattr(module, "read_on", _none)
    return Reading(
        lambda form: module.read(form, block),
        lambda form: empty_cells(form, block),
        lambda form, above: read_on(form, block, above),
    )


def _none(*_: object) -> Iterator[Any]:
    """What a block type without such a function finds."""
    return iter(())


BLOCKS: Mapping[str, Callable[[Node], Reading]] = {name: partial(_compiled, name) for name in TYPES}
