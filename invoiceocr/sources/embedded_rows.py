"""The rows that an issuer's XML states: items and flight segments, as elements of their own or as flat columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.proof import WitnessSource
from invoiceocr.sources.safe_xml import Node
from invoiceocr.sources.statements import Index, candidate, chosen, index_of
from invoiceocr.sources.xml_mapping import Rows

ANCHOR = "amount"  # the one cell that every printed item has

Cells = dict[str, list[Node]]  # the elements of a row by field


def rows_of(record: Node, index: Index, rows: Rows, source: WitnessSource) -> Iterator[Candidate]:
    """The candidates of all rows that state anything, numbered from 0: `items.0.name`."""
    cells = [_cells(node, rows) for node in record.walk() if node.name in rows.elements]
    if not cells and rows.columns:
        cells = _columns(index, rows)
    _complete(record, rows, cells)
    number = 0
    for row in cells:
        stated = (candidate(f"{rows.path}.{number}.{name}", nodes, source) for name, nodes in row.items() if nodes)
        filled = [cell for cell in stated if cell]
        yield from filled
        number += bool(filled)


def _cells(row: Node, rows: Rows) -> Cells:
    index = index_of(row)
    return {name: chosen(index, choices) for name, choices in rows.fields.items()}


def _complete(record: Node, rows: Rows, cells: list[Cells]) -> None:
    """Completes the rows with the elements of the same rank; one element alone completes all rows."""
    beside = rows.beside
    extras = [index_of(node) for node in record.all(beside.element)] if beside else []
    if not beside or not extras:
        return
    for number, row in enumerate(cells):
        extra = extras[0] if len(extras) == 1 else extras[number] if number < len(extras) else {}
        for name in beside.hides if extra else ():
            row.pop(name, None)
        row.update({name: chosen(extra, choices) for name, choices in beside.fields.items()})


def _columns(index: Index, rows: Rows) -> list[Cells]:
    """Rows from columns of cells: by rank where every column is as long, else by height on the page."""
    columns = {name: list(index.get(choices[0][0], ())) for name, choices in rows.fields.items()}
    anchors = columns.get(ANCHOR, [])
    cells: list[Cells] = [{} for _ in anchors]
    for name, column in columns.items():
        equal = len(column) == len(anchors)
        for number, cell in enumerate(column):
            rank = number if equal else _nearest(cell, anchors)
            if rank is not None:
                cells[rank].setdefault(name, []).append(cell)
    return cells


def _nearest(cell: Node, anchors: Sequence[Node]) -> int | None:
    """The rank of the anchor whose top is nearest to the cell's on its page; None without positions."""
    if cell.box is None:
        return None
    top = cell.box.y0
    distances = [
        (abs(anchor.box.y0 - top), rank)
        for rank, anchor in enumerate(anchors)
        if anchor.box is not None and anchor.page == cell.page
    ]
    return min(distances)[1] if distances else None
