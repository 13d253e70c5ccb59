"""From the keys of a rule to a compiled `Rule`: params, lets, scope, expressions, messages."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from invoiceocr.kinds import Registry
from invoiceocr.proof import LANGUAGES
from invoiceocr.rules.context import RuleContext
from invoiceocr.rules.language.aggregates import Loop
from invoiceocr.rules.language.calls import open_loop
from invoiceocr.rules.language.expression import Expression, compile_expression, compiler_of
from invoiceocr.rules.language.message import Message, compile_message
from invoiceocr.rules.language.node import Node, literal
from invoiceocr.rules.language.scope import Let, Scope, nearest
from invoiceocr.rules.language.syntax import ExpressionError, parse
from invoiceocr.rules.language.types import (
    BOOL,
    DATE,
    NUMBER,
    TEXT,
    Field,
    Type,
    invoice_fields,
    list_of,
    record_of,
)
from invoiceocr.rules.packs.loading import RawRule
from invoiceocr.rules.packs.place import Place, Sourced
from invoiceocr.rules.packs.rule import Each, Rule

OTHERWISE = "otherwise"
# the number of the row under way, from 1, in rules with `each`
ROW = "row"
# of a pack with all it extends; each may use the one before
MAX_LETS = 60
MAX_LIST = 2000  # members of a list param
_NUMBER = re.compile(r"-?[0-9]{1,20}(?:\.[0-9]{1,20})?")
_EACH = re.compile(r"([a-z]\w*) in ([a-z]\w*)")


def compile_params(params: Mapping[str, Sourced]) -> dict[str, Node]:
    """The params as constants: quoted numbers are exact numbers; `{text: [...]}` keeps digits as text."""
    return {name: _param(sourced) for name, sourced in params.items()}


def _param(sourced: Sourced) -> Node:
    value = sourced.value
    if isinstance(value, dict) and list(value) == ["text"]:
        return _texts(value["text"])
    if not isinstance(value, list):
        return literal(*_scalar(value, sourced.place))
    if not 0 < len(value) <= MAX_LIST:
        raise sourced.place.error(f"a list param has 1 to {MAX_LIST} members")
    members = [_scalar(member, sourced.place) for member in value]
    kinds = {kind.name for kind, _ in members}
    if kinds == {"number", "text"}:
        return _texts(value)
    if len(kinds) > 1:
        raise sourced.place.error(f"members of a list must be of one type, not {', '.join(sorted(kinds))}")
    return literal(list_of(members[0][0]), tuple(member for _, member in members))


def _texts(value: object) -> Node:
    return literal(list_of(TEXT), tuple(map(str, value))) if isinstance(value, list) else literal(TEXT, str(value))


def _scalar(value: object, place: Place) -> tuple[Type, object]:
    if isinstance(value, bool):
        return BOOL, value
    if isinstance(value, date):
        return DATE, date(value.year, value.month, value.day)
    text = str(value)
    if isinstance(value, str | int | float):
        return (NUMBER, Decimal(text)) if _NUMBER.fullmatch(text) else (TEXT, text)
    raise place.error("a param is a number, text, date, boolean, or a list of them")


@dataclass(frozen=True, slots=True)
class Judged:
    """What rules judge: the *names* of kinds or families of a *registry*."""

    names: tuple[str, ...]
    registry: Registry

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds, each once."""
        return self.registry.members(self.names)

    def fields(self, place: Place) -> Mapping[str, Field]:
        """The fields that all kinds have; PackError at *place* for a name that is neither a kind nor a family."""
        known = (*self.registry.kinds, *self.registry.families)
        for name in self.names:
            if name not in known:
                raise place.error(f"unknown kind {name}; {nearest(name, known)}")
        if not self.names:
            raise place.error("say which kinds the rules judge: applies_to")
        return invoice_fields(self.kinds, self.registry)


def compile_lets(lets: Mapping[str, Sourced], params: Mapping[str, Node], judged: Judged) -> dict[str, Let]:
    """The lets of a pack; each may use those before it. They are compiled once here so that errors have a place."""
    compiled: dict[str, Let] = {}
    if len(lets) > MAX_LETS:
        raise next(iter(lets.values())).place.error(f"a pack has {MAX_LETS} lets at most, with those it extends")
    for name, sourced in lets.items():
        scope = Scope(judged.fields(sourced.place), record_of(RuleContext).fields, params, dict(compiled))
        if name in scope.names():
            raise sourced.place.error(f"{name} already has a meaning; choose another name")
        expression = _compiled(sourced, scope, {})
        compiled[name] = Let(expression.syntax, scope)
    return compiled


def compile_rule(raw: RawRule, params: Mapping[str, Node], lets: Mapping[str, Let], registry: Registry) -> Rule:
    """The compiled rule; raises PackError with file, line, column and the nearest valid name."""
    judged = Judged(tuple(raw.value("applies_to", ())), registry)
    scope = Scope(judged.fields(raw.keys["applies_to"].place), record_of(RuleContext).fields, params, lets)
    for name in params:
        if name in scope.fields or name in scope.context or name == ROW:
            raise raw.keys["id"].place.error(f"the param {name} is also a field; choose another name")
    each: Each | None = None
    loops: dict[str, Loop] = {}
    if "each" in raw.keys:
        each, loops = _each(raw.keys["each"], scope)
        scope = replace(scope, params={**params, ROW: Node(NUMBER, lambda frame: Decimal(frame.indexes[0] + 1))})
    return replace(_rule(raw, scope, each, loops), kinds=judged.kinds, registry=registry)


def _condition(raw: RawRule, key: str, scope: Scope, loops: Mapping[str, Loop]) -> Expression | None:
    """The condition under *key*; None if the rule has none."""
    return _compiled(raw.keys[key], scope, loops, BOOL) if key in raw.keys else None


def _listed(raw: RawRule, key: str, scope: Scope, loops: Mapping[str, Loop]) -> tuple[Expression, ...]:
    """The paths listed under *key*; none if the rule lacks it."""
    return _paths(raw.keys[key], scope, loops) if key in raw.keys else ()


def _rule(raw: RawRule, scope: Scope, each: Each | None, loops: Mapping[str, Loop]) -> Rule:
    witness = raw.value("witness", False)
    return Rule(
        id=raw.id,
        pack=raw.pack,
        title=raw.value("title"),
        kinds=tuple(raw.value("applies_to")),
        severities=_severities(raw.keys["severity"], scope, loops),
        each=each,
        when=_condition(raw, "when", scope, loops),
        assertion=_compiled(raw.keys["assert"], scope, loops, BOOL),
        messages=_messages(raw.keys["message"], scope, loops),
        witness=bool(witness),
        witness_if=_condition(raw, "witness_if", scope, loops),
        certain_only=bool(raw.value("certain_only", False)),
        witnesses=() if isinstance(witness, bool) else _paths(raw.keys["witness"], scope, loops),
        repair=_listed(raw, "repair", scope, loops),
        fields=_listed(raw, "fields", scope, loops),
        tests=tuple(raw.value("tests", ())),
        tests_file=raw.keys["tests" if "tests" in raw.keys else "id"].place.file,
        scope=scope,
        loops=loops,
        place=raw.keys["id"].place,
        verdict=raw.value("verdict"),
    )


def _each(sourced: Sourced, scope: Scope) -> tuple[Each, dict[str, Loop]]:
    match = _EACH.fullmatch(sourced.value)
    if not match:
        raise sourced.place.error("write: i in items")
    variable, path = match.groups()
    try:
        syntax = parse(path)
        compiler = compiler_of(syntax, scope)
        source = compiler.compile(syntax.tree)
        loop = open_loop(compiler, ast.Name(id=variable, col_offset=0, end_col_offset=0), syntax.tree, source)
    except ExpressionError as error:
        raise sourced.place.error(str(error), match.start(2)) from None
    return Each(variable, path, source.run), {variable: loop}


def _severities(sourced: Sourced, scope: Scope, loops: Mapping[str, Loop]) -> tuple[Any, ...]:
    if isinstance(sourced.value, str):
        return ((sourced.value, None),)
    *conditional, last = sourced.value.items()
    if last[1] != OTHERWISE:
        raise sourced.place.error(f"the last severity has the condition {OTHERWISE}")
    return (
        *((severity, _compiled(_within(sourced, severity), scope, loops, BOOL)) for severity, _ in conditional),
        (last[0], None),
    )


def _messages(sourced: Sourced, scope: Scope, loops: Mapping[str, Loop]) -> dict[str, Message]:
    messages: dict[str, Message] = {}
    for language in LANGUAGES:
        text = _within(sourced, language)
        try:
            messages[language] = compile_message(text.value, language, scope, loops)
        except ExpressionError as error:
            raise text.place.error(str(error), error.offset) from None
    return messages


def _within(sourced: Sourced, key: str | int) -> Sourced:
    return Sourced(sourced.value[key], Place(sourced.place.file, sourced.value, key))


def _paths(sourced: Sourced, scope: Scope, loops: Mapping[str, Loop]) -> tuple[Expression, ...]:
    """Field paths such as total or i.amount."""
    paths = []
    for index in range(len(sourced.value)):
        one = _within(sourced, index)
        expression = _compiled(one, scope, loops)
        if not isinstance(expression.syntax.tree, ast.Name | ast.Attribute):
            raise one.place.error("this must be a field, such as total or buyer.tax_id")
        paths.append(expression)
    return tuple(paths)


def _compiled(sourced: Sourced, scope: Scope, loops: Mapping[str, Loop], expected: Type | None = None) -> Expression:
    try:
        return compile_expression(sourced.value, scope, expected=expected, loops=loops)
    except ExpressionError as error:
        raise sourced.place.error(str(error), error.offset) from None


def recompile(rule: Rule, sources: Mapping[str, str], scope: Scope) -> Rule:
    """*rule* in another *scope*, with other *sources* for the keys assert, when, severity.error, ... Raises
    ExpressionError if one doesn't compile."""

    def compiled(key: str, expression: Expression) -> Expression:
        return compile_expression(sources.get(key, expression.source), scope, expected=BOOL, loops=rule.loops)

    severities = ((name, compiled(f"severity.{name}", text) if text else None) for name, text in rule.severities)
    return replace(
        rule,
        scope=scope,
        assertion=compiled("assert", rule.assertion),
        when=compiled("when", rule.when) if rule.when else None,
        witness_if=compiled("witness_if", rule.witness_if) if rule.witness_if else None,
        severities=tuple(severities),
    )
