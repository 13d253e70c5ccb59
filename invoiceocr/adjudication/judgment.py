"""`judgment_of`: what the rules say for the judge."""

from __future__ import annotations

from invoiceocr.adjudication.blame import blame
from invoiceocr.adjudication.constraints import witness_of
from invoiceocr.adjudication.judge import Judgment
from invoiceocr.adjudication.repair import Repairs
from invoiceocr.evidence.draft import ITEM
from invoiceocr.proof import Language, WitnessSource
from invoiceocr.rules.engine import RuleReport, RuleResult


def _breaks_table(result: RuleResult) -> bool:
    """Whether the item rows don't add up: then one may be missing, and a row that fits in itself is perhaps not the
    one that it is counted as."""
    return result.outcome == "fail" and result.row is None and any(ITEM.fullmatch(path) for path in result.reads)


def judgment_of(report: RuleReport, repairs: Repairs, language: Language) -> Judgment:
    """What the rules say for the judge: a rule witnesses nothing about values that were chosen so that it holds."""
    corrections = tuple(repairs.corrections.values())
    fitted = {correction.path for correction in corrections if not correction.proven}
    supports: dict[str, set[WitnessSource]] = {}
    for result in report.results:
        if fitted.isdisjoint(result.reads):
            for path in result.supports:
                supports.setdefault(path, set()).add(witness_of(result))
    unsure_rows = any(map(_breaks_table, report.results))
    witnesses = {
        path: frozenset(found) for path, found in supports.items() if not (unsure_rows and ITEM.fullmatch(path))
    }
    return Judgment(witnesses, report.findings, blame(report) | repairs.doubtful, corrections, language)
