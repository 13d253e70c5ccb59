"""Rows of an invoice in paths: `items.0.amount` is a cell."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.evidence.draft import Draft

ITEM = re.compile(r"items\.(\d+)\.(\w+)")
ROW = re.compile(r"(\w+)\.(\d+)\.(\w+)")  # of any field that holds rows
_NUMBER = re.compile(r"(?<=\.)\d+(?=\.)")


def of_first_row(path: str) -> str:
    """The path of the same cell in the first row, by which registries know it.

    >>> of_first_row("items.12.name"), of_first_row("buyer.name")
    ('items.0.name', 'buyer.name')
    """
    return _NUMBER.sub("0", path)


def item_count(candidates: Iterable[Candidate]) -> int:
    """How many item rows the candidates have."""
    return row_counts(candidates)["items"]


def row_counts(candidates: Iterable[Candidate]) -> Counter[str]:
    """How many rows of each field the candidates have."""
    counts: Counter[str] = Counter()
    for match in (ROW.fullmatch(candidate.path) for candidate in candidates):
        if match:
            counts[match[1]] = max(counts[match[1]], int(match[2]) + 1)
    return counts


def amounts(draft: Draft) -> list[object]:
    """The amounts of the rows, by the first candidate of each row."""
    matches = ((ROW.fullmatch(c.path), c.value) for c in reversed(draft.candidates))
    found = {int(cell[2]): value for cell, value in matches if cell and cell[3] == "amount"}
    return [found[row] for row in sorted(found)]


def sum_of(values: Iterable[object]) -> Decimal:
    """The sum of those *values* that are amounts."""
    return sum((value for value in values if isinstance(value, Decimal)), Decimal(0))


def cells(candidates: Iterable[Candidate]) -> set[tuple[str, object]]:
    """The cells of rows other than items, and their values: every page repeats what its remarks say."""
    return {(c.path, c.value) for c in candidates if ROW.fullmatch(c.path) and not ITEM.match(c.path)}


def row_of(cell: Candidate) -> str:
    """The path of the row to which *cell* belongs."""
    return cell.path.rpartition(".")[0]


def shifted(cell: Candidate, counts: Mapping[str, int]) -> Candidate:
    """*cell*, with its row numbered after the existing ones."""
    name, row, part = cell.path.split(".")
    return replace(cell, path=f"{name}.{int(row) + counts[name]}.{part}")
