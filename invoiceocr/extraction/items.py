"""The item table: columns from the header's labels and the ruled lines, rows from the amounts.

Pieces of a row go to columns from left to right by where they stand and what they look like; a row with an
amount begins an item, rows without one continue the texts of the item that they belong to.
"""

from __future__ import annotations

import itertools
import math
import re
import statistics
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.extraction.candidates import is_misread, valued
from invoiceocr.extraction.cell_overflow import at_edges, with_edges
from invoiceocr.extraction.columns import Column, find_columns
from invoiceocr.extraction.frame import InvoiceFrame
from invoiceocr.extraction.parsers import NUMERIC, PARSERS
from invoiceocr.extraction.schema import Slot
from invoiceocr.extraction.sums import TORN
from invoiceocr.extraction.table_body import MAX_ROWS, Cells, above_subtable, at_borders, body, by_sequence, stacked
from invoiceocr.extraction.touching import FACTORS, NUMBERS, part_touching
from invoiceocr.geometry import Box, overlap_x, overlap_y
from invoiceocr.layout.alignment import Costs, align
from invoiceocr.page import TextLine
from invoiceocr.text.folding import join_wrapped
from invoiceocr.text.lines import join, match_key, rows

MISFIT = 8.0  # cost of a text in a column whose type it can't be
ODD = 2.0  # cost of a text that is unusual in its column
DROP = 6.0  # cost of leaving a segment out
SPLIT = 0.6  # cost of a second segment in one text column
BEYOND = 2.0  # cost, per text height, of standing beyond a ruled line
MIN_COLUMNS = 4
STAR = 0.001  # probability that a lost star was scored with at least
UNMONEYED = re.compile(r"\d{10,}")  # an id in a seal over the table, no price
CATEGORY = re.compile(r"\*[^*\d]{1,14}\*")
QUOTES = "“”\"'"  # what a star is misread as
FULL = 1.5  # text heights before the next column where a name is as long as its column is wide
LEADING = 1.1  # text heights from line to line
CONTINUED = 3.0  # text heights: longer rests of names are found anyway
SECOND_STAR = re.compile(r"[^*\d]{2,14}\*.")
TEXTS = ("text", "unit")  # types of columns whose cells may wrap
MAX_BLANKS = 40  # of one page: second looks cost some milliseconds each


def read_items(frame: InvoiceFrame) -> Iterator[Candidate]:
    """The candidates `items.N.*` of the table on the page."""
    columns, cells = _table(frame)
    found = _items(cells, frozenset(c.slot.name for c in columns if c.slot.type in TEXTS))
    placed = not _may_be_shifted(found)
    for index, item in enumerate(found):
        for column in columns:
            if column.slot.name.startswith("_"):
                continue
            path = f"{column.slot.rows}.{index}.{column.slot.name}"
            value = _value(path, column.slot, item.get(column.slot.name), frame)
            if value is not None:
                yield replace(value, placed=placed)


def _may_be_shifted(items: Sequence[Cells]) -> bool:
    """Whether recognized rows may have merged or moved against one another: a row has no name, or a name with the
    categories of two. The cells then add up, though they may be another row's."""
    names = [join_wrapped(segment.text for segment in item.get("name", ())) for item in items]
    recognized = any(segment.source == "ocr" for item in items for cell in item.values() for segment in cell)
    starred = [len(CATEGORY.findall(name)) for name in names]
    return recognized and (not all(names) or any(count > 1 for count in starred))


def find_empty_cells(frame: InvoiceFrame) -> list[Box]:
    """The cells of rows with an amount where nothing was read, between their neighbors."""
    columns, cells = _table(frame)
    if not any(column.x1 for column in columns):
        return []  # a table without legible headers: nobody knows where its cells are
    found = [_blank(frame, row, columns, i) for row in cells if _begins(row) for i in range(1, len(columns))]
    looked = [*(box for box in found if box is not None), *_continued(frame, columns, cells)]
    return [box for box in looked if not _occupied(frame, box)][:MAX_BLANKS]


def _table(frame: InvoiceFrame) -> tuple[list[Column], list[Cells]]:
    """The columns and the rows' cells. Read twice: the cells of the first reading show where each column's
    values stand, which header and ruled lines alone don't tell."""
    columns = find_columns(frame)
    if len(columns) < MIN_COLUMNS:
        return [Column(slot, 0.0, 0.0) for slot in frame.form.columns], by_sequence(frame)
    segments = [*at_borders(body(frame), columns), *stacked(frame, columns)]
    printed = above_subtable(rows(segments, frame.slope)[:MAX_ROWS], columns)
    segments = [segment for row in printed for segment in row]
    cells = [_cells(frame, row, columns) for row in printed]
    refined = with_edges(_refined(columns, cells), segments, frame.size)
    parts = [part for segment in segments for part in at_edges(segment, refined, frame.size)]
    rowed = rows(parts, frame.slope)[:MAX_ROWS]
    return refined, [part_touching(_cells(frame, row, refined), refined) for row in rowed]


def _refined(columns: Sequence[Column], cells: Sequence[Cells]) -> list[Column]:
    """*columns* as wide as header and usual values together."""
    refined = []
    for column in columns:
        boxes = [segment.box for row in cells if _begins(row) for segment in row.get(column.slot.name, ())]
        if boxes and column.slot.name != "name":
            edge = statistics.median(box.x0 for box in boxes)
            end = statistics.median(box.x1 for box in boxes)
            column = replace(column, x0=min(column.x0, edge), x1=max(column.x1, end), edge=edge)
        refined.append(column)
    return refined


def _occupied(frame: InvoiceFrame, cell: Box) -> bool:
    """Whether something read before reaches into *cell*."""
    return any(
        overlap_x(line.box, cell) > 0.3 * frame.size and overlap_y(line.box, cell) > 0.4 * line.box.height
        for line in frame.segments
    )


def _blank(frame: InvoiceFrame, row: Cells, columns: Sequence[Column], index: int) -> Box | None:
    """The empty cell of column *index* in *row*: from the text left of it to the text right of it."""
    column = columns[index]
    if column.slot.name in row or column.slot.name.startswith("_"):
        return None
    amount = row["amount"][0].box
    before = [segment.box.x1 for other in columns[:index] for segment in row.get(other.slot.name, ())]
    after = [segment.box.x0 for other in columns[index + 1 :] for segment in row.get(other.slot.name, ())]
    gap = 0.25 * amount.height
    left = max([(columns[index - 1].x1 + column.x0) / 2, *(x + gap for x in before)])
    ends = [(column.x1 + columns[index + 1].x0) / 2] if index + 1 < len(columns) else [frame.page.width]
    right = min([*ends, *(x - gap for x in after)]) if after else ends[0]
    y = amount.cy + frame.slope * ((left + right) / 2 - amount.cx)
    half = 0.75 * amount.height
    return Box(left, y - half, right, y + half) if right - left > amount.height else None


def _continued(frame: InvoiceFrame, columns: Sequence[Column], cells: Sequence[Cells]) -> Iterator[Box]:
    """Below each name that fills its column, where its last characters may stand: detectors overlook single ones."""
    size = frame.size
    end = next((right.x0 for left, right in itertools.pairwise(columns) if left.slot.name == "name"), math.inf)
    for box in (row["name"][-1].box for row in cells if "name" in row):
        if end - FULL * size < box.x1 < end + size:
            left, y = box.x0 - 0.2 * size, box.cy + LEADING * size
            yield Box(left, y - LEADING * size / 2, left + CONTINUED * size, y + LEADING * size / 2)


def _cells(frame: InvoiceFrame, row: Sequence[TextLine], columns: Sequence[Column]) -> Cells:
    """The segments of *row* in their columns: the cheapest assignment that keeps their order."""

    def place(segment: int, column: int) -> float:
        return _cost(frame, row[segment], columns[column])

    def again(segment: int, column: int) -> float:
        return place(segment, column) + SPLIT if columns[column].slot.type == "text" else math.inf

    choice = align(len(row), len(columns), Costs(place, again, lambda segment: DROP))
    cells: Cells = {}
    for segment, chosen in zip(row, choice, strict=True):
        if chosen is not None:
            cells.setdefault(columns[chosen].slot.name, []).append(segment)
    return cells


def _cost(frame: InvoiceFrame, segment: TextLine, column: Column) -> float:
    box = segment.box
    gap = max(0.0, column.x0 - box.x1, box.x0 - column.x1) / frame.size
    beyond = 0.0
    if column.left is not None:
        beyond += max(0.0, column.left - box.cx)
    if column.right is not None:
        beyond += max(0.0, box.cx - column.right)
    if column.left is not None and column.right is not None and not beyond:
        gap = min(gap, 1.0)
    return min(gap, MISFIT) + BEYOND * beyond / frame.size + _strangeness(segment.text, column.slot)


@lru_cache(maxsize=4096)
def _strangeness(printed: str, slot: Slot) -> float:
    """How unlikely *printed* is in a column of the slot's type."""
    text = match_key(printed)
    if slot.type in NUMERIC:
        if UNMONEYED.fullmatch(text):
            return MISFIT
        if PARSERS[slot.type](printed) is not None or _masked(text):
            return 0.0
        return ODD if slot.name in FACTORS and NUMBERS.fullmatch(printed) else MISFIT
    if slot.type == "issue_date":
        return 0.0 if PARSERS[slot.type](printed) is not None else MISFIT
    numeric = bool(re.fullmatch(r"-?[\d.,]+%?", text))
    if slot.type == "unit":
        return MISFIT / 2 if numeric else ODD if len(text) > 4 else 0.0
    if slot.name == "name":
        return ODD if numeric else 0.0
    return ODD / 4 if numeric else 0.0


def _masked(text: str) -> bool:
    return bool(re.fullmatch(r"\*+", text))


def _items(cells: Sequence[Cells], texts: Collection[str]) -> list[Cells]:
    """Rows with an amount begin items; the others continue the *texts* of the nearest item that takes them."""
    starts = [index for index, row in enumerate(cells) if _begins(row)]
    items: list[Cells] = [dict(cells[index]) for index in starts]
    if not starts:
        return []
    centered = any(set(row) <= set(texts) - {"unit"} and row for row in cells[: starts[0]])
    for index, row in enumerate(cells):
        if index in starts:
            continue
        owner = _owner(index, starts, centered)
        before = index < starts[owner]
        for name, segments in row.items():
            if name in texts:
                old = items[owner].get(name, [])
                items[owner][name] = [*segments, *old] if before else [*old, *segments]
    return items


def _begins(row: Cells) -> bool:
    amount = row.get("amount")
    return amount is not None and (PARSERS["money"](join(amount).text) is not None or is_misread("amount", amount))


def _owner(index: int, starts: Sequence[int], centered: bool) -> int:
    """The item that row *index* belongs to: the one begun above, or, where amounts stand in the middle of
    wrapped names, the nearest."""
    if centered:
        return min(range(len(starts)), key=lambda i: (abs(starts[i] - index), starts[i] > index))
    return max((i for i, start in enumerate(starts) if start <= index), default=0)


def _value(path: str, slot: Slot, segments: list[TextLine] | None, frame: InvoiceFrame) -> Candidate | None:
    if not segments:
        return None
    text = join_wrapped(
        [_starred(segments[0]) if slot.name == "name" else segments[0].text, *(p.text for p in segments[1:])]
    )
    value = PARSERS[slot.type](text)
    if value is None and _masked(match_key(text)):
        return None
    if slot.type == "money" and segments[0].source == "ocr" and TORN.match(match_key(text)):
        value = None
    return valued(path, value, text, segments, frame.page)


def _starred(segment: TextLine) -> str:
    """The text of a name's first *segment*: a 税收分类简称 stands between two stars, and a recognizer that loses the
    first, small and at the edge, still scores it."""
    lattice, first = segment.lattice, segment.text.lstrip(QUOTES)
    if lattice is None or not segment.character_steps or first.startswith("*") or not SECOND_STAR.match(first):
        return segment.text
    steps = range(segment.character_steps[len(segment.text) - len(first)] + 1)
    scored = (
        p for i in steps for c, p in zip(lattice.characters[i], lattice.probabilities[i], strict=True) if c == "*"
    )
    return "*" + first if max(scored, default=0.0) > STAR else segment.text
