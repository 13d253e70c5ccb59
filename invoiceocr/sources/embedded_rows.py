"""The rows that an issuer's XML states: items and flight segments, as elements of their own or as flat columns."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.proof import WitnessSource
from invoiceocr.sources.safe_xml import Node
from invoiceocr.sources.statements import Index, candidate, chosen, index_of
from invoiceocr.sources.xml_mapping import Rows

ANCHOR = "amount"  # the one cell that every printed item has
ONE_LINE = ("quantity", "unit_price", "tax_rate", "tax_amount")  # cells of which an item has at most one

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
    """Rows from columns of cells: by rank if all columns are equally long, otherwise by height on the page; none if
    amounts are missing, since it is unknown whose."""
    columns = {name: _in_order(index.get(choices[0][0], ())) for name, choices in rows.fields.items()}
    anchors = columns.get(ANCHOR, [])
    if any(len(columns.get(name, ())) > len(anchors) for name in ONE_LINE):
        return []
    cells: list[Cells] = [{} for _ in anchors]
    places = sorted((cell.page or 1, cell.box.y0, rank) for rank, cell in enumerate(anchors) if cell.box)
    for name, column in columns.items():
        equal = len(column) == len(anchors)
        for number, cell in enumerate(column):
            rank = number if equal else _nearest(cell, places)
            if rank is not None:
                cells[rank].setdefault(name, []).append(cell)
    return cells


def _in_order(cells: Iterable[Node]) -> list[Node]:
    """*cells*, with those that print the same text at the same place only once, in the order of the page if all are on
    one."""
    by_place = {(cell.page, cell.box, cell.text) if cell.box else id(cell): cell for cell in cells}
    placed = [(cell.page or 1, cell.box.y0, rank, cell) for rank, cell in enumerate(by_place.values()) if cell.box]
    return [cell for *_, cell in sorted(placed)] if len(placed) == len(by_place) else list(by_place.values())


def _nearest(cell: Node, places: Sequence[tuple[int, float, int]]) -> int | None:
    """The rank of that of *places* (page, top, rank; in order) which is nearest to the cell on its page; None without
    positions."""
    if cell.box is None:
        return None
    page, top = cell.page or 1, cell.box.y0
    at = bisect_left(places, (page, top, -1))
    near = [place for place in places[max(0, at - 1) : at + 1] if place[0] == page]
    return min(near, key=lambda place: (abs(place[1] - top), place[2]))[2] if near else None
