"""Quantity, unit price and amount printed so close that they were read as one number: parted where their product tells.

A gap or a blank inside the number is a likely place; without one, any place of a few digits is tried, and the
product must be right to the cent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from invoiceocr.extraction.columns import Column
from invoiceocr.extraction.parsers import PARSERS
from invoiceocr.extraction.table_body import Cells
from invoiceocr.page import TextLine
from invoiceocr.text.lines import parted

FACTORS = ("quantity", "unit_price", "amount")
WHOLE = re.compile(r"-?[1-9]\d{0,5}")  # a quantity
MANY = 6  # characters of a computed unit price
CENT = Decimal("0.01")
GAP = 0.1  # of the height: characters of one number stand closer than that
ZERO = re.compile(r"0\d")  # no price begins so
NUMBERS = re.compile(r"-?\d[\d.,]*(?:\s+-?\d[\d.,]*)+|-?\d+\.\d+\.\d+")  # several of them in one text
MAX_LENGTH = 40  # characters of what may be three numbers; more is text


@dataclass(frozen=True, slots=True)
class _Parting:
    """One way to part a segment, and whether no gap speaks for it."""

    parts: Sequence[TextLine]
    blind: bool


def part_touching(row: Cells, columns: Sequence[Column]) -> Cells:
    """*row* with the one number that holds two or three of quantity, unit price and amount parted."""
    names = [column.slot.name for column in columns if column.slot.name in FACTORS]
    present = [name for name in names if name in row]
    if len(names) < len(FACTORS) or not 0 < len(present) < len(FACTORS) or any(len(row[name]) > 1 for name in present):
        return row
    for name in present:
        others = [row[other][0] for other in present if other != name]
        blind = _blind_places(row[name][0], columns) if name != "amount" and "amount" in present else ()
        for parting in _partings(row[name][0], blind):
            cells = sorted([*others, *parting.parts], key=lambda segment: segment.box.x0)
            found = dict(zip(names, cells, strict=False))
            if len(cells) == len(names) and _multiply(found, parting):
                return {**row, **{column: [cell] for column, cell in found.items()}}
    return row


def _partings(segment: TextLine, blind: Iterable[int]) -> Iterator[_Parting]:
    """The ways to part *segment*: at all of its gaps, at one of them, and at the *blind* places."""
    gaps = list(_gaps(segment))
    for places in (gaps, *([gap] for gap in gaps)):
        yield _Parting(parted(segment, places), blind=False)
    yield from (_Parting(parted(segment, [at]), blind=True) for at in blind)


def _blind_places(segment: TextLine, columns: Sequence[Column]) -> Iterator[int]:
    """Where *segment* may be parted without a gap: anywhere if it has two decimal points, so that it is no number; else
    behind the digits of a whole quantity, if it begins among the quantities or what follows has the many digits of a
    computed price, which no other product would meet."""
    text = segment.text
    if len(text) > MAX_LENGTH:
        return
    is_early = any(column.slot.name == "quantity" and segment.box.x0 < column.x1 for column in columns)
    for at in range(1, len(text)):
        whole = WHOLE.fullmatch(text[:at]) and (is_early or len(text) - at > MANY)
        if (text.count(".") > 1 or whole) and not ZERO.match(text[at:]):
            yield at


def _gaps(segment: TextLine) -> Iterator[int]:
    """The characters of *segment* before which there is a blank."""
    boxes, text = segment.character_boxes, segment.text
    for i in range(1, len(text)):
        wide = len(boxes) == len(text) and boxes[i].x0 - boxes[i - 1].x1 > GAP * segment.box.height
        if not text[i].isspace() and (text[i - 1].isspace() or wide):
            yield i


def _multiply(cells: Mapping[str, TextLine], parting: _Parting) -> bool:
    """Whether quantity times unit price is the amount: to the cent, at a gap as near as the unit price is rounded."""
    quantity, price = (PARSERS["quantity"](cells[name].text) for name in ("quantity", "unit_price"))
    amount = PARSERS["money"](cells["amount"].text)
    if not (isinstance(quantity, Decimal) and isinstance(price, Decimal) and isinstance(amount, Decimal)):
        return False
    rounded = 0 if parting.blind else abs(quantity) * Decimal(10) ** int(price.as_tuple().exponent) / 2
    return quantity != 0 and price != 0 and abs(quantity * price - amount) <= CENT + rounded
