"""Numbers printed so close together that they were read as one: split if one is the product of the others.

A gap, a blank or a seam inside the number is a likely place. Without one, any place of a few digits is tried, and the
product must be right to the cent.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from invoiceocr.extraction.tables.cells import Cells
from invoiceocr.extraction.tables.columns import Column
from invoiceocr.extraction.tables.spec import Product
from invoiceocr.kinds.types import ValueType
from invoiceocr.page import TextLine
from invoiceocr.text.lines import parted
from invoiceocr.values.money import CENT

WHOLE = re.compile(r"-?[1-9]\d{0,5}")  # a quantity
MANY = 6  # characters of a computed unit price
# in heights: characters of one number are closer than this
GAP = 0.1
ZERO = re.compile(r"0\d")  # no price begins like this
# several of them in one text
NUMBERS = re.compile(r"-?\d[\d.,]*(?:\s+-?\d[\d.,]*)+|-?\d[\d,]*\.\d[\d,]*\.\d+")
# characters of a text that may be three numbers; more is text
MAX_LENGTH = 40


@dataclass(frozen=True, slots=True)
class _Parting:
    """One way to split a segment, and whether no gap supports it."""

    parts: Sequence[TextLine]
    blind: bool


def part_touching(row: Cells, columns: Sequence[Column], product: Product | None) -> Cells:
    """*row* with the one number split that contains two or three of the numbers of *product*."""
    if product is None:
        return row
    found = {column.spec.name: column for column in columns if column.spec.name in product.names}
    if len(found) < len(product.names):
        return row
    single = _single({name: row[name] for name in found if name in row})
    split = next((split for name in single for split in _splits(single, name, found, product)), {})
    return {**row, **{column: [cell] for column, cell in split.items()}}


def _single(cells: Cells) -> dict[str, TextLine]:
    """The segment of each of *cells*; none if one of them has several."""
    return {name: cell[0] for name, cell in cells.items()} if all(len(cell) == 1 for cell in cells.values()) else {}


def _splits(
    present: Mapping[str, TextLine], name: str, found: Mapping[str, Column], product: Product
) -> Iterator[dict[str, TextLine]]:
    """The cells of all columns *found* whose numbers multiply once the number of *name* is split."""
    others = [cell for other, cell in present.items() if other != name]
    early = found[product.factors[0]].x1
    known = name != product.result and product.result in present
    blind = _blind_places(present[name], early) if known or _is_several(present[name]) else ()
    for parting in _partings(present[name], blind):
        cells = sorted([*others, *parting.parts], key=lambda segment: segment.box.x0)
        if len(cells) != len(found):
            continue
        split = dict(zip(found, cells, strict=True))
        if _multiply({n: _value(column.spec.type, split[n]) for n, column in found.items()}, product, parting):
            yield split


def _value(kind: ValueType, cell: TextLine) -> object | None:
    return kind.parse(cell.text)


def _partings(segment: TextLine, blind: Iterable[int]) -> Iterator[_Parting]:
    """The ways to split *segment*: at all of its gaps, at one of them, and at the *blind* places."""
    gaps = list(_gaps(segment))
    for places in (gaps, *([gap] for gap in gaps)):
        yield _Parting(parted(segment, places), blind=False)
    yield from (_Parting(parted(segment, [at]), blind=True) for at in blind)


def _blind_places(segment: TextLine, early: float) -> Iterator[int]:
    """Where *segment* may be split without a gap: anywhere if it has two decimal points, so that it is no number;
    otherwise behind the digits of a whole quantity, if it begins left of *early*, where quantities end, or if what
    follows has the many digits of a computed price, which would not give the product by chance. In exact characters no
    digit is missing, so any product is conclusive."""
    text = segment.text
    if len(text) > MAX_LENGTH:
        return
    is_early = segment.box.x0 < early or segment.source != "ocr"
    for at in range(1, len(text)):
        whole = WHOLE.fullmatch(text[:at]) and (is_early or len(text) - at > MANY)
        if (_is_several(segment) or whole) and not ZERO.match(text[at:]):
            yield at


def _is_several(segment: TextLine) -> bool:
    """Whether *segment* contains more decimal points than one number has."""
    return segment.text.count(".") > 1


def _gaps(segment: TextLine) -> Iterator[int]:
    """The characters of *segment* that follow a blank or begin another text object."""
    boxes, text = segment.character_boxes, segment.text
    known = set(segment.seams)
    if len(boxes) == len(text):
        apart = GAP * segment.box.height
        known |= {i for i, (a, b) in enumerate(itertools.pairwise(boxes), start=1) if b.x0 - a.x1 > apart}
    behind = (i for i in range(1, len(text)) if text[i - 1].isspace() or i in known)
    return (i for i in behind if not text[i].isspace())


def _multiply(values: Mapping[str, object | None], product: Product, parting: _Parting) -> bool:
    """Whether the factors give the result: to the cent or, at a gap, within the rounding of the second factor."""
    found = [values[name] for name in product.names]
    return all(values[name] for name in product.factors) and is_product(found, rounded=not parting.blind)


def is_product(values: Sequence[object], *, rounded: bool = True) -> bool:
    """Whether the first two of three *values* give the third: within the rounding of the second one if that is
    *rounded*, otherwise to the cent."""
    numbers = [value for value in values if isinstance(value, Decimal)]
    if len(numbers) < len(values):
        return False
    count, price, amount = numbers
    rounding = abs(count) * Decimal(10) ** int(price.as_tuple().exponent) / 2 if rounded else 0
    return abs(count * price - amount) <= CENT + rounding
