"""The areas of a page on which text may stand. What has their color may take away parts of the characters on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from invoiceocr.geometry import Box, meet, union

ALIKE = 60  # gray levels between an area and what may pass for a part of it
MAX_UNKNOWN = 16  # areas of unknown gray; more are taken for one


@dataclass(slots=True)
class Grounds:
    """The areas that were painted so far: their gray levels, and the boxes of those whose level is unknown."""

    grays: set[int] = field(default_factory=set)
    unknown: Sequence[Box] = ()

    def may_hide(self, box: Box, gray: int | None) -> bool:
        """Whether what is painted in *box*, of this *gray* level (None if unknown), may pass for a part of an area."""
        is_alike = gray is not None and any(abs(gray - ground) < ALIKE for ground in self.grays)
        return is_alike or any(meet(box, area) for area in self.unknown)

    def add(self, box: Box, gray: int | None) -> None:
        """Notes an area of this *gray* level; None if it is unknown."""
        if gray is not None:
            self.grays.add(gray)
        else:
            areas = [*self.unknown, box]
            self.unknown = areas if len(areas) <= MAX_UNKNOWN else [union(areas)]
