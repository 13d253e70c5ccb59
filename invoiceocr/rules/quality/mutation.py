"""Mutation testing: changes rules in small ways and names those whose embedded tests do not notice.

A mutant that doesn't compile (a text that a field can never have) does not count.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from invoiceocr.rules.language.node import Node
from invoiceocr.rules.language.scope import Let, Scope
from invoiceocr.rules.language.syntax import ExpressionError, parse
from invoiceocr.rules.packs.compiling import recompile
from invoiceocr.rules.packs.rule import Rule
from invoiceocr.rules.quality.mutants import mutated_constants, mutated_sources
from invoiceocr.rules.quality.testing import Case, cases, verdict


@dataclass(frozen=True, slots=True)
class MutationResult:
    """How many mutants of a rule its tests noticed, and the changes that they missed."""

    rule: str
    killed: int
    survivors: tuple[str, ...]

    @property
    def total(self) -> int:
        """All mutants."""
        return self.killed + len(self.survivors)


def mutation_score(results: Iterable[MutationResult]) -> float:
    """The share of mutants that tests noticed; 1.0 without mutants."""
    results = list(results)
    total = sum(result.total for result in results)
    return sum(result.killed for result in results) / total if total else 1.0


def mutate(rules: Iterable[Rule]) -> Iterator[MutationResult]:
    """The result of every rule; its tests must pass before it is changed."""
    for rule in rules:
        known = cases(rule)
        outcomes = [(change, _noticed(mutant, known)) for change, mutant in _mutants(rule)]
        survivors = tuple(change for change, noticed in outcomes if not noticed)
        yield MutationResult(rule.id, len(outcomes) - len(survivors), survivors)


def _noticed(rule: Rule, known: tuple[Case, ...]) -> bool:
    return any(verdict(rule, case) != case.wanted for case in known)


def _mutants(rule: Rule) -> Iterator[tuple[str, Rule]]:
    """Every change of the rule's own expressions, of the lets it uses and of the params it uses."""
    for key, source in own_sources(rule).items():
        for change, text in mutated_sources(source):
            yield from _compiled(f"{key}: {change}", rule, {key: text}, rule.scope)
    lets, params = used_names(rule)
    for name in lets:
        for change, text in mutated_sources(rule.scope.lets[name].syntax.source):
            yield from _rescoped(f"{name}: {change}", rule, {name: text}, {})
    for name in params:
        for change, node in mutated_constants(rule.scope.params[name]):
            yield from _rescoped(f"{name}: {change}", rule, {}, {name: node})


def own_sources(rule: Rule) -> dict[str, str]:
    """The sources of the rule's own expressions by key: assert, when, severity.error, ..."""
    sources = {"assert": rule.assertion.source}
    if rule.when:
        sources["when"] = rule.when.source
    if rule.witness_if:
        sources["witness_if"] = rule.witness_if.source
    return sources | {f"severity.{name}": text.source for name, text in rule.severities if text}


def used_names(rule: Rule) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The lets and the params that the rule uses, directly or through lets, in the order of the pack."""
    waiting = [parse(source) for source in own_sources(rule).values()]
    used: set[str] = set()
    while waiting:
        names = waiting.pop().names() - used
        used |= names
        waiting += [rule.scope.lets[name].syntax for name in names if name in rule.scope.lets]
    return tuple(name for name in rule.scope.lets if name in used), tuple(
        name for name in rule.scope.params if name in used and rule.scope.params[name].constant is not None
    )


def _rescoped(change: str, rule: Rule, sources: dict[str, str], params: dict[str, Node]) -> Iterator[tuple[str, Rule]]:
    """The rule among lets and params of which some are changed; lets are bound anew, as they hold their scope."""
    scope = replace(rule.scope, params={**rule.scope.params, **params}, lets={})
    try:
        for name, let in rule.scope.lets.items():
            syntax = parse(sources[name]) if name in sources else let.syntax
            inner = replace(let.scope, params=scope.params, lets=scope.lets)
            scope = replace(scope, lets={**scope.lets, name: Let(syntax, inner)})
    except ExpressionError:
        return
    yield from _compiled(change, rule, {}, scope)


def _compiled(change: str, rule: Rule, sources: dict[str, str], scope: Scope) -> Iterator[tuple[str, Rule]]:
    try:
        yield change, recompile(rule, sources, scope)
    except ExpressionError:
        return
