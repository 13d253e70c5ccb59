"""Pieces of a row in the columns of a table."""

import sheets

from invoiceocr.extraction.tables.cells import DROP, Cells, in_columns, joined
from invoiceocr.page import TextLine

PLACES = {"name": 0.0, "amount": 100.0}


def at(*places: float) -> list[TextLine]:
    return [sheets.line(f"{place:.0f}", place, 50) for place in places]


def off(segment: TextLine, column: int) -> float:
    """A cost of 1 for ten points from where the column begins."""
    return abs(segment.box.x0 - list(PLACES.values())[column]) / 10


def texts(cells: Cells) -> dict[str, list[str]]:
    return {name: [segment.text for segment in segments] for name, segments in cells.items()}


def test_each_piece_goes_to_the_column_where_it_stands() -> None:
    assert texts(in_columns(at(2, 98), list(PLACES), off)) == {"name": ["2"], "amount": ["98"]}


def test_pieces_of_one_cell_stay_together() -> None:
    assert texts(in_columns(at(0, 4, 98), list(PLACES), off)) == {"name": ["0", "4"], "amount": ["98"]}


def test_a_cell_that_does_not_wrap_holds_one_piece() -> None:
    cells = in_columns(at(0, 4, 98), list(PLACES), off, lambda column: column == 1)

    assert texts(cells) == {"name": ["0"], "amount": ["98"]}


def test_what_stands_too_far_from_all_columns_is_left_out() -> None:
    far = PLACES["amount"] + 10 * DROP + 1

    assert texts(in_columns(at(0, far), list(PLACES), off)) == {"name": ["0"]}


def test_the_rows_of_a_record_are_joined_from_top_to_bottom() -> None:
    above, below = at(0), at(4)

    assert joined([{"name": above}, {"name": below, "amount": at(98)}])["name"] == [*above, *below]
