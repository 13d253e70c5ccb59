"""The form laid over a page: where its printed lines are and what stands between them."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from invoiceocr.extraction.schema import Form, Region, Schemas
from invoiceocr.geometry import Box
from invoiceocr.layout import registration
from invoiceocr.layout.registration import PrintOffset
from invoiceocr.page import KeyMatch, Page, TextLine
from invoiceocr.text.lines import mean_confidence

MARGIN = 0.7  # of the text height: what stands nearer to an anchor's level stands on it
SIGNS = "*¥￥"  # marks that mean something alone; a lonely bracket is a scrap of another line
SEAL = 0.25  # of the ink that is red: stamped, or stamped over
VERTICAL = 2.0  # times its width: a higher text of several characters is written downward
MIN_CHARACTER = 0.55  # mean probability of a character; less is a seal or a pattern, not print
WIDE = 4.0  # of the height: shorter texts tell no slope
MIN_WIDE = 5  # so many wide lines tell the slope
BORDER = 6.0  # text heights: a shorter vertical line is no border of the form
SAME_LINE = 1.2  # of the label's height: labels of one printed line stand that close


@dataclass(frozen=True, slots=True)
class Anchor:
    """A printed line of the form: y at x = `x`, rising with `slope`."""

    x: float
    y: float
    slope: float

    def at(self, x: float) -> float:
        """The line's y at *x*."""
        return self.y + self.slope * (x - self.x)


@dataclass(frozen=True, slots=True, eq=False)
class FormLayout:
    """A form found on a page; `size` is the text height, `slope` the rise of its lines,
    `shift` how the print lies against them."""

    page: Page
    form: Form
    segments: tuple[TextLine, ...]
    anchors: Mapping[str, Anchor]
    size: float
    slope: float
    shift: PrintOffset
    cipher_left: float | None = None
    right: float | None = None  # the form's right border, where it is ruled; beyond it stand notes in the margin

    def level(self, box: Box) -> float:
        """The form's y, slope and shift taken out, of a printed *box*."""
        return self.shift.level(box.cy - self.slope * box.cx) + self.slope * box.cx

    def labels(self, *ids: str | None) -> list[KeyMatch]:
        """The labels with one of *ids*, top to bottom, left to right."""
        return [label for label in self.page.labels if label.id in ids]

    def inside(self, region: str) -> list[TextLine]:
        """The segments of print whose center lies in *region*."""
        bounds = self.form.regions.get(region)
        return [segment for segment in self.segments if self.holds(bounds, segment.box)] if bounds else []

    def holds(self, region: Region, box: Box) -> bool:
        """Whether a printed *box* belongs to *region*, shift taken into account."""
        return self._between(region, box.cx, self.level(box))

    def contains(self, region: str, label: KeyMatch) -> bool:
        """Whether a *label* of the form belongs to *region*."""
        return self._between(self.form.regions[region], label.box.cx, label.box.cy)

    def _between(self, region: Region, x: float, y: float) -> bool:
        top = self.anchors.get(region.top or "")
        bottom = self.anchors.get(region.bottom or "")
        margin = MARGIN * self.size
        if (top and y <= top.at(x) + margin) or (bottom and y >= bottom.at(x) - margin):
            return False
        left, right = self._side(region.left, region, y), self._side(region.right, region, y)
        inside = self.right is None or x < self.right
        return inside and (left is None or x > left) and (right is None or x < right)

    def _side(self, label_id: str | None, region: Region, y: float) -> float | None:
        """The x of the side label, of several the one nearest in y; without it that of the `split` labels."""
        if label_id is None:
            return None
        labels = self.labels(label_id)
        if labels:
            return min(labels, key=lambda label: abs(label.box.cy - y)).box.cx
        return self._parted(region.split) if region.split else self._fallback(label_id)

    def _parted(self, captions: Iterable[str]) -> float | None:
        """The border between two blocks side by side: before a caption that both have, else the table's middle."""
        border = self._border(captions)
        heads = [label.box for label in self.page.labels if label.id.startswith("column_")]
        if border is None and len(heads) > 1:
            return (min(box.x0 for box in heads) + max(box.x1 for box in heads)) / 2
        return border

    def _border(self, captions: Iterable[str]) -> float | None:
        seconds = (_second_in_row(self.labels(caption), self.slope) for caption in captions)
        return next((x for x in seconds if x is not None), None)

    def is_bordered(self, region: Region) -> bool:
        """Whether a caption marks where *region* ends, if another one stands beside it."""
        marked = bool(self.labels(region.left, region.right)) or self._border(region.split) is not None
        return not region.split or marked

    def _fallback(self, label_id: str) -> float | None:
        """The left edge of what stands in the region of the missing label (密码区 and 备注 share a border)."""
        others = [label.box.cx for label in self.labels(*self.form.borders.get(label_id, ()))]
        return min(others) if others else self.cipher_left


def fit(page: Page, form: Form, schemas: Schemas) -> FormLayout:
    """*form* laid over *page*."""
    left = min((label.box.x0 for label in page.labels), default=0.0)
    segments = tuple(
        segment for segment in page.segments if is_print(segment) and segment.box.cx > left - segment.box.height
    )
    size = statistics.median([segment.box.height for segment in segments] or [1.0])
    slope = _slope(page)
    anchors = {
        name: anchor for name, ids in form.anchors.items() if (anchor := _anchor(page.labels, ids, slope)) is not None
    }
    ciphers = [segment.box.x0 - size for segment in segments if schemas.shapes["cipher"].fit(segment.text) == 1.0]
    recognized = any(segment.source == "ocr" for segment in segments)
    shift = registration.estimate(page, segments, size, slope) if recognized else PrintOffset()
    right = _right_border(page, size)
    return FormLayout(page, form, segments, anchors, size, slope, shift, min(ciphers, default=None), right)


def _right_border(page: Page, size: float) -> float | None:
    """The x of the first long vertical line right of all column headers."""
    heads = [label.box.x1 for label in page.labels if label.id.startswith("column_")]
    sides = [
        (ruling.x0 + ruling.x1) / 2
        for ruling in page.rulings
        if not ruling.horizontal and abs(ruling.y1 - ruling.y0) > BORDER * size
    ]
    return min((x for x in sides if heads and x > max(heads)), default=None)


def is_upright(segment: TextLine) -> bool:
    """Whether the segment runs across the page; texts down the margin are no values."""
    return len(segment.text) < 2 or segment.box.height < VERTICAL * segment.box.width


def is_print(segment: TextLine) -> bool:
    """Whether the recognizer saw characters rather than a seal's arc or a pattern."""
    if not is_upright(segment):
        return False
    if segment.source == "ocr" and not any(character.isalnum() or character in SIGNS for character in segment.text):
        return False
    return mean_confidence(segment) >= MIN_CHARACTER


def is_stamped(segment: TextLine) -> bool:
    """Whether the segment has the color of a seal: a text may be the seal's, an amount is one that it covers."""
    return segment.red > SEAL


def _anchor(labels: Iterable[KeyMatch], ids: tuple[str, ...], slope: float) -> Anchor | None:
    """The printed line on which most of the labels *ids* stand."""
    found = [label for label in labels if label.id in ids]
    if not found:
        return None

    def level(label: KeyMatch) -> float:
        return label.box.cy - slope * label.box.cx

    def neighbors(label: KeyMatch) -> list[KeyMatch]:
        return [other for other in found if abs(level(other) - level(label)) < SAME_LINE * label.box.height]

    best = max((neighbors(label) for label in found), key=len)
    x = statistics.fmean(label.box.cx for label in best)
    return Anchor(x, statistics.median(label.box.cy + slope * (x - label.box.cx) for label in best), slope)


def _slope(page: Page) -> float:
    """The rise of the text's lines: the median of the wide ones, 0 for text layers."""
    rises = [
        (right[1] - left[1]) / (right[0] - left[0])
        for line in page.lines
        if line.quad is not None and line.box.width > WIDE * line.box.height
        for left, right in (line.quad[:2],)
    ]
    return statistics.median(rises) if len(rises) >= MIN_WIDE else 0.0


def _second_in_row(labels: list[KeyMatch], slope: float) -> float | None:
    """The left edge of the second of two labels on one level."""

    def level(label: KeyMatch) -> float:
        return label.box.cy - slope * label.box.cx

    for first, second in itertools.pairwise(sorted(labels, key=level)):
        if abs(level(first) - level(second)) < first.box.height:
            return max(first.box.x0, second.box.x0) - first.box.height
    return None
