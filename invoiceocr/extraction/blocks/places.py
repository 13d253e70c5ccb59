"""Where the value of a caption may stand: right of it in the same row, below it, or where the print lies off its form.

Each place is a function from a caption and the segments of print among which its value is looked for to those that
stand there, from left to right and line by line.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from invoiceocr.geometry import Box, overlap_x
from invoiceocr.layout.form import FormLayout
from invoiceocr.layout.registration import NO_OFFSET
from invoiceocr.layout.segments import is_stamped
from invoiceocr.page import TextLine

# text heights between the parts of a value
MAX_GAP = 12.0
OVER = 0.5  # share of the narrower one's width: print above or below other print, in another line
# in caption heights: no value is printed this large
TALL = 2.5
# text heights by which the beginnings of a value's lines may differ
FLUSH = 0.7


def _slipped(form: FormLayout, caption: Box, segments: list[TextLine]) -> list[TextLine]:
    """The segments right of *caption* at the place of its form, if it is known how far the print lies off it."""
    if form.offset == NO_OFFSET:
        return []
    # print shifted to the left, too
    return _run(form, caption, [s for s in segments if s.box.cx > caption.cx and form.belongs_beside(caption, s.box)])


def _wrapping(form: FormLayout, caption: Box, segments: list[TextLine]) -> list[TextLine]:
    """What stands right of *caption*, and the lines below that begin where it does and have no caption."""
    run = _right(form, caption, segments)
    if not run:
        return run
    last = min(run, key=lambda segment: segment.box.cy)  # a caption may stand between the lines of its value
    run = [segment for segment in run if form.same_row(last.box, segment.box)]
    for segment in sorted(segments, key=lambda segment: segment.box.cy):
        if _continues(form, last, segment) and _is_captionless(form, segment, caption):
            run, last = [*run, segment], segment
    return run


def _continues(form: FormLayout, line: TextLine, segment: TextLine) -> bool:
    """Whether *segment* is the next line of the value to which *line* belongs."""
    return form.is_next_line(line.box, segment.box) and abs(segment.box.x0 - line.box.x0) < FLUSH * form.size


def _is_captionless(form: FormLayout, segment: TextLine, caption: Box) -> bool:
    """Whether *segment* has no caption of its own, other than *caption*."""
    return not any(form.right_of(label.box, segment.box) for label in form.page.labels if label.box != caption)


def _right(form: FormLayout, caption: Box, segments: list[TextLine]) -> list[TextLine]:
    """The segments right of *caption*, without words stamped over the paper, and without tilted ones of the next line
    that reach over those at its level."""
    row = [s for s in segments if form.right_of(caption, s.box) and s.box.height < TALL * caption.height]
    level = [s for s in row if abs(s.box.cy - caption.cy) < caption.height]
    return _run(form, caption, [s for s in row if s in level or not any(_is_over(s.box, other.box) for other in level)])


def _is_over(box: Box, other: Box) -> bool:
    """Whether *box* is above or below *other*: most of the narrower one lies within the other."""
    return overlap_x(box, other) > OVER * min(box.width, other.width)


def _run(form: FormLayout, caption: Box, row: list[TextLine]) -> list[TextLine]:
    """The segments of *row* from left to right, up to the next caption, a wide gap, or the text of a seal behind
    print."""
    end = next_caption(form, caption)
    run: list[TextLine] = []
    for segment in sorted(row, key=lambda segment: segment.box.x0):
        if segment.box.x0 >= end or (run and not _follows(form, run[-1], segment)):
            break
        run.append(segment)
    return run


def _follows(form: FormLayout, before: TextLine, segment: TextLine) -> bool:
    """Whether *segment* may belong to the value of what stands *before* it: it is neither far away nor the text of a
    seal."""
    is_near = segment.box.x0 - before.box.x1 <= MAX_GAP * form.size
    return is_near and (is_stamped(before) or not is_stamped(segment))


def _below(form: FormLayout, caption: Box, segments: list[TextLine]) -> list[TextLine]:
    """The nearest segment below *caption*, with what follows in its row and is not below the next caption."""
    under = sorted((s for s in segments if form.below(caption, s.box)), key=lambda segment: segment.box.cy)
    if not under:
        return []
    level = [segment for segment in under if form.same_row(under[0].box, segment.box)]
    # a wide value of the caption before it may reach below this one
    first = next((s for s in sorted(level, key=lambda s: s.box.x0) if _is_over(s.box, caption)), under[0])
    end = next_caption(form, caption)
    return [first, *(s for s in _right(form, first.box, segments) if s.box.cx < end)]


def next_caption(form: FormLayout, caption: Box) -> float:
    """The place of the next caption right of *caption*; infinity if it is the last of its row."""
    behind = (label.box for label in form.page.labels if label.box.x0 >= caption.x1)
    return min((box.x0 for box in behind if form.same_row(caption, box)), default=math.inf)


PLACES: Mapping[str, Callable[[FormLayout, Box, list[TextLine]], list[TextLine]]] = {
    "slipped": _slipped,
    "right": _right,
    "below": _below,
    "wrapped": _wrapping,
}
