"""The cells behind captions in which nobody has read anything: under a seal, or overlooked."""

from __future__ import annotations

import statistics
from collections.abc import Iterable

from invoiceocr.extraction.blocks.places import next_caption
from invoiceocr.geometry import Box
from invoiceocr.layout.form import FormLayout
from invoiceocr.layout.registration import NO_OFFSET

# in caption heights, above and below: values are off the lines of their captions, and seals are on them
AROUND = 0.3
MAX_CELLS = 6  # how many cells of a block get a second look
LEVEL = 0.9  # text heights: what is farther off the level of a caption belongs to another row
SEVERAL = 2.0  # in caption heights: print of several lines, such as remarks, is at the level of none


def may_be_unread(form: FormLayout) -> bool:
    """Whether the page was recognized, and its print lies on its form, so that it is known where to look."""
    return form.offset == NO_OFFSET and any(line.source == "ocr" for line in form.page.lines)


def has_behind(form: FormLayout, caption: Box, values: Iterable[Box]) -> bool:
    """Whether one of *values* stands right of *caption*, at its level."""
    return any(box.cx > caption.cx and form.off_caption(caption, box) < LEVEL * form.size for box in values)


def cells_behind(form: FormLayout, captions: Iterable[Box]) -> list[Box]:
    """What is right of each of the first *captions*, if there is room for a value."""
    cells = (_cell(form, caption) for caption in captions)
    return [cell for cell in cells if cell.width > cell.height][:MAX_CELLS]


def _cell(form: FormLayout, caption: Box) -> Box:
    """What is right of *caption*, up to the next caption or the end of the print, as far off its level as the other
    values of its row stand off theirs."""
    margin, slip = AROUND * caption.height, _slip(form, caption) * form.size
    stop = min(next_caption(form, caption), form.area.x1 * form.size)
    return Box(caption.x1, caption.y0 - margin + slip, max(stop, caption.x1), caption.y1 + margin + slip)


def _slip(form: FormLayout, caption: Box) -> float:
    """By how many text heights the values in the row of *caption* stand below their captions; 0 without any."""
    said = [each.box for each in form.said if each.box is not None and each.value is not None]
    values = [box for box in said if box.height < SEVERAL * caption.height]
    labels = [label.box for label in form.page.labels if form.same_row(label.box, caption)]
    slips = [
        form.project(value).cy - form.project(label).cy
        for label in labels
        for value in values
        if form.right_of(label, value) and value.x0 < next_caption(form, label)
    ]
    return statistics.median(slips) if slips else 0.0
