"""The sums of the form: 合计 under the table, 价税合计 in words and figures."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

import regex

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.evidence.spelling import may_be
from invoiceocr.extraction.candidates import candidate, is_misread
from invoiceocr.extraction.frame import Anchor, Frame
from invoiceocr.geometry import Box
from invoiceocr.lines import loose, rows, same_column
from invoiceocr.page import Label, TextLine
from invoiceocr.values import chinese_amount, money

ROW = 1.3  # text heights: how far amounts may stand off the level of their row
WORDS = regex.compile(r"(?:[(（]?负数?[)）]?)?[零壹贰貳叁參肆伍陆陸柒捌玖拾佰仟万萬亿億圆圓元角分整正]{2,}")
WORD = regex.compile(r"[零壹贰貳叁參肆伍陆陸柒捌玖拾佰仟万萬亿億圆圓元角分整正负]")
PLAIN_WORD = regex.compile(r"[零壹贰叁肆伍陆柒捌玖拾佰仟圆角]")  # such as hardly any other text has
PRINTED_SUM = regex.compile(r"¥|\.\d{2}$")  # a sum has its sign or its cents; a misread *** has neither
TORN = regex.compile(r"^[¥A-Z]?-?(?:0[\d,]|,)")  # no amount begins so: its first digits are lost
CENTS = regex.compile(r"[.,。]\d{2}$")
MISREAD_SIGN = regex.compile(r"^[A-Z羊半]-?\d[\d,]*\.\d{2}$")  # what a ¥ before an amount is misread as
SPELLED = 0.6  # of a piece's characters that must spell an amount for it to be one misread
TORN_SUM = regex.compile(r"^[A-Z羊半¥]-?\d{2}[\d,]*\.?\d?$")  # one whose cents were cut off
SIGNLESS = regex.compile(r"^-?\d")
RIGHT_SIGNLESS = 0.3  # of sums read without a sign on degraded specimens: 2 of 8
MASKED = regex.compile(r"^[*＊]{2,}$")


def read_sums(frame: Frame) -> Iterator[Candidate]:
    """The candidates of total_excluding_tax, total_tax, total and total_in_words."""
    words = list(_words(frame))
    yield from words
    yield from _total(frame, words)
    yield from _column_sums(frame)


def _words(frame: Frame) -> Iterator[Candidate]:
    """Amounts in words, those near their label first."""
    label = next(iter(frame.labels("words")), None)
    found = [(piece, match.group()) for piece in frame.pieces if (match := WORDS.search(loose(piece.text)))]
    if label is not None:
        found.sort(key=lambda pair: abs(frame.level(pair[0].box) - label.box.cy))
    for piece, text in found:
        if chinese_amount.is_valid(text) and not _is_torn(piece, text):
            yield candidate(
                "total_in_words", chinese_amount.compact(_as_printed(piece, text)), piece.text, [piece], frame.page
            )
        elif piece.lattice and _is_spelled(piece) and may_be("total_in_words", piece.lattice):
            yield candidate("total_in_words", None, piece.text, [piece], frame.page)


def _is_spelled(piece: TextLine) -> bool:
    text = loose(piece.text)
    return len(WORD.findall(text)) > SPELLED * len(text)


def _is_torn(piece: TextLine, text: str) -> bool:
    """Whether more words stand in a recognized *piece* than the *text* in it: a misread character parts them."""
    return piece.source == "ocr" and bool(PLAIN_WORD.search(loose(piece.text).replace(text, "", 1)))


def _as_printed(piece: TextLine, text: str) -> str:
    """The words with the printed brackets where the whole piece is the amount."""
    return piece.text if chinese_amount.is_valid(piece.text) else text


def _total(frame: Frame, words: list[Candidate]) -> Iterator[Candidate]:
    """The figure on the level of the words, and the one right of （小写）."""
    amounts = [piece for piece in frame.pieces if _is_amount("total", piece)]
    for item in words:
        if item.box is not None:
            yield from _on_level(frame, item.box, [piece for piece in amounts if _is_marked(piece)])
    for label in frame.labels("total"):
        yield from _right_of(frame, label, amounts)


def _on_level(frame: Frame, words: Box, amounts: Iterable[TextLine]) -> Iterator[Candidate]:
    def off(piece: TextLine) -> float:
        return abs(piece.box.cy - words.cy - frame.slope * (piece.box.cx - words.cx))

    row = [piece for piece in amounts if piece.box.x0 > words.x1 and off(piece) < ROW * frame.size]
    yield from _nearest(frame, "total", row, off)


def _right_of(frame: Frame, label: Label, amounts: Iterable[TextLine]) -> Iterator[Candidate]:
    def off(piece: TextLine) -> float:
        return abs(frame.level(piece.box) - label.box.cy - frame.slope * (piece.box.cx - label.box.cx))

    row = [piece for piece in amounts if piece.box.cx > label.box.cx and off(piece) < ROW * frame.size]
    yield from _nearest(frame, "total", row, lambda piece: abs(piece.box.x0 - label.box.x1))


def _nearest(
    frame: Frame, path: str, pieces: Iterable[TextLine], distance: Callable[[TextLine], float]
) -> Iterator[Candidate]:
    piece = min(pieces, key=lambda piece: (_amount(piece) is None, distance(piece)), default=None)
    if piece is not None:
        yield _sum(path, piece, frame)


def _sum(path: str, piece: TextLine, frame: Frame) -> Candidate:
    """The candidate for a sum; one recognized without its sign has probably lost more, or is a ¥ read as a digit."""
    found = candidate(path, _amount(piece), piece.text, [piece], frame.page)
    signless = piece.source == "ocr" and SIGNLESS.match(loose(piece.text))
    return replace(found, confidence=found.confidence * RIGHT_SIGNLESS) if signless else found


def _column_sums(frame: Frame) -> Iterator[Candidate]:
    """The amounts on the level of 合计, told apart by the columns that they stand in."""
    anchor = frame.anchors.get("sum")
    row = (_sum_row(frame, anchor) if anchor else []) or _pair(frame)
    columns = {
        "total_excluding_tax": frame.labels("column_amount"),
        "total_tax": frame.labels("column_tax_amount"),
    }
    for piece in row:
        path = _column(piece, columns, alone=len(row) == 1, last=piece is row[-1])
        if path and _is_amount(path, piece):
            yield _sum(path, piece, frame)


def _pair(frame: Frame) -> list[TextLine]:
    """Two amounts (or one and ***) on one level, the first with its ¥: only the sums of the columns are printed so."""
    marked = [piece for piece in frame.pieces if _is_marked(piece) or MASKED.match(loose(piece.text))]
    known = [piece for piece in frame.pieces if _is_sum(piece) or MASKED.match(loose(piece.text))]
    found = (row for pieces in (marked, known) for row in reversed(rows(pieces, frame.slope)))
    return next((row for row in found if len(row) == 2 and _is_marked(row[0])), [])


def _sum_row(frame: Frame, anchor: Anchor) -> list[TextLine]:
    """The amounts (or ***) right of 合计 nearest to its level, at most two."""
    labels = frame.labels("sum")
    start = min((label.box.x1 for label in labels), default=0.0)

    def off(piece: TextLine) -> float:
        return abs(frame.level(piece.box) - anchor.at(piece.box.cx))

    near = [
        piece
        for piece in frame.pieces
        if piece.box.x0 > start
        and off(piece) < ROW * frame.size
        and off(piece) <= _off_total(frame, piece)
        and (_is_sum(piece) or MASKED.match(loose(piece.text)))
    ]
    marked = [piece for piece in near if _is_marked(piece) or MASKED.match(loose(piece.text))]
    ranked = sorted(marked if len(marked) >= 2 else near, key=lambda piece: (_is_unread(piece), off(piece)))
    chosen = ranked[:1] + [piece for piece in ranked[1:] if not same_column(piece.box, ranked[0].box)][:1]
    return sorted(chosen, key=lambda piece: piece.box.x0)


def _off_total(frame: Frame, piece: TextLine) -> float:
    """How far *piece* stands off the level of the total: what is nearer to that than to 合计 is no column's sum."""
    levels = (label.box.cy + frame.slope * (piece.box.cx - label.box.cx) for label in frame.labels("total"))
    return min((abs(frame.level(piece.box) - level) for level in levels), default=math.inf)


def _column(piece: TextLine, columns: dict[str, list[Label]], *, alone: bool, last: bool) -> str | None:
    """The path of the column whose label is nearest; of two amounts the right one is the tax."""
    if not alone:
        return "total_tax" if last else "total_excluding_tax"
    known = {path: labels[0].box for path, labels in columns.items() if labels}
    if not known:
        return None
    return min(known, key=lambda path: abs(known[path].cx - piece.box.cx))


def _amount(piece: TextLine) -> object | None:
    """The amount; sums are printed with their cents: recognized without, or with 0 or a comma first, a part is lost."""
    text = loose(piece.text)
    if piece.source == "ocr" and (not CENTS.search(text) or TORN.match(text)):
        return None
    value = money.parse(piece.text)
    return money.parse(piece.text[1:]) if value is None and MISREAD_SIGN.match(text) else value


def _is_unread(piece: TextLine) -> bool:
    return _amount(piece) is None and not MASKED.match(loose(piece.text))


def _is_marked(piece: TextLine) -> bool:
    """Whether the piece bears the sign of the yuan, legible or as recognizers misread it."""
    text = loose(piece.text)
    return "¥" in text or (piece.source == "ocr" and bool(MISREAD_SIGN.match(text)))


def _is_sum(piece: TextLine) -> bool:
    text = loose(piece.text)
    printed = _is_marked(piece) or PRINTED_SUM.search(text) or (piece.source == "ocr" and TORN_SUM.match(text))
    return bool(printed) and _is_amount("total_tax", piece)


def _is_amount(path: str, piece: TextLine) -> bool:
    return _amount(piece) is not None or is_misread(path, [piece])
