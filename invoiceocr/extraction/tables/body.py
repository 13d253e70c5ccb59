"""The contents of a table: the segments between its header and its end, split where several cells were read as one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import regex

from invoiceocr.extraction.candidates import amount_alone
from invoiceocr.extraction.seals import without_ids
from invoiceocr.extraction.tables.cells import HEAD_MARGIN, MAX_ROWS, Cells
from invoiceocr.extraction.tables.columns import Column
from invoiceocr.extraction.tables.spec import TableSpec, Unheaded
from invoiceocr.geometry import Box, union
from invoiceocr.layout.anchors import Anchor
from invoiceocr.layout.form import FormLayout
from invoiceocr.layout.segments import is_stamped
from invoiceocr.page import TextLine
from invoiceocr.text.lines import cut, match_key, parted, rows
from invoiceocr.values.rate import MARKERS

# text heights of distance from the level of what ends the table
MARGIN = 0.6
# text heights by which sums may stand below their caption, where print lies off its form
SLIPPED = 1.3
# text heights between the levels of what stands at one level
LEVEL = 0.5
# text heights of distance from the line below the table, with the sums in between
LAST_MARGIN = 2.5
# text heights between the middles of two characters
COLUMN_GAP = 1.8
# text heights: higher characters are stamps and watermarks
LARGE = 2.0
# times as high as wide: characters one below another
STACKED = 1.4
# probability of a character in a column; a doubtful one is read again in its cell
SURE = 0.9
MAX_UNIT = 2  # characters
UNTAXED = "|".join(sorted(MARKERS, key=len, reverse=True))
ITEM_RATE = re.compile(rf"\d{{1,2}}(\.\d+)?%|{UNTAXED}")
RATE = re.compile(rf"{ITEM_RATE.pattern}|\*{{1,3}}")
# the rate with the amounts beside it
GLUED = re.compile(rf"([-−]?[\d,]+(?:\.\d[\d,]*)?\.\d\d)?\s*(\d{{1,2}}%|{UNTAXED})\s*([-−]?[\d,]+\.\d\d|\*{{1,3}})?")
FIGURE = re.compile(r"-?[¥￥]?-?[\d,]+(\.\d+)?")
# more than one figure, with nothing between them
FIGURES = re.compile(r"-?[\d,]+\.[\d,]+\.[\d,.]+")
SUM = re.compile(r"-?¥?-?[\d,]+\.\d\d|\*{2,}")
MARKED_SUM = re.compile(r"-?¥|\*{2,}$")
SIGNS = frozenset("¥￥")
NEXT_FIGURE = re.compile(r"\d(?=-?[¥￥])")
# a text that holds an amount, the rate and what is behind it
WHOLE_ROW = re.compile(rf"\S.*\s-?¥?-?[\d,]+\.\d\d\s+({RATE.pattern})(\s|$)")
APART = 0.1  # in heights: characters of one figure are closer
CAPTION = regex.compile(r"[\p{Han}/()、]{2,12}")
MIN_CAPTIONS = 4  # captions of the header of a second table; one less if they are exact
MIN_AMONG_FIGURES = 2  # this many of them are in columns of figures; one less if they are exact
# the type of a vehicle and the date in the next column
DATED = regex.compile(r"(\p{Han}+)\s*20\d{6}")
NUMBER = re.compile(r"-?[\d.,]+")
FIGURE_STACK = re.compile(rf"{NUMBER.pattern}(?:\s{NUMBER.pattern})+")
LATER_FIGURE = re.compile(r"(?<=[^\s.,])\s+(?=(-?[¥￥]?-?[\d,]+(?:\.\d+)?)(?:\s|$))")


def body(form: FormLayout, table: TableSpec) -> list[TextLine]:
    """The segments between the header, or the captions above it if none was read, and the end."""
    normal = [
        segment for segment in form.segments if segment.box.height < LARGE * form.size and not _is_seal(segment, table)
    ]
    inside = without_ids(_within(form, table, normal), form)
    return [segment for segment in inside if not _is_sum(form, segment, inside)]


def _is_sum(form: FormLayout, segment: TextLine, others: Iterable[TextLine]) -> bool:
    """Whether *segment* is a sum: one with a sign of currency and, unlike rows of items, without a rate among the
    *others* at its level."""
    return "¥" in match_key(segment.text)[:2] and not _has_rate(form, segment, others)


def _has_rate(form: FormLayout, segment: TextLine, others: Iterable[TextLine]) -> bool:
    """Whether a rate of an item is among the *others* at the level of *segment*."""
    level = (other for other in others if form.same_row(segment.box, other.box))
    return any(ITEM_RATE.fullmatch(match_key(other.text)) for other in level)


def stacked(form: FormLayout, table: TableSpec, columns: Sequence[Column]) -> list[TextLine]:
    """The sure parts of segments that were read down a column of short cells: the units of several rows, or their
    quantities."""
    narrow = [column for column in columns if column.spec.is_short]
    others = [segment for segment in form.segments if not _is_stacked(segment)]
    parts = [part for segment in form.page.lines if _is_stacked(segment) for part in _stack(segment)]

    def stands_alone(box: Box) -> bool:
        in_column = any(column.x0 - form.size < box.cx < column.x1 + form.size for column in narrow)
        return in_column and not any(other.box.contains(box.cx, box.cy) for other in others)

    return [part for part in _within(form, table, parts) if part.confidence > SURE and stands_alone(part.box)]


def _stack(segment: TextLine) -> list[TextLine]:
    """The figures of *segment* that stand one below another with blanks in between, or else its characters."""
    if FIGURE_STACK.fullmatch(segment.text):
        return parted(segment, [i for i in range(1, len(segment.text)) if segment.text[i - 1].isspace()])
    return [cut(segment, i, i + 1) for i, character in enumerate(segment.text) if character.strip()]


def _within(form: FormLayout, table: TableSpec, segments: Iterable[TextLine]) -> list[TextLine]:
    """Those of *segments* that stand in the table."""
    anchor = form.anchors.get(table.header) or _below_captions(form, table)
    if anchor is None:
        return []
    ends = [label for label in form.labels(*table.ends) if label.box.cy > anchor.y + form.size]
    end = min(ends, key=lambda label: label.box.cy) if ends else None
    sunk = _sunk(form, end.box) if end is not None else 0.0
    last = form.anchors.get(table.above)

    def below_header(segment: TextLine) -> bool:
        # captions are no segments: anything else at the level of the header is a first row that was printed too high
        return form.level(segment.box) > anchor.at(segment.box.cx) + HEAD_MARGIN * form.size

    def above_end(segment: TextLine) -> bool:
        y = form.level(segment.box)
        if end is not None:
            return y < end.box.cy + sunk + anchor.slope * (segment.box.cx - end.box.cx) - MARGIN * form.size
        return last is None or y < last.at(segment.box.cx) - LAST_MARGIN * form.size

    return [segment for segment in segments if below_header(segment) and above_end(segment)]


def _sunk(form: FormLayout, caption: Box) -> float:
    """How far the two sums stand below their *caption*; 0 if they are level with it, or a figure of no item is."""
    right = [segment for segment in form.segments if segment.box.x0 > caption.x1]
    marked = (segment.box for segment in right if MARKED_SUM.match(match_key(segment.text)))
    depths = (form.under(form.level(box), caption, box) for box in marked)
    below = sorted(down for down in depths if LEVEL * form.size <= down < SLIPPED * form.size)
    if len(below) < 2 or below[1] - below[0] > LEVEL * form.size:
        return 0.0
    level = (each for each in right if form.off_caption(caption, each.box) < LEVEL * form.size)
    is_beside = any(SUM.fullmatch(match_key(each.text)) and not _has_rate(form, each, right) for each in level)
    return 0.0 if is_beside else below[0]


def above_subtable(
    form: FormLayout, table: TableSpec, segments: Sequence[TextLine], columns: Sequence[Column]
) -> Sequence[Sequence[TextLine]]:
    """The rows of *segments* above the header of a second table, of travelers, vehicles or goods, that some invoices
    have between items and sums. Such a header is a row of nothing but words, known captions or not, some of them where
    only figures may stand."""
    labels = [TextLine(label.text, label.box, "text_layer") for label in form.page.labels]
    captions = {id(label) for label in _within(form, table, labels)}
    known = [label for label in labels if id(label) in captions]
    found = rows([*segments, *known], form.slope)[:MAX_ROWS]
    end = next((i for i, row in enumerate(found) if i and _is_header(row, columns)), len(found))
    return [row for line in found[:end] if (row := [segment for segment in line if id(segment) not in captions])]


def _is_header(row: Sequence[TextLine], columns: Sequence[Column]) -> bool:
    texts = [match_key(segment.text) for segment in row]
    less = all(segment.source != "ocr" for segment in row)
    if len(row) < MIN_CAPTIONS - less or not all(CAPTION.fullmatch(text) for text in texts):
        return False
    figures = min((column.x0 for column in columns if column.spec.is_figure), default=0.0)
    among = [text for text, segment in zip(texts, row, strict=True) if segment.box.cx > figures]
    return sum(RATE.fullmatch(text) is None for text in among) >= MIN_AMONG_FIGURES - less


def _is_stacked(segment: TextLine) -> bool:
    return segment.source == "ocr" and len(segment.text) > 1 and segment.box.height > STACKED * segment.box.width


def _is_seal(segment: TextLine, table: TableSpec) -> bool:
    """Whether it is the text of a seal: by its color or, on a gray scan, by words that no item contains except one that
    begins with its category."""
    text = match_key(segment.text)
    is_read = segment.source == "ocr" and not text.startswith("*")
    named = is_read and table.seal is not None and table.seal.search(text) is not None
    return named or (is_stamped(segment) and not NUMBER.fullmatch(text))


def _at_gaps(segment: TextLine) -> list[TextLine]:
    """A recognized *segment*, split where the recognizer saw a blank as wide as two characters: a gap between
    columns."""
    boxes = segment.character_boxes
    gaps = [
        i
        for i in range(1, len(boxes) - 1)
        if segment.text[i] == " " and boxes[i + 1].cx - boxes[i - 1].cx > COLUMN_GAP * segment.box.height
    ]
    return parted(segment, gaps)


def _at_figures(segment: TextLine, columns: Sequence[Column]) -> list[TextLine]:
    """A recognized *segment*, split at a blank before a figure that stands under the header of a column of figures."""
    heads = [column for column in columns if column.spec.is_figure]
    starts = [(match.end(), match.end() + len(match[1])) for match in LATER_FIGURE.finditer(segment.text)]
    middles = {start: union(segment.character_boxes[start:end]).cx for start, end in starts}
    return parted(segment, [i for i, x in middles.items() if any(head.x0 < x < head.x1 for head in heads)])


def _at_rate(segment: TextLine) -> list[TextLine]:
    """*segment*, split if it contains the rate and the amount before or behind it, or a type and the date in the next
    column. In exact characters 13.000% is a rate."""
    match = GLUED.fullmatch(segment.text)
    if match is not None and (segment.source == "ocr" or not RATE.fullmatch(segment.text)):
        return parted(segment, [match.start(group) for group in (2, 3) if match[group]])
    dated = DATED.fullmatch(segment.text) if segment.source == "ocr" else None
    return [segment] if dated is None else parted(segment, [dated.end(1)])


def _below_captions(form: FormLayout, table: TableSpec) -> Anchor | None:
    """The level of the last of the captions above the table."""
    last = form.anchors.get(table.above)
    labels = [label for label in form.labels(*table.below) if last and label.box.cy < last.y]
    lowest = max(labels, key=lambda label: label.box.cy, default=None)
    return Anchor(lowest.box.cx, lowest.box.cy, form.slope) if lowest else None


def at_borders(segments: Sequence[TextLine], columns: Sequence[Column]) -> list[TextLine]:
    """*segments*, split at the rate, and where they cross a ruled line between columns. Recognized ones are not
    split at lines, since dot-matrix print crosses the lines of its form, and neither are figures without a gap at
    the line."""
    return [
        part for segment in segments for part in (_parts(segment, columns) if segment.character_boxes else [segment])
    ]


def _parts(segment: TextLine, columns: Sequence[Column]) -> list[TextLine]:
    if segment.source == "ocr":
        cells = (cell for wide in _at_gaps(segment) for cell in _at_figures(wide, columns))
        return [_within_form(part, columns) for cell in cells for part in _at_rate(cell)]
    borders = [column.right for column in columns if column.right is not None]
    return [part for signed in _at_signs(segment) for figures in _at_rate(signed) for part in _over(figures, borders)]


def _within_form(segment: TextLine, columns: Sequence[Column]) -> TextLine:
    """A figure of the last column without the caption down the side of the form into which it runs."""
    is_last = bool(columns) and columns[-1].spec.is_figure and segment.box.cx > columns[-1].x0
    return amount_alone(segment) if is_last else segment


def _at_signs(segment: TextLine) -> list[TextLine]:
    """*segment* split where a figure touches the sign of currency of the next one."""
    return (
        parted(segment, [match.end() for match in NEXT_FIGURE.finditer(segment.text)])
        if SIGNS & set(segment.text)
        else [segment]
    )


def _over(segment: TextLine, borders: Sequence[float]) -> list[TextLine]:
    """*segment* of exact characters, split where it crosses *borders*. If two figures touch, the line does not show
    where one ends, because the first one crosses it. Nor does it if a whole row is one text: borders then fall into its
    words."""
    if WHOLE_ROW.search(segment.text):
        return [segment]
    boxes = segment.character_boxes
    middles = [box.cx for box in boxes]
    crossed = [border for border in borders if min(middles) <= border < max(middles)]
    cells = [len([border for border in crossed if x > border]) for x in middles] if crossed else []
    places = [i for i in range(1, len(cells)) if cells[i] != cells[i - 1]]
    if FIGURES.fullmatch(segment.text) or FIGURE.fullmatch(segment.text):
        places = [i for i in places if boxes[i].x0 - boxes[i - 1].x1 > APART * segment.box.height]
    return parted(segment, places)


def by_sequence(form: FormLayout, table: TableSpec) -> list[Cells]:
    """The cells of a table whose headers are illegible, by the order that every such table has: texts, numbers, the
    rate, and what is behind it."""
    if table.unheaded is None:
        return []
    return [_sequence(row, table.unheaded) for row in rows(body(form, table), form.slope)[:MAX_ROWS]]


def _sequence(row: Sequence[TextLine], order: Unheaded) -> Cells:
    """The cells of one row around its rate; a row without a rate contains only texts."""
    rate = next((i for i, segment in enumerate(row) if RATE.fullmatch(match_key(segment.text))), None)
    before = list(row if rate is None else row[:rate])
    texts = [segment for segment in before if not NUMBER.fullmatch(match_key(segment.text))]
    cells: Cells = {name: [segment] for name, segment in zip(_text_columns(texts, order), texts, strict=False)}
    if rate is None:
        return cells
    numbers = [segment for segment in before if segment not in texts]
    cells[order.rate] = [row[rate]]
    for name, segment in zip(reversed(order.figures), reversed(numbers), strict=False):
        cells[name] = [segment]
    if rate + 1 < len(row):
        cells[order.behind] = [row[rate + 1]]
    return cells


def _text_columns(texts: Sequence[TextLine], order: Unheaded) -> Sequence[str]:
    """The columns of the texts of one row, in order; the last of two texts belongs to the last column if it is short
    enough."""
    if len(texts) == 2 and len(texts[1].text) <= MAX_UNIT:
        return (order.texts[0], order.texts[-1])
    return order.texts
