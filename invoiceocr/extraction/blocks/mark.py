"""`mark`: a field whose value is not printed but follows from a mark on the page.

- mark: {field: is_red_letter, pattern: '销项负数|红字', value: true}
- mark:
    field: business_type
    region: {bottom: 0.2}
    values: {售票: '^始发', 退票: '退票费', 改签: '改签'}     # the first pattern that a line fits decides
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import regex

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.extraction.blocks.node import Node
from invoiceocr.extraction.blocks.region import Region, compile_region
from invoiceocr.extraction.candidates import candidate
from invoiceocr.layout.form import FormLayout
from invoiceocr.text.lines import match_key


@dataclass(frozen=True, slots=True, eq=False)
class Mark:
    """The compiled block: each value with the pattern of its mark."""

    path: str
    values: tuple[tuple[object, regex.Pattern[str]], ...]
    region: Region


def compile_block(node: Node) -> Mark:
    """The block of *node*."""
    node.check(("field", "pattern", "value", "values", "region"))
    path = node.text("field")
    node.field("field", path)
    region = compile_region(node)
    if "values" not in node.data:
        return Mark(path, ((node.get("value"), node.compile("pattern", node.get("pattern"))),), region)
    values = node.node("values")
    pairs = tuple((value, values.compile(value, text)) for value, text in values.data.items())
    return Mark(path, pairs, region)


def read(form: FormLayout, block: Mark) -> Iterator[Candidate]:
    """The value of the first mark that is found on a line, captions included."""
    bounds = block.region.bounds(form)
    lines = [line for line in form.page.lines if bounds is None or bounds.holds(form.project(line.box))]
    for value, pattern in block.values:
        marked = next((line for line in lines if pattern.search(match_key(line.text))), None)
        if marked is not None:
            yield candidate(block.path, value, marked.text, [marked], form.page)
            return
