"""The sums of the form: 合计 under the table, 价税合计 in words and figures."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

import regex

from invoiceocr.decoding.grammars import has_plausible_value
from invoiceocr.evidence.candidate import Candidate
from invoiceocr.extraction.candidates import candidate, is_misread
from invoiceocr.extraction.frame import Anchor, FormLayout
from invoiceocr.geometry import Box
from invoiceocr.page import KeyMatch, TextLine
from invoiceocr.text.lines import match_key, rows, same_column
from invoiceocr.values import chinese_amount, money

ROW = 1.3  # text heights: how far amounts may stand off the level of their row
WORDS = regex.compile(r"(?:[(（]?负数?[)）]?)?[零壹贰貳叁參肆伍陆陸柒捌玖拾佰仟万萬亿億圆圓元角分整正]{2,}")
WORD = regex.compile(r"[零壹贰貳叁參肆伍陆陸柒捌玖拾佰仟万萬亿億圆圓元角分整正负]")
PLAIN_WORD = regex.compile(r"[零壹贰叁肆伍陆柒捌玖拾佰仟圆角]")  # such as hardly any other text has
PRINTED_SUM = regex.compile(r"¥|\.\d{2}$")  # a sum has its sign or its cents; a misread *** has neither
CENTS = regex.compile(r"[.,。]\d{2}$")
MISREAD_SIGN = regex.compile(r"^[A-Z羊半]-?\d[\d,]*\.\d{2}$")  # what a ¥ before an amount is misread as
SPELLED = 0.6  # of a segment's characters that must spell an amount for it to be one misread
TORN_SUM = regex.compile(r"^[A-Z羊半¥]-?\d{2}[\d,]*\.?\d?$")  # one whose cents were cut off
SIGNLESS = regex.compile(r"^-?\d")
RIGHT_SIGNLESS = 0.3  # of sums read without a sign on degraded specimens: 2 of 8
MASKED = regex.compile(r"^[*＊]{2,}$")


def read_sums(frame: FormLayout) -> Iterator[Candidate]:
    """The candidates of total_excluding_tax, total_tax, total and total_in_words."""
    words = list(_words(frame))
    yield from words
    yield from _total(frame, words)
    yield from _column_sums(frame)


def _words(frame: FormLayout) -> Iterator[Candidate]:
    """Amounts in words, those near their label first."""
    label = next(iter(frame.labels("words")), None)
    found = [(segment, match.group()) for segment in frame.segments if (match := WORDS.search(match_key(segment.text)))]
    if label is not None:
        found.sort(key=lambda pair: abs(frame.level(pair[0].box) - label.box.cy))
    for segment, text in found:
        if chinese_amount.is_valid(text) and not _is_torn(segment, text):
            yield candidate(
                "total_in_words",
                chinese_amount.compact(_as_printed(segment, text)),
                segment.text,
                [segment],
                frame.page,
            )
        elif segment.lattice and _is_spelled(segment) and has_plausible_value("total_in_words", segment.lattice):
            yield candidate("total_in_words", None, segment.text, [segment], frame.page)


def _is_spelled(segment: TextLine) -> bool:
    text = match_key(segment.text)
    return len(WORD.findall(text)) > SPELLED * len(text)


def _is_torn(segment: TextLine, text: str) -> bool:
    """Whether more words stand in a recognized *segment* than the *text* in it: a misread character parts them."""
    return segment.source == "ocr" and bool(PLAIN_WORD.search(match_key(segment.text).replace(text, "", 1)))


def _as_printed(segment: TextLine, text: str) -> str:
    """The words with the printed brackets where the whole segment is the amount."""
    return segment.text if chinese_amount.is_valid(segment.text) else text


def _total(frame: FormLayout, words: list[Candidate]) -> Iterator[Candidate]:
    """The figure on the level of the words, and the one right of （小写）."""
    amounts = [segment for segment in frame.segments if _is_amount("total", segment)]
    for item in words:
        if item.box is not None:
            yield from _on_level(frame, item.box, [segment for segment in amounts if _is_marked(segment)])
    for label in frame.labels("total"):
        yield from _right_of(frame, label, amounts)


def _on_level(frame: FormLayout, words: Box, amounts: Iterable[TextLine]) -> Iterator[Candidate]:
    def off(segment: TextLine) -> float:
        return abs(segment.box.cy - words.cy - frame.slope * (segment.box.cx - words.cx))

    row = [segment for segment in amounts if segment.box.x0 > words.x1 and off(segment) < ROW * frame.size]
    yield from _nearest(frame, "total", row, off)


def _right_of(frame: FormLayout, label: KeyMatch, amounts: Iterable[TextLine]) -> Iterator[Candidate]:
    def off(segment: TextLine) -> float:
        return abs(frame.level(segment.box) - label.box.cy - frame.slope * (segment.box.cx - label.box.cx))

    row = [segment for segment in amounts if segment.box.cx > label.box.cx and off(segment) < ROW * frame.size]
    yield from _nearest(frame, "total", row, lambda segment: abs(segment.box.x0 - label.box.x1))


def _nearest(
    frame: FormLayout, path: str, segments: Iterable[TextLine], distance: Callable[[TextLine], float]
) -> Iterator[Candidate]:
    segment = min(segments, key=lambda segment: (_amount(segment) is None, distance(segment)), default=None)
    if segment is not None:
        yield _sum(path, segment, frame)


def _sum(path: str, segment: TextLine, frame: FormLayout) -> Candidate:
    """The candidate for a sum; one recognized without its sign has probably lost more, or is a ¥ read as a digit."""
    found = candidate(path, _amount(segment), segment.text, [segment], frame.page)
    signless = segment.source == "ocr" and SIGNLESS.match(match_key(segment.text))
    return replace(found, confidence=found.confidence * RIGHT_SIGNLESS) if signless else found


def _column_sums(frame: FormLayout) -> Iterator[Candidate]:
    """The amounts on the level of 合计, told apart by the columns that they stand in."""
    anchor = frame.anchors.get("sum")
    row = (_sum_row(frame, anchor) if anchor else []) or _pair(frame)
    columns = {
        "total_excluding_tax": frame.labels("column_amount"),
        "total_tax": frame.labels("column_tax_amount"),
    }
    for segment in row:
        path = _column(segment, columns, alone=len(row) == 1, last=segment is row[-1])
        if path and _is_amount(path, segment):
            yield _sum(path, segment, frame)


def _pair(frame: FormLayout) -> list[TextLine]:
    """Two amounts (or one and ***) on one level, the first with its ¥: only the sums of the columns are printed so."""
    marked = [segment for segment in frame.segments if _is_marked(segment) or MASKED.match(match_key(segment.text))]
    known = [segment for segment in frame.segments if _is_sum(segment) or MASKED.match(match_key(segment.text))]
    found = (row for segments in (marked, known) for row in reversed(rows(segments, frame.slope)))
    return next((row for row in found if len(row) == 2 and _is_marked(row[0])), [])


def _sum_row(frame: FormLayout, anchor: Anchor) -> list[TextLine]:
    """The amounts (or ***) right of 合计 nearest to its level, at most two."""
    labels = frame.labels("sum")
    start = min((label.box.x1 for label in labels), default=0.0)

    def off(segment: TextLine) -> float:
        return abs(frame.level(segment.box) - anchor.at(segment.box.cx))

    near = [
        segment
        for segment in frame.segments
        if segment.box.x0 > start
        and off(segment) < ROW * frame.size
        and off(segment) <= _off_total(frame, segment)
        and (_is_sum(segment) or MASKED.match(match_key(segment.text)))
    ]
    marked = [segment for segment in near if _is_marked(segment) or MASKED.match(match_key(segment.text))]
    ranked = sorted(marked if len(marked) >= 2 else near, key=lambda segment: (_is_unread(segment), off(segment)))
    chosen = ranked[:1] + [segment for segment in ranked[1:] if not same_column(segment.box, ranked[0].box)][:1]
    return sorted(chosen, key=lambda segment: segment.box.x0)


def _off_total(frame: FormLayout, segment: TextLine) -> float:
    """How far *segment* stands off the level of the total: what is nearer to that than to 合计 is no column's sum."""
    levels = (label.box.cy + frame.slope * (segment.box.cx - label.box.cx) for label in frame.labels("total"))
    return min((abs(frame.level(segment.box) - level) for level in levels), default=math.inf)


def _column(segment: TextLine, columns: dict[str, list[KeyMatch]], *, alone: bool, last: bool) -> str | None:
    """The path of the column whose label is nearest; of two amounts the right one is the tax."""
    if not alone:
        return "total_tax" if last else "total_excluding_tax"
    known = {path: labels[0].box for path, labels in columns.items() if labels}
    if not known:
        return None
    return min(known, key=lambda path: abs(known[path].cx - segment.box.cx))


def _amount(segment: TextLine) -> object | None:
    """The amount; sums are printed with their cents: recognized without, a part of them is lost."""
    if segment.source == "ocr" and not CENTS.search(match_key(segment.text)):
        return None
    value = money.parse(segment.text)
    return money.parse(segment.text[1:]) if value is None and MISREAD_SIGN.match(match_key(segment.text)) else value


def _is_unread(segment: TextLine) -> bool:
    return _amount(segment) is None and not MASKED.match(match_key(segment.text))


def _is_marked(segment: TextLine) -> bool:
    """Whether the segment bears the sign of the yuan, legible or as recognizers misread it."""
    text = match_key(segment.text)
    return "¥" in text or (segment.source == "ocr" and bool(MISREAD_SIGN.match(text)))


def _is_sum(segment: TextLine) -> bool:
    text = match_key(segment.text)
    printed = _is_marked(segment) or PRINTED_SUM.search(text) or (segment.source == "ocr" and TORN_SUM.match(text))
    return bool(printed) and _is_amount("total_tax", segment)


def _is_amount(path: str, segment: TextLine) -> bool:
    return _amount(segment) is not None or is_misread(path, [segment])
