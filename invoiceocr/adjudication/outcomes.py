"""The results of rules as the trace of an invoice keeps them: in words, without the internals."""

from __future__ import annotations

from invoiceocr.adjudication.trace import RuleOutcome
from invoiceocr.rules.engine import Engine, RuleResult


def outcome(result: RuleResult, engine: Engine) -> RuleOutcome:
    """*result* of a rule of *engine* with the title of the rule. If a condition or a missing row kept the rule from
    judging, it read the paths of its condition."""
    title = engine.rule(result.rule).title
    return RuleOutcome(
        result.rule,
        title["zh"],
        title["en"],
        result.outcome,
        reads=result.reads or result.conditions,
        supports=result.supports,
        finding=result.finding,
    )
