"""Pieces of print to candidates."""

from __future__ import annotations

import math
from collections.abc import Sequence

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.geometry import union
from invoiceocr.page import Page, TextLine


def candidate(path: str, value: object, text: str, parts: Sequence[TextLine], page: Page) -> Candidate:
    """What *parts* of *page* say about the field at *path*: confidence is that of all parts together, the
    lattice is kept where the value stands in one piece."""
    return Candidate(
        path=path,
        value=value,
        text=text,
        source=parts[0].source,
        confidence=math.prod(part.confidence for part in parts),
        page=page.number,
        box=union(part.box for part in parts),
        lattice=parts[0].lattice if len(parts) == 1 else None,
    )
