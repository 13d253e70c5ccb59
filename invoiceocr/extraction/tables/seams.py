"""Cells of exact characters that touch: split where the file has another text object, or a blank, if each part stands
alone in a column that suits it.

A name of several objects stays whole: its parts would share a column, or stand where no value of the next column
begins. A blank alone does not separate two texts.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from invoiceocr.extraction.tables.assignment import cells_of, cost
from invoiceocr.extraction.tables.cell_overflow import BEFORE, BEHIND
from invoiceocr.extraction.tables.cells import ODD, Cells
from invoiceocr.extraction.tables.columns import Column
from invoiceocr.extraction.tables.spec import TableSpec
from invoiceocr.layout.form import FormLayout
from invoiceocr.page import TextLine
from invoiceocr.text.lines import parted

MAX_SEAMS = 8  # seams of a text; one with more is set character by character


@dataclass(frozen=True, slots=True)
class Seams:
    """Where the rows of a table may be split."""

    form: FormLayout
    table: TableSpec
    columns: Sequence[Column]

    def cells(self, row: Sequence[TextLine]) -> Cells:
        """The cells of *row*, with texts split at their seams if this makes cells of all parts."""
        found = cells_of(self.form, self.table, row, self.columns)
        for segment in [segment for segment in row if _seams(segment)]:
            parts = parted(segment, _seams(segment))
            at = next(index for index, other in enumerate(row) if other is segment)
            trial = [*row[:at], *parts, *row[at + 1 :]]
            cells = cells_of(self.form, self.table, trial, self.columns)
            if _column(cells, parts[0]) == _column(found, segment) and self._suits(cells, parts, segment):
                row, found = trial, cells
        return found

    def _suits(self, cells: Cells, parts: Sequence[TextLine], segment: TextLine) -> bool:
        """Whether each of the *parts* of *segment* has one of *cells* to itself and stands where the values of its
        column do."""
        alone = {id(cell[0]): name for name, cell in cells.items() if len(cell) == 1}
        places = {column.spec.name: column for column in self.columns}
        if not alone.keys() >= set(map(id, parts)):
            return False
        columns = [places[alone[id(part)]] for part in parts]
        starts = {segment.character_boxes[seam].x0 for seam in segment.seams}
        texts = [part for part, column in zip(parts[1:], columns[1:], strict=True) if column.spec.wraps]
        at_seams = starts.issuperset(part.box.x0 for part in texts)
        begin = all(map(self._begins, parts[1:], columns[1:]))
        return at_seams and begin and max(map(self._cost, parts, columns)) <= ODD

    def _cost(self, part: TextLine, column: Column) -> float:
        return cost(self.form, self.table, part, column)

    def _begins(self, part: TextLine, column: Column) -> bool:
        """Whether *part* begins where the texts of *column* do; figures may begin anywhere."""
        size, start = self.form.size, column.x0 if column.edge is None else column.edge
        return not column.spec.wraps or -BEFORE * size < part.box.x0 - start < BEHIND * size


def _column(cells: Cells, segment: TextLine) -> str | None:
    """The column that contains *segment*."""
    return next((name for name, cell in cells.items() if any(part is segment for part in cell)), None)


def _seams(segment: TextLine) -> list[int]:
    """The characters of *segment* that may begin another cell: those of another object, or behind a blank."""
    if segment.source == "ocr":
        return []
    shown = [not character.isspace() for character in segment.text]
    behind = {i for i, (a, b) in enumerate(itertools.pairwise(shown), start=1) if b and not a}
    places = sorted(behind.union(segment.seams))
    return places if len(places) <= MAX_SEAMS else []
