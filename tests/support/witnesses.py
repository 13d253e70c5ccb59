"""Witnesses' words in short: `said("total", "106.00", "ocr", 0.9)`."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from invoiceocr.adjudication.judging.acceptance import AcceptancePolicy
from invoiceocr.adjudication.judging.calibration import Calibration, Stratum
from invoiceocr.evidence.candidate import Candidate
from invoiceocr.geometry import Box
from invoiceocr.page import Page
from invoiceocr.proof import WitnessSource


class Scores(Calibration):
    """A calibration that leaves scores as they are."""

    def confidence(self, cell: Stratum, score: float) -> float:
        return score


STANDARD = AcceptancePolicy(Scores({}, {}), accept=0.95)
MONEY = ("total", "total_excluding_tax", "total_tax", "amount", "quantity")
BOX = Box(10, 20, 60, 30)


def said(
    path: str, value: object, source: WitnessSource = "text_layer", confidence: float = 1.0, *, page: int = 1
) -> Candidate:
    """What *source* says; money is given as text."""
    typed = Decimal(value) if path.split(".")[-1] in MONEY and isinstance(value, str) else value
    return Candidate(path, typed, str(value), source, confidence, page, BOX if source != "xml" else None)


def reread(value: str, confidence: float) -> Candidate:
    """What a second recognizer reads as the total."""
    return replace(said("total", value, "ocr", confidence), second=True)


def sheet(number: int = 1) -> Page:
    """An empty page."""
    return Page(number, 600.0, 390.0)
