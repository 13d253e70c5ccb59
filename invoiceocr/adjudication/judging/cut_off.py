"""Values that the edge of a page may have cut off: characters beyond it are not shown, and the rest of a name can look
whole, such as a company's without its branch. Check digits and shapes don't tell; only a source other than the print
does, or, for sums and numbers, what holds between the fields."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

from invoiceocr.adjudication.fusion import Fused
from invoiceocr.adjudication.judging.judgment import NOBODY, Judgment
from invoiceocr.adjudication.judging.lost_points import ON_PAPER
from invoiceocr.adjudication.name_support import NAME
from invoiceocr.evidence.candidate import PRINTED, Candidate
from invoiceocr.evidence.draft import Draft

# of a character's size: up to half of one that is left out lies on the page, and some space before it; of 1,786 printed
# values of real files, none is nearer than 1.0
NEAR = 0.8


def disputed(judgment: Judgment, fused: Mapping[str, Fused], draft: Draft) -> Judgment:
    """*judgment* with the values in exact characters disputed that touch the left or right edge of their page and that
    nothing but their print states."""
    widths = {number: width for number, (width, _) in draft.page_sizes}
    found = {path for path, field in fused.items() if field.sources <= ON_PAPER and _touches(field.chosen, widths)}
    doubted = {path for path in found if path.endswith(NAME) or not judgment.supports.get(path, NOBODY)}
    return replace(judgment, disputed=judgment.disputed | doubted) if doubted else judgment


def _touches(value: Candidate, widths: Mapping[int, float]) -> bool:
    """Whether a value in exact characters reaches the edge of its page, by the *widths* of the pages."""
    box, width = value.box, widths.get(value.page)
    if box is None or width is None or value.source not in PRINTED:
        return False
    # of a text on several lines, too
    size = min(box.height, math.sqrt(box.width * box.height / max(1, len(value.text))))
    return box.x0 < NEAR * size or box.x1 > width - NEAR * size
