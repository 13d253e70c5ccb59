"""What a table contains before any file format: cells, rows and sheets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from invoiceocr.export.sheets.columns import Column
from invoiceocr.export.titles import Title
from invoiceocr.proof import FieldValue


@dataclass(frozen=True, slots=True)
class Cell:
    """A value with the status of its evidence (or the verdict), which gives its color; a note for the reader; the
    address that a click on it opens; and a picture over it: a JPEG file with its width and height on the screen."""

    value: FieldValue = None
    status: str | None = None
    note: str = ""
    link: str = ""
    picture: tuple[bytes, int, int] | None = None

    @property
    def parts(self) -> tuple[FieldValue, str | None, str, str, tuple[bytes, int, int] | None]:
        """The arguments that create this cell."""
        return self.value, self.status, self.note, self.link, self.picture


EMPTY = Cell()
Row = dict[str, Cell]


class Rows(Protocol):
    """Rows that can be counted and iterated, in memory or on disk."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[Row]: ...


@dataclass(frozen=True, slots=True)
class Print:
    """How a sheet is printed: column *widths* in characters at which texts wrap, the columns that are summed in a
    *totals* row, the column that counts the rows there, and the line above every page."""

    widths: Mapping[str, float]
    totals: frozenset[str]
    counted: str
    heading: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A titled table: a row maps column paths to cells; a missing path is an empty cell. Without a *print* it is made
    for the screen."""

    title: Title
    columns: tuple[Column, ...]
    rows: Rows = field(default_factory=list)
    print: Print | None = None
