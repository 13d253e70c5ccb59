"""`linear_equation`: the equation behind a rule, for solvers that look for the misread field."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from invoiceocr.rules.context import RuleContext
from invoiceocr.rules.language.aggregates import Loop, item_path
from invoiceocr.rules.language.evaluation import Evaluation, Value
from invoiceocr.rules.language.expression import compile_expression
from invoiceocr.rules.language.scope import Scope
from invoiceocr.rules.language.syntax import Syntax, constant
from invoiceocr.rules.language.types import NUMBER
from invoiceocr.rules.packs.rule import Rule


@dataclass(frozen=True, slots=True)
class Equation:
    """The sum of coefficient × field plus `constant` is zero, within `tolerance`."""

    terms: Mapping[str, Decimal]
    constant: Decimal = Decimal(0)
    tolerance: Decimal = Decimal(0)


@dataclass(slots=True)
class _Linear:
    """A linear form under construction."""

    terms: dict[str, Decimal] = field(default_factory=dict)
    constant: Decimal = Decimal(0)

    def plus(self, other: _Linear, factor: Decimal) -> _Linear:
        terms = dict(self.terms)
        for path, coefficient in other.terms.items():
            terms[path] = terms.get(path, Decimal(0)) + coefficient * factor
        return _Linear(terms, self.constant + other.constant * factor)


class _NotLinear(Exception):
    """The rule is no linear equation."""


def linear_equation(rule: Rule, invoice: object, context: RuleContext) -> Equation | None:
    """The equation that *rule* demands of *invoice*, with sums over rows written out; None if it has another form. It
    may be `a == b` or `near(a, b, tolerance)` over sums, differences and multiples of numbers. Values of the context
    are constants, and conditions are decided as they stand."""
    syntax = rule.assertion.syntax
    walk = _Walk(syntax, rule.scope, Evaluation(invoice, context))
    try:
        left, right, tolerance = walk.sides(syntax.tree)
    except _NotLinear:
        return None
    whole = left.plus(right, Decimal(-1))
    return Equation(whole.terms, whole.constant, tolerance)


@dataclass(frozen=True, slots=True)
class _Walk:
    syntax: Syntax
    scope: Scope
    frame: Evaluation

    def sides(self, tree: ast.expr) -> tuple[_Linear, _Linear, Decimal]:
        if isinstance(tree, ast.Compare) and len(tree.ops) == 1 and isinstance(tree.ops[0], ast.Eq):
            return self.form(tree.left), self.form(tree.comparators[0]), Decimal(0)
        if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name) and tree.func.id == "near":
            left, right, tolerance = map(self.form, tree.args)
            if not tolerance.terms:
                return left, right, tolerance.constant
        raise _NotLinear

    def form(self, tree: ast.expr) -> _Linear:
        if isinstance(tree, ast.Constant):
            return _number(constant(self.syntax, tree))
        if isinstance(tree, ast.BinOp):
            return self.binary(tree)
        if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.USub):
            return _Linear().plus(self.form(tree.operand), Decimal(-1))
        if isinstance(tree, ast.Call):
            return self.sum(tree)
        if isinstance(tree, ast.IfExp):
            return self.form(tree.body if self.value(tree.test) else tree.orelse)
        return self.field(tree)

    def value(self, tree: ast.expr, loops: Mapping[str, Loop] | None = None) -> Value:
        value = compile_expression(self.syntax.text(tree), self.scope, loops=loops).evaluate(self.frame)
        if value is None:
            raise _NotLinear
        return value

    def field(self, tree: ast.expr) -> _Linear:
        if isinstance(tree, ast.Name):
            return self.name(tree.id)
        if isinstance(tree, ast.Attribute) and isinstance(tree.value, ast.Name) and tree.value.id in self.scope.context:
            return _number(self.value(tree))
        raise _NotLinear

    def name(self, name: str) -> _Linear:
        if name in self.scope.lets:
            let = self.scope.lets[name]
            return _Walk(let.syntax, let.scope, self.frame).form(let.syntax.tree)
        if name in self.scope.params:
            return _number(self.scope.params[name].constant)
        if name in self.scope.fields and self.scope.fields[name].type == NUMBER:
            return _Linear({name: Decimal(1)})
        raise _NotLinear

    def binary(self, tree: ast.BinOp) -> _Linear:
        left, right = self.form(tree.left), self.form(tree.right)
        if isinstance(tree.op, ast.Add | ast.Sub):
            return left.plus(right, Decimal(1 if isinstance(tree.op, ast.Add) else -1))
        if isinstance(tree.op, ast.Mult) and not left.terms:
            left, right = right, left
        if right.terms or (isinstance(tree.op, ast.Div) and not right.constant):
            raise _NotLinear
        factor = right.constant if isinstance(tree.op, ast.Mult) else 1 / right.constant
        return _Linear().plus(left, factor)

    def sum(self, tree: ast.Call) -> _Linear:
        """`sum(i.amount for i in items if ...)`, one term for each row."""
        generator = tree.args[0] if tree.args else None
        if not isinstance(tree.func, ast.Name) or tree.func.id != "sum" or not isinstance(generator, ast.GeneratorExp):
            raise _NotLinear
        clause, element = generator.generators[0], generator.elt
        if not isinstance(clause.iter, ast.Name) or not isinstance(element, ast.Attribute):
            raise _NotLinear
        chosen = self.chosen(clause, clause.iter.id)
        return _Linear({item_path(clause.iter.id, index, element.attr): Decimal(1) for index in chosen})

    def chosen(self, clause: ast.comprehension, path: str) -> list[int]:
        """The rows that pass the condition of a generator."""
        rows = getattr(self.frame.invoice, path, ())
        if not clause.ifs:
            return list(range(len(rows)))
        loop = Loop(path, 0, self.scope.fields[path].type.element or NUMBER)
        loops = {clause.target.id: loop} if isinstance(clause.target, ast.Name) else {}
        chosen = []
        for index, row in enumerate(rows):
            self.frame.rows[0], self.frame.indexes[0] = row, index
            chosen += [index] if self.value(clause.ifs[0], loops) else []
        return chosen


def _number(value: object) -> _Linear:
    if not isinstance(value, Decimal):
        raise _NotLinear
    return _Linear(constant=value)
