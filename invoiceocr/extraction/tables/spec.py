"""`TableSpec`: what the file of a kind says about a table under ruled headers."""

from __future__ import annotations

from dataclasses import dataclass

import regex

from invoiceocr.kinds.types import NUMERIC, ValueType
from invoiceocr.text import folding

UNIT = "unit"
# types of cells that may contain a single character
SHORT = frozenset({UNIT, "quantity", "unit_price"})


@dataclass(frozen=True, slots=True, eq=False)
class ColumnSpec:
    """A column: the field of `rows` for its cells, None for one that is told apart but not reported; the captions of
    its header; and whether it is `always` present, so that it is looked for even if its header was not read, or if that
    of one of the columns `beside` it was."""

    name: str
    type: ValueType
    labels: tuple[str, ...]
    rows: str | None
    always: bool = False
    beside: frozenset[str] = frozenset()

    @property
    def is_figure(self) -> bool:
        """Whether its cells are numbers."""
        return self.type.name in NUMERIC

    @property
    def is_date(self) -> bool:
        """Whether its cells are days."""
        return self.type.annotation == "date"

    @property
    def is_unit(self) -> bool:
        """Whether its cells are words as short as units."""
        return self.type.name == UNIT

    @property
    def is_short(self) -> bool:
        """Whether a cell may contain a single character."""
        return self.type.name in SHORT

    @property
    def wraps(self) -> bool:
        """Whether its cells are texts that continue over several lines and segments."""
        return self.type.parse is folding.parse and not self.is_unit

    @property
    def continues(self) -> bool:
        """Whether print under a cell may belong to it."""
        return self.wraps or self.is_unit


@dataclass(frozen=True, slots=True)
class Product:
    """Adjacent columns of numbers: the product of the two `factors` is the `result`."""

    factors: tuple[str, str]
    result: str

    @property
    def names(self) -> tuple[str, ...]:
        """The columns of all three."""
        return (*self.factors, self.result)


@dataclass(frozen=True, slots=True)
class Unheaded:
    """The order of a row's cells if the headers are illegible: texts, figures, the `rate`, and what is `behind` it."""

    texts: tuple[str, ...]
    figures: tuple[str, ...]
    rate: str
    behind: str


@dataclass(frozen=True, slots=True, eq=False)
class TableSpec:
    """A table: its columns in printed order; the line of the form that is its `header`, and captions below which it
    begins if that was not read; the captions that end it, and the line above which it ends without them; the column
    whose values begin a record, and the one that names the record; columns that multiply; what seals over it say; and
    words of the form's software in the leading column, however they were read, with their printed form."""

    columns: tuple[ColumnSpec, ...]
    header: str
    below: tuple[str, ...]
    ends: tuple[str, ...]
    above: str
    starts: ColumnSpec
    leading: ColumnSpec
    product: Product | None = None
    unheaded: Unheaded | None = None
    seal: regex.Pattern[str] | None = None
    fixed: tuple[tuple[regex.Pattern[str], str], ...] = ()

    def column(self, name: str) -> ColumnSpec:
        """The column of that name."""
        return next(column for column in self.columns if column.name == name)
