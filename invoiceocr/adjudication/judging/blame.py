"""`blame`: the fields that best explain the failed rules (minimal hitting sets)."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

from invoiceocr.evidence.row_paths import ITEM
from invoiceocr.rules.engine import RuleReport, RuleResult

# how many fields are believed to be wrong at the same time; beyond that all are suspected
MOST_CULPRITS = 3
# how many groups of fields, by the rules that they would explain, are searched
MOST_KINDS = 40


def blame(report: RuleReport) -> frozenset[str]:
    """The fields under suspicion: the smallest sets that contain a field of every failed rule, united if there are
    several. Fields that a passed rule confirms are suspected only if nothing else is left."""
    failed = [_candidates(result, report.supported) for result in report.results if _tells(result)]
    sets = [paths for paths in failed if paths]
    explains: dict[frozenset[int], set[str]] = {}
    for path in frozenset[str]().union(*sets):
        explains.setdefault(frozenset(i for i, paths in enumerate(sets) if path in paths), set()).add(path)
    culprits = _smallest(explains.keys(), len(sets))
    return frozenset().union(*(explains[rules] for rules in culprits))


def _tells(result: RuleResult) -> bool:
    return result.outcome == "fail" and bool(result.repair)


def _candidates(result: RuleResult, supported: frozenset[str]) -> frozenset[str]:
    """The fields that a failed rule accuses: those that it names, and the rows that it sums."""
    accused = frozenset(result.repair) | {path for path in result.reads if ITEM.fullmatch(path)}
    return accused - supported or accused


def _smallest(kinds: Iterable[frozenset[int]], rules: int) -> frozenset[frozenset[int]]:
    """The union of the smallest choices of *kinds* that together explain all *rules*; all kinds if none is small."""
    known = sorted(kinds, key=lambda kind: (-len(kind), sorted(kind)))[:MOST_KINDS]
    for count in range(1, MOST_CULPRITS + 1):
        found = [chosen for chosen in combinations(known, count) if len(frozenset().union(*chosen)) == rules]
        if found:
            return frozenset(kind for chosen in found for kind in chosen)
    return frozenset(known)
