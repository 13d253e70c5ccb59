"""Several papers on one page: recognized by their tables and sums, and separated at the widest gap between them.

Printing software puts two invoices on one A4 sheet, and people scan two slips at once. Every form has one header row
for its items and, after it, one line with the amount in words. If a second header row follows those words, a second
paper begins in between. Papers side by side show the same from left to right.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from invoiceocr.geometry import Box, union
from invoiceocr.layout.plan import PaperPlan
from invoiceocr.page import KeyMatch, Page, Ruling, TextLine

MIN_COLUMNS = 3  # different captions that make a header row
# share of the captions' height: those of one row are this close
SAME_LEVEL = 1.5
# share of the width of the header above it; captions that a remark quotes stand close together
QUOTED = 0.5


@dataclass(frozen=True, slots=True)
class Axis:
    """One direction across the page: where a box begins and ends along it."""

    start: str
    stop: str

    def extent(self, box: Box) -> tuple[float, float]:
        """The beginning and the end of *box*."""
        return getattr(box, self.start), getattr(box, self.stop)

    def middle(self, box: Box) -> float:
        """The middle of *box*."""
        start, stop = self.extent(box)
        return (start + stop) / 2


DOWN, ACROSS = Axis("y0", "y1"), Axis("x0", "x1")


def parted(page: Page, plan: PaperPlan, find_labels: Callable[[Page], Page]) -> list[Page]:
    """The papers on a labeled *page*, distinguished by the key phrases of *plan*: top to bottom and left to right, each
    with its own `area` and labels; or the page itself if it holds only one."""
    stacked = cut(page, DOWN, list(_between_stacked(page, plan)))
    found = [part for paper in stacked for part in cut(paper, ACROSS, list(_between_neighbors(paper, plan)))]
    return found if len(found) == 1 else [find_labels(part) for part in found]


def cut(page: Page, axis: Axis, places: Sequence[float]) -> list[Page]:
    """*page* cut at *places* along *axis*."""
    if not places:
        return [page]
    whole = page.area or Box(0.0, 0.0, page.width, page.height)
    edges = [axis.extent(whole)[0], *sorted(places), axis.extent(whole)[1]]
    return [_part(page, axis, _strip(whole, axis, *ends)) for ends in itertools.pairwise(edges)]


def is_inside(page: Page, level: float, plan: PaperPlan) -> bool:
    """Whether a form of *plan* extends across the *level* of a labeled *page*: above it stands the header row of a
    table, and below it, before another table begins, the sums or the foot of that form."""
    headers = [row.cy for row in _header_rows(page.labels, plan)]
    start = max((y for y in headers if y < level), default=page.height)
    end = min((y for y in headers if y > level), default=page.height)
    parts = ([label.box.cy for label in page.labels if label.id in phrases] for phrases in (plan.sums, plan.foot))
    return start < level and any(_is_parted(levels, (start, level, end)) for levels in parts)


def _is_parted(levels: Iterable[float], bounds: tuple[float, float, float]) -> bool:
    """Whether some of *levels* lie in the lower one of the strips between *bounds*, and none in the upper one."""
    top, middle, bottom = bounds
    inside = [level for level in levels if top < level < bottom]
    return min(inside, default=top) > middle


def _strip(whole: Box, axis: Axis, start: float, stop: float) -> Box:
    if axis is DOWN:
        return Box(whole.x0, start, whole.x1, stop)
    return Box(start, whole.y0, stop, whole.y1)


def _part(page: Page, axis: Axis, area: Box) -> Page:
    """The part of *page* in *area*. Its labels must be found again, but those already found show where more papers
    are."""
    start, stop = axis.extent(area)

    def holds(box: Box) -> bool:
        return start <= axis.middle(box) < stop

    return replace(
        page,
        lines=tuple(line for line in page.lines if holds(line.box)),
        segments=tuple(segment for segment in page.segments if holds(segment.box)),
        labels=tuple(label for label in page.labels if holds(label.box)),
        rulings=tuple(ruling for ruling in page.rulings if holds(_box(ruling))),
        area=area,
    )


def _box(ruling: Ruling) -> Box:
    xs, ys = sorted((ruling.x0, ruling.x1)), sorted((ruling.y0, ruling.y1))
    return Box(xs[0], ys[0], xs[1], ys[1])


def _between_stacked(page: Page, plan: PaperPlan) -> Iterator[float]:
    """The levels between papers that are stacked."""
    for upper, lower in itertools.pairwise(_header_rows(page.labels, plan)):
        sums = [label for label in page.labels if label.id in plan.sums and upper.y1 < label.box.cy < lower.y0]
        if sums:
            yield _gap_above(page, plan, max(label.box.y1 for label in sums), lower.y0)


def _gap_above(page: Page, plan: PaperPlan, sums: float, header: float) -> float:
    """The middle of the widest blank between the sums of one paper and the head of the next, whose table has its header
    row at *header*."""
    between = [label for label in page.labels if sums < label.box.cy < header]
    heads = [label.box.y0 for label in between if label.id in plan.head]
    top = min(heads, default=header)
    foot = max((label.box.y1 for label in between if label.id in plan.foot and label.box.cy < top), default=sums)
    return widest_gap(page.lines, DOWN, (foot, top))


def _header_rows(labels: Sequence[KeyMatch], plan: PaperPlan) -> list[Box]:
    """The header rows of item tables, top to bottom. A narrow one is quoted in the remarks, if no sums follow and no
    form begins above it."""
    found = _caption_rows(labels, plan)
    last = max((label.box.cy for label in labels if label.id in plan.sums), default=0.0)
    head = min((label.box.cy for label in labels if label.id in plan.head and label.box.cy > last), default=math.inf)
    return [row for row in found if row.cy < last or row.cy > head or row.width > QUOTED * found[0].width]


def _caption_rows(labels: Iterable[KeyMatch], plan: PaperPlan) -> list[Box]:
    """The rows of at least `MIN_COLUMNS` captions of item tables, top to bottom."""
    rows: list[list[KeyMatch]] = []
    for label in sorted((label for label in labels if label.id in plan.columns), key=lambda label: label.box.cy):
        if rows and abs(label.box.cy - rows[-1][-1].box.cy) < SAME_LEVEL * label.box.height:
            rows[-1].append(label)
        else:
            rows.append([label])
    return [union(label.box for label in row) for row in rows if len({label.id for label in row}) >= MIN_COLUMNS]


def _between_neighbors(page: Page, plan: PaperPlan) -> Iterator[float]:
    """The x between papers side by side: the table of the next paper begins, with its first column, behind that of the
    first, and there are as many lines of words."""
    tables = _tables_across(page.labels, plan)
    words = sorted((label.box for label in page.labels if label.id in plan.sums), key=lambda box: box.x0)
    if len(words) != len(tables) or any(len({label.id for label in table}) < MIN_COLUMNS for table in tables):
        return
    for (left, right), box in zip(itertools.pairwise(tables), words[1:], strict=True):
        yield widest_gap(page.lines, ACROSS, (left[-1].box.x1, min(right[0].box.x0, box.x0)))


def _tables_across(labels: Iterable[KeyMatch], plan: PaperPlan) -> list[list[KeyMatch]]:
    """The headers of tables side by side, from left to right, each beginning with its first column."""
    columns = sorted((label for label in labels if label.id in plan.columns), key=lambda label: label.box.x0)
    starts = [index for index, label in enumerate(columns) if label.id in plan.first]
    return [columns[start:stop] for start, stop in itertools.pairwise([*starts, len(columns)])]


def widest_gap(lines: Iterable[TextLine], axis: Axis, bounds: tuple[float, float]) -> float:
    """The middle of the widest blank of *lines* along *axis* within *bounds*."""
    start, stop = bounds
    extents = sorted(axis.extent(line.box) for line in lines)
    reach, widest, place = start, 0.0, (start + stop) / 2
    for begin, end in [*(e for e in extents if e[1] > start and e[0] < stop), (stop, stop)]:
        gap = min(begin, stop) - reach
        if gap > widest:
            widest, place = gap, (reach + min(begin, stop)) / 2
        reach = max(reach, end)
    return place
