"""Assigns the pieces of a row to the columns of a ruled table, by their position and look."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from invoiceocr.extraction.tables.cells import MISFIT, ODD, Cells, in_columns
from invoiceocr.extraction.tables.columns import Column
from invoiceocr.extraction.tables.spec import ColumnSpec, TableSpec
from invoiceocr.extraction.tables.touching import NUMBERS
from invoiceocr.layout.form import FormLayout
from invoiceocr.page import TextLine
from invoiceocr.text.lines import match_key

BEYOND = 2.0  # cost per text height of being beyond a ruled line
LONG_UNIT = 4  # characters; more is unusual as a unit
FIGURE = re.compile(r"-?[\d.,]+%?")
UNMONEYED = re.compile(r"\d{10,}")  # an id in a seal over the table, not a price


def cells_of(form: FormLayout, table: TableSpec, row: Sequence[TextLine], columns: Sequence[Column]) -> Cells:
    """The segments of *row* in their columns, in the cheapest assignment that keeps their order."""
    return in_columns(
        row,
        [column.spec.name for column in columns],
        lambda segment, column: cost(form, table, segment, columns[column]),
        lambda column: columns[column].spec.wraps,
    )


def cost(form: FormLayout, table: TableSpec, segment: TextLine, column: Column) -> float:
    """How unlikely *segment* is in *column*: by its distance in text heights and by its look."""
    x0, x1 = segment.box.x0, segment.box.x1
    cx = (x0 + x1) / 2
    gap = max(0.0, column.x0 - x1, x0 - column.x1) / form.size
    left = cx if column.left is None else column.left
    right = cx if column.right is None else column.right
    beyond = max(0.0, left - cx, cx - right) / form.size
    # a text between the two ruled lines of a column is in that column
    if gap > 1.0 and column.is_ruled and not beyond:
        gap = 1.0
    return min(gap, MISFIT) + BEYOND * beyond + _strangeness(segment.text, column.spec, table)


@lru_cache(maxsize=4096)
def _strangeness(printed: str, spec: ColumnSpec, table: TableSpec) -> float:
    """How unlikely *printed* is in a column of the type of *spec*."""
    text = match_key(printed)
    if spec.is_figure:
        return _strange_figure(printed, text, spec, table)
    if spec.is_date:
        return 0.0 if spec.type.parse(printed) is not None else MISFIT
    numeric = bool(FIGURE.fullmatch(text))
    if spec.is_unit:
        return MISFIT / 2 if numeric else ODD if len(text) > LONG_UNIT else 0.0
    if not numeric:
        return 0.0
    return ODD if spec is table.leading else ODD / 4


def _strange_figure(printed: str, text: str, spec: ColumnSpec, table: TableSpec) -> float:
    """How unlikely *printed*, folded to *text*, is in a column of figures."""
    if UNMONEYED.fullmatch(text):
        return MISFIT
    if spec.type.parse(printed) is not None or is_masked(text):
        return 0.0
    touches = table.product is not None and spec.name in table.product.names
    return ODD if touches and NUMBERS.fullmatch(printed) else MISFIT


def is_masked(text: str) -> bool:
    """Whether there are stars in place of a figure."""
    return bool(re.fullmatch(r"\*+", text))
