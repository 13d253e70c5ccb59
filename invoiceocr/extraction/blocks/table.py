"""`table`: rows under column headers; cells may wrap over lines, columns may be missing or in another order.

- table:
    rows: trips
    columns:
      _index: {label: col_index, like: ['^\\d+$']}      # found, but not reported
      pickup_time: {label: col_time, like: ['(\\d\\d-\\d\\d)(\\d\\d:\\d\\d)'], write: '\\1 \\2'}
      amount: {label: col_amount}
    starts: [_index, amount]       # a line with a value in one of these columns begins a record
    region: {bottom: [sum]}        # the table ends there ...
    until: ['^页码']                # ... or at a line like this

If the same headers are printed again side by side, the table continues from each part to the next, row by row. A page
without headers continues the table of the previous page (`read_on`) if it fills the same columns.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise, takewhile, zip_longest

import regex

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.extraction.blocks.node import Node
from invoiceocr.extraction.blocks.printed import printed
from invoiceocr.extraction.blocks.region import Region, compile_region
from invoiceocr.extraction.blocks.value import KEYS, ValueSpec, candidates, compile_value, match
from invoiceocr.extraction.tables.cells import HEAD_MARGIN, MAX_ROWS, MISFIT, ODD, Cells, in_columns, joined, usual
from invoiceocr.layout.form import Bounds, FormLayout
from invoiceocr.page import TextLine
from invoiceocr.text.lines import behind_gaps, match_key, parted

# share of a full character's advance: the least additional space between columns
COLUMN_GAP = 0.45
# the same if a blank was read: those in dates and times are half as wide as a character
COLUMN_BLANK = 0.8
# text heights: headers of one table are this close
SAME_HEAD = 3.0
MIN_COLUMNS = 2
# text heights between two lines: print further away is no part of a record
FAR = 3.5
# how much larger than the others a gap between lines must be to separate two records
EVEN = 1.15
NUMBER = regex.compile(r"-?[\d.,]+")
# share of the columns that a record fills, and of a page's print that is in records: less is no such table
FILLED, MOST = 0.6, 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """A column as the schema defines it."""

    name: str
    value: ValueSpec
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """The compiled block."""

    rows: str
    columns: tuple[Column, ...]
    starts: tuple[str, ...]
    region: Region
    until: tuple[regex.Pattern[str], ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Place:
    """A column on the page: its extent in text heights."""

    column: Column
    x0: float
    x1: float


def compile_block(node: Node) -> Table:
    """The block of *node*."""
    node.check(("rows", "columns", "starts", "region", "until"))
    name = node.text("rows")
    node.known("rows", name, node.scope.kind.rows)
    columns = node.node("columns")
    found = tuple(_column(columns.sub(data, key), key, name) for key, data in columns.data.items())
    starts = tuple(node.known("starts", start, columns.data) for start in node.list("starts"))
    if not starts:
        raise node.error(None, "'starts' is missing: name the columns whose values begin a record")
    return Table(
        rows=name,
        columns=found,
        starts=starts,
        region=compile_region(node),
        until=node.patterns("until"),
    )


def _column(node: Node, name: str, rows: str) -> Column:
    node.check((*KEYS, "label"))
    node.get("label")
    told = name.startswith("_")
    return Column(name, compile_value(node, None if told else name, f"{rows}."), node.phrases("label"))


def read(form: FormLayout, block: Table) -> Iterator[Candidate]:
    """The candidates `rows.N.column` of the table on the page."""
    parts = [_part(form, block, *part) for part in _parts(form, block)]
    records = (record for abreast in zip_longest(*parts) for record in abreast if record)
    return _numbered(form, block, records)


def read_on(form: FormLayout, block: Table, above: FormLayout) -> Iterator[Candidate]:
    """The candidates of a page that continues the table of the page *above* without headers of its own; none if its
    print does not stand in the same columns, or its rows don't continue the numbering."""
    parts = list(_parts(above, block))
    if len(parts) != 1 or _heads(form, block):
        return
    places = _places(above, *parts[0], above.size / form.size)
    free = form.rows([part for segment in form.segments for part in _at_gaps(segment)])
    below = list(takewhile(lambda line: not _ends(block, line), free))
    records = _records(form, block, [_cells(form, line, places) for line in below])
    if _go_on(records, block, places) and _cover(records, below):
        yield from _numbered(form, block, records)


def _numbered(form: FormLayout, block: Table, records: Iterable[Cells]) -> Iterator[Candidate]:
    """What the first MAX_ROWS of *records* say, at the paths of their rows."""
    for row, record in enumerate(islice(records, MAX_ROWS)):
        yield from _said(form, block, record, f"{block.rows}.{row}.")


def _places(
    form: FormLayout, heads: Sequence[_Place], lines: Sequence[Sequence[TextLine]], size: float
) -> list[_Place]:
    """The columns of a part with *heads* and *lines*, with its lengths times *size*."""
    places = _refined(form, heads, [_cells(form, line, heads) for line in lines])
    return [replace(place, x0=place.x0 * size, x1=place.x1 * size) for place in places]


def _go_on(records: Sequence[Cells], block: Table, places: Sequence[_Place]) -> bool:
    """Whether each of *records* fills most columns, and numbers in the column that counts them are consecutive."""
    first = block.starts[0]
    counted = [printed(record[first]).text for record in records if first in record]
    numbers = [int(text) for text in counted if text.isdecimal()]
    is_counted = not numbers or (numbers[0] > 1 and numbers == [*range(numbers[0], numbers[0] + len(records))])
    return is_counted and all(len(record) >= FILLED * len(places) for record in records)


def _cover(records: Sequence[Cells], lines: Sequence[Sequence[TextLine]]) -> bool:
    """Whether *records* contain most of what the *lines* of the page say."""
    told = sum(len(segment.text) for record in records for cell in record.values() for segment in cell)
    return bool(records) and told > MOST * sum(len(segment.text) for line in lines for segment in line)


def _said(form: FormLayout, block: Table, record: Cells, prefix: str) -> Iterator[Candidate]:
    """The candidates of the cells of one *record*, at paths that begin with *prefix*."""
    told = (column for column in block.columns if column.value.path is not None)
    fits = ((column.value, match(column.value, printed(record.get(column.name, ())))) for column in told)
    for value, fit in fits:
        if fit is not None:
            yield from candidates(value, fit, form, prefix)


def _parts(form: FormLayout, block: Table) -> Iterator[tuple[list[_Place], list[list[TextLine]]]]:
    """The columns of each part of the table, from left to right, and its lines."""
    heads = _heads(form, block)
    width = _period([place.column.name for place in heads])
    lines = _body(form, block, heads) if width >= MIN_COLUMNS else []
    if not lines:
        return
    neighbors = zip(heads[width - 1 :: width], heads[width::width], strict=False)
    borders = [-math.inf, *(_between(form, lines, *places) for places in neighbors), math.inf]
    for index, (left, right) in enumerate(pairwise(borders)):
        inside = [[s for s in line if left < form.project(s.box).cx < right] for line in lines]
        yield heads[index * width : (index + 1) * width], [line for line in inside if line]


def _period(names: Sequence[str]) -> int:
    """The number of *names* after which they all repeat in the same order; of names that don't repeat this way, each
    counts once."""
    widths = (width for width in range(1, len(names) + 1) if len(names) % width == 0)
    return next((width for width in widths if [*names[:width]] * (len(names) // width) == [*names]), 0)


def _between(form: FormLayout, lines: Sequence[Sequence[TextLine]], left: _Place, start: _Place) -> float:
    """Where the part of the table whose first column is *start* begins: in the widest blank between it and *left*, the
    last column of the preceding part."""
    boxes = sorted((form.project(s.box) for line in lines for s in line), key=lambda box: box.x0)
    reach, best = left.x0, (0.0, (left.x1 + start.x0) / 2)
    for box in (box for box in boxes if left.x0 < box.x1 and box.x0 < start.x1):
        best = max(best, (box.x0 - reach, (box.x0 + reach) / 2))
        reach = max(reach, box.x1)
    return best[1]


def _part(form: FormLayout, block: Table, heads: Sequence[_Place], lines: Sequence[Sequence[TextLine]]) -> list[Cells]:
    """The records of the *lines* under *heads*."""
    # the cells of a first reading show where the values of each column stand, which its header alone doesn't
    places = _refined(form, heads, [_cells(form, line, heads) for line in lines])
    return _records(form, block, [_cells(form, line, places) for line in lines])


def _heads(form: FormLayout, block: Table) -> list[_Place]:
    """The columns whose headers stand together, from left to right: all of them if they are printed again in the same
    order, otherwise the left ones of those printed twice."""
    sides = _sides(form, block)
    heads = ((form.project(label.box), column) for column in block.columns for label in form.labels(*column.labels))
    found = sorted(((box, column) for box, column in heads if sides.holds(box)), key=lambda head: head[0].x0)
    if not found:
        return []
    level = statistics.median_low([box.cy for box, _ in found])
    near = [_Place(column, box.x0, box.x1) for box, column in found if abs(box.cy - level) < SAME_HEAD]
    if _period([place.column.name for place in near]) < len(near):
        return near
    first: dict[str, _Place] = {}
    for place in near:
        first.setdefault(place.column.name, place)
    return list(first.values())


def _sides(form: FormLayout, block: Table) -> Bounds:
    """The region of *block* without its top and bottom: headers stand above it."""
    bounds = block.region.bounds(form)
    return Bounds(left=bounds.left, right=bounds.right) if bounds is not None else Bounds()


def _body(form: FormLayout, block: Table, heads: Sequence[_Place]) -> list[list[TextLine]]:
    """The lines below the headers, split where several cells were read as one."""
    top = _foot(form, heads) + HEAD_MARGIN
    bounds = block.region.bounds(form)
    if bounds is not None and bounds.bottom is not None and bounds.bottom < top:
        bounds = replace(bounds, bottom=None)  # what ends other tables stands above this one
    inside = form.inside(bounds) if bounds is not None else block.region.inside(form)
    free = [s for s in inside if form.project(s.box).cy > top]
    lines = form.rows([part for segment in free for part in _at_gaps(segment)])
    return list(takewhile(lambda line: not _ends(block, line), lines))


def _foot(form: FormLayout, heads: Sequence[_Place]) -> float:
    """The lowest level of the headers that stand together."""
    levels = [form.project(label.box).cy for place in heads for label in form.labels(*place.column.labels)]
    middle = statistics.median_low(levels)
    return max(level for level in levels if abs(level - middle) < SAME_HEAD)


def _ends(block: Table, line: Sequence[TextLine]) -> bool:
    """Whether the table ends above *line*."""
    text = printed(line).text
    return any(pattern.search(text) for pattern in block.until)


def _at_gaps(segment: TextLine) -> list[TextLine]:
    """A recognized *segment*, split where its print leaves more space than there is inside a value."""
    return parted(segment, behind_gaps(segment, COLUMN_GAP, blank=COLUMN_BLANK))


def _cells(form: FormLayout, line: Sequence[TextLine], places: Sequence[_Place]) -> Cells:
    """The segments of *line* in their columns."""
    names = [place.column.name for place in places]
    return in_columns(line, names, lambda segment, column: _cost(form, segment, places[column]))


def _cost(form: FormLayout, segment: TextLine, place: _Place) -> float:
    box = form.project(segment.box)
    gap = max(0.0, place.x0 - box.x1, box.x0 - place.x1)
    off = abs(box.cx - (place.x0 + place.x1) / 2) / max(place.x1 - place.x0, box.width, 1.0)
    return min(gap, MISFIT) + min(off, 1.0) + _strangeness(place.column.value, segment)


def _strangeness(value: ValueSpec, segment: TextLine) -> float:
    """How unlikely *segment*, as a whole or a part, is in a column of *value*."""
    text = match_key(segment.text)
    if match(value, printed([segment])) is not None:
        return ODD / 4 if value.type.annotation == "str" and not value.like and NUMBER.fullmatch(text) else 0.0
    return MISFIT if value.type.figure and value.type.name != "date" else ODD


def _refined(form: FormLayout, heads: Sequence[_Place], cells: Sequence[Cells]) -> list[_Place]:
    """The columns as wide as their headers and usual values together."""
    found = []
    for place in heads:
        boxes = [form.project(segment.box) for line in cells for segment in line.get(place.column.name, ())]
        if boxes:
            start, end = usual(boxes)
            place = replace(place, x0=min(place.x0, start), x1=max(place.x1, end))
        found.append(place)
    return found


def _records(form: FormLayout, block: Table, lines: Sequence[Cells]) -> list[Cells]:
    """The lines combined into records. One begins at each line with a value in a starting column; the lines between two
    of these are divided where the gap is widest."""
    values = {column.name: column.value for column in block.columns}
    starts = [index for index, line in enumerate(lines) if _begins(line, block.starts, values)]
    if not starts:
        return []
    levels = [_level(form, line) for line in lines]
    bounds = [0, *(_border(levels, *pair, centered=starts[0] > 0) for pair in pairwise(starts)), len(lines)]
    spans = [_near(levels, at, *span) for at, span in zip(starts, pairwise(bounds), strict=True)]
    return [joined(lines[start:stop]) for start, stop in spans]


def _near(levels: Sequence[float], at: int, start: int, stop: int) -> tuple[int, int]:
    """Those of the lines start..stop-1 that continue from line *at* without a wide gap: print further away is not part
    of the table."""
    first, last = at, at + 1
    while first > start and levels[first] - levels[first - 1] < FAR:
        first -= 1
    while last < stop and levels[last] - levels[last - 1] < FAR:
        last += 1
    return first, last


def _begins(line: Cells, starts: Sequence[str], values: Mapping[str, ValueSpec]) -> bool:
    fits = (match(values[name], printed(line[name])) for name in starts if name in line)
    return any(fit is not None and fit.is_read for fit in fits)


def _level(form: FormLayout, line: Cells) -> float:
    boxes = [form.project(segment.box) for segments in line.values() for segment in segments]
    return statistics.median(box.cy for box in boxes) if boxes else 0.0


def _border(levels: Sequence[float], above: int, below: int, *, centered: bool) -> int:
    """The first line of the record that begins at line *below*: behind the widest gap; if all gaps are alike, halfway
    if values stand in the middle of their cells, otherwise the line itself."""
    # if records are set apart, the gap between them is wider than between the lines of a cell
    gaps = {index: levels[index] - levels[index - 1] for index in range(above + 1, below + 1)}
    widest = max(gaps.values())
    others = [gap for gap in gaps.values() if gap < widest]
    if len(gaps) > 1 and widest > EVEN * statistics.fmean(gaps.values()) and others:
        return max(gaps, key=lambda index: gaps[index])
    return (above + below + 1) // 2 + (above + below) % 2 if centered and len(gaps) > 1 else below
