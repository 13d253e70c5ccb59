"""`totals`: the sums of a form: the total in words and in figures, and the sums of columns at one level.

    - totals:
        words: {field: total_in_words, label: words}
        total: {field: total, label: total}              # on the level of the words, or right of its caption
        sums:                                            # on the level of the line, at most two from left to right
          line: sum
          label: sum                                     # they stand right of it
          columns: {total_excluding_tax: column_amount, total_tax: column_tax_amount}

Each part may be left out. A sum is printed with its cents; if recognition lost its sign or its first digits, the
candidate is less sure or has no value.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import regex

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.extraction.blocks.amount_words import spelled_out
from invoiceocr.extraction.blocks.node import Node
from invoiceocr.extraction.blocks.unread import cells_behind, has_behind, may_be_unread
from invoiceocr.extraction.candidates import TORN, Target, amount_alone, candidate, is_misread
from invoiceocr.geometry import Box
from invoiceocr.layout.anchors import Anchor
from invoiceocr.layout.form import FormLayout
from invoiceocr.page import KeyMatch, TextLine
from invoiceocr.text.lines import match_key, parted, rows, same_column
from invoiceocr.values import money

COLUMNS = 2  # columns that have sums
# text heights: how far amounts may be off the level of their row
ROW = 1.3
# text heights: how far a sum may be beside the middle of its column's caption; columns are up to eight wide
COLUMN = 5.0
# a sum has its sign or its cents; a misread *** has neither
PRINTED_SUM = regex.compile(r"¥|\.\d{2}$")
CENTS = regex.compile(r"[.,。]\d{2}$")
# characters as which a ¥ before an amount is misread
MISREAD_SIGN = regex.compile(r"^[A-Z羊半]-?\d[\d,]*\.\d{2}$")
# an amount whose cents were cut off
TORN_SUM = regex.compile(r"^[A-Z羊半¥]-?\d{2}[\d,]*\.?\d?$")
SIGNLESS = regex.compile(r"^-?\d")
# share of sums read without a sign on degraded specimens that were right: 2 of 8
RIGHT_SIGNLESS = 0.3
MASKED = regex.compile(r"^[*＊]{2,}$")
# where a sum ends that touches another one
NEXT_SUM = regex.compile(r"\.\d\d\s*(?=-?[¥￥])")


@dataclass(frozen=True, slots=True)
class Captioned:
    """A field and its captions."""

    target: Target
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sums:
    """The sums of columns, from left to right: the line of the form at whose level they stand, the captions to their
    left, and each field with the header of its column."""

    line: str
    labels: tuple[str, ...]
    columns: tuple[Captioned, ...]


@dataclass(frozen=True, slots=True)
class Totals:
    """The compiled block."""

    words: Captioned | None
    total: Captioned | None
    sums: Sums | None


def compile_block(node: Node) -> Totals:
    """The block of *node*."""
    node.check(("words", "total", "sums"))
    return Totals(_captioned(node, "words"), _captioned(node, "total"), _sums(node) if "sums" in node.data else None)


def _captioned(node: Node, key: str) -> Captioned | None:
    if key not in node.data:
        return None
    part = node.node(key)
    part.check(("field", "label"))
    path = part.text("field")
    return Captioned(Target(path, part.field("field", path).type), part.phrases("label"))


def _sums(node: Node) -> Sums:
    part = node.node("sums")
    part.check(("line", "label", "columns"))
    columns = part.node("columns")
    return Sums(
        line=part.line("line"),
        labels=part.phrases("label"),
        columns=tuple(Captioned(columns.target(path), columns.phrases(path)) for path in columns.data),
    )


def read(form: FormLayout, block: Totals) -> Iterator[Candidate]:
    """The candidates of the words, of the total and of the columns' sums."""
    form = _with_each_amount(form)
    words = list(spelled_out(form, block.words.target, block.words.labels)) if block.words else []
    yield from words
    if block.total:
        yield from _total(form, block.total, words, form.anchors.get(block.sums.line) if block.sums else None)
    if block.sums:
        yield from _column_sums(form, block, block.sums)


def find_unread_cells(form: FormLayout, block: Totals) -> list[Box]:
    """What is right of the caption of the total, if no amount was read at its level: detectors overlook figures under
    the ring of a seal."""
    if block.total is None or not may_be_unread(form):
        return []
    segments = _with_each_amount(form).segments
    amounts = [segment.box for segment in segments if _is_amount(block.total.target, segment)]
    labels = form.labels(*block.total.labels)
    return cells_behind(form, (label.box for label in labels if not has_behind(form, label.box, amounts)))


def _with_each_amount(form: FormLayout) -> FormLayout:
    """*form* with each amount in a segment of its own."""
    return replace(form, segments=tuple(amount_alone(part) for segment in form.segments for part in _apart(segment)))


def _apart(segment: TextLine) -> list[TextLine]:
    """*segment*, split where one amount ends and the sign of the next begins."""
    places = [match.end() for match in NEXT_SUM.finditer(segment.text)]
    return parted(segment, places) if places else [segment]


def _total(form: FormLayout, total: Captioned, words: Sequence[Candidate], sums: Anchor | None) -> Iterator[Candidate]:
    """The figure at the level of the words, and the one right of its caption; *sums* is the line of the columns' sums,
    if the form has one."""
    amounts = [segment for segment in form.segments if _is_amount(total.target, segment)]
    marked = [segment for segment in amounts if _is_marked(segment)]
    for item in words:
        if item.box is not None:
            yield from _on_level(form, total, item.box, marked, sums)
    for label in form.labels(*total.labels):
        yield from _right_of(form, total, label, amounts)


def _on_level(
    form: FormLayout, total: Captioned, words: Box, amounts: Iterable[TextLine], sums: Anchor | None
) -> Iterator[Candidate]:
    def off(segment: TextLine) -> float:
        return form.off(segment.box.cy, words, segment.box)

    def is_level(segment: TextLine) -> bool:
        return off(segment) < ROW * form.size and off(segment) <= _off_line(form, sums, segment)

    row = [segment for segment in amounts if segment.box.x0 > words.x1 and is_level(segment)]
    yield from _nearest(form, total.target, row, off)


def _right_of(form: FormLayout, total: Captioned, label: KeyMatch, amounts: Iterable[TextLine]) -> Iterator[Candidate]:
    def off(segment: TextLine) -> float:
        return form.off_caption(label.box, segment.box)

    row = [segment for segment in amounts if segment.box.cx > label.box.cx and off(segment) < ROW * form.size]
    yield from _nearest(form, total.target, row, lambda segment: abs(segment.box.x0 - label.box.x1))


def _nearest(
    form: FormLayout, target: Target, segments: Iterable[TextLine], distance: Callable[[TextLine], float]
) -> Iterator[Candidate]:
    segment = min(segments, key=lambda segment: (_amount(segment) is None, distance(segment)), default=None)
    if segment is not None:
        yield _sum(target, segment, form)


def _sum(target: Target, segment: TextLine, form: FormLayout) -> Candidate:
    """The candidate for a sum. One that was recognized without its sign has probably lost more, or its first digit is a
    misread ¥."""
    found = candidate(target, _amount(segment), segment.text, [segment], form.page)
    signless = segment.source == "ocr" and SIGNLESS.match(match_key(segment.text))
    return replace(found, confidence=found.confidence * RIGHT_SIGNLESS) if signless else found


def _column_sums(form: FormLayout, block: Totals, sums: Sums) -> Iterator[Candidate]:
    """The amounts at the level of the sums' line, assigned by the columns in which they stand."""
    anchor = form.anchors.get(sums.line)
    row = (_sum_row(form, block, sums, anchor) if anchor else []) or _pair(form, sums)
    for segment in row:
        target = _column(form, sums.columns, segment, row)
        if target and _is_amount(target, segment):
            yield _sum(target, segment, form)


def _pair(form: FormLayout, sums: Sums) -> list[TextLine]:
    """Two amounts (or one and ***) at one level, the first with its ¥: only the sums of the columns are printed this
    way."""
    marked = [segment for segment in form.segments if _is_marked(segment) or _is_masked(segment)]
    known = [segment for segment in form.segments if _is_sum(sums, segment) or _is_masked(segment)]
    found = (row for segments in (marked, known) for row in reversed(rows(segments, form.slope)))
    return next((row for row in found if len(row) == COLUMNS and _is_marked(row[0])), [])


def _sum_row(form: FormLayout, block: Totals, sums: Sums, anchor: Anchor) -> list[TextLine]:
    """The amounts (or ***) right of the sums' caption that are nearest to its level, at most two."""
    start = min((label.box.x1 for label in form.labels(*sums.labels)), default=0.0)

    def off(segment: TextLine) -> float:
        return _off_line(form, anchor, segment)

    def is_level(segment: TextLine) -> bool:
        return off(segment) < ROW * form.size and off(segment) <= _off_total(form, block.total, segment)

    amounts = (segment for segment in form.segments if _is_sum(sums, segment) or _is_masked(segment))
    near = [segment for segment in amounts if segment.box.x0 > start and is_level(segment)]
    marked = [segment for segment in near if _is_marked(segment) or _is_masked(segment)]
    ranked = sorted(marked if len(marked) >= COLUMNS else near, key=lambda segment: (_is_unread(segment), off(segment)))
    return _of_two_columns(ranked)


def _of_two_columns(ranked: Sequence[TextLine]) -> list[TextLine]:
    """The first of *ranked* and the first one in another column, from left to right."""
    others = [segment for segment in ranked if not same_column(segment.box, ranked[0].box)]
    return sorted([*ranked[:1], *others[:1]], key=lambda segment: segment.box.x0)


def _off_line(form: FormLayout, line: Anchor | None, segment: TextLine) -> float:
    """How far *segment* is from the level of a *line* of the form."""
    return math.inf if line is None else abs(form.level(segment.box) - line.at(segment.box.cx))


def _off_total(form: FormLayout, total: Captioned | None, segment: TextLine) -> float:
    """How far *segment* is from the level of the total: what is nearer to it than to the sums' line is no sum of a
    column."""
    labels = form.labels(*total.labels) if total else []
    return min((form.off_caption(label.box, segment.box) for label in labels), default=math.inf)


def _column(
    form: FormLayout, columns: Sequence[Captioned], segment: TextLine, row: Sequence[TextLine]
) -> Target | None:
    """The sum of the column whose caption is nearest to *segment*; several in one *row* are the first and the last."""
    if len(row) > 1:
        return columns[-1 if segment is row[-1] else 0].target
    off = {
        column.target: abs(labels[0].box.cx - segment.box.cx)
        for column in columns
        if (labels := form.labels(*column.labels))
    }
    if not off:
        return None
    nearest = min(off, key=lambda target: off[target])
    others = [column.target for column in columns if column.target not in off]
    # a sum far from the only legible caption is that of the other column
    return others[0] if others and off[nearest] > COLUMN * form.size else nearest


def _amount(segment: TextLine) -> object | None:
    """The amount. Sums are printed with their cents: if one is recognized without them, or with 0 or a comma first, a
    part is lost."""
    text = match_key(segment.text)
    if segment.source == "ocr" and (not CENTS.search(text) or TORN.match(text)):
        return None
    value = money.parse(segment.text)
    return money.parse(segment.text[1:]) if value is None and MISREAD_SIGN.match(text) else value


def _is_unread(segment: TextLine) -> bool:
    return _amount(segment) is None and not _is_masked(segment)


def _is_masked(segment: TextLine) -> bool:
    """Whether there are stars in place of an amount."""
    return MASKED.match(match_key(segment.text)) is not None


def _is_marked(segment: TextLine) -> bool:
    """Whether the segment has the sign of the yuan, legible or as recognizers misread it."""
    text = match_key(segment.text)
    return "¥" in text or (segment.source == "ocr" and bool(MISREAD_SIGN.match(text)))


def _is_sum(sums: Sums, segment: TextLine) -> bool:
    text = match_key(segment.text)
    printed = _is_marked(segment) or PRINTED_SUM.search(text) or (segment.source == "ocr" and TORN_SUM.match(text))
    return bool(printed) and _is_amount(sums.columns[-1].target, segment)


def _is_amount(target: Target, segment: TextLine) -> bool:
    return _amount(segment) is not None or is_misread(target.type, [segment])
