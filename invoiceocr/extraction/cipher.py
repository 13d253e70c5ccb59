"""The cipher area (密码区): its lines of figures and signs as printed."""

from __future__ import annotations

from collections.abc import Iterator

from invoiceocr.evidence.candidate import Candidate
from invoiceocr.extraction.candidates import candidate
from invoiceocr.extraction.frame import InvoiceFrame
from invoiceocr.extraction.schema import Schemas
from invoiceocr.text.lines import join, match_key, rows

REGION = "cipher"
MIN_LINES = 3  # a printed cipher has four or five


def read_cipher(frame: InvoiceFrame, schemas: Schemas) -> Iterator[Candidate]:
    """The text of the cipher area, its lines joined by newlines, where they follow one another. Not of recognized
    print: no check digit would tell a misread sign among a hundred."""
    if any(line.source == "ocr" for line in frame.page.lines):
        return
    shape = schemas.shapes[REGION]
    lines = [join(row) for row in rows(frame.inside(REGION), frame.slope)]
    fitting = [i for i, line in enumerate(lines) if shape.fit(line.text) == 1.0]
    if len(fitting) < MIN_LINES or fitting[-1] - fitting[0] >= len(fitting):
        return
    parts = [lines[i] for i in fitting]
    text = "\n".join(match_key(part.text) for part in parts)
    yield candidate("cipher_area", text, text, parts, frame.page)
