"""`Compiler`: the tree of one expression to typed nodes; what compiles each kind of tree is handed to it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any

from invoiceocr.rules.language.aggregates import Loop
from invoiceocr.rules.language.node import Node
from invoiceocr.rules.language.scope import Let, Scope
from invoiceocr.rules.language.syntax import ExpressionError, Syntax
from invoiceocr.rules.language.types import Type

# parts of an expression with its lets written out
MAX_WEIGHT = 5000

Table = Mapping[type[ast.AST], Callable[["Compiler", Any], Node]]
"""What compiles each kind of tree."""


class Compiler:
    """Turns the tree of one expression into nodes, checking types on the way. `loops` are the loop variables at hand,
    `depth` is how many loops stand around the expression."""

    def __init__(self, syntax: Syntax, scope: Scope, table: Table, loops: Mapping[str, Loop], depth: int) -> None:
        self.syntax = syntax
        self.scope = scope
        self.loops = loops
        self.depth = depth
        self._table = table

    def compile(self, tree: ast.expr, expected: Type | None = None) -> Node:
        """The node of *tree*, which must be of type *expected* if that is given."""
        node = self._table[type(tree)](self, tree)
        if node.weight > MAX_WEIGHT:
            raise self.syntax.error("the expression does too much", tree)
        if expected is not None and node.type.name != expected.name:
            raise self.syntax.error(f"this must be a {expected}, not a {node.type}", tree)
        return node

    def inside(self, name: str, loop: Loop) -> Compiler:
        """The compiler of what stands inside *loop*, whose variable is called *name*."""
        return Compiler(self.syntax, self.scope, self._table, {**self.loops, name: loop}, self.depth + 1)

    def let(self, let: Let) -> Node:
        """The node of a let, compiled where it is used, below the loops around it, so that its own loops don't disturb
        them."""
        if self.depth not in let.nodes:
            let.nodes[self.depth] = Compiler(let.syntax, let.scope, self._table, {}, self.depth).compile(
                let.syntax.tree
            )
        return let.nodes[self.depth]

    def fail(self, message: str, tree: ast.expr) -> ExpressionError:
        """An error that points at *tree*."""
        return self.syntax.error(message, tree)
