"""`running_text`: values in prose and lists that continue over several lines, such as remarks. All print of a region is
one text.

- running_text:
    region: {top: [words], bottom: [drawer], left: [remarks]}
    rows: details                  # the fields are those of its first row; without it, of the invoice
    fields:
      entrance: {like: ['入口站?:(\\p{Han}{2,12})']}

    shared: true                   # behind a caption that parties share: no check digits say whose number it is

Print that looks like a caption is part of the text, and no print is taken: another block may read the whole text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.extraction.blocks.node import Node
from invoiceocr.extraction.blocks.printed import printed
from invoiceocr.extraction.blocks.region import Region, compile_region
from invoiceocr.extraction.blocks.value import KEYS, ValueSpec, candidates, compile_value, match
from invoiceocr.layout.form import FormLayout
from invoiceocr.layout.segments import has_characters, is_stamped

FIRST = 0  # the row to which remarks refer


@dataclass(frozen=True, slots=True, eq=False)
class RunningText:
    """The compiled block: the fields, the prefix of their paths, where the text stands, and whether its captions are
    those of several parties."""

    values: tuple[ValueSpec, ...]
    prefix: str
    region: Region
    shared: bool


def compile_block(node: Node) -> RunningText:
    """The block of *node*."""
    node.check(("fields", "rows", "region", "shared"))
    rows = node.known("rows", node.text("rows"), node.scope.kind.rows) if "rows" in node.data else ""
    prefix = f"{rows}." if rows else ""
    values = tuple(_value(field, name, prefix) for name, field in node.fields(prefix))
    prefix = f"{rows}.{FIRST}." if rows else ""
    return RunningText(values, prefix, compile_region(node), node.flag("shared"))


def _value(node: Node, path: str, prefix: str) -> ValueSpec:
    node.check(KEYS)
    node.get("like")
    return compile_value(node, path, prefix)


def read(form: FormLayout, block: RunningText) -> Iterator[Candidate]:
    """The candidate of each field that the text states."""
    inside = block.region.test(form)
    lines = [line for line in form.page.lines if has_characters(line) and not is_stamped(line) and inside(line.box)]
    text = printed([line for row in form.rows(lines) for line in row])
    for value in block.values:
        fit = match(value, text)
        if fit is not None:
            found = candidates(value, fit, form, block.prefix)
            yield from (replace(each, placed=each.placed and not block.shared) for each in found)
