"""`Reading`: what one page says."""

from __future__ import annotations

from dataclasses import dataclass

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.geometry import Box
from invoiceocr.page import Page
from invoiceocr.text.lines import rows


@dataclass(frozen=True, slots=True)
class Reading:
    """The kind of a page, the candidates of its fields and the fields its kind should have; `is_list` marks a
    page that only continues the items of the invoice before it; `empty_cells` are cells where a value should stand
    but nothing was read, worth a second look."""

    page: Page
    kind: str
    candidates: tuple[Candidate, ...] = ()
    expected: tuple[str, ...] = ()
    is_list: bool = False
    empty_cells: tuple[Box, ...] = ()

    @property
    def text(self) -> str:
        """The page's lines, top to bottom."""
        return "\n".join(" ".join(line.text for line in row) for row in rows(self.page.lines))
