"""`explain`: describes a rule in Chinese or English."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from invoiceocr.kinds import Registry, builtin
from invoiceocr.proof import LANGUAGES, Language
from invoiceocr.rules.language import wording
from invoiceocr.rules.language.evaluation import Value
from invoiceocr.rules.language.expression import Expression
from invoiceocr.rules.language.message import shown
from invoiceocr.rules.language.scope import Scope
from invoiceocr.rules.language.syntax import Syntax, constant
from invoiceocr.rules.packs.rule import Rule

MAX_MEMBERS = 6  # of a list param, before the words end with …
VAT = "vat"  # the family that is said as one
KIND = "票种"
TIGHT = (ast.Name, ast.Attribute, ast.Constant, ast.Call)


def explain(rule: Rule, language: Language = "zh") -> str:
    """*rule* in words, several lines: title, severity, condition, demand, message."""
    return "\n".join([f"{rule.id}: {rule.title[language]}", *(f"  {line}" for line in _lines(rule, language))])


def _lines(rule: Rule, language: Language) -> list[str]:
    def line(heading: str, text: str) -> str:
        name = wording.HEADINGS[heading][_index(language)]
        return f"{name}：{text}" if language == "zh" else f"{name}: {text}"

    lines = [line("pack", rule.pack), line("severity", _severities(rule, language))]
    if rule.verdict:
        lines.append(line("verdict", wording.VERDICTS[rule.verdict] if language == "zh" else rule.verdict))
    lines.append(line("applies", _kinds(rule, language)))
    if rule.each:
        lines.append(line("each", _name(rule.each.path, language, rule.registry or builtin())))
    if rule.when:
        lines.append(line("when", in_words(rule.when, rule, language)))
    lines.append(line("assert", in_words(rule.assertion, rule, language)))
    lines.append(line("message", rule.messages[language].pattern))
    return [*lines, line("witness", "是" if language == "zh" else "yes")] if rule.witness else lines


def _kinds(rule: Rule, language: Language) -> str:
    every = set(rule.kinds) >= set(builtin().families[VAT])
    return wording.ALL_VAT[_index(language)] if every else wording.COMMA[_index(language)].join(rule.kinds)


def _severities(rule: Rule, language: Language) -> str:
    parts = []
    for severity, condition in rule.severities:
        name = wording.SEVERITIES[severity] if language == "zh" else severity
        parts.append(f"{name} ({in_words(condition, rule, language)})" if condition else name)
    return ", ".join(parts)


def in_words(expression: Expression, rule: Rule, language: Language) -> str:
    """An expression of *rule* in words; lets are written out, and params are shown with their values."""
    return _Speaker(expression.syntax, rule.scope, language, rule.registry or builtin()).say(expression.syntax.tree)


def _index(language: Language) -> int:
    return LANGUAGES.index(language)


def _name(name: str, language: Language, registry: Registry) -> str:
    """The title of a field of any kind of *registry*, or of a name of the context."""
    if language == "en":
        return name.replace("_", " ")
    field = registry.names.get(name)
    known = wording.CONTEXT | ({name: field.title.zh} if field else {}) | {"kind": KIND}
    return known.get(name, name)


@dataclass(frozen=True, slots=True)
class _Speaker:
    """Puts the parts of one expression into words."""

    syntax: Syntax
    scope: Scope
    language: Language
    registry: Registry

    def name(self, name: str) -> str:
        return _name(name, self.language, self.registry)

    def phrase(self, pair: tuple[str, str], *parts: str) -> str:
        return pair[_index(self.language)].format(*parts)

    def say(self, tree: ast.expr) -> str:
        words: str = SAYERS[type(tree)](self, tree)
        return words

    def tight(self, tree: ast.expr) -> str:
        """The words for *tree*, in brackets unless they are one thing."""
        words = self.say(tree)
        return words if isinstance(tree, TIGHT) else f"（{words}）" if self.language == "zh" else f"({words})"

    def value(self, value: Value) -> str:
        if isinstance(value, tuple):
            members = [self.value(member) for member in value[:MAX_MEMBERS]]
            return wording.COMMA[_index(self.language)].join(members) + ("…" if len(value) > MAX_MEMBERS else "")
        quote = "“{}”" if isinstance(value, str) else "{}"
        return quote.format(f"{value.normalize():f}" if isinstance(value, Decimal) else shown(value, self.language))

    def let(self, name: str) -> str:
        let = self.scope.lets[name]
        return _Speaker(let.syntax, let.scope, self.language, self.registry).tight(let.syntax.tree)


def _say_constant(speaker: _Speaker, tree: ast.Constant) -> str:
    return speaker.value(constant(speaker.syntax, tree))


def _say_name(speaker: _Speaker, tree: ast.Name) -> str:
    if tree.id in speaker.scope.lets:
        return speaker.let(tree.id)
    param = speaker.scope.params.get(tree.id)
    return speaker.value(param.constant) if param and param.constant is not None else speaker.name(tree.id)


def _say_attribute(speaker: _Speaker, tree: ast.Attribute) -> str:
    root = tree.value.id if isinstance(tree.value, ast.Name) else ""
    known = root in speaker.scope.fields or root in speaker.scope.context
    member = speaker.name(tree.attr)
    return speaker.phrase(wording.MEMBER if known else wording.ROW_MEMBER, speaker.name(root), member)


def _say_logic(speaker: _Speaker, tree: ast.BoolOp) -> str:
    word = wording.AND if isinstance(tree.op, ast.And) else wording.OR
    parts = [speaker.tight(value) if isinstance(value, ast.BoolOp) else speaker.say(value) for value in tree.values]
    return word[_index(speaker.language)].join(parts)


def _say_unary(speaker: _Speaker, tree: ast.UnaryOp) -> str:
    if isinstance(tree.op, ast.Not):
        return speaker.phrase(wording.NOT, speaker.say(tree.operand))
    return f"−{speaker.tight(tree.operand)}"


def _say_arithmetic(speaker: _Speaker, tree: ast.BinOp) -> str:
    return f"{speaker.tight(tree.left)} {wording.OPERATORS[type(tree.op)]} {speaker.tight(tree.right)}"


def _say_comparison(speaker: _Speaker, tree: ast.Compare) -> str:
    sides = [speaker.say(side) for side in (tree.left, *tree.comparators)]
    parts = [
        speaker.phrase(wording.COMPARISONS[type(operator)], sides[index], sides[index + 1])
        for index, operator in enumerate(tree.ops)
    ]
    return wording.AND[_index(speaker.language)].join(parts)


def _say_condition(speaker: _Speaker, tree: ast.IfExp) -> str:
    return speaker.phrase(
        wording.CONDITION, speaker.say(tree.test), speaker.tight(tree.body), speaker.tight(tree.orelse)
    )


def _say_list(speaker: _Speaker, tree: ast.List | ast.Tuple) -> str:
    return wording.COMMA[_index(speaker.language)].join(speaker.say(element) for element in tree.elts)


def _say_call(speaker: _Speaker, tree: ast.Call) -> str:
    name = tree.func.id if isinstance(tree.func, ast.Name) else ""
    if tree.args and isinstance(tree.args[0], ast.GeneratorExp):
        return _say_aggregate(speaker, name, tree.args[0])
    parts = [speaker.say(argument) for argument in tree.args]
    if name in ("min", "max"):
        parts = [wording.COMMA[_index(speaker.language)].join(parts)]
    return speaker.phrase(wording.FUNCTIONS[name], *parts)


def _say_aggregate(speaker: _Speaker, name: str, tree: ast.GeneratorExp) -> str:
    clause = tree.generators[0]
    source = _say_rows(speaker, clause)
    return speaker.phrase(wording.AGGREGATES[name], speaker.say(tree.elt), source)


def _say_rows(speaker: _Speaker, clause: ast.comprehension) -> str:
    source = speaker.say(clause.iter)
    return speaker.phrase(wording.FILTER, source, speaker.say(clause.ifs[0])) if clause.ifs else source


SAYERS: dict[type[ast.AST], Any] = {
    ast.Constant: _say_constant,
    ast.Name: _say_name,
    ast.Attribute: _say_attribute,
    ast.BoolOp: _say_logic,
    ast.UnaryOp: _say_unary,
    ast.BinOp: _say_arithmetic,
    ast.Compare: _say_comparison,
    ast.IfExp: _say_condition,
    ast.List: _say_list,
    ast.Tuple: _say_list,
    ast.Call: _say_call,
}
