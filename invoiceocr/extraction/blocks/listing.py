"""`listing`: every piece of print that looks like a value, one row each. This is what is found on a document of no
kind.

    - listing: {rows: amounts, value: value, box: box, like: ['¥?\\d+\\.\\d{2}']}
    - listing: {rows: pairs, value: value, like: ['^(?P<key>[^:]{2,12}):(?P<value>.+)$'], joined: ':$'}

A segment that fits `joined` is read together with the next one of its row. `box` is the field for the place (x0, y0,
x1, y1) in page units.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import regex

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.extraction.blocks.node import Node
from invoiceocr.extraction.blocks.printed import printed
from invoiceocr.extraction.blocks.value import KEYS, ValueSpec, candidates, compile_value, match
from invoiceocr.layout.form import FormLayout
from invoiceocr.page import TextLine
from invoiceocr.text.lines import match_key

MAX_ROWS = 200  # of one page


@dataclass(frozen=True, slots=True, eq=False)
class Listing:
    """The compiled block: the field for the rows, how a value looks, and the field for its place."""

    rows: str
    value: ValueSpec
    box: str | None
    joined: tuple[regex.Pattern[str], ...]


def compile_block(node: Node) -> Listing:
    """The block of *node*."""
    node.check((*KEYS, "rows", "value", "box", "joined"))
    rows = node.known("rows", node.get("rows"), node.scope.kind.rows)
    if "box" in node.data:
        node.field("box", f"{rows}.{node.text('box')}")
    value = compile_value(node, node.data.get("value"), f"{rows}.")
    return Listing(rows, value, node.text("box") if "box" in node.data else None, node.patterns("joined"))


def read(form: FormLayout, block: Listing) -> Iterator[Candidate]:
    """The rows in reading order."""
    index = 0
    for run in (run for row in form.rows() for run in _runs(row, block)):
        fit = match(block.value, printed(run))
        if fit is None or not fit.is_read or index == MAX_ROWS:
            continue
        prefix = f"{block.rows}.{index}."
        found = list(candidates(block.value, fit, form, prefix))
        yield from found
        if block.box is not None and found and found[0].box is not None:
            yield replace(found[0], path=f"{prefix}{block.box}", value=found[0].box.as_tuple(), lattice=None)
        index += 1


def _runs(row: list[TextLine], block: Listing) -> Iterator[list[TextLine]]:
    """The segments of a *row* one by one; those that ask for it together with what follows them."""
    run: list[TextLine] = []
    for segment in row:
        run.append(segment)
        if not any(pattern.search(match_key(segment.text)) for pattern in block.joined) or len(run) > 1:
            yield run
            run = []
    if run:
        yield run
