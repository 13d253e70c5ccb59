"""What was measured of one engine on one set, as rows of the tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import add

from bench.processes import Answers, Task
from bench.recall import Recall, recall
from bench.tables import NOTHING, digits, percent, quantile, table
from invoiceocr.scoring.accuracy import Tally
from invoiceocr.scoring.documents import Labeled

HEADER = (
    "engine", "documents", "text recall %", "key fields %", "all fields %", "item cells %", "s a page, median", "p90",
    "peak MB",
)  # fmt: skip
PROOF_HEADER = (
    "read by invoiceocr", "invoices", "all keys right %", "keys verified %", "verified but wrong", "item rows right %",
)  # fmt: skip


@dataclass(slots=True)
class Measured:
    """Figures of one engine on one set; `recall` None where its text was not looked at, `page_ms` empty where the
    time was measured elsewhere."""

    title: str
    documents: int = 0
    recall: Recall | None = None
    tally: Tally = field(default_factory=Tally)
    page_ms: list[float] = field(default_factory=list)
    peak_mb: float | None = None
    failures: int = 0

    def row(self) -> list[str]:
        """The cells under HEADER."""
        key, every, cells = self.tally.key_counts(), self.tally.counts(), self.tally.cell_counts()
        seconds = [value / 1000 for value in self.page_ms]
        times = [digits(quantile(seconds, share)) if seconds else NOTHING for share in (0.5, 0.9)]
        peak = f"{self.peak_mb:.0f}" if self.peak_mb else NOTHING
        found = percent((self.recall.found, self.recall.labeled)) if self.recall else NOTHING
        documents = f"{self.documents} ({self.failures} failed)" if self.failures else str(self.documents)
        return [self.title, documents, found, percent(key), percent(every), percent(cells), *times, peak]

    def proof_row(self, name: str) -> list[str]:
        """The cells under PROOF_HEADER."""
        proofs, invoices, rows = self.tally.proofs, self.tally.invoices, self.tally.rows
        return [
            name,
            str(invoices.total()),
            percent((invoices["right"], invoices.total())),
            percent((proofs["right"] + proofs["wrong"], proofs["all"])),
            str(proofs["wrong"]),
            percent((rows["right"], rows["right"] + rows["wrong"])),
        ]


def measured(title: str, documents: Sequence[Labeled], answers: Answers, *, fields: Answers | None = None) -> Measured:
    """What *answers* (ids are paths) came to; the invoices are those of *fields* if the engine gives only text."""
    figures = Measured(title, len(documents), peak_mb=answers.peak_mb)
    found: list[Recall] = []
    has_text = any("pages" in answer for answer in answers.by_id.values())
    for document in documents:
        answer = answers.by_id[str(document.path)]
        extracted = fields.by_id[str(document.path)] if fields else answer
        figures.failures += any(each.get("error") or each.get("failure") for each in (answer, extracted))
        figures.tally.add(document, extracted.get("invoices") or [])
        figures.page_ms += answer.get("page_ms", [])
        found.append(recall(document, texts(answer)))
    figures.recall = reduce(add, found, Recall()) if has_text else None
    return figures


def texts(answer: Task) -> Iterable[str]:
    """The text lines of all pages, from top to bottom as the engine gave them."""
    return (text for page in answer.get("pages", []) for text, _, _ in page["lines"])


def figures_table(rows: Iterable[Measured], *, first: str = "engine") -> str:
    """The table of one set; *first* says what the rows differ in."""
    return table((first, *HEADER[1:]), (figures.row() for figures in rows))


def proof_table(rows: Iterable[tuple[str, Measured]]) -> str:
    """The table of what `verified` was worth, a set a row."""
    return table(PROOF_HEADER, (figures.proof_row(name) for name, figures in rows))


def as_json(figures: Measured) -> Task:
    """All figures, for programs."""
    return {
        "title": figures.title,
        "documents": figures.documents,
        "failures": figures.failures,
        "recall": [figures.recall.found, figures.recall.labeled] if figures.recall else None,
        "key_fields": figures.tally.key_counts(),
        "all_fields": figures.tally.counts(),
        "item_cells": figures.tally.cell_counts(),
        "item_rows": dict(figures.tally.rows),
        "verified_keys": dict(figures.tally.proofs),
        "invoices": dict(figures.tally.invoices),
        "fields": {f"{path} {outcome}": count for (path, outcome), count in sorted(figures.tally.fields.items())},
        "page_ms": figures.page_ms,
        "peak_mb": figures.peak_mb,
    }
