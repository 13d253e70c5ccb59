"""`compile_expression`: turns the text of an expression into a typed, bounded function of a frame.

Evaluating it gives a value, or None for unknown: whatever uses a missing field is unknown, unless `has(x)` asks.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from invoiceocr.rules.language import operations
from invoiceocr.rules.language.aggregates import Loop
from invoiceocr.rules.language.calls import compile_call
from invoiceocr.rules.language.compiler import Compiler, Table
from invoiceocr.rules.language.evaluation import Evaluation, Stopped, Value
from invoiceocr.rules.language.node import Node, Run, literal
from invoiceocr.rules.language.scope import Scope, field_node, nearest, row_node
from invoiceocr.rules.language.syntax import ExpressionError, Syntax, constant, parse
from invoiceocr.rules.language.types import BOOL, NUMBER, ORDERED, TEXT, Field, Type, list_of

OPERATORS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}


@dataclass(frozen=True, slots=True, eq=False)
class Expression:
    """A compiled expression: its syntax, its type and the function that evaluates it."""

    syntax: Syntax
    type: Type = field(repr=False)
    run: Run = field(repr=False)

    @property
    def source(self) -> str:
        """The text it was compiled from."""
        return self.syntax.source

    def evaluate(self, frame: Evaluation) -> Value:
        """Its value for *frame*; None if unknown, or if the evaluation had to be stopped."""
        try:
            return self.run(frame)
        except (Stopped, ArithmeticError):
            return None


def compile_expression(
    source: str, scope: Scope, *, expected: Type | None = None, loops: Mapping[str, Loop] | None = None
) -> Expression:
    """The compiled *source*. *loops* are the available loop variables. Raises ExpressionError for unknown names, types
    that don't fit, a type other than *expected*, or anything outside the language."""
    syntax = parse(source)
    node = compiler_of(syntax, scope, loops).compile(syntax.tree)
    if expected is not None and node.type.name != expected.name:
        raise ExpressionError(f"this must be a {expected}, not a {node.type}")
    return Expression(syntax, node.type, node.run)


def compiler_of(syntax: Syntax, scope: Scope, loops: Mapping[str, Loop] | None = None) -> Compiler:
    """The compiler of an expression; *loops* are the loop variables already at hand."""
    known = dict(loops or {})
    return Compiler(syntax, scope, COMPILERS, known, len(known))


def _constant(compiler: Compiler, tree: ast.Constant) -> Node:
    value = constant(compiler.syntax, tree)
    return literal(BOOL if isinstance(value, bool) else TEXT if isinstance(value, str) else NUMBER, value)


def _list(compiler: Compiler, tree: ast.List | ast.Tuple) -> Node:
    nodes = [compiler.compile(element) for element in tree.elts]
    if not nodes or any(node.constant is None or node.type.name != nodes[0].type.name for node in nodes):
        raise compiler.fail("a list holds one or more literals of one type", tree)
    return literal(list_of(nodes[0].type), tuple(node.constant for node in nodes))


def _logic(compiler: Compiler, tree: ast.BoolOp) -> Node:
    nodes = [compiler.compile(value, BOOL) for value in tree.values]
    join = operations.both if isinstance(tree.op, ast.And) else operations.either
    return Node(BOOL, join([node.run for node in nodes]), weight=1 + sum(node.weight for node in nodes))


def _unary(compiler: Compiler, tree: ast.UnaryOp) -> Node:
    if isinstance(tree.op, ast.Not):
        node = compiler.compile(tree.operand, BOOL)
        return Node(BOOL, operations.negation(node.run), node.weight + 1)
    node = compiler.compile(tree.operand, NUMBER)
    value = -node.constant if isinstance(node.constant, Decimal) else None
    return Node(NUMBER, operations.minus(node.run), node.weight + 1, constant=value)


def _arithmetic(compiler: Compiler, tree: ast.BinOp) -> Node:
    left, right = compiler.compile(tree.left), compiler.compile(tree.right)
    for node, side in ((left, tree.left), (right, tree.right)):
        if node.type.name != "number":
            raise compiler.fail(f"{OPERATORS[type(tree.op)]} needs numbers, not a {node.type}", side)
    return Node(NUMBER, _joined(operations.ARITHMETIC[type(tree.op)], left, right), left.weight + right.weight + 1)


def _comparison(compiler: Compiler, tree: ast.Compare) -> Node:
    sides = [tree.left, *tree.comparators]
    nodes = [compiler.compile(side) for side in sides]
    runs: list[Run] = []
    for index, operator in enumerate(tree.ops):
        left, right = nodes[index], nodes[index + 1]
        _check_comparable(compiler, operator, (left, right), sides[index + 1])
        runs.append(_joined(operations.COMPARISONS[type(operator)], left, right))
    return Node(BOOL, runs[0] if len(runs) == 1 else operations.both(runs), 1 + sum(node.weight for node in nodes))


def _joined(operation: Callable[[Value, Value], Value], left: Node, right: Node) -> Run:
    """*operation* of two nodes; membership in a constant list is looked up, not searched."""
    if right.constant is None:
        return operations.binary(operation, left.run, right.run)
    constant = frozenset(right.constant) if isinstance(right.constant, tuple) else right.constant
    return operations.binary_with(operation, left.run, constant)


def _check_comparable(compiler: Compiler, operator: ast.cmpop, pair: tuple[Node, Node], place: ast.expr) -> None:
    left, right = pair
    if isinstance(operator, ast.In | ast.NotIn):
        within = TEXT if right.type.name == "text" else right.type.element
        if within is None or within.name != left.type.name:
            raise compiler.fail(f"a {left.type} can't be in a {right.type}", place)
    elif left.type.name != right.type.name or left.type.name in ("list", "rate"):
        raise compiler.fail(f"a {left.type} can't be compared with a {right.type}", place)
    elif not isinstance(operator, ast.Eq | ast.NotEq) and left.type.name not in ORDERED:
        raise compiler.fail(f"a {left.type} has no order", place)
    _check_values(compiler, left, right, place)
    _check_values(compiler, right, left, place)


def _check_values(compiler: Compiler, field: Node, value: Node, place: ast.expr) -> None:
    """A text that can only have a few values is never compared with another one: that would be a misspelling."""
    if field.type.values and value.constant is not None and value.type.name != "number":
        texts = value.constant if isinstance(value.constant, tuple) else (value.constant,)
        for text in texts:
            if text not in field.type.values:
                raise compiler.fail(f"{text!r} is never its value; {nearest(text, field.type.values)}", place)


def _condition(compiler: Compiler, tree: ast.IfExp) -> Node:
    test = compiler.compile(tree.test, BOOL)
    then = compiler.compile(tree.body)
    otherwise = compiler.compile(tree.orelse, then.type)
    if str(then.type) != str(otherwise.type):
        raise compiler.fail(f"this must be a {then.type}, not a {otherwise.type}", tree.orelse)
    weight = test.weight + then.weight + otherwise.weight + 1
    return Node(then.type, operations.chosen(test.run, then.run, otherwise.run), weight)


def _name(compiler: Compiler, tree: ast.Name) -> Node:
    name, scope = tree.id, compiler.scope
    if name in compiler.loops:
        loop = compiler.loops[name]
        return row_node(loop, "", (), loop.type)
    if name in scope.lets:
        return compiler.let(scope.lets[name])
    if name in scope.params:
        return scope.params[name]
    for root, fields in (("invoice", scope.fields), ("context", scope.context)):
        if name in fields:
            return field_node(root, name, (fields[name].attribute,), fields[name].type)
    raise compiler.fail(f"unknown name {name}; {nearest(name, [*compiler.loops, *scope.names()])}", tree)


def _attribute(compiler: Compiler, tree: ast.Attribute) -> Node:
    """A path such as buyer.tax_id, qr.amount or i.amount."""
    if not isinstance(tree.value, ast.Name):
        raise compiler.fail("a path has two parts, such as buyer.tax_id", tree)
    root, scope = tree.value.id, compiler.scope
    if root in compiler.loops:
        loop = compiler.loops[root]
        found = _member(compiler, loop.type, tree)
        return row_node(loop, tree.attr, (found.attribute,), found.type)
    start = scope.fields.get(root) or scope.context.get(root)
    if start is None:
        raise compiler.fail(f"a {_name(compiler, tree.value).type} has no parts", tree)
    found = _member(compiler, start.type, tree)
    where = "invoice" if root in scope.fields else "context"
    return field_node(where, f"{root}.{tree.attr}", (start.attribute, found.attribute), found.type)


def _member(compiler: Compiler, record: Type, tree: ast.Attribute) -> Field:
    if not record.fields:
        raise compiler.fail(f"a {record} has no parts", tree)
    if tree.attr not in record.fields:
        raise compiler.fail(f"unknown field {tree.attr} of {record}; {nearest(tree.attr, record.fields)}", tree)
    return record.fields[tree.attr]


def _generator(compiler: Compiler, tree: ast.GeneratorExp) -> Node:
    raise compiler.fail("a generator stands alone in sum, all, any, min, max or count", tree)


COMPILERS: Table = {
    ast.Constant: _constant,
    ast.List: _list,
    ast.Tuple: _list,
    ast.BoolOp: _logic,
    ast.UnaryOp: _unary,
    ast.BinOp: _arithmetic,
    ast.Compare: _comparison,
    ast.IfExp: _condition,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Call: compile_call,
    ast.GeneratorExp: _generator,
}
