"""A row that the file has as one text with single blanks between its cells, so that the cells don't stand under their
headers; or of which one text holds the name and the next cells. They are assigned by the order of the columns around
the rate and by the product of the figures.

What the order leaves open is left out: a single figure before the amount may be quantity or price, and the last of two
words may be a specification, a unit or the rest of the name. A word is a unit only if quantity and price are there and
their product is the amount.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import regex

from invoiceocr.extraction.tables.assignment import FIGURE, LONG_UNIT
from invoiceocr.extraction.tables.body import RATE
from invoiceocr.extraction.tables.cells import Cells
from invoiceocr.extraction.tables.columns import Column
from invoiceocr.extraction.tables.spec import ColumnSpec, TableSpec
from invoiceocr.extraction.tables.touching import is_product
from invoiceocr.geometry import union
from invoiceocr.page import TextLine
from invoiceocr.text.lines import match_key, parted

LEAST = 3  # words of such a row: what it is, the amount, the rate
OPEN = 0.3  # probability of a name whose last words may be the specification
CURRENCY = "¥"
# the name of a row with a figure behind a blank, or with an amount that touches it
ENDS_IN_FIGURE = regex.compile(r"[\s\p{Han})）][¥￥]?-?[\d,]*\d(?:\.\d+)?%?$")
TOUCHING = regex.compile(r"[\p{Han})）]([¥￥]?-?[\d,]*\d\.\d\d)$")


@dataclass(frozen=True, slots=True)
class _Order:
    """The columns before the rate, as texts and figures, and those from the rate on, in printed order."""

    texts: Sequence[ColumnSpec]
    figures: Sequence[ColumnSpec]
    behind: Sequence[ColumnSpec]


def in_order(row: Sequence[TextLine], table: TableSpec, columns: Sequence[Column]) -> Cells:
    """The cells of a *row* of one exact text, or of one that holds the name and figures; none if it is no such row."""
    words, held = _words(row)
    rate, order = _rate(words), _order(columns)
    if len(words) < LEAST or rate is None or order is None:
        return {}
    texts, figures = _before(words[:rate])
    amounts = _figures(figures, table, order)
    if table.starts.name not in amounts or not texts:
        return {}
    # the cells are the last figures; one before them that stands in the text of the name belongs to it
    if held and len(amounts) < len(figures):
        return {}
    behind = zip(order.behind, words[rate:], strict=False)
    found: Cells = {spec.name: [word] for spec, word in behind if spec.type.parse(word.text) is not None}
    return found | amounts | _texts(texts, table, order, is_counted=len(amounts) > 1)


def _words(row: Sequence[TextLine]) -> tuple[list[TextLine], int]:
    """The words of the only text of *row*, beside which its number may stand, or a character of a text in the margin;
    or those of its first text, with the figures beside it. And how many figures there are at the end of that text."""
    texts = [line for line in row if len(line.text) > 1 and not line.text.isdecimal()]
    if len(texts) == 1 and texts[0].source != "ocr":
        return _parted(texts[0]), 0
    first = min(row, key=lambda line: line.box.x0)
    beside = sorted((line for line in row if line is not first), key=lambda line: line.box.x0)
    if first.source == "ocr" or not ENDS_IN_FIGURE.search(first.text) or not all(map(_is_figure_or_rate, beside)):
        return [], 0
    words = _parted(first)
    _, held = _before(words)
    return [*words, *beside], len(held)


def _parted(line: TextLine) -> list[TextLine]:
    """The words of *line*; an amount that touches the name before it is one."""
    touching = TOUCHING.search(line.text)
    blanks = [i for i in range(1, len(line.text)) if line.text[i - 1].isspace()]
    return parted(line, [*blanks, touching.start(1)] if touching else blanks)


def _is_figure_or_rate(line: TextLine) -> bool:
    return _is_figure(line) or RATE.fullmatch(match_key(line.text)) is not None


def _rate(words: Sequence[TextLine]) -> int | None:
    """The place of the rate among *words*: behind the amount. A masked tax looks like one, too."""
    keys = [match_key(word.text) for word in words]
    places = (i for i in range(1, len(keys)) if RATE.fullmatch(keys[i]) and _is_figure(words[i - 1]))
    return next(places, None)


def _is_figure(word: TextLine) -> bool:
    return FIGURE.fullmatch(match_key(word.text).replace(CURRENCY, "")) is not None


def _order(columns: Sequence[Column]) -> _Order | None:
    """The order of the *columns*; None for tables without a rate."""
    specs = [column.spec for column in columns if column.spec.rows is not None]
    at = next((index for index, spec in enumerate(specs) if spec.type.name == "rate"), None)
    if at is None:
        return None
    before = specs[:at]
    texts = [spec for spec in before if not spec.is_figure]
    return _Order(texts, [spec for spec in before if spec.is_figure], specs[at:])


def _before(words: Sequence[TextLine]) -> tuple[list[TextLine], list[TextLine]]:
    """The texts of *words* and the figures behind them."""
    start = len(words)
    while start and _is_figure(words[start - 1]):
        start -= 1
    return list(words[:start]), list(words[start:])


def _figures(figures: Sequence[TextLine], table: TableSpec, order: _Order) -> Cells:
    """The amount, which is the last of *figures*, and the factors before it if their product is the amount."""
    names = [spec.name for spec in order.figures]
    if not figures or names[-1:] != [table.starts.name]:
        return {}
    cells = {name: [word] for name, word in zip(reversed(names), reversed(figures), strict=False)}
    return cells if _multiply(cells, table) else {names[-1]: [figures[-1]]}


def _multiply(cells: Cells, table: TableSpec) -> bool:
    """Whether the product of the factors in *cells* is the amount, within the rounding of the price."""
    if table.product is None or not cells.keys() >= set(table.product.names):
        return False
    return is_product([table.column(name).type.parse(cells[name][0].text) for name in table.product.names])


def _texts(texts: Sequence[TextLine], table: TableSpec, order: _Order, *, is_counted: bool) -> Cells:
    """The cells of *texts*: each in its column if there are as many; the last word before a quantity is the unit."""
    free, cells = [spec for spec in order.texts if not spec.is_unit], {}
    unit = next((spec for spec in order.texts if spec.is_unit), None)
    if unit is not None and is_counted and _ends_like_unit(texts):
        cells[unit.name] = [texts[-1]]
        texts = texts[:-1]
    return cells | dict(_named(texts, free, table, is_counted=is_counted))


def _ends_like_unit(texts: Sequence[TextLine]) -> bool:
    """Whether the last of several *texts* is as short as a unit."""
    return len(texts) > 1 and len(texts[-1].text) <= LONG_UNIT


def _named(
    texts: Sequence[TextLine], columns: Sequence[ColumnSpec], table: TableSpec, *, is_counted: bool
) -> Iterator[tuple[str, list[TextLine]]]:
    """The *columns* of words with the *texts*; all of those of a name with blanks in it belong to the name."""
    if is_counted and len(texts) == len(columns):
        yield from ((spec.name, [word]) for spec, word in zip(columns, texts, strict=True))
    elif is_counted or len(texts) == 1:
        yield table.leading.name, [_spaced(texts, 1.0 if len(columns) == 1 else OPEN)]


def _spaced(words: Sequence[TextLine], sure: float) -> TextLine:
    """*words* of one text with the blanks between them, *sure* to be one cell if there are several."""
    if len(words) == 1:
        return words[0]
    text, box = " ".join(word.text for word in words), union(word.box for word in words)
    return TextLine(text, box, words[0].source, sure)
