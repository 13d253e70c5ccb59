"""`Judgment`: what the rules tell the judge."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from invoiceocr.adjudication.fusion import Fused
from invoiceocr.adjudication.judging.blame import blame
from invoiceocr.adjudication.repair.constraints import witness_of
from invoiceocr.adjudication.repair.correction import Correction
from invoiceocr.adjudication.repair.search import Repairs
from invoiceocr.evidence.row_paths import ITEM
from invoiceocr.proof import Finding, WitnessSource
from invoiceocr.rules.engine import RuleReport, RuleResult

if TYPE_CHECKING:
    from invoiceocr.rules.packs.schema import Outcome

NOBODY: frozenset[WitnessSource] = frozenset()
# rules that fail if a value stands in the place of another one
SWAPPING = frozenset({"buyer-is-seller", "parties-one-name"})


Prints = tuple[frozenset[str], ...]
"""Fields that are readings of one and the same print: a total that follows from its words."""


@dataclass(frozen=True, slots=True)
class Judgment:
    """What the judge needs to know from the rules: the checks that support each path, findings, paths under suspicion,
    and corrections. `unsure_rows` says that the item rows don't add up; `disputed` are paths about which the page
    itself says two things."""

    supports: Mapping[str, frozenset[WitnessSource]]
    findings: tuple[Finding, ...] = ()
    suspects: frozenset[str] = frozenset()
    corrections: tuple[Correction, ...] = ()
    unsure_rows: bool = False
    disputed: frozenset[str] = frozenset()

    def joined(self, findings: Iterable[Finding], supports: Mapping[str, frozenset[WitnessSource]]) -> Judgment:
        """The judgment with more *findings*, put first, and with more *supports*."""
        paths = self.supports.keys() | supports.keys()
        both = {path: self.supports.get(path, NOBODY) | supports.get(path, NOBODY) for path in paths}
        return replace(self, findings=(*findings, *self.findings), supports=both)

    def correction(self, path: str) -> Correction | None:
        """What was corrected at *path*."""
        return next((correction for correction in self.corrections if correction.path == path), None)


def judgment_of(report: RuleReport, repairs: Repairs, prints: Prints = ()) -> Judgment:
    """What the rules tell the judge. A rule is no witness of a value that was chosen to satisfy it, nor of one that
    another rule disputes, nor if it compares *prints* with themselves."""
    corrections = tuple(repairs.corrections.values())
    fitted = {correction.path for correction in corrections if not correction.proven}
    disputed = _disputed(report)
    unsure = disputed | fitted
    sums = {_checked(result, unsure) for result in report.results if result.row is None and _sums_rows(result)}
    unproven = _unproven(report, sums)
    witnesses = _witnesses(report, fitted, prints, disputed | _accused_cells(report))
    witnesses = {path: found for path, found in witnesses.items() if not unproven(path)}
    suspects = blame(report) | repairs.doubtful
    return Judgment(witnesses, report.findings, suspects, corrections, "fail" in sums, _swapped(report))


def _checked(result: RuleResult, unsure: Set[str]) -> Outcome:
    """The outcome of a sum; unknown if it holds for sums that nothing confirms, or that were chosen so that it does."""
    return "unknown" if result.outcome == "pass" and not unsure.isdisjoint(result.supports) else result.outcome


def _unproven(report: RuleReport, sums: Set[Outcome]) -> Callable[[str], bool]:
    """Whether a cell belongs to a row that no rule confirms. If the rows don't add up, or no sum of them could be
    checked, one may be missing, merged, shifted or without its minus: even a row that is consistent in itself may not
    be the row that it is counted as. If a row is not consistent in itself, its cells may be those of another row, which
    leaves every sum right: then only rows that pass the same rule are confirmed."""
    by_row = [result for result in report.results if result.row is not None]
    failed = {result.rule for result in by_row if _accuses_cells(result)}
    passed = Counter(result.row for result in by_row if result.rule in failed and result.outcome == "pass")
    none = "fail" in sums or sums == {"unknown"}

    def is_unproven(path: str) -> bool:
        cell = ITEM.fullmatch(path)
        return cell is not None and (none or passed[int(cell[1])] < len(failed))

    return is_unproven


def _accuses_cells(result: RuleResult) -> bool:
    """Whether a row is not consistent in itself."""
    return result.row is not None and result.outcome == "fail" and bool(result.repair)


def _accused_cells(report: RuleReport) -> frozenset[str]:
    """The cells of rows that are not consistent in themselves: one of them is wrong, so no sum of them proves
    anything."""
    accusing = (result for result in report.results if _accuses_cells(result))
    return frozenset(path for result in accusing for path in result.repair)


def _witnesses(
    report: RuleReport, fitted: Set[str], prints: Prints, disputed: Set[str]
) -> dict[str, frozenset[WitnessSource]]:
    """The kinds of rules that are witnesses of each path."""
    found: dict[str, frozenset[WitnessSource]] = {}
    for result in report.results:
        witness = witness_of(result)
        is_disputed = witness != "qr" and not disputed.isdisjoint(result.supports)
        if is_disputed or not fitted.isdisjoint(result.reads) or _compares_prints(result, prints):
            continue
        for path in result.supports:
            found[path] = found.get(path, frozenset()) | {witness}
    return found


def _compares_prints(result: RuleResult, prints: Prints) -> bool:
    """Whether the rule compares several prints of the same value with each other."""
    return any(len(paths.intersection(result.reads)) > 1 for paths in prints)


def _swapped(report: RuleReport) -> frozenset[str]:
    """The fields of which one stands in the place of another."""
    failed = (result for result in report.results if result.outcome == "fail" and result.rule in SWAPPING)
    return frozenset(path for result in failed for path in result.reads)


def shared_prints(fused: Mapping[str, Fused]) -> Prints:
    """The fields of *fused* whose values come from the same place on the same page."""
    places: dict[tuple[object, ...], set[str]] = {}
    for path, field in fused.items():
        if field.chosen.box is not None:
            places.setdefault((field.chosen.page, field.chosen.box.as_tuple()), set()).add(path)
    return tuple(frozenset(paths) for paths in places.values() if len(paths) > 1)


def _sums_rows(result: RuleResult) -> bool:
    """Whether the rule compares cells of rows with a field: it names fields to repair (if it failed) or witnesses."""
    return (result.witness or bool(result.repair)) and any(ITEM.fullmatch(path) for path in result.reads)


def _disputed(report: RuleReport) -> frozenset[str]:
    """The sums that nothing read can confirm any more. A total that contradicts its own sum is not proven by words that
    agree with it, nor are its parts proven by one another. The words are the only witness besides the digits: if they
    say otherwise, no sum of digits proves anything, since losing the point from all amounts leaves every sum right."""
    failed = [result for result in report.results if _contradicts(result)]
    by_words = [result for result in failed if witness_of(result) == "words"]
    return frozenset(path for result in failed for path in result.reads) | _reached(by_words, report.results)


def _contradicts(result: RuleResult) -> bool:
    """Whether sums of the invoice itself are wrong; sums of rows accuse the rows."""
    return (
        result.outcome == "fail"
        and result.row is None
        and len(result.repair) > 1
        and witness_of(result) in ("arithmetic", "words")
        and not _sums_rows(result)
    )


def _reached(failed: Iterable[RuleResult], results: Iterable[RuleResult]) -> frozenset[str]:
    """The fields that the *results* that hold connect to those of *failed*, directly or through others."""
    reached = {path for result in failed for path in result.reads}
    ties = [frozenset(result.reads) for result in results if reached and result.outcome == "pass" and result.supports]
    while grown := [tie for tie in ties if tie & reached and not tie <= reached]:
        reached |= frozenset().union(*grown)
    return frozenset(reached)
