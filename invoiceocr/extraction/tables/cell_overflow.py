"""Texts of the leading column that were recognized together with the print of the next column."""

from __future__ import annotations

import itertools
import statistics
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from invoiceocr.extraction.tables.columns import Column
from invoiceocr.extraction.tables.spec import ColumnSpec
from invoiceocr.page import TextLine
from invoiceocr.text.lines import parted

# text heights: how near to the edge of its column a value begins
EDGE = 0.6
# text heights from the left end of the header within which the values of its column may begin
BEFORE, BEHIND = 1.3, 1.0
GAP = 0.35  # em by which characters of two texts are further apart
WIDE = "WF"  # of East Asian Width (UAX #11)


@dataclass(frozen=True, slots=True)
class Overflow:
    """Where the print of the column `leading` may run over into the next one; `size` is the text height."""

    leading: ColumnSpec
    size: float


def with_edges(columns: Sequence[Column], segments: Sequence[TextLine], overflow: Overflow) -> list[Column]:
    """*columns* with the edges that gaps show in texts read across a border. A value that was read alone tells
    its edge less exactly, since the detector's box is wider than the print."""
    found = [columns[0]]
    for left, column in itertools.pairwise(columns):
        if _follows(left, column, overflow):
            edge = _edge(left, column, segments, overflow.size)
            column = column if edge is None else replace(column, edge=edge)
        found.append(column)
    return found


def at_edges(segment: TextLine, columns: Sequence[Column], overflow: Overflow) -> list[TextLine]:
    """*segment*, split where a recognized text runs into the next column: at a character that stands where the values
    of that column begin in other rows."""
    if not _is_read(segment):
        return [segment]
    edges = (
        column.edge
        for left, column in itertools.pairwise(columns)
        if _follows(left, column, overflow) and segment.box.x0 < left.x1
    )
    places = (_place(segment, edge, overflow.size) for edge in edges if edge is not None and segment.box.x1 > edge)
    return next((parted(segment, [place]) for place in places if place is not None), [segment])


def _place(segment: TextLine, edge: float, size: float) -> int | None:
    """The character of *segment* that begins at *edge*, preferably one behind a gap; None if there is none, or only its
    first ones."""
    starts = [i for i, box in enumerate(segment.character_boxes) if abs(box.x0 - edge) < EDGE * size]
    if not starts or starts[0] <= 1:
        return None
    behind_gaps = [i for i in _gaps(segment) if i in starts]
    return min(behind_gaps or starts, key=lambda i: abs(segment.character_boxes[i].x0 - edge))


def _is_read(segment: TextLine) -> bool:
    return segment.source == "ocr" and len(segment.character_boxes) == len(segment.text) > 0


def _follows(left: Column, column: Column, overflow: Overflow) -> bool:
    return left.spec is overflow.leading and column.spec.wraps


def _edge(left: Column, column: Column, segments: Iterable[TextLine], size: float) -> float | None:
    """Where the values of *column* begin: the gap near the left end of its header in the segments that begin in the
    column *left* of it and reach under it; None without such gaps."""
    over = (s for s in segments if _is_read(s) and s.box.x0 < left.x1 and s.box.x1 > column.x0)
    starts = [start for segment in over if (start := _start_near(segment, column.x0, size)) is not None]
    return statistics.median(starts) if starts else None


def _start_near(segment: TextLine, edge: float, size: float) -> float | None:
    """Where the print of *segment* continues behind the gap nearest to *edge*; None without a gap near it."""
    starts = (segment.character_boxes[i].x0 for i in _gaps(segment))
    near = (x for x in starts if -BEFORE * size < x - edge < BEHIND * size)
    return min(near, key=lambda x: abs(x - edge), default=None)


def _gaps(segment: TextLine) -> Iterator[int]:
    """The characters of *segment* before which there is more space than between those of one text."""
    steps, text = segment.character_steps, segment.text
    wide = [unicodedata.east_asian_width(char) in WIDE for char in text]
    em = _em(steps, wide) if len(steps) == len(text) else None
    if em is None:
        return
    shown = [i for i, char in enumerate(text) if not char.isspace()]
    for before, after in itertools.pairwise(shown):
        room = steps[after] - steps[before] - em * (2 + wide[before] + wide[after]) / 4
        if room > GAP * em:
            yield after


def _em(steps: Sequence[int], wide: Sequence[bool]) -> float | None:
    """The usual step from one *wide* character to the next; None if no two stand side by side."""
    pitches = [steps[i] - steps[i - 1] for i in range(1, len(steps)) if wide[i - 1] and wide[i]]
    return statistics.median(pitches) if pitches else None
