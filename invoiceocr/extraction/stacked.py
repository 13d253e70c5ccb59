"""Papers of different kinds one below another, such as an invoice above the list of its trips, recognized by a second
title.

Papers of one form are recognized by their tables and sums (layout/papers.py). If the title of another kind stands on a
line of its own, and both the part above it and the part below it are surely a paper, of two kinds, the page holds both.
A title that an item or a remark quotes stands inside a form and does not count, nor does one in a row of amounts: a
list that continues on a page of its own has no form around it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

import regex

from invoiceocr.extraction.kind_match import classify
from invoiceocr.extraction.match_spec import KindMatch
from invoiceocr.kinds import OTHER
from invoiceocr.layout.papers import DOWN, cut, is_inside, widest_gap
from invoiceocr.layout.plan import PaperPlan
from invoiceocr.page import Page, TextLine
from invoiceocr.text.lines import KNOWN_TEXTS, match_key, same_row
from invoiceocr.values import money

SURE = 0.9  # probability of the kinds of both papers
# characters that the line of a title may have besides it: the name of a company or of a copy
BESIDE = 12
LONGEST = 40  # characters of a title's line
# heights of the title above it within which the blank between both papers is
ABOVE = 6.0
FEWEST_LINES = 6  # lines of a paper


def stacked(
    page: Page, matches: Sequence[KindMatch], plan: PaperPlan, find_labels: Callable[[Page], Page]
) -> list[Page]:
    """The papers of different kinds on a labeled *page*, top to bottom, each with its own `area` and labels; or the
    page itself if it holds only one. *plan* shows which forms extend across a title."""
    columns = {label.box for label in page.labels if label.id in plan.columns}
    titles = (title for title in _titles(page, matches) if title.box not in columns)
    for title in (title for title in titles if not is_inside(page, title.box.cy, plan)):
        place = widest_gap(page.lines, DOWN, (title.box.y0 - ABOVE * title.box.height, title.box.y0))
        halves = cut(page, DOWN, [place])
        if any(len(half.lines) < FEWEST_LINES for half in halves):
            continue
        halves = [find_labels(half) for half in halves]
        if _are_two(halves, matches):
            return [paper for half in halves for paper in stacked(half, matches, plan, find_labels)]
    return [page]


def _titles(page: Page, matches: Sequence[KindMatch]) -> Iterator[TextLine]:
    """The lines that are hardly more than a title of one of the kinds, from the top, without those that have too little
    above them for a paper."""
    lines = sorted(page.lines, key=lambda line: line.box.cy)
    patterns = tuple(title.pattern for match in matches for title in match.titles)
    titles = (line for line in lines[FEWEST_LINES:] if _is_title(match_key(line.text), patterns))
    return (title for title in titles if not _is_item(title, lines))


@lru_cache(maxsize=KNOWN_TEXTS)
def _is_title(text: str, patterns: tuple[regex.Pattern[str], ...]) -> bool:
    """Whether *text* is hardly more than what one of *patterns* finds."""
    if len(text) > LONGEST:
        return False
    # one pattern after the other takes half as long as one pattern of all of them
    found = [title for pattern in patterns if (title := pattern.search(text))]
    return any(len(text) - len(title.group()) <= BESIDE for title in found)


def _is_item(title: TextLine, lines: Sequence[TextLine]) -> bool:
    """Whether an amount stands in the row of *title*, as it does beside the name of an item."""
    return any("." in line.text and money.is_valid(line.text) for line in lines if same_row(title.box, line.box))


def _are_two(halves: Sequence[Page], matches: Sequence[KindMatch]) -> bool:
    """Whether *halves* are papers of two kinds."""
    best = [classify(half, matches)[0] for half in halves]
    kinds = {kind.kind for kind in best}
    return len(kinds) == len(halves) and OTHER not in kinds and all(kind.probability >= SURE for kind in best)
