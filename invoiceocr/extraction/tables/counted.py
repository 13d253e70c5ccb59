"""A unit that touches its quantity: `千克3` or `3箱` is two cells if number times unit price is the amount."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from invoiceocr.extraction.tables.cells import Cells
from invoiceocr.extraction.tables.columns import Column
from invoiceocr.extraction.tables.spec import Product
from invoiceocr.extraction.tables.touching import is_product
from invoiceocr.kinds.types import ValueType
from invoiceocr.page import TextLine
from invoiceocr.text.lines import parted

# a number with a word before or behind it
COUNTED = re.compile(r"[^\W\d_].*\d|-?\d.*[^\W\d_]")
MAX_LENGTH = 24  # characters of such a cell; more is text


def part_counted(row: Cells, columns: Sequence[Column], product: Product | None) -> Cells:
    """*row* with its unit and quantity apart, if one cell holds both and the other one is missing."""
    types = {column.spec.name: column.spec.type for column in columns}
    unit = next((column.spec.name for column in columns if column.spec.is_unit), None)
    if unit is None or product is None or not types.keys() >= set(product.names):
        return row
    count = product.factors[0]
    held = [*row.get(unit, ()), *row.get(count, ())]
    if len(held) != 1 or len(held[0].text) > MAX_LENGTH or not COUNTED.fullmatch(held[0].text.strip()):
        return row
    fits = [pair for pair in _pairs(held[0]) if _multiply({**row, count: [pair[1]]}, types, product)]
    return {**row, unit: [fits[0][0]], count: [fits[0][1]]} if len(fits) == 1 else row


def _pairs(cell: TextLine) -> Iterator[tuple[TextLine, TextLine]]:
    """The unit and the number that *cell* may be, in either order."""
    for at in range(1, len(cell.text)):
        parts = parted(cell, [at])
        if len(parts) == 2 and not cell.text[at].isspace():
            yield from ((parts[0], parts[1]), (parts[1], parts[0]))


def _multiply(row: Cells, types: Mapping[str, ValueType], product: Product) -> bool:
    """Whether the numbers of *row* are there, and the amount is the product of the others."""
    cells: dict[str, Sequence[TextLine]] = {name: row.get(name, ()) for name in product.names}
    if any(len(cell) != 1 for cell in cells.values()):
        return False
    return is_product([types[name].parse(cell[0].text) for name, cell in cells.items()])
