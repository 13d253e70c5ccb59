"""`Reading`: what one page says."""

from __future__ import annotations

from dataclasses import dataclass

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.geometry import Box, Rotation
from invoiceocr.page import Page
from invoiceocr.proof import Finding
from invoiceocr.text.lines import rows


@dataclass(frozen=True, slots=True)
class Reading:
    """The kind of a page, the candidates of its fields, and the fields that its kind should have.

    `is_list` marks a page that only continues the items of the invoice before it. `empty_cells` are cells where a value
    should stand but nothing was read, so that a second look is worthwhile. `crowded` says that another paper seems to
    stand on the page. `kind_confidence` is the probability that the page is of that kind. `notes` are findings about
    the page itself. `box` is the place of the paper on its page, None if it fills the page; `rotation` is how far it
    was turned clockwise before it was read, in degrees.
    """

    page: Page
    kind: str
    candidates: tuple[Candidate, ...] = ()
    expected: tuple[str, ...] = ()
    is_list: bool = False
    empty_cells: tuple[Box, ...] = ()
    crowded: bool = False
    kind_confidence: float = 1.0
    notes: tuple[Finding, ...] = ()
    box: Box | None = None
    rotation: Rotation = 0

    @property
    def text(self) -> str:
        """The lines of the page, top to bottom."""
        return "\n".join(" ".join(line.text for line in row) for row in rows(self.page.lines))
