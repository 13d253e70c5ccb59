"""The amounts in words on a form."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import regex

from invoiceocr.decoding.grammars import is_plausible
from invoiceocr.evidence.candidate import Candidate
from invoiceocr.extraction.candidates import Target, candidate
from invoiceocr.layout.form import FormLayout
from invoiceocr.page import TextLine
from invoiceocr.text.lines import join, match_key, with_joined
from invoiceocr.values import chinese_amount

WORDS = regex.compile(r"(?:[(（]?负数?[)）]?)?[零壹贰貳叁參肆伍陆陸柒捌玖拾佰仟万萬亿億圆圓元角分整正]{2,}")
WORD = regex.compile(r"[零壹贰貳叁參肆伍陆陸柒捌玖拾佰仟万萬亿億圆圓元角分整正负]")
# a whole line: a part of an amount in words
LINE_OF_WORDS = regex.compile(rf"[⊗ⓧ×]?(?:人民币)?(?:[(（]?负数?[)）]?)?{WORD.pattern}+")
# in heights: how far beside the start of the first line of the words the second may begin
HANGING = 2.0
# characters that hardly any other text contains
PLAIN_WORD = regex.compile(r"[零壹贰叁肆伍陆柒捌玖拾佰仟圆角]")
# share of a segment's characters that must spell an amount, so that the rest may be misread
SPELLED = 0.6


def spelled_out(form: FormLayout, target: Target, captions: Sequence[str]) -> Iterator[Candidate]:
    """Amounts in words, those near one of their *captions* first."""
    label = next(iter(form.labels(*captions)), None)
    lines = _on_one_line(form)
    found = [(segment, match.group()) for segment in lines if (match := WORDS.search(match_key(segment.text)))]
    if label is not None:
        found.sort(key=lambda pair: abs(form.level(pair[0].box) - label.box.cy))
    for segment, text in found:
        value = _value(segment, text)
        if value is not None or _is_misspelled(target, segment):
            yield candidate(target, value, segment.text, [segment], form.page)


def _on_one_line(form: FormLayout) -> Sequence[TextLine]:
    """The segments of *form*, where two that stand one below the other and only together are an amount in words are
    joined."""
    parts = [segment for segment in form.segments if LINE_OF_WORDS.fullmatch(match_key(segment.text))]
    pairs = (pair for pair in itertools.permutations(parts, 2) if _goes_on(form, *pair))
    whole = ((first, second) for first, second in pairs if chinese_amount.is_valid(first.text + second.text))
    return with_joined(form.segments, whole, lambda first, second: join([first, second]))


def _goes_on(form: FormLayout, first: TextLine, second: TextLine) -> bool:
    """Whether *second* stands on the line below *first* and begins where it does."""
    upper, lower = first.box, second.box
    return form.is_next_line(upper, lower) and abs(lower.x0 - upper.x0) < HANGING * upper.height


def _value(segment: TextLine, text: str) -> str | None:
    """The amount that *text* in *segment* is in words; None if it is none, or a part of one."""
    if not chinese_amount.is_valid(text) or _is_torn(segment, text):
        return None
    return chinese_amount.compact(_as_printed(segment, text))


def _is_misspelled(target: Target, segment: TextLine) -> bool:
    """Whether another reading of the pixels of *segment* gives an amount in words."""
    return segment.lattice is not None and _is_spelled(segment) and is_plausible(target.type, segment.lattice)


def _is_spelled(segment: TextLine) -> bool:
    text = match_key(segment.text)
    return len(WORD.findall(text)) > SPELLED * len(text)


def _is_torn(segment: TextLine, text: str) -> bool:
    """Whether a recognized *segment* contains more words than the *text* in it: a misread character separates them."""
    return segment.source == "ocr" and bool(PLAIN_WORD.search(match_key(segment.text).replace(text, "", 1)))


def _as_printed(segment: TextLine, text: str) -> str:
    """The words with the printed brackets if the whole segment is the amount."""
    return segment.text if chinese_amount.is_valid(segment.text) else text
