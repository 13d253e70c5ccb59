"""`Figures`: what a tool's answers are worth, counted case by case."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from invoiceocr.benchmark.cases import Case
from invoiceocr.benchmark.tools import Tool
from invoiceocr.scoring.accuracy import KEYS, Tally, compared, paired
from invoiceocr.scoring.documents import Fields

# shares of the key fields, the surest first
COVERAGES = (0.5, 0.8, 0.9, 0.95, 1.0)
# edges of stated confidence
BINS = (0.0, 0.5, 0.8, 0.9, 0.95, 0.99, 0.999, 1.0)


@dataclass(slots=True)
class Figures:
    """Counts over cases: the scorer's tally, (confidence, right) of each key field that was read, how many key fields
    there are, milliseconds a file, files without an answer."""

    tally: Tally = field(default_factory=Tally)
    stated: list[tuple[float, bool]] = field(default_factory=list)
    labeled: int = 0
    times_ms: list[float] = field(default_factory=list)
    failures: int = 0

    def add(self, case: Case, found: Sequence[Fields], elapsed_ms: float) -> None:
        """Count one case."""
        self.tally.add(case.document, found)
        self.times_ms.append(elapsed_ms)
        self.failures += not found
        for label, output in paired(case.document.invoices, found):
            self._add_confidence(label, output)

    def _add_confidence(self, label: Fields, output: Fields) -> None:
        evidence = output.get("evidence") or {}
        for path, outcome in compared(label, output):
            if path not in KEYS or path == "kind" or outcome == "invented":
                continue
            self.labeled += 1
            stated = (evidence.get(path) or {}).get("confidence")
            if outcome != "missing" and stated is not None:
                self.stated.append((float(stated), outcome == "right"))

    def risk(self) -> Iterator[tuple[float, float | None]]:
        """(coverage, share wrong among the surest fields); None where a tool states no confidence for so many."""
        ranked = sorted(self.stated, key=lambda pair: -pair[0])
        for coverage in COVERAGES:
            count = round(coverage * self.labeled)
            known = ranked[:count]
            enough = count and len(known) >= count
            yield coverage, sum(not right for _, right in known) / count if enough else None

    def bins(self) -> Iterator[tuple[float, float, int, float]]:
        """(from, to, fields, share right) of stated confidence, for what is stated at all."""
        for low, high in pairwise(BINS):
            inside = [right for stated, right in self.stated if low <= stated < high or stated == high == 1.0]
            if inside:
                yield low, high, len(inside), sum(inside) / len(inside)

    def calibration_error(self) -> float | None:
        """The expected calibration error: how far stated confidence and share right are apart, by bin; None where no
        confidence is stated."""
        if not self.stated:
            return None
        total = 0.0
        for low, high in pairwise(BINS):
            inside = [pair for pair in self.stated if low <= pair[0] < high or pair[0] == high == 1.0]
            total += abs(sum(stated - right for stated, right in inside))
        return total / len(self.stated)


def measured(tool: Tool, found: Iterable[Case]) -> Iterator[tuple[Case, list[Fields], float]]:
    """Each case with what the tool read and how long that took; a tool that fails read nothing."""
    for case in found:
        began = time.perf_counter()
        try:
            answer = tool(case.document.path)
        except Exception:  # a tool under test may raise anything: the file counts as not read
            answer = []
        yield case, answer, (time.perf_counter() - began) * 1000
