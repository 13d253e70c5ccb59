"""The pieces of a row in the columns of a ruled table: by where they stand and what they look like."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import lru_cache

from invoiceocr.extraction.tables.body import Cells
from invoiceocr.extraction.tables.columns import Column
from invoiceocr.extraction.tables.spec import ColumnSpec, TableSpec
from invoiceocr.extraction.tables.touching import NUMBERS
from invoiceocr.layout.alignment import Costs, align
from invoiceocr.layout.form import FormLayout
from invoiceocr.page import TextLine
from invoiceocr.text.lines import match_key

MISFIT = 8.0  # cost of a text in a column whose type it can't be
ODD = 2.0  # cost of a text that is unusual in its column
DROP = 6.0  # cost of leaving a segment out
SPLIT = 0.6  # cost of a second segment in one text column
BEYOND = 2.0  # cost, per text height, of standing beyond a ruled line
LONG_UNIT = 4  # characters; more is unusual as a unit
FIGURE = re.compile(r"-?[\d.,]+%?")
UNMONEYED = re.compile(r"\d{10,}")  # an id in a seal over the table, no price


def cells_of(form: FormLayout, table: TableSpec, row: Sequence[TextLine], columns: Sequence[Column]) -> Cells:
    """The segments of *row* in their columns: the cheapest assignment that keeps their order."""

    def place(segment: int, column: int) -> float:
        return _cost(form, table, row[segment], columns[column])

    def again(segment: int, column: int) -> float:
        return place(segment, column) + SPLIT if columns[column].spec.wraps else math.inf

    choice = align(len(row), len(columns), Costs(place, again, lambda segment: DROP))
    cells: Cells = {}
    for segment, chosen in zip(row, choice, strict=True):
        if chosen is not None:
            cells.setdefault(columns[chosen].spec.name, []).append(segment)
    return cells


def _cost(form: FormLayout, table: TableSpec, segment: TextLine, column: Column) -> float:
    box = segment.box
    gap = max(0.0, column.x0 - box.x1, box.x0 - column.x1) / form.size
    beyond = 0.0
    if column.left is not None:
        beyond += max(0.0, column.left - box.cx)
    if column.right is not None:
        beyond += max(0.0, box.cx - column.right)
    if column.left is not None and column.right is not None and not beyond:
        gap = min(gap, 1.0)
    return min(gap, MISFIT) + BEYOND * beyond / form.size + _strangeness(segment.text, column.spec, table)


@lru_cache(maxsize=4096)
def _strangeness(printed: str, spec: ColumnSpec, table: TableSpec) -> float:
    """How unlikely *printed* is in a column of the type of *spec*."""
    text = match_key(printed)
    if spec.is_figure:
        if UNMONEYED.fullmatch(text):
            return MISFIT
        if spec.type.parse(printed) is not None or is_masked(text):
            return 0.0
        touches = table.product is not None and spec.name in table.product.names
        return ODD if touches and NUMBERS.fullmatch(printed) else MISFIT
    if spec.is_date:
        return 0.0 if spec.type.parse(printed) is not None else MISFIT
    numeric = bool(FIGURE.fullmatch(text))
    if spec.is_unit:
        return MISFIT / 2 if numeric else ODD if len(text) > LONG_UNIT else 0.0
    if not numeric:
        return 0.0
    return ODD if spec is table.leading else ODD / 4


def is_masked(text: str) -> bool:
    """Whether stars stand in place of a figure."""
    return bool(re.fullmatch(r"\*+", text))
