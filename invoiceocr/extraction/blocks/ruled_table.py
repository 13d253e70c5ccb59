"""`ruled_table`: a table whose columns stand between ruled lines under one header, with a record for each figure.

    - ruled_table:
        rows: items
        header: table                  # lines of the form: its header, and the one that it ends above ...
        above: words
        ends: [subtotal, sum]          # ... where none of these captions ends it before
        below: [party_name]            # captions below which it begins where no header was read
        starts: amount                 # a value in this column begins a record
        leading: name                  # what a record is; such print may run over into the next column
        product: {of: [quantity, unit_price], is: amount}    # numbers that touch are split where they multiply
        unheaded: {texts: [name, unit], figures: [quantity, amount], rate: tax_rate, behind: tax_amount}
        seal: '专用章'                 # what seals over the table say
        fixed: {'详见清单': （详见清单）}   # words of the leading column, however recognized, and how they are printed
        columns:
          _line: {type: quantity, label: column_line}        # found, but not reported
          name: {label: column_name, always: true}           # looked for even if its header was not read
          vin: {label: column_vin, rows: details}            # a field of other rows

Pieces of a row are assigned to columns from left to right, by their position and look. A row with a value in the column
`starts` begins a record; rows without one continue the texts of their record.
"""

from __future__ import annotations

import itertools
import math
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.extraction.blocks.node import Node
from invoiceocr.extraction.candidates import TORN, Target, is_misread, valued
from invoiceocr.extraction.tables.assignment import cells_of, is_masked
from invoiceocr.extraction.tables.body import above_subtable, at_borders, body, by_sequence, stacked
from invoiceocr.extraction.tables.cell_overflow import Overflow, at_edges, with_edges
from invoiceocr.extraction.tables.cells import MAX_ROWS, Cells, usual
from invoiceocr.extraction.tables.columns import Column, find_columns
from invoiceocr.extraction.tables.one_text import in_order
from invoiceocr.extraction.tables.seams import Seams
from invoiceocr.extraction.tables.spec import ColumnSpec, Product, TableSpec, Unheaded
from invoiceocr.extraction.tables.touching import part_touching
from invoiceocr.geometry import Box, overlap_x, overlap_y
from invoiceocr.layout.form import FormLayout
from invoiceocr.page import TextLine
from invoiceocr.text.folding import closed, join_wrapped
from invoiceocr.text.lines import join, match_key, rows, same_column

MIN_COLUMNS = 4  # headers; with fewer, cells are assigned by their order alone
MONEY = "money"  # the type for which lost first digits can be recognized
STAR = 0.001  # least probability that the recognizer must have given to a lost star
CATEGORY = re.compile(r"\*[^*\d]{1,14}\*")
QUOTES = "“”\"'"  # what a star is misread as
FULL = 1.5  # text heights before the next column within which a name fills its column
LEADING = 1.1  # text heights from line to line
NEXT_LINE = 1.7  # text heights from the middle of a line to that of the next one of its cell: 1.1 to 1.5 on forms
CONTINUED = 3.0  # text heights: longer rests of names are found anyway
HANGING = 0.2  # text heights: how far left of its name the rest of one may begin
CELL = 1.5  # height of a cell that is read again, in heights of the row's figure
CLEAR = 0.25  # in heights of the row's figure: the distance of an empty cell from the print beside it
# print that reaches further into an empty cell (in text heights across, in its own height down) occupies it
REACH_ACROSS, REACH_DOWN = 0.3, 0.4
SECOND_STAR = re.compile(r"[^*\d]{2,14}\*.")
MAX_BLANKS = 40  # of one page: second looks cost some milliseconds each


KEYS = (
    "rows",
    "columns",
    "header",
    "above",
    "ends",
    "below",
    "starts",
    "leading",
    "product",
    "unheaded",
    "seal",
    "fixed",
)
COLUMN_KEYS = ("type", "label", "always", "rows")


def compile_block(node: Node) -> TableSpec:
    """The block of *node*."""
    node.check(KEYS)
    rows_name = node.known("rows", node.text("rows"), node.scope.kind.rows)
    entries = node.node("columns")
    columns = {name: _column(entries.node(name), entries, name, rows_name) for name in entries.data}
    return TableSpec(
        columns=tuple(columns.values()),
        header=node.line("header"),
        below=node.phrases("below"),
        ends=node.phrases("ends"),
        above=node.line("above"),
        starts=columns[node.known("starts", node.get("starts"), columns)],
        leading=columns[node.known("leading", node.get("leading"), columns)],
        product=_product(node.node("product"), columns) if "product" in node.data else None,
        unheaded=_unheaded(node.node("unheaded"), columns) if "unheaded" in node.data else None,
        seal=node.compile("seal", node.get("seal")) if "seal" in node.data else None,
        fixed=tuple((node.compile("fixed", words), str(printed)) for words, printed in node.node("fixed").data.items()),
    )


def _column(node: Node, columns: Node, name: str, rows_name: str) -> ColumnSpec:
    node.check(COLUMN_KEYS)
    node.get("label")
    owner = node.known("rows", node.text("rows", rows_name), node.scope.kind.rows) if "rows" in node.data else rows_name
    told = name.startswith("_")
    kind = node.type(None if told else columns.field(name, f"{owner}.{name}"))
    return ColumnSpec(name, kind, node.phrases("label"), None if told else owner, node.flag("always"))


def _product(node: Node, columns: Mapping[str, ColumnSpec]) -> Product:
    node.check(("of", "is"))
    factors = [node.known("of", name, columns) for name in node.list("of")]
    if len(factors) != 2:
        raise node.error("of", "a product is of two columns")
    return Product((factors[0], factors[1]), node.known("is", node.get("is"), columns))


def _unheaded(node: Node, columns: Mapping[str, ColumnSpec]) -> Unheaded:
    node.check(("texts", "figures", "rate", "behind"))
    texts, figures = (tuple(node.known(key, name, columns) for name in node.list(key)) for key in ("texts", "figures"))
    rate, behind = (node.known(key, node.get(key), columns) for key in ("rate", "behind"))
    return Unheaded(texts, figures, rate, behind)


def read(form: FormLayout, table: TableSpec) -> Iterator[Candidate]:
    """The candidates `rows.N.column` of the table on the page."""
    columns, cells = _table(form, table)
    found = _records(form, table, cells)
    placed = not _may_be_shifted(found, table)
    for index, record in enumerate(found):
        for spec in (column.spec for column in columns if column.spec.rows is not None):
            target = Target(f"{spec.rows}.{index}.{spec.name}", spec.type)
            value = _value(target, table, record.get(spec.name), form)
            if value is not None:
                yield replace(value, placed=placed)


def _may_be_shifted(records: Sequence[Cells], table: TableSpec) -> bool:
    """Whether recognized rows may have merged or moved against one another: a row has no leading text, or one with the
    categories of two. The cells then add up, although they may belong to another row."""
    leading = table.leading.name
    if not any(segment.source == "ocr" for record in records for cell in record.values() for segment in cell):
        return False
    names = [join_wrapped(segment.text for segment in record.get(leading, ())) for record in records]
    return any(not name or len(CATEGORY.findall(name)) > 1 for name in names)


def find_empty_cells(form: FormLayout, table: TableSpec) -> list[Box]:
    """The cells of recognized rows that begin a record in which nothing was read, between their neighbors."""
    if not any(line.source == "ocr" for line in form.page.lines):
        return []
    columns, cells = _table(form, table)
    if not any(column.x1 for column in columns):
        return []  # a table without legible headers: the places of its cells are unknown
    blank = (box for row in cells if _begins(row, table) for box in _blanks(form, table, row, columns))
    looked = (*blank, *_continued(form, table, columns, cells))
    return [box for box in looked if not _occupied(form, box)][:MAX_BLANKS]


def _table(form: FormLayout, table: TableSpec) -> tuple[list[Column], list[Cells]]:
    """The columns and the cells of the rows: by the header, or, if that is illegible or a text whose captions do not
    stand over their columns, by their order alone."""
    columns = find_columns(form, table)
    if len(columns) < MIN_COLUMNS:
        return _in_sequence(form, table)
    found = _headed(form, table, columns)
    if any(_begins(row, table) for row in found[1]) or not _is_one_text(form, columns):
        return found
    return _in_sequence(form, table)


def _is_one_text(form: FormLayout, columns: Sequence[Column]) -> bool:
    """Whether the captions of all *columns* are one exact text, which stands wherever its blanks put it."""
    places = [(column.x0 + column.x1) / 2 for column in columns]
    heads = {label.id: label.box for label in form.page.labels}
    y = next((heads[name].cy for column in columns for name in column.spec.labels if name in heads), 0.0)
    exact = (line.box for line in form.page.lines if line.source != "ocr")
    return any(all(box.contains(x, y) for x in places) for box in exact)


def _in_sequence(form: FormLayout, table: TableSpec) -> tuple[list[Column], list[Cells]]:
    """The cells of the rows by their order, and columns that stand nowhere."""
    unplaced = [Column(spec, 0.0, 0.0) for spec in table.columns]
    return unplaced, [part_touching(row, unplaced, table.product) for row in by_sequence(form, table)]


def _headed(form: FormLayout, table: TableSpec, columns: Sequence[Column]) -> tuple[list[Column], list[Cells]]:
    """The columns and the cells of the rows below a header. Read twice: the cells of the first reading show where the
    values of each column stand, which the header and ruled lines alone do not tell."""
    segments = [*at_borders(body(form, table), columns), *stacked(form, table, columns)]
    printed = above_subtable(form, table, segments, columns)
    refined, parts = _parted(form, table, printed, columns)
    rowed = rows(parts, form.slope)[:MAX_ROWS]
    seams = Seams(form, table, refined)
    cells = [in_order(row, table, refined) or seams.cells(row) for row in rowed]
    return refined, [part_touching(row, refined, table.product) for row in cells]


def _parted(
    form: FormLayout, table: TableSpec, printed: Sequence[Sequence[TextLine]], columns: Sequence[Column]
) -> tuple[list[Column], list[TextLine]]:
    """*columns* as the cells of the *printed* rows show them, and the segments, split where one runs into the next."""
    segments = [segment for row in printed for segment in row]
    overflow = Overflow(table.leading, form.size)
    cells = [cells_of(form, table, row, columns) for row in printed]
    refined = with_edges(_refined(table, columns, cells), segments, overflow)
    return refined, [part for segment in segments for part in at_edges(segment, refined, overflow)]


def _refined(table: TableSpec, columns: Sequence[Column], cells: Sequence[Cells]) -> list[Column]:
    """*columns* as wide as their headers and usual values together."""
    begun = [row for row in cells if _begins(row, table)]
    refined = []
    for column in columns:
        boxes = [segment.box for row in begun for segment in row.get(column.spec.name, ())]
        if boxes and column.spec is not table.leading:
            edge, end = usual(boxes)
            column = replace(column, x0=min(column.x0, edge), x1=max(column.x1, end), edge=edge)
        refined.append(column)
    return refined


def _occupied(form: FormLayout, cell: Box) -> bool:
    """Whether something that was read before reaches into *cell*."""
    return any(
        overlap_x(line.box, cell) > REACH_ACROSS * form.size
        and overlap_y(line.box, cell) > REACH_DOWN * line.box.height
        for line in form.segments
    )


def _blanks(form: FormLayout, table: TableSpec, row: Cells, columns: Sequence[Column]) -> Iterator[Box]:
    """The empty cells of *row* behind its first column, at the level of the value that begins the record."""
    figure = row[table.starts.name][0].box
    half, gap = CELL / 2 * figure.height, CLEAR * figure.height
    for index, column in list(enumerate(columns))[1:]:
        if column.spec.name in row or column.spec.rows is None:
            continue
        left, right = _between_columns(form, columns, index)
        left = max([left, *(box.x1 + gap for box in _boxes(row, columns[:index]))])
        # the value behind may reach farther left than its column
        right = min([right, *(box.x0 - gap for box in _boxes(row, columns[index + 1 :]))])
        y = figure.cy + form.slope * ((left + right) / 2 - figure.cx)
        if right - left > figure.height:
            yield Box(left, y - half, right, y + half)


def _between_columns(form: FormLayout, columns: Sequence[Column], index: int) -> tuple[float, float]:
    """The middles of the gaps beside a column; the edge of the page behind the last one."""
    column, left = columns[index], columns[index - 1]
    right = (column.x1 + columns[index + 1].x0) / 2 if index + 1 < len(columns) else form.page.width
    return (left.x1 + column.x0) / 2, right


def _boxes(row: Cells, columns: Iterable[Column]) -> Iterator[Box]:
    """The boxes of the print of *row* in *columns*."""
    return (segment.box for column in columns for segment in row.get(column.spec.name, ()))


def _continued(form: FormLayout, table: TableSpec, columns: Sequence[Column], cells: Sequence[Cells]) -> Iterator[Box]:
    """The places below each leading text that fills its column where its last characters may be: detectors overlook
    single ones."""
    size, leading = form.size, table.leading
    end = next((right.x0 for left, right in itertools.pairwise(columns) if left.spec is leading), math.inf)
    for box in (row[leading.name][-1].box for row in cells if leading.name in row):
        if end - FULL * size < box.x1 < end + size:
            left, y = box.x0 - HANGING * size, box.cy + LEADING * size
            yield Box(left, y - LEADING * size / 2, left + CONTINUED * size, y + LEADING * size / 2)


def _records(form: FormLayout, table: TableSpec, cells: Sequence[Cells]) -> list[Cells]:
    """Rows with a value in the starting column begin records; other rows continue the texts of the nearest record that
    accepts them. A row of which nothing stands in a column says nothing."""
    cells = [row for row in cells if row]
    starts = [index for index, row in enumerate(cells) if _begins(row, table)]
    if not starts:
        return []
    records = [cells[index] for index in starts]
    owners = _owners(form, table, cells, starts)
    # from each record outward, line by line
    for index, owner in sorted(owners.items(), key=lambda pair: abs(starts[pair[1]] - pair[0])):
        row, above = cells[index], index < starts[owner]
        records[owner] = _continued_by(form, table, records[owner], row, above=above)
    return records


def _continued_by(form: FormLayout, table: TableSpec, record: Cells, row: Cells, *, above: bool) -> Cells:
    """*record* with those texts of *row*, a row *above* or below it, that continue its own."""
    texts = {column.name for column in table.columns if column.continues}
    told = {name: record.get(name, []) for name in texts.intersection(row)}
    added = {name: old for name, old in told.items() if _goes_on(form, row[name], old or record[table.starts.name])}
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


def _begins(row: Cells, table: TableSpec) -> bool:
    found, kind = row.get(table.starts.name), table.starts.type
    return found is not None and (kind.parse(join(found).text) is not None or is_misread(kind, found))


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


def _value(target: Target, table: TableSpec, segments: Sequence[TextLine] | None, form: FormLayout) -> Candidate | None:
    if not segments:
        return None
    text = _text(target, table, segments)
    value = target.type.parse(text)
    if value is None and is_masked(match_key(text)):
        return None
    torn = target.type.name == MONEY and segments[0].source == "ocr" and TORN.match(match_key(text))
    return valued(target, None if torn else value, text, segments, form.page)


def _text(target: Target, table: TableSpec, segments: Sequence[TextLine]) -> str:
    """The text of a cell, which may continue over several lines."""
    leading = target.path.endswith(f".{table.leading.name}")
    first = _starred(segments[0]) if leading else segments[0].text
    text = join_wrapped([first, *(segment.text for segment in segments[1:])])
    if segments[0].source != "ocr":
        return text
    return _mended(text, table) if leading else closed(text)


def _mended(text: str, table: TableSpec) -> str:
    """The recognized *text* of a leading cell with its last bracket restored, or replaced by the words of the form's
    software that it contains, whatever stamp or caption they were read with."""
    return next((printed for words, printed in table.fixed if words.search(text)), closed(text))


def _starred(segment: TextLine) -> str:
    """The text of a name's first *segment*: a 税收分类简称 stands between two stars, and a recognizer that loses the
    first one, small and at the edge, still gives it some probability."""
    lattice, first = segment.lattice, segment.text.lstrip(QUOTES)
    if lattice is None or not segment.character_steps or first.startswith("*") or not SECOND_STAR.match(first):
        return segment.text
    steps = range(segment.character_steps[len(segment.text) - len(first)] + 1)
    scored = (
        p for i in steps for c, p in zip(lattice.characters[i], lattice.probabilities[i], strict=True) if c == "*"
    )
    return "*" + first if max(scored, default=0.0) > STAR else segment.text
