"""The surface of the rule language: Python's expressions, cut down to a whitelist, within stated sizes.

A backslash in a quoted text is a plain character, so that patterns need no doubling.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from invoiceocr.errors import PackError

MAX_CHARACTERS = 2000
MAX_BRACKETS = 30
MAX_DEPTH = 40
MAX_NODES = 600
MAX_DIGITS = 30
MAX_TEXT = 300
OPENING, CLOSING = "([{", ")]}"
# stands for a backslash while Python parses: it would read \d as an escape
BACKSLASH = "\ue000"

ALLOWED: frozenset[type[ast.AST]] = frozenset(
    {
        *(ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.USub),
        *(ast.BinOp, ast.Add, ast.Sub, ast.Mult, ast.Div),
        *(ast.Compare, ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.In, ast.NotIn),
        *(ast.IfExp, ast.Attribute, ast.Name, ast.Load, ast.Store, ast.Constant, ast.List, ast.Tuple),
        *(ast.Call, ast.GeneratorExp, ast.comprehension),
    }
)
NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
DISPLAY = {
    ast.Pow: "power",
    ast.Subscript: "subscript",
    ast.Lambda: "lambda",
    ast.JoinedStr: "f-string",
    ast.NamedExpr: "assignment",
    ast.ListComp: "list comprehension (use sum, all, any, min, max or count over a generator)",
    ast.Is: "is (use has(x))",
    ast.keyword: "named argument",
    ast.UAdd: "unary plus",
}


class ExpressionError(PackError):
    """An expression that doesn't load; `offset` is the character where, from 0."""

    def __init__(self, message: str, offset: int = 0) -> None:
        super().__init__(message)
        self.offset = offset


@dataclass(frozen=True, slots=True, eq=False)
class Syntax:
    """A checked expression: its source and its tree. The tree's offsets count bytes of `encoded`."""

    source: str
    encoded: bytes = field(repr=False)
    tree: ast.expr = field(repr=False)

    def span(self, node: ast.expr) -> tuple[int, int]:
        """Where *node* starts and ends in the source, in characters."""
        start = len(self.encoded[: node.col_offset].decode())
        return start, start + len(self.encoded[node.col_offset : node.end_col_offset].decode())

    def text(self, node: ast.expr) -> str:
        """The source of *node*."""
        start, end = self.span(node)
        return self.source[start:end]

    def names(self) -> frozenset[str]:
        """All names in it, those of functions and loop variables too."""
        return frozenset(node.id for node in ast.walk(self.tree) if isinstance(node, ast.Name))

    def error(self, message: str, node: ast.expr) -> ExpressionError:
        """An error that points at *node*."""
        return ExpressionError(message, self.span(node)[0])


@lru_cache(maxsize=1024)
def parse(source: str) -> Syntax:
    """The checked tree of *source*; ExpressionError for anything outside the whitelist or the limits. Rules share
    two thirds of their expressions."""
    _check_size(source)
    source = source.replace("\n", " ").strip()
    prepared = source.replace("\\", BACKSLASH)
    try:
        tree = ast.parse(prepared, mode="eval").body
    except SyntaxError as error:
        offset = error.offset - 1 if error.offset else len(source)
        raise ExpressionError(f"not an expression: {error.msg}", offset) from None
    except (ValueError, MemoryError, RecursionError):
        raise ExpressionError("the expression is nested too deeply") from None
    syntax = Syntax(source, prepared.encode(), tree)
    _check_tree(syntax)
    return syntax


def _check_size(source: str) -> None:
    if len(source) > MAX_CHARACTERS:
        raise ExpressionError(f"the expression is longer than {MAX_CHARACTERS} characters")
    if BACKSLASH in source or "\0" in source:
        raise ExpressionError("the expression holds a character that no rule needs")
    if sum(map(source.count, OPENING)) <= MAX_BRACKETS:
        return
    depth = 0
    for offset, character in enumerate(source):
        depth += (character in OPENING) - (character in CLOSING)
        if depth > MAX_BRACKETS:
            raise ExpressionError(f"more than {MAX_BRACKETS} brackets are open", offset)


def _check_tree(syntax: Syntax) -> None:
    waiting: list[tuple[ast.AST, int, ast.expr]] = [(syntax.tree, 1, syntax.tree)]
    nodes = 0
    while waiting:
        node, depth, place = waiting.pop()
        nodes += 1
        place = node if isinstance(node, ast.expr) else place
        _check_node(syntax, node, place)
        if depth > MAX_DEPTH or nodes > MAX_NODES:
            raise ExpressionError("the expression is nested too deeply or has too many parts")
        waiting += [(child, depth + 1, place) for child in ast.iter_child_nodes(node)]
    rest = syntax.encoded[syntax.tree.end_col_offset :].decode()
    if "#" in rest:
        raise ExpressionError("an expression can't hold a comment; use a YAML comment on its own line")


def _check_node(syntax: Syntax, node: ast.AST, place: ast.expr) -> None:
    if type(node) not in ALLOWED:
        what = DISPLAY.get(type(node), type(node).__name__)
        raise syntax.error(f"{what} is not part of the rule language", place)
    name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
    if "__" in name:
        raise syntax.error(f"{name}: names with __ are not part of the rule language", place)
    if isinstance(node, ast.Call) and not isinstance(node.func, ast.Name):
        raise syntax.error("only the functions of the rule language can be called", place)


def constant(syntax: Syntax, node: ast.Constant) -> Decimal | str | bool:
    """The value of a literal: an exact Decimal, a text or a bool."""
    if isinstance(node.value, bool):
        return node.value
    if isinstance(node.value, str):
        if len(node.value) > MAX_TEXT:
            raise syntax.error(f"the text is longer than {MAX_TEXT} characters", node)
        return node.value.replace(BACKSLASH, "\\")
    text = syntax.text(node)
    if node.value is None:
        raise syntax.error("None is not part of the rule language; ask has(x)", node)
    if not NUMBER.fullmatch(text) or len(text) > MAX_DIGITS:
        raise syntax.error(f"{text[:40]}: write numbers as 12 or 0.01, with at most {MAX_DIGITS} digits", node)
    return Decimal(text)
