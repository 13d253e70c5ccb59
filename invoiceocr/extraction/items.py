"""The item table: columns from the header's labels and the ruled lines, rows from the amounts.

Pieces of a row go to columns from left to right by where they stand and what they look like; a row with an
amount begins an item, rows without one continue the texts of the item that they belong to.
"""

from __future__ import annotations

import itertools
import re
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.extraction.candidates import is_misread, valued
from invoiceocr.extraction.frame import Anchor, Frame, is_stamped
from invoiceocr.extraction.parsers import NUMERIC, PARSERS
from invoiceocr.extraction.schema import Slot
from invoiceocr.geometry import Box, overlap_x, overlap_y
from invoiceocr.lines import cut, join, loose, rows, strip
from invoiceocr.page import TextLine
from invoiceocr.values.text import join_wrapped

MISFIT = 8.0  # cost of a text in a column whose type it can't be
ODD = 2.0  # cost of a text that is unusual in its column
DROP = 6.0  # cost of leaving a piece out
SPLIT = 0.6  # cost of a second piece in one text column
BEYOND = 2.0  # cost, per text height, of standing beyond a ruled line
MARGIN = 0.6  # text heights that stay clear of the sums' level
HEAD_MARGIN = 0.2  # text heights below the header's level where rows may begin
EDGE = 0.6  # text heights: how near to its column's edge a value begins
MAX_QUANTITY = 6  # digits
CENT = Decimal("0.01")
LAST = 8.0  # text heights from the header before to the end of a last column whose header was not read
COLUMN_GAP = 1.8  # text heights between the middles of two characters
LARGE = 2.0  # text heights: higher characters are stamps and watermarks
MIN_COLUMNS = 4
MAX_UNIT = 2  # characters
RATE = re.compile(r"\d{1,2}(\.\d+)?%|免税|不征税|\*{1,3}")
GLUED = re.compile(r"([-−]?[\d,]+\.\d\d)\s*\d{1,2}%")
NUMBER = re.compile(r"-?[\d.,]+")
MAX_ROWS = 400  # of one page
MAX_BLANKS = 40  # of one page: second looks cost some milliseconds each


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its slot, the extent of its header, and the ruled lines beside it (None where there is none)."""

    slot: Slot
    x0: float
    x1: float
    left: float | None = None
    right: float | None = None
    edge: float | None = None  # where its values usually begin


Cells = dict[str, list[TextLine]]


def read_items(frame: Frame) -> Iterator[Candidate]:
    """The candidates `items.N.*` of the table on the page."""
    columns, cells = _table(frame)
    for index, item in enumerate(_items(cells)):
        for column in columns:
            if column.slot.name.startswith("_"):
                continue
            found = _value(f"items.{index}.{column.slot.name}", column.slot, item.get(column.slot.name), frame)
            if found is not None:
                yield found


def blank_cells(frame: Frame) -> list[Box]:
    """The cells of rows with an amount where nothing was read, between their neighbors."""
    columns, cells = _table(frame)
    if not any(column.x1 for column in columns):
        return []  # a table without legible headers: nobody knows where its cells are
    found = [_blank(frame, row, columns, i) for row in cells if _begins(row) for i in range(1, len(columns))]
    return [box for box in found if box is not None and not _occupied(frame, box)][:MAX_BLANKS]


def _table(frame: Frame) -> tuple[list[Column], list[Cells]]:
    """The columns and the rows' cells. Read twice: the cells of the first reading show where each column's
    values stand, which header and ruled lines alone don't tell."""
    columns = find_columns(frame)
    if len(columns) < MIN_COLUMNS:
        return by_sequence(frame)
    body = _at_borders(_body(frame), columns)
    cells = [_cells(frame, row, columns) for row in rows(body, frame.slope)[:MAX_ROWS]]
    refined = _refined(columns, cells)
    parts = [part for piece in body for part in _at_edges(piece, refined, frame.size)]
    return refined, [_unglued(_cells(frame, row, refined)) for row in rows(parts, frame.slope)[:MAX_ROWS]]


def _unglued(row: Cells) -> Cells:
    """*row* with a quantity and a unit price that were read as one number cut where their product is the amount."""
    if "quantity" in row or not {"unit_price", "amount"} <= row.keys() or len(row["unit_price"]) > 1:
        return row
    piece, amount = row["unit_price"][0], PARSERS["money"](join(row["amount"]).text)
    if not isinstance(amount, Decimal) or PARSERS["quantity"](piece.text) == amount:
        return row
    for at in range(1, min(MAX_QUANTITY, len(piece.text) - 1) + 1):
        quantity, price = (PARSERS["quantity"](part) for part in (piece.text[:at], piece.text[at:]))
        if isinstance(quantity, Decimal) and isinstance(price, Decimal) and abs(quantity * price - amount) <= CENT:
            left, right = cut(piece, 0, at), cut(piece, at, len(piece.text))
            return {**row, "quantity": [left], "unit_price": [right]}
    return row


def _refined(columns: Sequence[Column], cells: Sequence[Cells]) -> list[Column]:
    """*columns* as wide as header and usual values together."""
    refined = []
    for column in columns:
        boxes = [piece.box for row in cells if _begins(row) for piece in row.get(column.slot.name, ())]
        if boxes and column.slot.name != "name":
            edge = statistics.median(box.x0 for box in boxes)
            end = statistics.median(box.x1 for box in boxes)
            column = replace(column, x0=min(column.x0, edge), x1=max(column.x1, end), edge=edge)
        refined.append(column)
    return refined


def _at_edges(piece: TextLine, columns: Sequence[Column], size: float) -> list[TextLine]:
    """*piece* cut where a recognized name runs into the next column: at a character that stands where that
    column's values begin in other rows."""
    if piece.source != "ocr" or piece.character_boxes == ():
        return [piece]
    for left, column in itertools.pairwise(columns):
        if left.slot.name != "name" or column.edge is None or column.slot.type != "text":
            continue
        edge = column.edge
        starts = [i for i, box in enumerate(piece.character_boxes) if abs(box.x0 - edge) < EDGE * size]
        if starts and starts[0] > 1 and piece.box.x0 < left.x1 and piece.box.x1 > edge:
            at = min(starts, key=lambda i: abs(piece.character_boxes[i].x0 - edge))
            cuts = (strip(cut(piece, 0, at)), strip(cut(piece, at, len(piece.text))))
            return [part for part in cuts if part is not None]
    return [piece]


def _occupied(frame: Frame, cell: Box) -> bool:
    """Whether something read before reaches into *cell*."""
    return any(
        overlap_x(line.box, cell) > 0.3 * frame.size and overlap_y(line.box, cell) > 0.4 * line.box.height
        for line in frame.pieces
    )


def _blank(frame: Frame, row: Cells, columns: Sequence[Column], index: int) -> Box | None:
    """The empty cell of column *index* in *row*: from the text left of it to the text right of it."""
    column = columns[index]
    if column.slot.name in row or column.slot.name.startswith("_"):
        return None
    amount = row["amount"][0].box
    before = [piece.box.x1 for other in columns[:index] for piece in row.get(other.slot.name, ())]
    after = [piece.box.x0 for other in columns[index + 1 :] for piece in row.get(other.slot.name, ())]
    gap = 0.25 * amount.height
    left = max([(columns[index - 1].x1 + column.x0) / 2, *(x + gap for x in before)])
    ends = [(column.x1 + columns[index + 1].x0) / 2] if index + 1 < len(columns) else [frame.page.width]
    right = min([*ends, *(x - gap for x in after)]) if after else ends[0]
    y = amount.cy + frame.slope * ((left + right) / 2 - amount.cx)
    half = 0.75 * amount.height
    return Box(left, y - half, right, y + half) if right - left > amount.height else None


def find_columns(frame: Frame) -> list[Column]:
    """The columns whose labels stand on the table's header line, from left to right."""
    anchor = frame.anchors.get("table")
    if anchor is None:
        return []
    heads = []
    for slot in frame.form.columns:
        labels = [
            label
            for label in frame.labels(slot.label)
            if abs(label.box.cy - anchor.at(label.box.cx)) < 1.5 * label.box.height
        ]
        if labels:
            heads.append((labels[0].box, slot))
    heads = _completed(sorted(heads, key=lambda pair: pair[0].cx), frame)
    borders = [_border(frame, anchor, a[0].x1, b[0].x0) for a, b in itertools.pairwise(heads)]
    lefts = [_border(frame, anchor, 0.0, heads[0][0].x0) if heads else None, *borders]
    rights = [*borders, _border(frame, anchor, heads[-1][0].x1, frame.page.width) if heads else None]
    return [
        Column(slot, box.x0, box.x1, left, right) for (box, slot), left, right in zip(heads, lefts, rights, strict=True)
    ]


def _completed(heads: list[tuple[Box, Slot]], frame: Frame) -> list[tuple[Box, Slot]]:
    """*heads* with the headers that every table has but that were not read, in the middle between the printed
    neighbors."""
    order = [slot.name for slot in frame.form.columns]
    found = {slot.name for _, slot in heads}
    for slot in frame.form.columns:
        if not slot.always or slot.name in found:
            continue
        before = [pair for pair in heads if order.index(pair[1].name) < order.index(slot.name)]
        after = [pair for pair in heads if order.index(pair[1].name) > order.index(slot.name)]
        if after:
            left = before[-1][0].x1 if before else min(label.box.x0 for label in frame.page.labels)
            right = after[0][0]
            third = (right.x0 - left) / 3
            heads.insert(len(before), (Box(left + third, right.y0, right.x0 - third, right.y1), slot))
        elif before:
            last = before[-1][0]
            heads.append((Box(last.x1 + last.height, last.y0, last.x1 + LAST * last.height, last.y1), slot))
    return heads


def _border(frame: Frame, anchor: Anchor, x0: float, x1: float) -> float | None:
    """The ruled vertical line between two headers that goes down into the table."""
    crossing = [
        (ruling.x0 + ruling.x1) / 2
        for ruling in frame.page.rulings
        if not ruling.horizontal
        and x0 - 2 <= (ruling.x0 + ruling.x1) / 2 <= x1 + 2
        and min(ruling.y0, ruling.y1) < anchor.y + frame.size
        and max(ruling.y0, ruling.y1) > anchor.y + 3 * frame.size
    ]
    return statistics.median(crossing) if crossing else None


def by_sequence(frame: Frame) -> tuple[list[Column], list[Cells]]:
    """The cells of a table whose headers are illegible, by the order that every form has: texts, numbers, the
    amount, the rate, the tax."""
    columns = [Column(slot, 0.0, 0.0) for slot in frame.form.columns]
    body = _body(frame)
    return columns, [_sequence(row) for row in rows(body, frame.slope)[:MAX_ROWS]]


def _sequence(row: Sequence[TextLine]) -> Cells:
    """The cells of one row around its rate; a row without a rate holds texts only."""
    rate = next((i for i, piece in enumerate(row) if RATE.fullmatch(loose(piece.text))), None)
    before = list(row if rate is None else row[:rate])
    texts = [piece for piece in before if not NUMBER.fullmatch(loose(piece.text))]
    cells: Cells = {name: [piece] for name, piece in zip(_text_columns(texts), texts, strict=False)}
    if rate is None:
        return cells
    numbers = [piece for piece in before if piece not in texts]
    cells["tax_rate"] = [row[rate]]
    for name, piece in zip(("amount", "unit_price", "quantity"), reversed(numbers), strict=False):
        cells[name] = [piece]
    if rate + 1 < len(row):
        cells["tax_amount"] = [row[rate + 1]]
    return cells


def _text_columns(texts: Sequence[TextLine]) -> list[str]:
    """The columns of the texts of one row: the name, then specification, then a unit if the last is that short."""
    if len(texts) == 2 and len(texts[1].text) <= MAX_UNIT:
        return ["name", "unit"]
    return ["name", "specification", "unit"]


def _body(frame: Frame) -> list[TextLine]:
    """The pieces between header, or the buyer's last row where no header was read, and sums."""
    anchor = frame.anchors.get("table") or _below_buyer(frame)
    if anchor is None:
        return []
    ends = [label for label in frame.labels("subtotal", "sum") if label.box.cy > anchor.y]
    end = min(ends, key=lambda label: label.box.cy) if ends else None
    last = frame.anchors.get("words")

    def below_header(piece: TextLine) -> bool:
        # captions are no pieces: what else stands on the header's level is a first row printed too high
        return frame.level(piece.box) > anchor.at(piece.box.cx) + HEAD_MARGIN * frame.size

    def above_sums(piece: TextLine) -> bool:
        y = frame.level(piece.box)
        if end is not None:
            return y < end.box.cy + anchor.slope * (piece.box.cx - end.box.cx) - MARGIN * frame.size
        return last is None or y < last.at(piece.box.cx) - 2.5 * frame.size

    normal = [piece for piece in frame.pieces if piece.box.height < LARGE * frame.size and not _is_seal(piece)]
    body = [piece for piece in normal if below_header(piece) and above_sums(piece)]
    return [piece for piece in body if "¥" not in loose(piece.text)[:2]]


def _is_seal(piece: TextLine) -> bool:
    return is_stamped(piece) and not NUMBER.fullmatch(loose(piece.text))


def _at_gaps(piece: TextLine) -> list[TextLine]:
    """A recognized *piece* cut where the recognizer saw a blank as wide as two characters: a gap of columns."""
    boxes = piece.character_boxes
    gaps = [
        i
        for i in range(1, len(boxes) - 1)
        if piece.text[i] == " " and boxes[i + 1].cx - boxes[i - 1].cx > COLUMN_GAP * piece.box.height
    ]
    ends = [*gaps, len(boxes)]
    cuts = [cut(piece, start, end) for start, end in zip([0, *gaps], ends, strict=True)]
    return [part for part in map(strip, cuts) if part is not None]


def _before_rate(piece: TextLine) -> list[TextLine]:
    """A recognized *piece* cut where an amount and the rate in the next column were read as one."""
    match = GLUED.fullmatch(piece.text)
    if match is None:
        return [piece]
    cuts = (strip(cut(piece, 0, match.end(1))), strip(cut(piece, match.end(1), len(piece.text))))
    return [part for part in cuts if part is not None]


def _below_buyer(frame: Frame) -> Anchor | None:
    """The level of the buyer's last label."""
    slots = frame.form.parties["buyer"].rows
    words = frame.anchors.get("words")
    labels = [label for slot in slots for label in frame.labels(slot.label) if words and label.box.cy < words.y]
    lowest = max(labels, key=lambda label: label.box.cy, default=None)
    return Anchor(lowest.box.cx, lowest.box.cy, frame.slope) if lowest else None


def _at_borders(pieces: Sequence[TextLine], columns: Sequence[Column]) -> list[TextLine]:
    """*pieces* cut where they run over a ruled line between columns; recognized ones are left whole, since
    dot-matrix print crosses the lines of its form."""
    borders = [column.right for column in columns if column.right is not None]
    return [part for piece in pieces for part in (_parts(piece, borders) if piece.character_boxes else [piece])]


def _parts(piece: TextLine, borders: Sequence[float]) -> list[TextLine]:
    if piece.source == "ocr":
        return [part for wide in _at_gaps(piece) for part in _before_rate(wide)]
    cells = [sum(box.cx > border for border in borders) for box in piece.character_boxes]
    starts = [i for i in range(len(cells)) if i == 0 or cells[i] != cells[i - 1]]
    cuts = [cut(piece, start, stop) for start, stop in zip(starts, [*starts[1:], len(cells)], strict=True)]
    return [part for part in map(strip, cuts) if part is not None]


def _cells(frame: Frame, row: Sequence[TextLine], columns: Sequence[Column]) -> Cells:
    """The pieces of *row* in their columns: the cheapest assignment that keeps their order."""
    # state: last column used → (cost, columns chosen so far)
    best: dict[int, tuple[float, tuple[int | None, ...]]] = {-1: (0.0, ())}
    for piece in row:
        following: dict[int, tuple[float, tuple[int | None, ...]]] = {}
        costs = [_cost(frame, piece, column) for column in columns]
        for last, (cost, choice) in best.items():
            options: list[tuple[int, int | None, float]] = [(last, None, DROP)]
            options += [(i, i, costs[i]) for i in range(last + 1, len(columns))]
            if last >= 0 and columns[last].slot.type == "text":
                options.append((last, last, costs[last] + SPLIT))
            for state, chosen, extra in options:
                if state not in following or cost + extra < following[state][0]:
                    following[state] = (cost + extra, (*choice, chosen))
        best = following
    _, choice = min(best.values(), key=lambda pair: pair[0])
    cells: Cells = {}
    for piece, chosen in zip(row, choice, strict=True):
        if chosen is not None:
            cells.setdefault(columns[chosen].slot.name, []).append(piece)
    return cells


def _cost(frame: Frame, piece: TextLine, column: Column) -> float:
    box = piece.box
    gap = max(0.0, column.x0 - box.x1, box.x0 - column.x1) / frame.size
    beyond = 0.0
    if column.left is not None:
        beyond += max(0.0, column.left - box.cx)
    if column.right is not None:
        beyond += max(0.0, box.cx - column.right)
    if column.left is not None and column.right is not None and not beyond:
        gap = min(gap, 1.0)
    return min(gap, MISFIT) + BEYOND * beyond / frame.size + _strangeness(piece.text, column.slot)


@lru_cache(maxsize=4096)
def _strangeness(printed: str, slot: Slot) -> float:
    """How unlikely *printed* is in a column of the slot's type."""
    text = loose(printed)
    if slot.type in NUMERIC:
        return 0.0 if PARSERS[slot.type](printed) is not None or _masked(text) else MISFIT
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


def _items(cells: Sequence[Cells]) -> list[Cells]:
    """Rows with an amount begin items; the others continue the texts of the nearest item that takes them."""
    starts = [index for index, row in enumerate(cells) if _begins(row)]
    items: list[Cells] = [dict(cells[index]) for index in starts]
    if not starts:
        return []
    centered = any(set(row) <= {"name", "specification"} and row for row in cells[: starts[0]])
    for index, row in enumerate(cells):
        if index in starts:
            continue
        owner = _owner(index, starts, centered)
        before = index < starts[owner]
        for name, pieces in row.items():
            if name in ("name", "specification", "unit"):
                old = items[owner].get(name, [])
                items[owner][name] = [*pieces, *old] if before else [*old, *pieces]
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


def _value(path: str, slot: Slot, pieces: list[TextLine] | None, frame: Frame) -> Candidate | None:
    if not pieces:
        return None
    text = join_wrapped(piece.text for piece in pieces)
    value = PARSERS[slot.type](text)
    if value is None and _masked(loose(text)):
        return None
    return valued(path, value, text, pieces, frame.page)
