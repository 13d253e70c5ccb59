"""Values that the edge of a page or a picture may have cut off: characters beyond it are not shown, and the rest of a
name can look whole, such as a company's without its branch. Check digits and shapes don't tell; only a source other
than the print does, or, for sums and numbers, what holds between the fields."""

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
# values of real files, and of all names in pictures of them, none is nearer than 1.0
NEAR = 0.8
# the same below a name, which may go on in another line; none is nearer than 12
BELOW = 1.5


def disputed(judgment: Judgment, fused: Mapping[str, Fused], draft: Draft) -> Judgment:
    """*judgment* with the values disputed that touch an edge of their page and that nothing but their print states."""
    sizes = dict(draft.page_sizes)
    found = {path for path, field in fused.items() if field.sources <= ON_PAPER and _touches(path, field.chosen, sizes)}
    doubted = {path for path in found if path.endswith(NAME) or not judgment.supports.get(path, NOBODY)}
    return replace(judgment, disputed=judgment.disputed | doubted) if doubted else judgment


def _touches(path: str, value: Candidate, sizes: Mapping[int, tuple[float, float]]) -> bool:
    """Whether a value reaches an edge of its page, by the *sizes* of the pages, beyond which more of it may stand: in
    exact characters the left or right one, a name also the lower one, and in pixels, which may be turned, any."""
    box, (width, height) = value.box, sizes.get(value.page, (math.inf, math.inf))
    is_name = path.endswith(NAME)
    if box is None or not (value.source in PRINTED or is_name):
        return False
    # of a text on several lines, too
    size = min(box.height, math.sqrt(box.width * box.height / max(1, len(value.text))))
    if min(box.x0, width - box.x1) < NEAR * size:
        return True
    return is_name and (height - box.y1 < BELOW * size or (value.source == "ocr" and box.y0 < NEAR * size))
