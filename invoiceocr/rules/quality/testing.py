"""The tests embedded in rule packs: runs them, and says for which outcomes a rule has none."""

from __future__ import annotations

import decimal
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from pydantic import ValidationError

from invoiceocr.errors import PackError
from invoiceocr.proof import Severity
from invoiceocr.rules.context import RuleContext
from invoiceocr.rules.engine import EXACT, evaluate_rule
from invoiceocr.rules.packs.place import Place
from invoiceocr.rules.packs.rule import Rule
from invoiceocr.rules.packs.schema import Outcome
from invoiceocr.rules.quality.samples import context_of, invoice_of
from invoiceocr.yaml_file import YamlNode

GRAVITY: tuple[Outcome, ...] = ("fail", "unknown", "pass", "skip")


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """An embedded test, ready to run; `severity` and `supports` are None if the test doesn't check them."""

    name: str
    invoice: YamlNode
    context: RuleContext
    expect: Outcome
    severity: Severity | None
    supports: frozenset[str] | None

    @property
    def wanted(self) -> str:
        """The verdict that the test expects."""
        return _words(self, self.expect, self.severity or "", self.supports or frozenset())


@dataclass(frozen=True, slots=True)
class TestResult:
    """The result of one test: the outcome, and the severity of the finding if there was one."""

    __test__ = False  # not a test class of pytest

    rule: str
    test: str
    expect: str
    outcome: str
    place: Place

    @property
    def passed(self) -> bool:
        """Whether the rule did what the test expects."""
        return self.outcome == self.expect


def cases(rule: Rule) -> tuple[Case, ...]:
    """The tests of *rule*; raises PackError if one gives an impossible field or value."""
    return tuple(_case(rule, test) for test in rule.tests)


def _case(rule: Rule, test: YamlNode) -> Case:
    try:
        invoice = invoice_of(test.get("given", {}), rule.kinds[0], rule.registry)
        context = context_of(test.get("context", {}))
    except ValidationError as error:
        raise _unfit(rule, test, "; ".join(map(_reason, error.errors()))) from None
    except ValueError as error:
        raise _unfit(rule, test, str(error)) from None
    supports = frozenset(test["supports"]) if "supports" in test else None
    return Case(test["name"], invoice, context, test["expect"], test.get("severity"), supports)


def _unfit(rule: Rule, test: YamlNode, reason: str) -> PackError:
    return Place(rule.tests_file, test, "name").error(f"test {test['name']}: {reason}")


def _reason(error: YamlNode) -> str:
    return f"{'.'.join(map(str, error['loc']))}: {error['msg']}"


def run_tests(rules: Iterable[Rule]) -> Iterator[TestResult]:
    """The result of every embedded test of *rules*."""
    for rule in rules:
        for test, case in zip(rule.tests, cases(rule), strict=True):
            place = Place(rule.tests_file, test, "name")
            yield TestResult(rule.id, case.name, case.wanted, verdict(rule, case), place)


def verdict(rule: Rule, case: Case) -> str:
    """The outcome of *rule* in *case*, with the severity and the supported paths if the case checks them."""
    with decimal.localcontext(EXACT):
        results = tuple(evaluate_rule(rule, case.invoice, case.context))
    worst = min(results, key=lambda result: GRAVITY.index(result.outcome))
    severity = worst.finding.severity if worst.finding else ""
    return _words(case, worst.outcome, severity, {path for result in results for path in result.supports})


def _words(case: Case, outcome: str, severity: str, supports: AbstractSet[str]) -> str:
    words = [outcome]
    words += [severity] if case.severity and severity else []
    words += [f"supports {', '.join(sorted(supports)) or 'nothing'}"] if case.supports is not None else []
    return " ".join(words)


def missing_tests(rule: Rule) -> tuple[str, ...]:
    """The outcomes that no test of *rule* expects, of those that every rule should have: pass and fail."""
    expected = {test["expect"] for test in rule.tests}
    return tuple(outcome for outcome in ("pass", "fail") if outcome not in expected)
