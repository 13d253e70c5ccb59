"""Traces of invoices made by hand, for tests of what is told of them: a tax id with a misread digit, a page picture,
and words as hostile as a page could print them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from lattices import recognized
from repair_cases import CONTEXT, TAX_ID, case, engine
from witnesses import STANDARD

from invoiceocr.adjudication.build import build
from invoiceocr.adjudication.judging.judge import judge
from invoiceocr.adjudication.judging.judgment import Judgment
from invoiceocr.adjudication.outcomes import outcome
from invoiceocr.adjudication.repair.correction import corrected
from invoiceocr.adjudication.repair.search import repair
from invoiceocr.adjudication.trace import InvoiceTrace, Picture
from invoiceocr.evidence.candidate import Candidate
from invoiceocr.evidence.draft import Draft
from invoiceocr.geometry import Box
from invoiceocr.imaging import jpeg

PLACE = 7  # of the misread digit, from 0
MISREAD = f"{TAX_ID[:PLACE]}8{TAX_ID[PLACE + 1 :]}"
HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)>&\u202e'
SIZE = (600, 390)  # width and height of the page, in its units


def misread_tax_id(confidence: float = 0.2) -> Candidate:
    """The seller's tax id with a 5 read as 8; the recognizer thought of a 5 with *confidence*."""
    return recognized("seller.tax_id", MISREAD, {PLACE: {TAX_ID[PLACE]: confidence}}, place=1)


def trace_of(*read: Candidate, leave_out: Sequence[str] = (), source: str = "a.png") -> InvoiceTrace:
    """How the invoice of `repair_cases` came about with the candidates of *read* in place of its own."""
    found = case(*read, leave_out=tuple(leave_out))
    repairs = repair(found)
    fused = corrected(found.fused, found.unread, repairs.corrections, None)
    invoice = build("digital_ordinary", {path: field.chosen.value for path, field in fused.items()}, "")
    report = engine().check(invoice, CONTEXT)
    corrections = tuple(repairs.corrections.values())
    judgment = Judgment({}, report.findings, corrections=corrections)
    draft = Draft("digital_ordinary", (), ("number",), 1, ((1, (600.0, 390.0)),))
    return InvoiceTrace(
        judge(draft, fused, invoice, judgment, STANDARD).model_copy(update={"source": source}),
        fused,
        tuple(found.unread),
        tuple(outcome(result, engine()) for result in report.results if result.outcome != "skip"),
        corrections,
        (1,),
        {1: picture()},
    )


def picture() -> Picture:
    """A gray page with a black box at (100, 50, 200, 70), drawn at twice its size."""
    pixels = np.full((2 * SIZE[1], 2 * SIZE[0], 3), 200, np.uint8)
    pixels[100:140, 200:400] = 0
    return Picture(1, float(SIZE[0]), float(SIZE[1]), jpeg.encode(pixels))


def printed(path: str, text: str, value: object) -> Candidate:
    """What stands printed in the black box of `picture`."""
    return Candidate(path, value, text, "ocr", 0.97, 1, Box(100, 50, 200, 70))
