"""Small changes of expressions and constants."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from invoiceocr.rules.language.evaluation import Value
from invoiceocr.rules.language.node import Node, literal
from invoiceocr.rules.language.syntax import Syntax, parse

COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
}
CALLS = {"all": "any", "any": "all", "min": "max", "max": "min", "starts_with": "ends_with", "ends_with": "starts_with"}
FAR = 10_000
# a text that equals, matches and is found in nothing printed
CHANGED = "~"

Change = tuple[str, ast.expr]


def mutated_sources(source: str) -> Iterator[tuple[str, str]]:
    """Every change of an expression: a description, and the changed source."""
    syntax = parse(source)
    tree = _marked(syntax)
    for index, node in enumerate(ast.walk(tree)):
        for number, (description, _) in enumerate(_changes(node)):
            changed = copy.deepcopy(tree)
            target = list(ast.walk(changed))[index]
            new = _changes(target)[number][1]
            yield description, _text(_Replacement(target, new).visit(changed))


class _Replacement(ast.NodeTransformer):
    def __init__(self, target: ast.AST, new: ast.expr) -> None:
        self.target = target
        self.new = new

    def visit(self, node: ast.AST) -> Any:
        return self.new if node is self.target else self.generic_visit(node)


class _Printed(ast.NodeTransformer):
    """Literals as they were written: unparse would write 0.00001 as 1e-05 and escape backslashes."""

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        return ast.Name(id=node.kind or "")


def _marked(syntax: Syntax) -> ast.expr:
    """A copy of the tree whose literals carry their source in `kind`."""
    tree = copy.deepcopy(syntax.tree)
    for original, node in zip(ast.walk(syntax.tree), ast.walk(tree), strict=True):
        if isinstance(node, ast.Constant) and isinstance(original, ast.Constant):
            node.kind = syntax.text(original)
    return tree


def _text(tree: ast.AST) -> str:
    return ast.unparse(_Printed().visit(tree))


def _changes(node: ast.AST) -> list[Change]:
    make = CHANGES.get(type(node))
    return make(node) if make else []


def _compare(node: ast.Compare) -> list[Change]:
    changes: list[Change] = []
    for index, operator in enumerate(node.ops):
        for new in COMPARISONS[type(operator)]:
            ops = [*node.ops[:index], new(), *node.ops[index + 1 :]]
            name = f"{type(operator).__name__} becomes {new.__name__} in {_shown(node)}"
            changes.append((name, ast.Compare(node.left, ops, node.comparators)))
    return changes


def _logic(node: ast.BoolOp) -> list[Change]:
    other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    changes: list[Change] = [(f"and/or swapped in {_shown(node)}", ast.BoolOp(other, node.values))]
    for index, value in enumerate(node.values):
        rest = [*node.values[:index], *node.values[index + 1 :]]
        changes.append((f"without {_shown(value)}", ast.BoolOp(node.op, rest) if len(rest) > 1 else rest[0]))
    return changes


def _arithmetic(node: ast.BinOp) -> list[Change]:
    other = OPERATORS[type(node.op)]
    swapped = ast.BinOp(node.left, other(), node.right)
    return [
        (f"{type(node.op).__name__} becomes {other.__name__} in {_shown(node)}", swapped),
        (f"without {_shown(node.right)}", node.left),
        (f"without {_shown(node.left)}", node.right),
    ]


def _unary(node: ast.UnaryOp) -> list[Change]:
    return [(f"{_shown(node)} without its sign", node.operand)]


def _condition(node: ast.IfExp) -> list[Change]:
    return [(f"branches swapped in {_shown(node)}", ast.IfExp(node.test, node.orelse, node.body))]


def _list(node: ast.List | ast.Tuple) -> list[Change]:
    if len(node.elts) < 2:
        return []
    return [
        (f"without {_shown(element)}", ast.List([*node.elts[:index], *node.elts[index + 1 :]]))
        for index, element in enumerate(node.elts)
    ]


def _call(node: ast.Call) -> list[Change]:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if name == "date" and isinstance(node.args[0], ast.Constant):
        day = date.fromisoformat(str(node.args[0].value))
        return [(f"{day} becomes {other}", _date(other)) for other in (day - timedelta(1), day + timedelta(1))]
    if name in CALLS:
        return [(f"{name} becomes {CALLS[name]}", ast.Call(ast.Name(CALLS[name]), node.args, []))]
    return []


def _date(day: date) -> ast.expr:
    return ast.Call(ast.Name("date"), [_literal(f'"{day}"')], [])


def _generator(node: ast.GeneratorExp) -> list[Change]:
    clause = node.generators[0]
    if not clause.ifs:
        return []
    bare = ast.comprehension(clause.target, clause.iter, [], 0)
    return [(f"without if {_shown(clause.ifs[0])}", ast.GeneratorExp(node.elt, [bare]))]


def _constant(node: ast.Constant) -> list[Change]:
    text = node.kind or ""
    if isinstance(node.value, bool):
        return [(f"{text} flipped", _literal(str(not node.value)))]
    if isinstance(node.value, str):
        return [] if _is_date(node.value) else [(f"{text} replaced", _literal(f'"{CHANGED}"'))]
    return [(f"{text} becomes {new}", _literal(str(new))) for new in nudged(Decimal(text))]


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _literal(source: str) -> ast.Constant:
    return ast.Constant(value=source, kind=source)


def _shown(node: ast.AST) -> str:
    return _text(copy.deepcopy(node))


def nudged(value: Decimal) -> tuple[Decimal, Decimal]:
    """The number one unit of its last place below, and above."""
    exponent = value.as_tuple().exponent
    unit = Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)
    return value - unit, value + unit


CHANGES: dict[type[ast.AST], Callable[[Any], list[Change]]] = {
    ast.Compare: _compare,
    ast.BoolOp: _logic,
    ast.BinOp: _arithmetic,
    ast.UnaryOp: _unary,
    ast.IfExp: _condition,
    ast.List: _list,
    ast.Tuple: _list,
    ast.Call: _call,
    ast.GeneratorExp: _generator,
    ast.Constant: _constant,
}


def mutated_constants(node: Node) -> Iterator[tuple[str, Node]]:
    """Every change of a param. A list is data, not logic: all its members change at once."""
    value = node.constant
    if isinstance(value, tuple):
        yield "every member changed", literal(node.type, tuple(map(_moved, value)))
        return
    for new in _changed(value):
        yield f"{value} becomes {new}", literal(node.type, new)


def _moved(member: Value) -> Value:
    """A value far from *member*, so that no other member takes its place."""
    if isinstance(member, str):
        return member + CHANGED
    return member + (timedelta(FAR) if isinstance(member, date) else FAR)


def _changed(value: Value) -> list[Value]:
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, date):
        return [value - timedelta(1), value + timedelta(1)]
    return list(nudged(value)) if isinstance(value, Decimal) else [value + CHANGED]
