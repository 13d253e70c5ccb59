"""Where each paper goes: halves of A4 sheets, for tickets halves of halves, lists a sheet of their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from invoiceocr.geometry import Box

A4 = (595.28, 841.89)  # points
# points around what is printed; printers can't reach the edge
MARGIN = 17.0
CAPTION = 11.0  # points above a paper for its caption
Part = Literal["sheet", "half", "quarter"]
# quarters of a sheet
SHARES: dict[Part, int] = {"sheet": 4, "half": 2, "quarter": 1}


@dataclass(frozen=True, slots=True)
class Place:
    """The sheet, from 0, and the area that a paper has for itself there; `box` is that without margin and caption."""

    sheet: int
    area: Box

    @property
    def box(self) -> Box:
        """Where the paper may be printed."""
        area = self.area
        return Box(area.x0 + MARGIN, area.y0 + MARGIN + CAPTION, area.x1 - MARGIN, area.y1 - MARGIN)


def places(parts: Iterable[Part]) -> Iterator[Place]:
    """A place for each part of a sheet, in order: a half begins at the top or in the middle of a sheet, two quarters
    share a half."""
    used = 0  # quarters
    for part in parts:
        share = SHARES[part]
        used += -used % share
        sheet, quarter = divmod(used, SHARES["sheet"])
        used += share
        yield Place(sheet, _area(quarter, share))


def _area(quarter: int, share: int) -> Box:
    width, height = A4
    left = width / 2 * (quarter % 2)
    top = height / 2 * (quarter // 2)
    return Box(left, top, left + (width / 2 if share == 1 else width), top + (height if share == 4 else height / 2))
