"""`AcceptancePolicy`: what a field must satisfy so that nobody has to review it."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from invoiceocr.adjudication.judging.calibration import SOURCES, Block, Calibration, Stratum, cell_of_evidence
from invoiceocr.kinds import KindSpec
from invoiceocr.proof import Evidence
from invoiceocr.settings import Settings

# the certainty that the error rate of what passes is no higher than promised
CONFIDENCE_LEVEL = 0.95
BISECTIONS = 60  # a float has no finer difference
PASSING_STATUS = ("verified", "read")


@dataclass(frozen=True, slots=True)
class AcceptancePolicy:
    """The calibration; the confidence that a key field needs (`accept`); and, if an error rate was promised, the least
    confidence with which the fields of each cell may pass (fields of a cell that is not listed never do).

    `review_share` is the share of the calibration's fields that would have to be reviewed, and `error_bound` is the
    error rate that the others stay below with 95 % certainty. Both are None without a promise.
    """

    calibration: Calibration
    accept: float = 0.95
    least: Mapping[Stratum, float] | None = None
    review_share: float | None = None
    error_bound: float | None = None

    def passes(self, path: str, evidence: Evidence, spec: KindSpec | None) -> bool:
        """Whether nobody needs to review the field; *spec* is what is known of its kind, or None."""
        threshold = self.threshold(path, evidence, spec)
        return evidence.status in PASSING_STATUS and threshold is not None and evidence.confidence >= threshold

    def threshold(self, path: str, evidence: Evidence, spec: KindSpec | None) -> float | None:
        """The confidence that the field needs; None if the promised error rate lets no such field pass."""
        return self.accept if self.least is None else self.least.get(cell_of_evidence(path, evidence, spec))


@dataclass(slots=True)
class _Passed:
    """What passes of one source."""

    count: int = 0
    wrong: int = 0
    least: dict[Stratum, float] = field(default_factory=dict)


def acceptance_policy(settings: Settings, calibration: Calibration) -> AcceptancePolicy:
    """The policy that *settings* request."""
    if settings.max_error_rate is None:
        return AcceptancePolicy(calibration, settings.accept_confidence)
    return promised(calibration, settings.max_error_rate)


def promised(calibration: Calibration, max_error_rate: float) -> AcceptancePolicy:
    """The policy whose fields have an error rate of at most *max_error_rate*. For each source by itself, as many blocks
    of the calibration pass, most confident first, as keep the upper confidence bound of their errors below that rate.
    If the calibration has too few fields to prove such a rate, none passes."""
    chosen = {source: _most_confident(calibration, source, max_error_rate) for source in SOURCES}
    total = sum(block.count for blocks in calibration.blocks.values() for block in blocks)
    count = sum(passed.count for passed in chosen.values())
    return AcceptancePolicy(
        calibration=calibration,
        least={cell: least for passed in chosen.values() for cell, least in passed.least.items()},
        review_share=1.0 - count / max(total, 1),
        error_bound=max((upper_bound(p.wrong, p.count) for p in chosen.values() if p.count), default=0.0),
    )


def _most_confident(calibration: Calibration, source: str, rate: float) -> _Passed:
    ranked = sorted(_by_source(calibration)[source], key=lambda pair: (-pair[1].confidence, pair[0]))
    best, passed = _Passed(), _Passed()
    for cell, block in ranked:
        passed.count += block.count
        passed.wrong += block.wrong
        passed.least[cell] = block.confidence
        if upper_bound(passed.wrong, passed.count) <= rate:
            best = _Passed(passed.count, passed.wrong, dict(passed.least))
    return best


def _by_source(calibration: Calibration) -> Mapping[str, list[tuple[Stratum, Block]]]:
    """The blocks that may pass; doubtful fields never do."""
    found: dict[str, list[tuple[Stratum, Block]]] = defaultdict(list)
    for cell, blocks in calibration.blocks.items():
        if cell.status in PASSING_STATUS:
            found[cell.source] += [(cell, block) for block in blocks]
    return found


def upper_bound(wrong: int, count: int, level: float = CONFIDENCE_LEVEL) -> float:
    """The error rate that is unlikely to be exceeded after *wrong* errors in *count* (Clopper and Pearson, one-sided):
    none in 3000 gives a bound of about 1/1000. It is 1.0 if *count* is 0."""
    if wrong >= count:
        return 1.0
    low, high = wrong / count, 1.0
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        low, high = (middle, high) if _at_most(wrong, count, middle) > 1.0 - level else (low, middle)
    return high


def _at_most(wrong: int, count: int, rate: float) -> float:
    """The probability of at most *wrong* errors among *count* at an error *rate* between 0 and 1."""
    return math.fsum(math.exp(_log_share(k, count, rate)) for k in range(wrong + 1))


def _log_share(wrong: int, count: int, rate: float) -> float:
    ways = math.lgamma(count + 1) - math.lgamma(wrong + 1) - math.lgamma(count - wrong + 1)
    return ways + wrong * math.log(rate) + (count - wrong) * math.log1p(-rate)
