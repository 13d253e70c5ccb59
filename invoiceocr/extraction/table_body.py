"""What stands in the item table: the pieces between header and sums, cut where several cells were read as one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import regex

from invoiceocr.extraction.columns import Column
from invoiceocr.extraction.frame import Anchor, Frame, is_stamped
from invoiceocr.extraction.parsers import NUMERIC
from invoiceocr.lines import cut, loose, parted, rows
from invoiceocr.page import TextLine

MARGIN = 0.6  # text heights that stay clear of the sums' level
HEAD_MARGIN = 0.2  # text heights below the header's level where rows may begin
COLUMN_GAP = 1.8  # text heights between the middles of two characters
LARGE = 2.0  # text heights: higher characters are stamps and watermarks
STACKED = 1.4  # times as high as wide: characters under one another
SURE = 0.9  # probability of a character in a column; a doubtful one is looked at again in its cell
STACKING = ("unit", "quantity")  # types of cells that may hold a single character
MAX_UNIT = 2  # characters
MAX_ROWS = 400  # of one page
RATE = re.compile(r"\d{1,2}(\.\d+)?%|免税|不征税|\*{1,3}")
GLUED = re.compile(r"([-−]?[\d,]+\.\d\d)\s*\d{1,2}%")
CAPTION = regex.compile(r"[\p{Han}/()、]{2,12}")
MIN_CAPTIONS = 4  # of the header of a second table
MIN_AMONG_FIGURES = 2  # of them stand in columns of figures
DATED = regex.compile(r"(\p{Han}+)\s*20\d{6}")  # a vehicle's type and the date in the next column
NUMBER = re.compile(r"-?[\d.,]+")

Cells = dict[str, list[TextLine]]


def body(frame: Frame) -> list[TextLine]:
    """The pieces between header, or the buyer's last row where no header was read, and sums."""
    normal = [piece for piece in frame.pieces if piece.box.height < LARGE * frame.size and not _is_seal(piece, frame)]
    return [piece for piece in _within(frame, normal) if "¥" not in loose(piece.text)[:2]]


def stacked(frame: Frame, columns: Sequence[Column]) -> list[TextLine]:
    """The sure characters of pieces that were read down a column of short cells: the units of several rows."""
    narrow = [column for column in columns if column.slot.type in STACKING]
    columned = [piece for piece in frame.page.lines if _is_stacked(piece)]
    parts = [cut(piece, i, i + 1) for piece in columned for i in range(len(piece.text)) if piece.text[i].strip()]
    others = [piece for piece in frame.pieces if not _is_stacked(piece)]
    return [
        part
        for part in _within(frame, parts)
        if part.confidence > SURE
        and any(column.x0 - frame.size < part.box.cx < column.x1 + frame.size for column in narrow)
        and not any(other.box.contains(part.box.cx, part.box.cy) for other in others)
    ]


def _within(frame: Frame, pieces: Iterable[TextLine]) -> list[TextLine]:
    """Those of *pieces* that stand in the table."""
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

    return [piece for piece in pieces if below_header(piece) and above_sums(piece)]


def above_subtable(found: Sequence[Sequence[TextLine]], columns: Sequence[Column]) -> Sequence[Sequence[TextLine]]:
    """The rows *found* above the header of a second table, of travelers, vehicles or goods, that some invoices have
    between items and sums: a row of nothing but words, some of them where only figures may stand."""
    end = next((i for i, row in enumerate(found) if i and _is_header(row, columns)), len(found))
    return found[:end]


def _is_header(row: Sequence[TextLine], columns: Sequence[Column]) -> bool:
    if len(row) < MIN_CAPTIONS or not all(CAPTION.fullmatch(loose(piece.text)) for piece in row):
        return False
    figures = [column for column in columns if column.slot.type in NUMERIC]
    start = min((column.x0 for column in figures), default=0.0)
    return sum(piece.box.cx > start and not RATE.fullmatch(loose(piece.text)) for piece in row) >= MIN_AMONG_FIGURES


def _is_stacked(piece: TextLine) -> bool:
    return piece.source == "ocr" and len(piece.text) > 1 and piece.box.height > STACKED * piece.box.width


def _is_seal(piece: TextLine, frame: Frame) -> bool:
    """Whether a seal says it: by its color, or, recognized on a gray scan, by words that stand in no item but one
    that begins with its category."""
    text = loose(piece.text)
    named = piece.source == "ocr" and not text.startswith("*") and frame.form.seal.search(text) is not None
    return named or (is_stamped(piece) and not NUMBER.fullmatch(text))


def _at_gaps(piece: TextLine) -> list[TextLine]:
    """A recognized *piece* cut where the recognizer saw a blank as wide as two characters: a gap of columns."""
    boxes = piece.character_boxes
    gaps = [
        i
        for i in range(1, len(boxes) - 1)
        if piece.text[i] == " " and boxes[i + 1].cx - boxes[i - 1].cx > COLUMN_GAP * piece.box.height
    ]
    return parted(piece, gaps)


def _before_rate(piece: TextLine) -> list[TextLine]:
    """A recognized *piece* cut where it holds an amount and the rate, or a type and the date, in the next column."""
    match = GLUED.fullmatch(piece.text) or DATED.fullmatch(piece.text)
    return [piece] if match is None else parted(piece, [match.end(1)])


def _below_buyer(frame: Frame) -> Anchor | None:
    """The level of the buyer's last label."""
    slots = frame.form.parties["buyer"].rows
    words = frame.anchors.get("words")
    labels = [label for slot in slots for label in frame.labels(slot.label) if words and label.box.cy < words.y]
    lowest = max(labels, key=lambda label: label.box.cy, default=None)
    return Anchor(lowest.box.cx, lowest.box.cy, frame.slope) if lowest else None


def at_borders(pieces: Sequence[TextLine], columns: Sequence[Column]) -> list[TextLine]:
    """*pieces* cut where they run over a ruled line between columns; recognized ones are left whole, since
    dot-matrix print crosses the lines of its form."""
    borders = [column.right for column in columns if column.right is not None]
    return [part for piece in pieces for part in (_parts(piece, borders) if piece.character_boxes else [piece])]


def _parts(piece: TextLine, borders: Sequence[float]) -> list[TextLine]:
    if piece.source == "ocr":
        return [part for wide in _at_gaps(piece) for part in _before_rate(wide)]
    cells = [sum(box.cx > border for border in borders) for box in piece.character_boxes]
    return parted(piece, (i for i in range(1, len(cells)) if cells[i] != cells[i - 1]))


def by_sequence(frame: Frame) -> list[Cells]:
    """The cells of a table whose headers are illegible, by the order that every form has: texts, numbers, the
    amount, the rate, the tax."""
    return [_sequence(row) for row in rows(body(frame), frame.slope)[:MAX_ROWS]]


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
