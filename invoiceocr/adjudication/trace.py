"""`InvoiceTrace`: how an invoice came about: its witnesses, the results of the rules, repairs and pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from invoiceocr.adjudication.fusion import Fused
from invoiceocr.adjudication.repair.correction import Correction
from invoiceocr.evidence.candidate import Candidate
from invoiceocr.evidence.draft import Draft
from invoiceocr.invoice import Invoice
from invoiceocr.proof import Finding

Outcome = Literal["fail", "pass", "unknown", "skip"]


@dataclass(frozen=True, slots=True)
class RuleOutcome:
    """What a rule that applies says about the final invoice, repairs included. `reads` are the paths that it used,
    `supports` those for which its pass is independent evidence; `finding` is the message of a failed rule."""

    rule: str
    title: str
    title_en: str
    outcome: Outcome
    reads: tuple[str, ...] = ()
    supports: tuple[str, ...] = ()
    finding: Finding | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """A page as a JPEG file; `width` and `height` are those of the page, in the units of its boxes."""

    page: int
    width: float
    height: float
    jpeg: bytes


@dataclass(frozen=True, slots=True, eq=False)
class InvoiceTrace:
    """An invoice with its fused and repaired fields, the texts that gave no value, the outcomes of the rules, the
    repairs, and the pictures of its pages by number (pages that can't be drawn have none). `draft` is what it was made
    of; `Reader.adjudicate` accepts it."""

    invoice: Invoice
    fused: Mapping[str, Fused]
    unread: tuple[Candidate, ...] = ()
    outcomes: tuple[RuleOutcome, ...] = ()
    corrections: tuple[Correction, ...] = ()
    pages: tuple[int, ...] = ()
    pictures: Mapping[int, Picture] = field(default_factory=dict)
    draft: Draft | None = None

    def candidates(self, path: str) -> Iterator[Candidate]:
        """Everything that was said about *path*: first the value that was chosen, then what agrees, what disagrees, and
        what gave no value."""
        found = self.fused.get(path)
        said = (found.chosen, *found.agreeing, *found.contradicting) if found else ()
        unread = (candidate for candidate in self.unread if candidate.path == path)
        yield from {id(candidate): candidate for candidate in (*said, *unread)}.values()
