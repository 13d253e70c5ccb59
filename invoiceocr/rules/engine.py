"""`Engine`: judges invoices by compiled rules. It keeps nothing between calls, so threads may share it."""

from __future__ import annotations

import decimal
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from invoiceocr.kinds import Registry, builtin
from invoiceocr.proof import Finding, Language, Severity
from invoiceocr.rules.context import RuleContext
from invoiceocr.rules.language.evaluation import Evaluation, Value
from invoiceocr.rules.language.expression import Expression
from invoiceocr.rules.packs.loading import without_tests
from invoiceocr.rules.packs.pack import Pack, load_packs
from invoiceocr.rules.packs.rule import Rule, uses

if TYPE_CHECKING:
    from invoiceocr.rules.packs.schema import Outcome

EXACT = decimal.Context(prec=60, rounding=decimal.ROUND_HALF_UP, Emin=-999, Emax=999)
"""Sixty digits hold every product of printed numbers exactly; exponents are bounded so that none can explode."""
MAX_FINDINGS = 20  # of one rule on one invoice
OUTCOMES: dict[bool | None, Outcome] = {True: "pass", False: "fail", None: "unknown"}


@dataclass(frozen=True, slots=True)
class RuleResult:
    """The result of one rule, for row `row` (from 0) if it judges rows one by one. `reads` are the paths that the
    assertion read, `conditions` those that `when` read, including context paths such as qr.amount. If it is a `witness`
    and the outcome is pass, the `supports` fields have independent evidence. If the outcome is fail, one of the
    `repair` fields may be misread: changing it could make the rule hold."""

    rule: str
    outcome: Outcome
    reads: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    row: int | None = None
    witness: bool = False
    supports: tuple[str, ...] = ()
    repair: tuple[str, ...] = ()
    finding: Finding | None = None


@dataclass(frozen=True, slots=True)
class RuleReport:
    """All results on one invoice, in the order of the rules."""

    results: tuple[RuleResult, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings of the failed rules."""
        return tuple(result.finding for result in self.results if result.finding)

    @property
    def supported(self) -> frozenset[str]:
        """The paths with independent evidence from a passed witness rule."""
        return frozenset(path for result in self.results if result.outcome == "pass" for path in result.supports)


class Engine:
    """The rules of *packs*, by kind. Of two rules with the same id, the one of the later pack counts. `language` is
    that of `Finding.message`; `message_en` is always English."""

    def __init__(self, packs: Iterable[Pack], *, language: Language = "zh") -> None:
        self._language = language
        # the pack of each rule
        self._homes = {rule: pack for pack in packs for rule in pack.raw.rules}
        self._by_kind: dict[str, tuple[Rule, ...]] = {}

    @classmethod
    def load(cls, paths: Iterable[Path] = (), *, language: Language = "zh", registry: Registry | None = None) -> Engine:
        """An engine of the built-in packs and those of *paths*, for the kinds of *registry*; raises PackError."""
        return cls(load_packs(paths, load=without_tests, registry=registry), language=language)

    @cached_property
    def rules(self) -> Mapping[str, Rule]:
        """All rules by id."""
        return {rule: self.rule(rule) for rule in self._homes}

    def rule(self, rule_id: str) -> Rule:
        """The rule with this id; KeyError for an unknown one."""
        return self._homes[rule_id].compiled[rule_id]

    def rules_of(self, kind: str) -> tuple[Rule, ...]:
        """The rules that judge invoices of *kind*."""
        if kind not in self._by_kind:
            names = (rule for rule, pack in self._homes.items() if pack.judges(rule, kind))
            self._by_kind[kind] = tuple(map(self.rule, names))
        return self._by_kind[kind]

    @property
    def registry(self) -> Registry:
        """The kinds among which the rules judge some; the built-in ones if there are no rules."""
        return next((pack.registry for pack in self._homes.values()), builtin())

    def about(self, name: str) -> frozenset[str]:
        """The ids of the rules that use *name*, a field of the context such as `batch`, directly or through a `let` of
        their pack."""
        return frozenset(rule.id for rule in self.rules.values() if uses(rule, name))

    def check(self, invoice: Value, context: RuleContext, *, only: Collection[str] | None = None) -> RuleReport:
        """The results of all rules (or those with the ids *only*) for the kind of *invoice* (a model of invoice.py)."""
        with decimal.localcontext(EXACT):
            rules = [rule for rule in self.rules_of(invoice.kind) if only is None or rule.id in only]
            found = (evaluate_rule(rule, invoice, context, self._language) for rule in rules)
            return RuleReport(tuple(result for results in found for result in results))

    def judge(self, rule_id: str, invoice: Value, context: RuleContext) -> tuple[RuleResult, ...]:
        """The result of one rule for *invoice*; KeyError for an unknown rule."""
        with decimal.localcontext(EXACT):
            return tuple(evaluate_rule(self.rule(rule_id), invoice, context, self._language))


def evaluate_rule(
    rule: Rule, invoice: Value, context: RuleContext, language: Language | None = "zh"
) -> Iterator[RuleResult]:
    """The results of *rule*: one, or one for each row; without *language* they have no findings. Call it under the
    decimal context EXACT."""
    frame = Evaluation(invoice, context)
    if rule.each is None:
        yield _evaluate(rule, frame, None, language)
        return
    rows = rule.each.rows(frame)
    if not rows:
        yield RuleResult(rule.id, "unknown", reads=tuple(frame.reads), witness=rule.witness)
    findings = 0
    for index, row in enumerate(rows or ()):
        frame.rows[0], frame.indexes[0] = row, index
        result = _evaluate(rule, frame, index, language if findings < MAX_FINDINGS else None)
        findings += result.outcome == "fail"
        yield result


def _evaluate(rule: Rule, frame: Evaluation, row: int | None, language: Language | None) -> RuleResult:
    """The result of one evaluation; without *language* a failure has no finding."""
    applies = True
    conditions: tuple[str, ...] = ()
    if rule.when is not None:
        frame.reads = []
        applies = rule.when.evaluate(frame)
        conditions = _unique(frame.reads)
    if applies is not True:
        return RuleResult(rule.id, "skip" if applies is False else "unknown", conditions=conditions, row=row)
    frame.reads = []
    outcome = OUTCOMES[rule.assertion.evaluate(frame)]
    reads = _unique(frame.reads)
    failed = outcome == "fail"
    return RuleResult(
        rule.id,
        outcome,
        reads,
        conditions,
        row,
        rule.witness,
        supports=_supported(rule, frame, reads) if rule.witness and outcome == "pass" else (),
        repair=_paths(rule.repair, frame) if failed else (),
        finding=_finding(rule, frame, reads, language) if failed and language else None,
    )


def _supported(rule: Rule, frame: Evaluation, reads: tuple[str, ...]) -> tuple[str, ...]:
    """The fields for which the passed rule is evidence: those that it names, or else all that it read; with
    `certain_only`, only those whose characters are certain."""
    if rule.witness_if is not None and not rule.witness_if.evaluate(frame):
        return ()
    supported = _paths(rule.witnesses, frame) if rule.witnesses else _of_invoice(rule, reads)
    certain = frame.context.certain
    return tuple(path for path in supported if path in certain) if rule.certain_only else supported


def _finding(rule: Rule, frame: Evaluation, reads: tuple[str, ...], language: Language) -> Finding:
    return Finding(
        rule=rule.id,
        severity=_severity(rule, frame),
        message=rule.messages[language].fill(frame),
        message_en=rule.messages["en"].fill(frame),
        fields=_paths(rule.fields, frame) if rule.fields else _of_invoice(rule, reads),
        pack=rule.pack,
        verdict=rule.verdict,
    )


def _severity(rule: Rule, frame: Evaluation) -> Severity:
    """The first severity whose condition is true."""
    for severity, condition in rule.severities:
        if condition is None or condition.evaluate(frame):
            return severity
    raise AssertionError("the last severity has no condition")


def _paths(fields: tuple[Expression, ...], frame: Evaluation) -> tuple[str, ...]:
    """The concrete paths of field expressions, such as items.3.amount for i.amount."""
    paths = []
    for expression in fields:
        frame.reads = []
        expression.evaluate(frame)
        paths += frame.reads or [expression.source]
    return _unique(paths)


def _of_invoice(rule: Rule, reads: tuple[str, ...]) -> tuple[str, ...]:
    """The paths among *reads* that are fields of the invoice, not of the context."""
    return tuple(path for path in reads if path.partition(".")[0] in rule.scope.fields)


def _unique(paths: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(paths))
