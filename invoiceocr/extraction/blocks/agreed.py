"""`agreed`: a total that is legible nowhere, if two witnesses on the page come to the same one.

    - agreed: {field: total, column: items.amount, parts: [fund, account, cash], words: total_in_words}

The witnesses are the sum of a column of rows, the sum of the fields that make up the total, and words of which enough
is legible to tell them from others. Nobody has read the value: it is doubtful, and no sum proves it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.extraction.blocks.node import Node
from invoiceocr.extraction.candidates import INFERRED
from invoiceocr.layout.form import FormLayout
from invoiceocr.values import chinese_amount, money

Found = tuple[Candidate, ...]
"""Figures that add up to a sum."""


@dataclass(frozen=True, slots=True, eq=False)
class Agreed:
    """The compiled block."""

    path: str
    rows: str
    cell: str
    parts: tuple[str, ...]
    words: str


def compile_block(node: Node) -> Agreed:
    """The block of *node*."""
    node.check(("field", "column", "parts", "words"))
    rows, _, cell = node.text("column").partition(".")
    parts = tuple(node.field(place, name).path for place, name in enumerate(node.list("parts")))
    path, words = (node.field(key, node.get(key)).path for key in ("field", "words"))
    return Agreed(path, rows, cell, parts, words)


def read(form: FormLayout, block: Agreed) -> Iterator[Candidate]:
    """The total that two witnesses come to, where it was not read."""
    figures = () if block.path in form.found else _agreeing(form, block)
    if figures:
        total, sure = _sum(figures), INFERRED * min(figure.confidence for figure in figures)
        yield Candidate(block.path, total, money.to_text(total), "arithmetic", sure, form.page.number)


def _agreeing(form: FormLayout, block: Agreed) -> Found:
    """The figures whose sum another witness confirms."""
    column, parts = _column(form, block), _first(form, block.parts)
    if _sum(column) == _sum(parts) > 0:
        return column
    return next((found for found in (column, parts) if _is_worded(form, block, _sum(found))), ())


def _is_worded(form: FormLayout, block: Agreed, total: Decimal) -> bool:
    """Whether words that make no amount may say *total*."""
    unread = (said.text for said in form.said if said.path == block.words and said.value is None)
    return total > 0 and any(chinese_amount.may_say(text, total) for text in unread)


def _column(form: FormLayout, block: Agreed) -> Found:
    """The cells of the column, without one at its end that is the sum of the others."""
    first, last = f"{block.rows}.", f".{block.cell}"
    cells = _first(form, [said.path for said in form.said if said.path.startswith(first) and said.path.endswith(last)])
    return cells[:-1] if len(cells) > 1 and cells[-1].value == _sum(cells[:-1]) else cells


def _first(form: FormLayout, paths: Iterable[str]) -> Found:
    """What was first said of each of *paths*, where it makes an amount."""
    said = {found.path: found for found in reversed(form.said) if isinstance(found.value, Decimal)}
    return tuple(said[path] for path in dict.fromkeys(paths) if path in said)


def _sum(figures: Found) -> Decimal:
    return sum((figure.value for figure in figures if isinstance(figure.value, Decimal)), Decimal("0.00"))
