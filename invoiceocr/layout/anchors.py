"""The printed lines of a form found on a page, by the key phrases that stand on them."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from invoiceocr.layout.plan import FormPlan, LinePlan
from invoiceocr.page import KeyMatch, Page

# share of the height: a text begins this close behind its caption
INDENT = 2.5
# share of the label's height: labels of one printed line stand this close
SAME_LINE = 1.2

Choice = Callable[[Sequence[list[KeyMatch]]], list[KeyMatch]]
"""Takes one of several groups of labels, each on a level of its own, from the top of the page down."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A printed line of the form: its y at x = `x`, and its `slope`."""

    x: float
    y: float
    slope: float

    def at(self, x: float) -> float:
        """The line's y at *x*."""
        return self.y + self.slope * (x - self.x)


def find_anchors(page: Page, plan: FormPlan, slope: float) -> Mapping[str, Anchor]:
    """The lines of *plan* that are found on *page*, whose lines have the given *slope*."""
    return dict(_found(page, plan, slope))


def _found(page: Page, plan: FormPlan, slope: float) -> Iterator[tuple[str, Anchor]]:
    for name, line in plan.lines.items():
        anchor = _anchor(page.labels, line, slope, _outside(page, line.outside) if line.outside else _fullest)
        if anchor is not None:
            yield name, anchor


def _anchor(labels: Iterable[KeyMatch], line: LinePlan, slope: float, choose: Choice) -> Anchor | None:
    """The printed line on which most of the phrases of *line* stand; of several, the one that *choose* takes."""
    found = [label for label in labels if label.id in line.phrases]
    if not found:
        return None

    def level(label: KeyMatch) -> float:
        return label.box.cy - slope * label.box.cx

    def neighbors(label: KeyMatch) -> list[KeyMatch]:
        return [other for other in found if abs(level(other) - level(label)) < SAME_LINE * label.box.height]

    best = choose([neighbors(label) for label in sorted(found, key=level)])
    x = statistics.fmean(label.box.cx for label in best)
    return Anchor(x, statistics.median(label.box.cy + slope * (x - label.box.cx) for label in best), slope)


def _fullest(lines: Sequence[list[KeyMatch]]) -> list[KeyMatch]:
    """The first of *lines* with the most labels."""
    return max(lines, key=len)


def _outside(page: Page, phrase: str) -> Choice:
    """Chooses a line of the form rather than a text behind the caption *phrase* that quotes such a line: a quote begins
    close behind its caption, or has words before it."""
    captions = [label.box for label in page.labels if label.id == phrase]

    def is_quoted(line: Sequence[KeyMatch]) -> bool:
        first = min(line, key=lambda label: label.box.x0).box
        behind = any(0 < first.x0 - box.x1 < INDENT * first.height for box in captions)
        x, y, start = first.cx, first.cy, first.x0 - first.height
        return behind or any(text.box.x0 < start and text.box.contains(x, y) for text in page.lines)

    def choose(lines: Sequence[list[KeyMatch]]) -> list[KeyMatch]:
        return _fullest([line for line in lines if not is_quoted(line)] or lines)

    return choose
