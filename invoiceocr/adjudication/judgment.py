"""`judgment_of`: what the rules say for the judge."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Set

from invoiceocr.adjudication.blame import blame
from invoiceocr.adjudication.constraints import witness_of
from invoiceocr.adjudication.fusion import Fused
from invoiceocr.adjudication.judge import Judgment
from invoiceocr.adjudication.repair import Repairs
from invoiceocr.evidence.row_paths import ITEM
from invoiceocr.proof import WitnessSource
from invoiceocr.rules.engine import RuleReport, RuleResult
from invoiceocr.rules.packs.schema import Outcome

# rules that fail where a value stands in another's place
SWAPPING = frozenset({"buyer-is-seller", "parties-one-name"})


Prints = tuple[frozenset[str], ...]
"""Fields that are readings of one and the same print: a total that follows from its words."""


def judgment_of(report: RuleReport, repairs: Repairs, prints: Prints = ()) -> Judgment:
    """What the rules say for the judge: a rule witnesses nothing about values that were chosen so that it holds, nor
    about values that another rule disputes, nor where it compares *prints* with themselves."""
    corrections = tuple(repairs.corrections.values())
    fitted = {correction.path for correction in corrections if not correction.proven}
    disputed = _disputed(report)
    sums = {_checked(result, disputed) for result in report.results if result.row is None and _sums_rows(result)}
    unproven = _unproven(report, sums)
    witnesses = _witnesses(report, fitted, prints, disputed | _accused_cells(report))
    witnesses = {path: found for path, found in witnesses.items() if not unproven(path)}
    suspects = blame(report) | repairs.doubtful
    return Judgment(witnesses, report.findings, suspects, corrections, "fail" in sums, _swapped(report))


def _checked(result: RuleResult, disputed: Set[str]) -> Outcome:
    """The outcome of a sum; unknown where it holds for sums of which nothing is a witness."""
    return "unknown" if result.outcome == "pass" and not disputed.isdisjoint(result.supports) else result.outcome


def _unproven(report: RuleReport, sums: Set[Outcome]) -> Callable[[str], bool]:
    """Tells the cells of rows for which no rule is a witness.

    Where the rows don't add up, or no sum of them could be checked, one may be missing, merged, shifted or without its
    minus: then a row that fits in itself is perhaps not the one that it is counted as. Where a row does not fit in
    itself, its cells may be those of another row, which leaves every sum right: then only rows that pass the same rule
    are proven.
    """
    by_row = [result for result in report.results if result.row is not None]
    failed = {result.rule for result in by_row if _accuses_cells(result)}
    passed = Counter(result.row for result in by_row if result.rule in failed and result.outcome == "pass")
    none = "fail" in sums or sums == {"unknown"}

    def is_unproven(path: str) -> bool:
        cell = ITEM.fullmatch(path)
        return cell is not None and (none or passed[int(cell[1])] < len(failed))

    return is_unproven


def _accuses_cells(result: RuleResult) -> bool:
    """Whether a row does not fit in itself."""
    return result.row is not None and result.outcome == "fail" and bool(result.repair)


def _accused_cells(report: RuleReport) -> frozenset[str]:
    """The cells of which one is wrong in a row that does not fit in itself: no sum of them proves anything."""
    accusing = (result for result in report.results if _accuses_cells(result))
    return frozenset(path for result in accusing for path in result.repair)


def _witnesses(
    report: RuleReport, fitted: Set[str], prints: Prints, disputed: Set[str]
) -> dict[str, frozenset[WitnessSource]]:
    """Which kinds of rules witness for each path."""
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
    """Whether the rule compares several prints of one value with each other."""
    return any(len(paths.intersection(result.reads)) > 1 for paths in prints)


def _swapped(report: RuleReport) -> frozenset[str]:
    """The fields of which one stands in another's place."""
    failed = (result for result in report.results if result.outcome == "fail" and result.rule in SWAPPING)
    return frozenset(path for result in failed for path in result.reads)


def shared_prints(fused: Mapping[str, Fused]) -> Prints:
    """The fields of *fused* whose values were taken from the same place of the same page."""
    places: dict[tuple[object, ...], set[str]] = {}
    for path, field in fused.items():
        if field.chosen.box is not None:
            places.setdefault((field.chosen.page, field.chosen.box.as_tuple()), set()).add(path)
    return tuple(frozenset(paths) for paths in places.values() if len(paths) > 1)


def _sums_rows(result: RuleResult) -> bool:
    """Whether the rule compares cells of rows with a field: it names fields to repair (if it failed) or witnesses."""
    return (result.witness or bool(result.repair)) and any(ITEM.fullmatch(path) for path in result.reads)


def _disputed(report: RuleReport) -> frozenset[str]:
    """The sums of which nothing that was read can be a witness any more.

    A total that contradicts its own sum is not proven by words that agree with it, nor its parts by one another. And
    the words are the only witness beside the digits: where they say otherwise, no sum of digits proves anything, since
    a point lost from all amounts leaves every sum right.
    """
    failed = [result for result in report.results if _contradicts(result)]
    by_words = [result for result in failed if witness_of(result) == "words"]
    return frozenset(path for result in failed for path in result.reads) | _reached(by_words, report.results)


def _contradicts(result: RuleResult) -> bool:
    """Whether sums of the invoice itself don't come out; sums of rows accuse the rows."""
    return (
        result.outcome == "fail"
        and result.row is None
        and len(result.repair) > 1
        and witness_of(result) in ("arithmetic", "words")
        and not _sums_rows(result)
    )


def _reached(failed: Iterable[RuleResult], results: Iterable[RuleResult]) -> frozenset[str]:
    """The fields that *results* which hold tie to those of *failed*, directly or through others."""
    reached = {path for result in failed for path in result.reads}
    ties = [frozenset(result.reads) for result in results if reached and result.outcome == "pass" and result.supports]
    while grown := [tie for tie in ties if tie & reached and not tie <= reached]:
        reached |= frozenset().union(*grown)
    return frozenset(reached)
