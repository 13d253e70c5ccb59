"""`joined`: one value whose parts stand in cells of their own, each beside its caption.

- joined:
    field: seller.address_phone
    region: {top: [seller_name]}
    parts: [{label: address}, {label: phone, like: ['\\d{7,12}']}]

The parts are joined in the order of the block, with a blank between them; parts that are not found are left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.extraction.blocks.captioned import Entry, beside
from invoiceocr.extraction.blocks.node import Node
from invoiceocr.extraction.blocks.region import Region, compile_region
from invoiceocr.extraction.blocks.value import KEYS, Match, compile_value
from invoiceocr.extraction.candidates import Target, candidate
from invoiceocr.layout.form import FormLayout

# parts are read as text, since only the whole has the type of the field
PART = "text"


@dataclass(frozen=True, slots=True, eq=False)
class Joined:
    """The compiled block."""

    target: Target
    parts: tuple[Entry, ...]
    region: Region


def compile_block(node: Node) -> Joined:
    """The block of *node*."""
    node.check(("field", "parts", "region"))
    path = node.text("field")
    target = Target(path, node.field("field", path).type)
    node.get("parts")
    return Joined(target, tuple(_part(part, path) for part in node.nodes("parts")), compile_region(node))


def _part(node: Node, path: str) -> Entry:
    node.check((*KEYS, "label"))
    node.get("label")
    whole = Node({"type": PART, **node.data}, node.scope)
    return Entry(compile_value(whole, path), node.phrases("label"), ("right",))


def read(form: FormLayout, block: Joined) -> Iterator[Candidate]:
    """The value made of the parts that are found."""
    pieces = [piece for fit in _fits(form, block) for piece in fit.parts]
    text = " ".join(text for _, _, text in pieces)
    value = block.target.type.parse(text) if text else None
    if value is not None:
        yield candidate(block.target, value, text, [line for _, lines, _ in pieces for line in lines], form.page)


def _fits(form: FormLayout, block: Joined) -> list[Match]:
    """What stands beside the captions of the parts and reads as one."""
    segments = block.region.inside(form)
    found = (beside(form, part, block.region, segments) for part in block.parts)
    return [fit for fit in found if fit is not None and fit.is_read]
