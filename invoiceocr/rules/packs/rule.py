"""`Rule`: a compiled rule."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from invoiceocr.kinds import Registry
from invoiceocr.proof import Severity, Verdict
from invoiceocr.rules.language.aggregates import Loop
from invoiceocr.rules.language.expression import Expression
from invoiceocr.rules.language.message import Message
from invoiceocr.rules.language.node import Run
from invoiceocr.rules.language.scope import Scope
from invoiceocr.rules.language.syntax import Syntax
from invoiceocr.rules.packs.place import Place
from invoiceocr.yaml_file import YamlNode


@dataclass(frozen=True, slots=True, eq=False)
class Each:
    """The rows that a rule judges one by one: `variable` in the list at `path`."""

    variable: str
    path: str
    rows: Run


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """A compiled rule. `severities` are tried in order; the last one has no condition. `pack` is where the rule was
    written. `witness` says whether a pass is independent evidence (only if `witness_if` holds, too), `witnesses` for
    which fields (none: all that it read), and `certain_only` that fields with uncertain characters are left out.
    `repair` and `fields` are field paths. `verdict` is the verdict of the invoice if the rule fails (None: by the
    severity). `tests_file` is where the tests are: a pack that changes a rule inherits them. `scope` and `loops` are
    what its expressions were compiled with, `registry` the kinds among which `kinds` are."""

    id: str
    pack: str
    title: Mapping[str, str]
    kinds: tuple[str, ...]
    severities: tuple[tuple[Severity, Expression | None], ...]
    each: Each | None
    when: Expression | None
    assertion: Expression
    messages: Mapping[str, Message]
    witness: bool
    witness_if: Expression | None
    certain_only: bool
    witnesses: tuple[Expression, ...]
    repair: tuple[Expression, ...]
    fields: tuple[Expression, ...]
    tests: tuple[Mapping[str, YamlNode], ...] = field(repr=False)
    tests_file: Path = field(repr=False)
    # lets hold scopes in turn: written out they would have no end
    scope: Scope = field(repr=False)
    loops: Mapping[str, Loop] = field(repr=False)
    place: Place = field(repr=False)
    verdict: Verdict | None = None
    registry: Registry | None = field(default=None, repr=False)


def uses(rule: Rule, name: str) -> bool:
    """Whether the condition or the assertion of *rule* uses *name*, itself or through a let."""
    expressions = (rule.assertion, rule.when) if rule.when else (rule.assertion,)
    return any(_uses(expression.syntax, rule.scope, name) for expression in expressions)


def _uses(syntax: Syntax, scope: Scope, name: str) -> bool:
    names = {node.id for node in ast.walk(syntax.tree) if isinstance(node, ast.Name)}
    lets = [scope.lets[used] for used in names if used in scope.lets]
    return name in names or any(_uses(let.syntax, let.scope, name) for let in lets)
