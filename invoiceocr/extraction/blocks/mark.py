"""`mark`: a field whose value is not printed but follows from a mark on the page.

- mark:
    field: is_red_letter
    pattern: '销项负数|红字'
    value: true
    unless: {pattern: '^\\*[^*]+\\*', shape: name}     # such words in an item or a name are no mark
- mark:
    field: business_type
    region: {bottom: 0.2}
    values: {售票: '^始发', 退票: '退票费', 改签: '改签'}     # the first pattern that a line fits decides
- mark: {field: copy, label: copy}      # the caption itself is the value
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import regex

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.extraction.blocks.node import Node
from invoiceocr.extraction.blocks.region import Region, compile_region
from invoiceocr.extraction.candidates import Target, candidate
from invoiceocr.extraction.schema import Shape
from invoiceocr.layout.form import FormLayout
from invoiceocr.page import TextLine
from invoiceocr.text.lines import match_key


@dataclass(frozen=True, slots=True, eq=False)
class Unless:
    """What a line that is a mark must not look like: a pattern with which it begins, or a shape."""

    pattern: regex.Pattern[str] | None
    shape: Shape | None

    def holds(self, text: str) -> bool:
        """Whether *text* is not a mark."""
        found = self.pattern is not None and self.pattern.match(text) is not None
        return found or (self.shape is not None and self.shape.fit(text) == 1.0)


@dataclass(frozen=True, slots=True, eq=False)
class Mark:
    """The compiled block: each value with the pattern of its mark, and captions that are themselves values."""

    target: Target
    values: tuple[tuple[object, regex.Pattern[str]], ...]
    labels: tuple[str, ...]
    region: Region
    unless: Unless


def compile_block(node: Node) -> Mark:
    """The block of *node*."""
    node.check(("field", "pattern", "value", "values", "label", "region", "unless"))
    path = node.text("field")
    target = Target(path, node.field("field", path).type)
    return Mark(target, _values(node), node.phrases("label"), compile_region(node), _unless(node.node("unless")))


def _values(node: Node) -> tuple[tuple[object, regex.Pattern[str]], ...]:
    if "values" in node.data:
        values = node.node("values")
        return tuple((value, values.compile(value, text)) for value, text in values.data.items())
    if "label" in node.data:
        return ()
    return ((node.get("value"), node.compile("pattern", node.get("pattern"))),)


def _unless(node: Node) -> Unless:
    node.check(("pattern", "shape"))
    pattern = node.compile("pattern", node.data["pattern"]) if "pattern" in node.data else None
    return Unless(pattern, node.shape("shape") if "shape" in node.data else None)


def read(form: FormLayout, block: Mark) -> Iterator[Candidate]:
    """The value of the first mark found on a line, captions included, and captions that are themselves values."""
    inside = block.region.test(form)
    lines = [line for line in form.page.lines if inside(line.box)]
    found = next(_marked(block, lines), None)
    if found is not None:
        value, line = found
        yield candidate(block.target, value, line.text, [line], form.page)
        return
    for label in form.labels(*block.labels):
        parts = [line for line in lines if label.box.contains(line.box.cx, line.box.cy)]
        if parts and label.exact:
            yield candidate(block.target, match_key(label.text).strip(":"), label.text, parts, form.page)


def _marked(block: Mark, lines: Sequence[TextLine]) -> Iterator[tuple[object, TextLine]]:
    """The values whose marks are on *lines*, in the order of the block."""
    texts = [(line, match_key(line.text)) for line in lines]
    for value, pattern in block.values:
        found = (pair for pair in texts if pattern.search(pair[1]))
        yield from ((value, line) for line, text in found if not block.unless.holds(text))
