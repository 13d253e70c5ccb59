"""The records of a table: each begins with a row that has a figure, and the other rows continue its texts."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import partial

from invoiceocr.extraction.candidates import is_misread
from invoiceocr.extraction.tables.cells import Cells
from invoiceocr.extraction.tables.spec import TableSpec
from invoiceocr.layout.form import FormLayout
from invoiceocr.page import TextLine
from invoiceocr.text.lines import join, same_column

CATEGORY = re.compile(r"\*[^*\d]{1,14}\*")
SECOND_STAR = re.compile(r"[^*\d]{2,14}\*.")  # a category that lost its first star
SAME_LINE = 1.1  # text heights between the middles of two texts: those of two lines lie further apart
NEXT_LINE = 1.7  # text heights from the middle of a line to that of the next one of its cell: 1.1 to 1.5 on forms


def records_of(form: FormLayout, table: TableSpec, cells: Sequence[Cells]) -> list[Cells]:
    """Rows with a value in the starting column begin records; other rows continue the texts of the nearest record that
    accepts them. A row of which nothing stands in a column says nothing."""
    cells = [row for row in cells if row]
    starts = [
        index
        for index, row in enumerate(cells)
        if begins(row, table)
        and not _is_upper(cells[index : index + 2], table)
        and not _is_lower(form, cells[max(0, index - 1) : index + 1], table)
    ]
    if not starts:
        return []
    records = [cells[index] for index in starts]
    # by the rows alone: a text that is added before a name hides that a name begins there
    figures = [figure_of(record, table) for record in records]
    owners = _owners(form, table, cells, starts)
    # from each record outward, line by line
    for index, owner in sorted(owners.items(), key=lambda pair: abs(starts[pair[1]] - pair[0])):
        row, above = cells[index], index < starts[owner]
        records[owner] = _continued_by(form, table, records[owner], row, figures[owner], above=above)
    return records


def _continued_by(
    form: FormLayout, table: TableSpec, record: Cells, row: Cells, figure: Sequence[TextLine], *, above: bool
) -> Cells:
    """*record*, which began with *figure*, with those texts of *row*, a row *above* or below it, that continue its
    own."""
    texts = {column.name for column in table.columns if column.continues}
    told = {name: record.get(name, []) for name in texts.intersection(row)}
    added = {name: old for name, old in told.items() if _goes_on(form, row[name], old or figure)}
    if not above:
        added |= {name: record[name] for name in _wrapped_figures(form, table, record, row)}
    return record | {name: [*row[name], *old] if above else [*old, *row[name]] for name, old in added.items()}


def _wrapped_figures(form: FormLayout, table: TableSpec, record: Cells, row: Cells) -> list[str]:
    """The factors of *record* that digits of *row* continue behind their decimal points."""
    names = table.product.factors if table.product is not None else ()
    both = (name for name in names if name in record and name in row)
    return [name for name in both if _are_digits_of(form, record[name][-1], row[name])]


def _are_digits_of(form: FormLayout, number: TextLine, cell: Sequence[TextLine]) -> bool:
    """Whether a *cell* contains only exact digits right below *number* that continue it behind its decimal point."""
    upper, lower = number.box, cell[0].box
    is_below = form.is_next_line(upper, lower) and same_column(upper, lower)
    is_exact = len(cell) == 1 and cell[0].source != "ocr" and cell[0].text.isdecimal()
    return is_below and is_exact and "." in number.text


def _is_wrapped(table: TableSpec, row: Cells) -> bool:
    """Whether *row* contains only texts that may continue over several lines."""
    return bool(row) and all(table.column(name).wraps for name in row)


def _goes_on(form: FormLayout, line: Sequence[TextLine], cell: Sequence[TextLine]) -> bool:
    """Whether *line* stands on the next line of what was read of a *cell*. For exact characters, the order is enough.
    What was recognized further away belongs to a stamp, shows through from the back, or is advertising."""
    if line[0].source != "ocr":
        return True
    level = form.level(line[0].box)
    near = min(abs(form.level(other.box) - level) for other in cell)
    return near < NEXT_LINE * max(form.size, line[0].box.height)


def begins(row: Cells, table: TableSpec) -> bool:
    """Whether *row* begins a record."""
    return bool(figure_of(row, table))


def figure_of(row: Cells, table: TableSpec) -> Sequence[TextLine]:
    """The figure with which *row* begins a record, if it does: one that can be read, or of which other readings of its
    pixels can; or another figure beside its name."""
    found, kind = row.get(table.starts.name, ()), table.starts.type
    if found and (kind.parse(join(found).text) is not None or is_misread(kind, found)):
        return found
    return _beside_name(row, table)


def _beside_name(row: Cells, table: TableSpec) -> Sequence[TextLine]:
    """The recognized rate, tax or price of a *row* in which a name begins, as its category tells. It begins a record
    even if a caption or a stamp has spoiled the figure: otherwise the name would continue that of another row, and the
    rows below would be one off."""
    names = [table.unheaded.rate, table.unheaded.behind] if table.unheaded else []
    names += [table.product.factors[1]] if table.product else []
    cells = (row[name] for name in names if name in row and _is_recognized(table, name, row[name]))
    return next(cells, ()) if _names(table, row) or _lost_star(table, row) else ()


def _lost_star(table: TableSpec, row: Cells) -> bool:
    """Whether *row* has a recognized name whose category lost its first star."""
    name: Sequence[TextLine] = row.get(table.leading.name, ())
    return bool(name) and name[0].source == "ocr" and SECOND_STAR.match(name[0].text) is not None


def _is_recognized(table: TableSpec, name: str, cell: Sequence[TextLine]) -> bool:
    """Whether a *cell* of the column *name* is a value recognized from pixels."""
    return cell[0].source == "ocr" and table.column(name).type.parse(join(cell).text) is not None


def _is_upper(rows: Sequence[Cells], table: TableSpec) -> bool:
    """Whether the first of *rows* is the name and the rate of a record whose figures stand a little lower: what lies
    over some of them has moved their middle."""
    if table.starts.name in rows[0] or len(rows) == 1 or table.leading.name in rows[1]:
        return False
    return table.starts.name in rows[1] and begins(rows[1], table)


def _is_lower(form: FormLayout, rows: Sequence[Cells], table: TableSpec) -> bool:
    """Whether the last of *rows* is the name of a record whose amount stands a little higher, by less than a line, in a
    row where no name begins. A line further down, it is a record of its own: a name without its category, or one whose
    stars were not recognized, may begin in the row above."""
    if table.starts.name in rows[-1] or len(rows) == 1:
        return False
    if table.starts.name not in rows[0] or _names(table, rows[0]):
        return False
    amount, name = rows[0][table.starts.name], rows[-1][table.leading.name][:1]
    return form.row_level(name) - form.row_level(amount) < SAME_LINE * max(form.size, name[0].box.height)


def _owners(form: FormLayout, table: TableSpec, cells: Sequence[Cells], starts: Sequence[int]) -> dict[int, int]:
    """The record of each row that begins none: the one that began above or, if figures stand in the middle of wrapped
    names, the nearest one. A row that begins a name, with its category, belongs to the record below that has none yet,
    and so do the rows between."""
    centered = any(map(partial(_is_wrapped, table), cells[: starts[0]]))
    levels = [form.row_level(itertools.chain(*row.values())) / form.size for row in cells] if centered else []
    owners: dict[int, int] = {}
    for index in sorted(set(range(len(cells))).difference(starts)):
        below = bisect_right(starts, index)
        if below == len(starts) or below == 0:
            owners[index] = max(0, below - 1)
        elif owners.get(index - 1) == below or (
            _names(table, cells[index]) and not _names(table, cells[starts[below]])
        ):
            owners[index] = below
        else:
            owners[index] = _nearest(levels, starts, index) if centered else below - 1
    return owners


def _names(table: TableSpec, row: Cells) -> bool:
    """Whether a name begins in *row*, as its category tells."""
    return table.leading.name in row and CATEGORY.match(row[table.leading.name][0].text) is not None


def _nearest(levels: Sequence[float], starts: Sequence[int], index: int) -> int:
    """The record whose figures stand nearest to the row *index*, by the *levels* of all rows in text heights."""
    off = [round(abs(levels[start] - levels[index]), 1) for start in starts]
    return min(range(len(starts)), key=lambda i: (off[i], starts[i] > index))
