from __future__ import annotations

import ast
import contextlib
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoiceocr.errors import PackError
from invoiceocr.rules.language.syntax import ExpressionError, constant, parse


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("total ** 2", "power"),
        ("items[0]", "subscript"),
        ("lambda: 1", "lambda"),
        ("f'{total}'", "f-string"),
        ("[i for i in items]", "list comprehension"),
        ("(x := 1)", "assignment"),
        ("total is number", "has"),
        ("round(number=1)", "named argument"),
        ("+total", "unary plus"),
        ("total % 2", "Mod"),
        ("total // 2", "FloorDiv"),
        ("{1: 2}", "Dict"),
        ("{1, 2}", "Set"),
        ("total.__class__", "__"),
        ("__import__", "__"),
        ("items.append(1)", "only the functions"),
        ("abs(*items)", "Starred"),
        ("await total", "Await"),
        ("import os", "not an expression"),
        ("total =", "not an expression"),
        ("", "not an expression"),
        ("total # comment", "comment"),
        ("total\0", "character"),
    ],
)
def test_what_is_outside_the_language_is_refused(source: str, reason: str) -> None:
    with pytest.raises(ExpressionError, match=reason):
        parse(source)


def test_a_refusal_is_a_pack_error_and_points_at_the_character() -> None:
    with pytest.raises(PackError) as caught:
        parse("金额 + items[0]")

    assert isinstance(caught.value, ExpressionError)
    assert caught.value.offset == 5


@pytest.mark.parametrize("text", ["0.1", "12", "100.00", "0.0000000001", "12345678901234567890.1234567"])
def test_numbers_keep_their_exact_digits(text: str) -> None:
    syntax = parse(text)

    assert isinstance(syntax.tree, ast.Constant)
    assert str(constant(syntax, syntax.tree)) == text or constant(syntax, syntax.tree) == Decimal(text)


@pytest.mark.parametrize("text", ["1e5", "0x10", "1_000", "1j", ".5", "5.", "0b1", "None", "...", "b'a'"])
def test_numbers_are_written_plainly(text: str) -> None:
    syntax = parse(text)

    assert isinstance(syntax.tree, ast.Constant)
    with pytest.raises(ExpressionError):
        constant(syntax, syntax.tree)


def test_a_backslash_is_a_plain_character() -> None:
    syntax = parse(r"'\d\n'")

    assert isinstance(syntax.tree, ast.Constant)
    assert constant(syntax, syntax.tree) == r"\d\n"


def test_positions_count_characters_not_bytes() -> None:
    syntax = parse("'价税合计' == number")

    assert isinstance(syntax.tree, ast.Compare)
    assert syntax.text(syntax.tree.left) == "'价税合计'"
    assert syntax.text(syntax.tree.comparators[0]) == "number"
    assert syntax.span(syntax.tree.comparators[0]) == (10, 16)


def test_an_expression_may_run_over_lines() -> None:
    assert parse("total ==\n  number").names() == {"total", "number"}


@pytest.mark.parametrize(
    "source",
    [
        "(" * 100 + "1" + ")" * 100,
        "-" * 1999 + "1",
        "not " * 450 + "True",
        "1" + "+1" * 999,
        "a" * 3000,
        "1 if " * 300 + "1",
        "[" * 1000,
        "x." * 900 + "x",
    ],
)
def test_what_is_too_deep_or_too_long_is_refused(source: str) -> None:
    with pytest.raises(ExpressionError):
        parse(source)


@pytest.mark.parametrize("source", ["1" * 31, "'" + "a" * 301 + "'"])
def test_a_literal_too_long_is_refused(source: str) -> None:
    syntax = parse(source)

    assert isinstance(syntax.tree, ast.Constant)
    with pytest.raises(ExpressionError):
        constant(syntax, syntax.tree)


@given(st.text(max_size=200))
def test_any_text_is_parsed_or_refused(source: str) -> None:
    with contextlib.suppress(ExpressionError):
        syntax = parse(source)
        assert syntax.text(syntax.tree) in syntax.source


def test_an_expression_that_several_rules_have_is_parsed_once() -> None:
    assert parse("total == total_tax + 1") is parse("total == total_tax + 1")
