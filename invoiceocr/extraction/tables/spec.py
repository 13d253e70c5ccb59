"""`TableSpec`: what a kind's file says of a table under ruled headers."""

from __future__ import annotations

from dataclasses import dataclass

import regex

from invoiceocr.kinds.types import NUMERIC, ValueType
from invoiceocr.text import folding

UNIT = "unit"
# types of cells that may hold a single character
SHORT = frozenset({UNIT, "quantity", "unit_price"})


@dataclass(frozen=True, slots=True, eq=False)
class ColumnSpec:
    """A column: the field of `rows` that its cells are, None for one that is told apart and not reported; the captions
    of its header; whether it is `always` there, so that it is looked for even where its header was not read."""

    name: str
    type: ValueType
    labels: tuple[str, ...]
    rows: str | None
    always: bool = False

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
        """Whether a cell may hold a single character."""
        return self.type.name in SHORT

    @property
    def wraps(self) -> bool:
        """Whether its cells are texts that run on over several lines and segments."""
        return self.type.parse is folding.parse and not self.is_unit

    @property
    def continues(self) -> bool:
        """Whether print under a cell may belong to it."""
        return self.wraps or self.is_unit


@dataclass(frozen=True, slots=True)
class Product:
    """Columns of numbers that stand side by side: what the two `factors` make is the `result`."""

    factors: tuple[str, str]
    result: str

    @property
    def names(self) -> tuple[str, ...]:
        """The columns of all three."""
        return (*self.factors, self.result)


@dataclass(frozen=True, slots=True)
class Unheaded:
    """The order of a row's cells where the headers are illegible: texts, figures, the `rate`, and what is `behind`."""

    texts: tuple[str, ...]
    figures: tuple[str, ...]
    rate: str
    behind: str


@dataclass(frozen=True, slots=True, eq=False)
class TableSpec:
    """A table: its columns in printed order; the line of the form that is its `header`, and captions below which it
    begins where that was not read; the captions that end it, and the line that it ends above without them; the column
    whose values begin a record, and the one that says what a record is; columns that multiply; what seals over it say;
    words of the form's software in the leading column, however they were read, and how they are printed.
    """

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
