"""How calls are compiled: the aggregates, the functions that need their argument unevaluated, and the table."""

from __future__ import annotations

import ast
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from invoiceocr.rules.language import patterns
from invoiceocr.rules.language.aggregates import AGGREGATES, Loop, aggregate, rows
from invoiceocr.rules.language.compiler import Compiler
from invoiceocr.rules.language.evaluation import MAX_LOOPS, Evaluation, Stopped, Value
from invoiceocr.rules.language.functions import FUNCTIONS
from invoiceocr.rules.language.node import Node, Run, literal
from invoiceocr.rules.language.scope import nearest
from invoiceocr.rules.language.types import BOOL, DATE, NUMBER, ORDERED, TEXT

ROW_STEPS = 3  # what a loop itself takes for a row
# members of a list that are looked through in the time of one step
LIST_STEP = 8


def compile_call(compiler: Compiler, tree: ast.Call) -> Node:
    """The node of a call of an aggregate over a generator, a special function or one of the table."""
    name = tree.func.id if isinstance(tree.func, ast.Name) else ""
    if len(tree.args) == 1 and isinstance(tree.args[0], ast.GeneratorExp):
        return _aggregate(compiler, name, tree, tree.args[0])
    if name in SPECIAL:
        return SPECIAL[name](compiler, tree)
    if name in FUNCTIONS:
        return _function(compiler, name, tree)
    known = {*SPECIAL, *FUNCTIONS, *AGGREGATES}
    raise compiler.fail(
        f"{name} needs a generator, such as {name}(i.amount for i in items)"
        if name in AGGREGATES
        else f"unknown function {name}; {nearest(name, known)}",
        tree,
    )


def _aggregate(compiler: Compiler, name: str, tree: ast.Call, generator: ast.GeneratorExp) -> Node:
    if name not in AGGREGATES:
        raise compiler.fail(f"{name} takes no generator; {nearest(name, AGGREGATES)}", tree)
    clause = generator.generators[0]
    if len(generator.generators) > 1 or clause.is_async or not isinstance(clause.target, ast.Name):
        raise compiler.fail("a generator has one variable over one list", generator)
    source = compiler.compile(clause.iter)
    loop = open_loop(compiler, clause.target, clause.iter, source)
    inner = compiler.inside(clause.target.id, loop)
    body = _body(inner, name, generator.elt)
    condition = _condition(inner, clause.ifs)
    weight = ROW_STEPS + body.weight + (condition.weight if condition else 0)
    values = rows(loop, source.run, body.run, condition.run if condition else None, weight)
    found = AGGREGATES[name]
    return Node(found.gives or body.type, aggregate(found.fold, values), weight + source.weight)


def _condition(compiler: Compiler, conditions: list[ast.expr]) -> Node | None:
    if len(conditions) > 1:
        raise compiler.fail("a generator has one if; join conditions with and", conditions[1])
    return compiler.compile(conditions[0], BOOL) if conditions else None


def _body(compiler: Compiler, name: str, tree: ast.expr) -> Node:
    takes = AGGREGATES[name].takes
    body = compiler.compile(tree, takes)
    if takes is None and body.type.name not in ORDERED:
        raise compiler.fail(f"{name} needs values with an order, not a {body.type}", tree)
    return body


def open_loop(compiler: Compiler, variable: ast.Name, place: ast.expr, source: Node) -> Loop:
    """The loop of *variable* over the list *source*; raises ExpressionError if it is no list or loops are too deep."""
    if source.type.element is None:
        raise compiler.fail(f"a generator needs a list, not a {source.type}", place)
    if compiler.depth >= MAX_LOOPS:
        raise compiler.fail(f"more than {MAX_LOOPS} loops inside one another", place)
    if variable.id in (*compiler.loops, *compiler.scope.names()):
        raise compiler.fail(f"{variable.id} already has a meaning here; choose another name", variable)
    path = "" if source.constant is not None else compiler.syntax.text(place)
    return Loop(path, compiler.depth, source.type.element)


def _has(compiler: Compiler, tree: ast.Call) -> Node:
    """`has(x)`: whether x is present, or known if it is computed. The only way to use a missing field safely."""
    node = compiler.compile(_arguments(compiler, tree, 1)[0])

    def run(frame: Evaluation) -> bool:
        return node.run(frame) is not None

    return Node(BOOL, run, node.weight + 1)


def _pattern(*, whole: bool) -> Callable[[Compiler, ast.Call], Node]:
    def compile_pattern(compiler: Compiler, tree: ast.Call) -> Node:
        subject, pattern = _arguments(compiler, tree, 2)
        text = _literal_text(compiler, pattern)
        problem = patterns.check(text)
        if problem:
            raise compiler.fail(problem, pattern)
        node = compiler.compile(subject, TEXT)
        return Node(BOOL, patterns.matcher(text, whole=whole)(node.run), node.weight + LIST_STEP)

    return compile_pattern


def _date(compiler: Compiler, tree: ast.Call) -> Node:
    (argument,) = _arguments(compiler, tree, 1)
    try:
        return literal(DATE, date.fromisoformat(_literal_text(compiler, argument)))
    except ValueError:
        raise compiler.fail('a date is written date("2019-04-01")', argument) from None


def _extreme(choose: Callable[..., Value]) -> Callable[[Compiler, ast.Call], Node]:
    def compile_extreme(compiler: Compiler, tree: ast.Call) -> Node:
        if len(tree.args) < 2:
            raise compiler.fail("give two or more values, or a generator", tree)
        first = compiler.compile(tree.args[0])
        nodes = [first, *(compiler.compile(argument, first.type) for argument in tree.args[1:])]
        if first.type.name not in ORDERED:
            raise compiler.fail(f"a {first.type} has no order", tree)
        run = _called(choose, [node.run for node in nodes])
        return Node(first.type, run, 1 + sum(node.weight for node in nodes))

    return compile_extreme


def _length(compiler: Compiler, tree: ast.Call) -> Node:
    """`len(x)`: the rows of a list or the characters of a text."""
    node = compiler.compile(_arguments(compiler, tree, 1)[0])
    if node.type.element is None:
        return _function(compiler, "len", tree)
    return Node(NUMBER, _called(lambda found: Decimal(len(found)), [node.run]), node.weight + 1)


def _arguments(compiler: Compiler, tree: ast.Call, count: int) -> list[ast.expr]:
    if len(tree.args) != count or tree.keywords:
        name = tree.func.id if isinstance(tree.func, ast.Name) else ""
        raise compiler.fail(f"{name} takes {count} argument{'s' if count > 1 else ''}, not {len(tree.args)}", tree)
    return tree.args


def _literal_text(compiler: Compiler, tree: ast.expr) -> str:
    """The text in quotes, or of a param, that *tree* is."""
    node = compiler.compile(tree, TEXT)
    if not isinstance(tree, ast.Constant | ast.Name) or not isinstance(node.constant, str):
        raise compiler.fail("this must be a text in quotes, or a param that is one", tree)
    return node.constant


def _function(compiler: Compiler, name: str, tree: ast.Call) -> Node:
    nodes = [compiler.compile(argument) for argument in tree.args]
    given = [str(node.type) for node in nodes]
    variants = FUNCTIONS[name]
    chosen = next((variant for variant in variants if [str(kind) for kind in variant.takes] == given), None)
    if chosen is None:
        wanted = " or ".join(f"({', '.join(map(str, variant.takes))})" for variant in variants)
        raise compiler.fail(f"{name} takes {wanted}, not ({', '.join(given)})", tree)
    weight = 2 + sum(node.weight + _members(node) // LIST_STEP for node in nodes)
    arguments = [node.run for node in nodes]
    run = _metered(chosen.call, chosen.cost, arguments) if chosen.cost else _called(chosen.call, arguments)
    return Node(chosen.gives, run, weight)


def _metered(call: Callable[..., object], cost: Callable[..., int], arguments: list[Run]) -> Run:
    """As `_called`, for a call that takes steps of its own."""

    def run(frame: Evaluation) -> Value:
        values = [argument(frame) for argument in arguments]
        if None in values:
            return None
        frame.steps -= cost(*values)
        if frame.steps < 0:
            raise Stopped
        return call(*values)

    return run


def _members(node: Node) -> int:
    return len(node.constant) if isinstance(node.constant, tuple) else 0


def _called(call: Callable[..., object], arguments: list[Run]) -> Run:
    """*call* of the values of *arguments*; unknown if one of them is."""
    if len(arguments) == 1:
        (only,) = arguments

        def run_one(frame: Evaluation) -> object:
            value = only(frame)
            return None if value is None else call(value)

        return run_one

    def run(frame: Evaluation) -> Value:
        values = [argument(frame) for argument in arguments]
        return None if None in values else call(*values)

    return run


SPECIAL: dict[str, Callable[[Compiler, ast.Call], Node]] = {
    "has": _has,
    "matches": _pattern(whole=True),
    "finds": _pattern(whole=False),
    "date": _date,
    "min": _extreme(min),
    "max": _extreme(max),
    "len": _length,
}
