from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoiceocr.rules.language.evaluation import Evaluation
from invoiceocr.rules.language.expression import compile_expression
from invoiceocr.rules.language.node import literal
from invoiceocr.rules.language.scope import Scope
from invoiceocr.rules.language.syntax import ExpressionError
from invoiceocr.rules.language.types import BOOL, NUMBER, TEXT

Evaluate = Callable[..., Any]
MONEY = st.decimals(min_value=-(10**9), max_value=10**9, places=2)
ROWS = [{"amount": "42.48", "name": "甲"}, {"amount": "-2.48", "name": "乙"}]
TRUTH = {"total > 0": True, "total < 0": False, "total_tax > 0": None}
"""Expressions with these values where only the total is given, and is 1."""


def test_decimals_are_exact(evaluate: Evaluate) -> None:
    assert evaluate("0.1 + 0.2 == 0.3") is True
    assert evaluate(
        "total_excluding_tax + total_tax == total", {"total_excluding_tax": "0.1", "total_tax": "0.2", "total": "0.3"}
    )


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("2 + 3 * 4", Decimal(14)),
        ("(2 + 3) * 4 / 8", Decimal("2.5")),
        ("-total", Decimal(-10)),
        ("1 < total <= 10", True),
        ("1 < total < 10", False),
        ("total != 10", False),
        ("total in [1, 10]", True),
        ("total not in (1, 10)", False),
        ("'345' in number", True),
        ("number in ['1', '12345678']", True),
        ("1 if total > 5 else 2", Decimal(1)),
        ("issue_date == date('2025-06-01')", True),
        ("issue_date < today", True),
        ("is_red_letter == False", True),
        ("not is_red_letter", True),
        ("kind == 'vat_ordinary'", True),
        ("kind in ['vat_special', 'toll']", False),
        ("buyer.name == '甲公司'", True),
    ],
)
def test_expressions_mean_what_they_do_in_python(evaluate: Evaluate, source: str, value: Any) -> None:
    fields = {"total": "10.00", "number": "12345678", "issue_date": date(2025, 6, 1), "buyer.name": "甲公司"}

    assert evaluate(source, fields) == value


@pytest.mark.parametrize(
    "source",
    [
        "total == 1",
        "total + 1 == 2",
        "-total == 1",
        "total in [1]",
        "abs(total) == 1",
        "1 if total > 1 else 2",
        "buyer.name == 'a'",
        "qr.amount == 1",
        "claim_date > today",
        "sum(i.amount for i in items) == 1",
        "len(items) == 1",
        "1 / 0 == 1",
        "words_value('佰圆') == 1",
    ],
)
def test_touching_what_is_missing_is_unknown(evaluate: Evaluate, source: str) -> None:
    assert evaluate(source) is None


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("has(total)", True),
        ("has(total_tax)", False),
        ("has(buyer.name)", False),
        ("has(items)", False),
        ("has(qr)", False),
    ],
)
def test_has_asks_without_making_unknown(evaluate: Evaluate, source: str, value: bool) -> None:
    assert evaluate(source, {"total": "1"}) is value


@pytest.mark.parametrize("left", TRUTH)
@pytest.mark.parametrize("right", TRUTH)
def test_and_or_not_follow_kleene(evaluate: Evaluate, left: str, right: str) -> None:
    a, b = TRUTH[left], TRUTH[right]
    both = False if False in (a, b) else None if None in (a, b) else True
    either = True if True in (a, b) else None if None in (a, b) else False

    assert evaluate(f"{left} and {right}", {"total": "1"}) is both
    assert evaluate(f"{left} or {right}", {"total": "1"}) is either
    assert evaluate(f"not ({left})", {"total": "1"}) is (None if a is None else not a)
    assert evaluate(f"not ({left} and {right}) == (not ({left}) or not ({right}))", {"total": "1"}) in (True, None)


@given(a=MONEY, b=MONEY, symbol=st.sampled_from(["+", "-", "*"]))
def test_arithmetic_is_that_of_decimal(evaluate: Evaluate, a: Decimal, b: Decimal, symbol: str) -> None:
    expected = {"+": operator.add, "-": operator.sub, "*": operator.mul}[symbol](a, b)

    assert evaluate(f"total {symbol} total_tax", {"total": a, "total_tax": b}) == expected


@given(a=MONEY, b=MONEY, symbol=st.sampled_from(["==", "!=", "<", "<=", ">", ">="]))
def test_comparisons_are_those_of_decimal(evaluate: Evaluate, a: Decimal, b: Decimal, symbol: str) -> None:
    compare = {
        "==": operator.eq,
        "!=": operator.ne,
        "<": operator.lt,
        "<=": operator.le,
        ">": operator.gt,
        ">=": operator.ge,
    }

    assert evaluate(f"total {symbol} total_tax", {"total": a, "total_tax": b}) is compare[symbol](a, b)


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("sum(i.amount for i in items)", Decimal("40.00")),
        ("sum(i.amount for i in items if i.amount > 0)", Decimal("42.48")),
        ("sum(i.amount for i in items if i.amount > 99)", Decimal(0)),
        ("min(i.amount for i in items)", Decimal("-2.48")),
        ("max(i.amount for i in items)", Decimal("42.48")),
        ("count(i.amount > 0 for i in items)", Decimal(1)),
        ("len(items)", Decimal(2)),
        ("all(i.amount < 51 for i in items)", True),
        ("any(i.amount < -3 for i in items)", False),
        ("any(any(j.name == '乙' and i.name == '甲' for j in items) for i in items)", True),
        ("min(total, 3, 7)", Decimal(3)),
        ("max(total, 3)", Decimal(5)),
        ("min(i.amount for i in items if i.amount > 99)", None),
    ],
)
def test_aggregates_run_over_rows(evaluate: Evaluate, source: str, value: Any) -> None:
    assert evaluate(source, {"items": ROWS, "total": "5"}) == value


def test_an_aggregate_over_a_row_with_a_gap_is_unknown_unless_another_row_decides(evaluate: Evaluate) -> None:
    rows = [{"amount": "1"}, {"name": "甲"}]

    assert evaluate("sum(i.amount for i in items)", {"items": rows}) is None
    assert evaluate("all(i.amount > 0 for i in items)", {"items": rows}) is None
    assert evaluate("all(i.amount > 1 for i in items)", {"items": rows}) is False
    assert evaluate("any(i.amount > 0 for i in items)", {"items": rows}) is True
    assert evaluate("count(i.amount > 0 for i in items)", {"items": rows}) is None
    assert evaluate("sum(i.amount for i in items if has(i.amount))", {"items": rows}) == 1
    assert evaluate("sum(1 for i in items if i.amount > 0)", {"items": rows}) is None


def test_every_path_read_is_known(reads: Callable[..., list[str]]) -> None:
    assert reads("total + total_tax == 1", {"total": "1"}) == ["total", "total_tax"]
    assert reads("sum(i.amount for i in items)", {"items": ROWS}) == ["items.0.amount", "items.1.amount"]
    assert reads("has(buyer.tax_id) and has(qr.amount)") == ["buyer.tax_id"]
    assert reads("has(qr.amount)", qr={"amount": "1"}) == ["qr.amount"]
    assert reads("has(items)") == ["items"]


def test_the_paths_of_many_rows_keep_their_numbers(reads: Callable[..., list[str]]) -> None:
    found = reads("sum(i.amount for i in items)", {"items": [{"amount": "1"}] * 150})

    assert found[99:102] == ["items.99.amount", "items.100.amount", "items.101.amount"]


@pytest.mark.parametrize(
    ("source", "reason", "offset"),
    [
        ("totl == 1", "did you mean total", 0),
        ("1 + totl == 1", "did you mean total", 4),
        ("buyer.tax == 'a'", "did you mean tax_id", 0),
        ("sum(i.amout for i in items) == 1", "did you mean amount", 4),
        ("nearr(1, 2, 3)", "did you mean near", 0),
        ("kind == 'vat_specal'", "did you mean vat_special", 8),
        ("kind in ['toll', 'tol']", "did you mean toll", 8),
        ("total == number", "can't be compared with a text", 9),
        ("issue_date == '2025-06-01'", "can't be compared", 14),
        ("total == True", "can't be compared", 9),
        ("1 < total < '5'", "can't be compared", 12),
        ("number < code", "no order", 9),
        ("items == items", "can't be compared", 9),
        ("total in number", "can't be in", 9),
        ("number in [1, 2]", "can't be in", 10),
        ("total and True", "must be a bool", 0),
        ("not total", "must be a bool", 4),
        ("total + number == 1", "needs numbers", 8),
        ("'a' * 5 == number", "needs numbers", 0),
        ("-number == 1", "must be a number", 1),
        ("1 if total else 2", "must be a bool", 5),
        ("1 if True else 'a'", "must be a number", 15),
        ("[total, 1]", "literals of one type", 0),
        ("[1, 'a']", "literals of one type", 0),
        ("sum(items)", "needs a generator", 0),
        ("(i for i in items)", "stands alone", 0),
        ("sum(i.name for i in items)", "must be a number", 4),
        ("all(i.amount for i in items)", "must be a bool", 4),
        ("min(i.name for i in items)", "an order", 4),
        ("sum(i.amount for i in total)", "needs a list", 22),
        ("sum(i.amount for i in items for j in items)", "one variable", 3),
        ("sum(i.amount for i in items if True if True)", "one if", 39),
        ("sum(total for total in items)", "already has a meaning", 14),
        ("abs(total for i in items)", "no generator", 0),
        ("abs(total, 1)", "takes", 0),
        ("abs(number)", "takes", 0),
        ("has()", "takes 1 argument", 0),
        ("has(total, number)", "takes 1 argument", 0),
        ("date('2025-13-01')", "date", 5),
        ("date(number)", "in quotes", 5),
        ("matches(number, code)", "in quotes", 16),
        ("matches(total, 'a')", "must be a text", 8),
        ("min(total)", "two or more", 0),
        ("min(number, code)", "no order", 0),
        ("total.name == 'a'", "has no parts", 0),
        ("buyer.name.x == 'a'", "two parts", 0),
        ("number(1)", "takes", 0),
        ("i.amount == 1", "unknown name", 0),
    ],
)
def test_a_mistake_is_found_when_loading(vat_scope: Scope, source: str, reason: str, offset: int) -> None:
    with pytest.raises(ExpressionError, match=reason) as caught:
        compile_expression(source, vat_scope)

    assert caught.value.offset == offset


@pytest.mark.parametrize(("number", "found"), [("12", True), ("a12", False)])
def test_a_pattern_may_be_a_param_that_is_a_text(
    vat_scope: Scope, frame_of: Callable[..., Evaluation], number: str, found: bool
) -> None:
    scope = replace(vat_scope, params={"digits": literal(TEXT, "[0-9]+")})

    assert compile_expression("matches(number, digits)", scope).evaluate(frame_of({"number": number})) is found


def test_a_pattern_may_not_be_a_param_of_another_type(vat_scope: Scope) -> None:
    scope = replace(vat_scope, params={"limit": literal(NUMBER, Decimal(1))})

    with pytest.raises(ExpressionError, match="must be a text"):
        compile_expression("matches(number, limit)", scope)


def test_an_expression_of_another_type_than_expected_is_refused(vat_scope: Scope) -> None:
    with pytest.raises(ExpressionError, match="must be a bool, not a number"):
        compile_expression("total", vat_scope, expected=BOOL)


def test_loops_may_not_nest_without_end(vat_scope: Scope) -> None:
    source = "i0.amount > 0"
    for depth in range(5):
        source = f"all({source} for i{depth} in items)"

    with pytest.raises(ExpressionError, match="loops inside one another"):
        compile_expression(source, vat_scope)
