"""The item table of a form: captions and rules of its columns, and the item rows with their wrapped cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from invoiceocr.invoice import LineItem
from invoiceocr.specimens.content.printed import printed_item
from invoiceocr.specimens.drawing import Color, Primitive, Rule, Text
from invoiceocr.specimens.layout.forms import Column, Form, Table
from invoiceocr.specimens.layout.setting import aligned, fitted, wrapped

PADDING = 0.7  # mm between a cell's border and its text
DATE_FORMATS = {"toll": "%Y%m%d"}
WRAPPING = frozenset({"name"})


@dataclass(frozen=True, slots=True)
class Row:
    """An item row: the path of its item, the item, its printed cells, and how many lines they take."""

    path: str | None
    item: LineItem
    cells: dict[str, str]
    lines: int


def rows_of(items: Sequence[LineItem], form: str, table: Table, style: str) -> list[Row]:
    """The rows of *items* as they fit the columns of *table*."""
    date_format = DATE_FORMATS.get(form, "%Y-%m-%d")
    rows = []
    for index, item in enumerate(items):
        cells = printed_item(item, date_format) | {"line": str(index + 1)}
        lines = max(len(_cell(column, cells, (style, table.size))) for column in table.columns)
        rows.append(Row(f"items.{index}", item, cells, max(lines, 1)))
    return rows


def rows_height(rows: list[Row], table: Table) -> float:
    """The height in mm from the first row's baseline to the last line's."""
    return (sum(row.lines for row in rows) - 1) * table.pitch


def set_rows(rows: list[Row], form: Form, ink: tuple[str, Color], *, squeeze: bool) -> list[Primitive]:
    """The texts of the rows; with *squeeze* smaller and closer together where they would not fit."""
    table = form.table
    space = table.bottom - table.top
    scale = min(1.0, space / rows_height(rows, table)) if squeeze and rows_height(rows, table) > 0 else 1.0
    items: list[Primitive] = []
    line = 0
    for row in rows:
        for column in table.columns:
            items += _placed(column, row, (table.top + line * table.pitch * scale, scale), (form, ink))
        line += row.lines
    return items


def _placed(column: Column, row: Row, place: tuple[float, float], kind: tuple[Form, tuple[str, Color]]) -> list[Text]:
    (y, scale), (form, (style, color)) = place, kind
    path = f"{row.path}.{column.field}" if row.path and column.field != "line" else None
    lines = _cell(column, row.cells, (style, form.table.size))
    return [
        replace(
            line, size=line.size * scale, x=_shrunk_x(line, column, scale), y=y + line.y * scale, color=color, path=path
        )
        for line in lines
    ]


def _shrunk_x(line: Text, column: Column, scale: float) -> float:
    """Where a line begins after shrinking by *scale*, its aligned end staying in place."""
    anchor = {"left": column.x0 + PADDING, "right": column.x1 - PADDING, "center": (column.x0 + column.x1) / 2}
    fixed = anchor[column.align]
    return fixed + (line.x - fixed) * scale


def _cell(column: Column, cells: dict[str, str], print_: tuple[str, float]) -> list[Text]:
    """The lines of one cell with y counted from the row's first baseline; no lines for an empty cell."""
    text = cells.get(column.field)
    if not text:
        return []
    style, size = print_
    anchor = {"left": column.x0 + PADDING, "right": column.x1 - PADDING, "center": (column.x0 + column.x1) / 2}
    room = column.x1 - column.x0 - 2 * PADDING
    run = Text(text, anchor[column.align], 0.0, size, style)
    if column.field in WRAPPING:
        return wrapped(run, room, size * 1.38)
    return [aligned(fitted(run, room), column.align)]


def column_items(form: Form, color: Color) -> list[Primitive]:
    """The captions over the columns, and the rules between them where the form has such."""
    table = form.table
    items: list[Primitive] = []
    for column in table.columns:
        caption = Text(column.text, 0, table.header, form.label_size, form.label_style, color, "form")
        if column.head is not None:
            items.append(replace(caption, x=column.head))
        else:
            items.append(aligned(replace(caption, x=(column.x0 + column.x1) / 2), "center"))
    if table.inner:
        top, bottom = table.rules
        inner = [column.x1 for column in table.columns[:-1]]
        items += [Rule(x, top, x, bottom, form.line_width, color) for x in inner]
    return items
