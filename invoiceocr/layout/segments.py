"""Pieces of print: their slope, whether they are characters or a seal, and what is left of them beside others."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from invoiceocr.geometry import Box, overlap_x
from invoiceocr.layout.plan import MIN_CHARACTER
from invoiceocr.page import Page, TextLine
from invoiceocr.text.lines import behind_gaps, cut, even_boxes, mean_confidence, parted

# marks that mean something by themselves; a lone bracket is a scrap of another line
SIGNS = "*¥￥→⇒"
SEAL = 0.25  # share of red ink: stamped, or stamped over
# times its width: a higher text of several characters runs downwards
VERTICAL = 1.8
# share of a full character's advance: this much more than usual separates texts that were read as one line
WIDE_GAP = 0.7
WIDE_BLANK = 0.8  # the same if a blank was read
WIDE = 4.0  # in heights: shorter texts show no slope
MIN_WIDE = 5  # this many wide lines determine the slope
# share of the lower one's height: boxes that overlap more contain the same print
SHARED = 0.5


def slope(page: Page) -> float:
    """How much the lines of *page* rise per unit of x: the median of its wide lines, which a text layer has level but
    for pages that were scanned or turned askew."""
    rises = [rise for line in page.lines if len(line.text) > WIDE and (rise := _rise(line)) is not None]
    return statistics.median(rises) if len(rises) >= MIN_WIDE else 0.0


def _rise(line: TextLine) -> float | None:
    """How much *line* rises per unit of x; None if it is too short to show it."""
    if line.quad is not None:
        (x0, y0), (x1, y1) = line.quad[:2]
        return (y1 - y0) / (x1 - x0) if line.box.width > WIDE * line.box.height else None
    if line.source == "ocr" or not line.character_boxes:
        return None
    first, last = line.character_boxes[0], line.character_boxes[-1]
    across, size = last.x0 - first.x0, first.y1 - first.y0
    return (last.y0 + last.y1 - first.y0 - first.y1) / (2 * across) if across > WIDE * size else None


def at_wide_blanks(segment: TextLine) -> list[TextLine]:
    """A recognized *segment*, split where a blank nearly as wide as a character separates two texts that were read as
    one."""
    return parted(segment, behind_gaps(segment, WIDE_GAP, blank=WIDE_BLANK))


def has_characters(segment: TextLine, least: float = MIN_CHARACTER) -> bool:
    """Whether the recognizer saw characters, with a mean probability of at least *least*, rather than the arc of a seal
    or a pattern."""
    if not _is_upright(segment):
        return False
    if segment.source == "ocr" and not any(character.isalnum() or character in SIGNS for character in segment.text):
        return False
    return mean_confidence(segment) >= least


def _is_upright(segment: TextLine) -> bool:
    """Whether the segment runs across the page; texts down the margin are no values."""
    return len(segment.text) < 2 or segment.box.height < VERTICAL * segment.box.width


def is_stamped(segment: TextLine) -> bool:
    """Whether the segment has the color of a seal: a text may be the seal's own, an amount is one that the seal
    covers."""
    return segment.red > SEAL


def outside(segment: TextLine, boxes: Sequence[Box]) -> list[TextLine]:
    """What is left of *segment* without *boxes*."""
    place = segment.box
    # the comparison beforehand spares a call for each of the hundreds of boxes of a long list
    near = [box for box in boxes if box.y0 < place.y1 and place.y0 < box.y1 and _meet(box, place)]
    if not near:
        return [segment]
    characters = segment.character_boxes or even_boxes(segment)
    free = [not any(box.x0 <= c.cx <= box.x1 for box in near) for c in characters]
    parts = (cut(segment, start, stop) for start, stop in _runs(free))
    return [part for part in parts if part.text.strip()]


def _runs(free: Iterable[bool]) -> Iterator[tuple[int, int]]:
    """(start, stop) of each run of true values."""
    for is_free, group in groupby(enumerate(free), key=lambda pair: pair[1]):
        if is_free:
            indexes = [index for index, _ in group]
            yield indexes[0], indexes[-1] + 1


def _meet(box: Box, other: Box) -> bool:
    """Whether the boxes share more than half of the lower one's height, and some width."""
    shared = min(box.y1, other.y1) - max(box.y0, other.y0)
    return shared > SHARED * min(box.height, other.height) and overlap_x(box, other) > 0
