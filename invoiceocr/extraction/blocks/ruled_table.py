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
          quantity: {label: column_quantity, beside: [unit_price]}  # the same, if that of one of these columns was
          vin: {label: column_vin, rows: details}            # a field of other rows

Pieces of a row are assigned to columns from left to right, by their position and look. A row with a value in the column
`starts` begins a record; rows without one continue the texts of their record.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.extraction.blocks.node import Node
from invoiceocr.extraction.candidates import TORN, Target, valued
from invoiceocr.extraction.tables.assignment import cells_of, is_masked
from invoiceocr.extraction.tables.body import above_subtable, at_borders, body, by_sequence, stacked
from invoiceocr.extraction.tables.cell_overflow import Overflow, at_edges, with_edges
from invoiceocr.extraction.tables.cells import MAX_ROWS, Cells, usual
from invoiceocr.extraction.tables.columns import Column, find_columns
from invoiceocr.extraction.tables.counted import part_counted
from invoiceocr.extraction.tables.empty_cells import empty_cells
from invoiceocr.extraction.tables.one_text import in_order
from invoiceocr.extraction.tables.records import CATEGORY, SECOND_STAR, begins, records_of
from invoiceocr.extraction.tables.seams import Seams
from invoiceocr.extraction.tables.spec import ColumnSpec, Product, TableSpec, Unheaded
from invoiceocr.extraction.tables.touching import part_touching
from invoiceocr.geometry import Box
from invoiceocr.layout.form import FormLayout
from invoiceocr.page import TextLine
from invoiceocr.text.folding import closed, join_wrapped
from invoiceocr.text.lines import match_key, rows

MIN_COLUMNS = 4  # headers; with fewer, cells are assigned by their order alone
MONEY = "money"  # the type for which lost first digits can be recognized
STAR = 0.001  # least probability that the recognizer must have given to a lost star
QUOTES = "“”\"'"  # what a star is misread as


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
COLUMN_KEYS = ("type", "label", "always", "beside", "rows")


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
    beside = frozenset(node.known("beside", other, columns.data) for other in node.list("beside"))
    return ColumnSpec(name, kind, node.phrases("label"), None if told else owner, node.flag("always"), beside)


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
    found = records_of(form, table, cells)
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


def find_unread_cells(form: FormLayout, table: TableSpec) -> list[Box]:
    """The cells of recognized rows that begin a record in which nothing was read, between their neighbors."""
    if not any(line.source == "ocr" for line in form.page.lines):
        return []
    columns, cells = _table(form, table)
    if not any(column.x1 for column in columns):
        return []  # a table without legible headers: the places of its cells are unknown
    return empty_cells(form, table, columns, cells)


def _table(form: FormLayout, table: TableSpec) -> tuple[list[Column], list[Cells]]:
    """The columns and the cells of the rows: by the header, or, if that is illegible or a text whose captions do not
    stand over their columns, by their order alone."""
    columns = find_columns(form, table)
    if len(columns) < MIN_COLUMNS:
        return _in_sequence(form, table)
    found = _headed(form, table, columns)
    if any(begins(row, table) for row in found[1]) or not _is_one_text(form, columns):
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
    return refined, [part_counted(part_touching(row, refined, table.product), refined, table.product) for row in cells]


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
    begun = [row for row in cells if begins(row, table)]
    refined = []
    for column in columns:
        boxes = [segment.box for row in begun for segment in row.get(column.spec.name, ())]
        if boxes and column.spec is not table.leading:
            edge, end = usual(boxes)
            column = replace(column, x0=min(column.x0, edge), x1=max(column.x1, end), edge=edge)
        refined.append(column)
    return refined


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
