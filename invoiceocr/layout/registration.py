"""How far the print lies off its form.

Dot-matrix print is often shifted by half a row to three rows and stretched by some percent. Values that can't be
mistaken (tax ids, amounts in words, pairs of ¥ amounts, the total beside the words) stand in the same order on every
form, as their labels do. Together they give the offset and how it grows down the page.
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations

from invoiceocr.geometry import Box
from invoiceocr.layout.plan import SlipPlan
from invoiceocr.page import Page, TextLine
from invoiceocr.text.lines import match_key, rows
from invoiceocr.values import chinese_amount, issue_date, money, tax_id

MIN_SHIFT = 0.35  # in text heights: less is ordinary scatter
MAX_SHIFT = 7.0  # in text heights: more is a wrong pair
MAX_STRETCH = 0.3  # share of the distance: more is a wrong pair
# text heights between two pairs that may show a stretch
MIN_SPAN = 8.0
MASK = "**"
LIKE_ID = re.compile(r"[159][0-9A-Z]\d{6}[0-9A-Z]{10}")  # a unified code
COLUMN = 6.0  # in heights of the print: how far apart values of one column may begin
MIN_WORDS = 4
WORDS = chinese_amount.WRITTEN | set("元正")


@dataclass(frozen=True, slots=True)
class PrintOffset:
    """What the form has at y is printed at y + offset + stretch · (y − origin)."""

    offset: float = 0.0
    stretch: float = 0.0
    origin: float = 0.0

    def level(self, y: float) -> float:
        """The form's y of what is printed at *y*."""
        return self.origin + (y - self.offset - self.origin) / (1.0 + self.stretch)


NO_OFFSET = PrintOffset()


def estimate(page: Page, segments: Sequence[TextLine], size: float, slope: float, plan: SlipPlan) -> PrintOffset:
    """The shift of the print on *page*, from the values that *plan* names; none if it is ordinary scatter."""

    def flat(box: Box) -> float:
        return box.cy - slope * box.cx

    pairs = [(flat(label), flat(value)) for label, value in _pairs(page, segments, slope, plan)]
    pairs = [(form, print_) for form, print_ in pairs if abs(print_ - form) < MAX_SHIFT * size]
    if len(pairs) < 2:
        return NO_OFFSET
    stretch = _stretch(pairs, size)
    origin = statistics.fmean(form for form, _ in pairs)
    offset = statistics.median(print_ - form - stretch * (form - origin) for form, print_ in pairs)
    if abs(offset) < MIN_SHIFT * size and abs(stretch) * MIN_SPAN < MIN_SHIFT:
        return NO_OFFSET
    return PrintOffset(offset, stretch, origin)


def _stretch(pairs: list[tuple[float, float]], size: float) -> float:
    """The median growth of the offset between pairs that stand far apart (Theil-Sen)."""
    if len(pairs) < 3:
        return 0.0
    growths = [
        ((b[1] - b[0]) - (a[1] - a[0])) / (b[0] - a[0])
        for a, b in combinations(pairs, 2)
        if abs(b[0] - a[0]) > MIN_SPAN * size
    ]
    growth = statistics.median(growths) if growths else 0.0
    return growth if abs(growth) < MAX_STRETCH else 0.0


def _pairs(page: Page, segments: Sequence[TextLine], slope: float, plan: SlipPlan) -> Iterator[tuple[Box, Box]]:
    """Boxes of labels and values that certainly belong together."""
    labels = partial(_labels, page)
    border = min((box.x0 for box in labels(plan.behind)), default=page.width)
    ids = _ids([segment for segment in segments if segment.box.cx < border], len(labels(plan.ids)))
    words = [segment for segment in segments if _is_words(segment)]
    totals = [segment for segment in segments if words and _beside(segment, words[0])]
    yield from _in_order(labels(plan.ids), sorted(ids, key=lambda segment: segment.box.cy))
    yield from _in_order(labels(plan.words), words)
    yield from _in_order(labels(plan.total), totals)
    yield from _in_order(labels(plan.sum), _sum_pairs(segments, slope))
    if not words and not ids:
        dates = [segment for segment in segments if issue_date.is_valid(segment.text)]
        yield from _in_order(labels(plan.date), dates)


def _ids(segments: Sequence[TextLine], count: int) -> list[TextLine]:
    """The tax ids among *segments*, and those with a misread character, if *count* of them, as many as there are
    labels, stand in one column: that of a seal stands elsewhere. Otherwise all tax ids."""
    alike = [segment for segment in segments if _is_like_id(segment.text)]
    valid = [segment for segment in alike if tax_id.is_valid(segment.text)]
    leftmost = [sorted(found, key=lambda segment: segment.box.x0)[:count] for found in (valid, alike)]
    return next((found for found in leftmost if len(found) == count and _in_one_column(found)), valid)


def _in_one_column(segments: Sequence[TextLine]) -> bool:
    starts = [segment.box.x0 for segment in segments]
    return not starts or max(starts) - min(starts) < COLUMN * segments[0].box.height


def _is_like_id(text: str) -> bool:
    return tax_id.is_valid(text) or LIKE_ID.fullmatch(match_key(text)) is not None


def _labels(page: Page, names: Sequence[str]) -> list[Box]:
    """The places of the key phrases *names*."""
    return [label.box for label in page.labels if label.id in names]


def _in_order(labels: Sequence[Box], values: Sequence[TextLine]) -> Iterator[tuple[Box, Box]]:
    """Pairs in order, if there are as many values as labels."""
    if len(labels) == len(values):
        for label, value in zip(sorted(labels, key=lambda box: box.cy), values, strict=True):
            yield label, value.box


def _is_words(segment: TextLine) -> bool:
    """Whether the segment is an amount in words, legible or half legible."""
    text = chinese_amount.compact(segment.text)
    return len(text) >= MIN_WORDS and 2 * sum(character in WORDS for character in text) >= len(text)


def _is_yuan(segment: TextLine) -> bool:
    return "¥" in match_key(segment.text) and money.is_valid(segment.text)


def _beside(segment: TextLine, words: TextLine) -> bool:
    level = abs(segment.box.cy - words.box.cy) < max(segment.box.height, words.box.height)
    return _is_yuan(segment) and level and segment.box.x0 > words.box.x1


def _sum_pairs(segments: Sequence[TextLine], slope: float) -> list[TextLine]:
    """The left one of two ¥ amounts (or ***) on one level."""
    marked = [segment for segment in segments if _is_yuan(segment) or match_key(segment.text).startswith(MASK)]
    return [row[0] for row in rows(marked, slope) if len(row) == 2 and _is_yuan(row[0])]
