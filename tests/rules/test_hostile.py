"""Nothing that a rule file holds may hang or crash the reader: it is refused, or stopped within a tenth of a second."""

from __future__ import annotations

import decimal
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoiceocr.rules.engine import EXACT
from invoiceocr.rules.language.evaluation import Evaluation
from invoiceocr.rules.language.expression import compile_expression
from invoiceocr.rules.language.scope import Let, Scope
from invoiceocr.rules.language.syntax import ExpressionError, parse

LIMIT = 0.1  # seconds of processor time
TRIES = 3  # the quickest counts: other work on the machine makes any single one slow
NESTED = "all(all(all(all({} for i in items) for j in items) for k in items) for m in items)"


def seconds(run: Callable[[], object]) -> float:
    """Processor time of the quickest of some tries."""
    spent = []
    for _ in range(TRIES):
        start = time.thread_time()
        run()
        spent.append(time.thread_time() - start)
    return min(spent)


def refused(source: str, scope: Scope, match: str = ".") -> None:
    with pytest.raises(ExpressionError, match=match):
        compile_expression(source, scope)


@pytest.fixture(scope="module")
def large(frame_of: Callable[..., Evaluation]) -> Callable[[], Evaluation]:
    """Frames of an invoice of three thousand rows and five thousand characters of remarks."""
    frame = frame_of({"remarks": "a" * 4999, "total": "1E+400", "items": [{"name": "a" * 60, "amount": "5.00"}] * 3000})
    return lambda: Evaluation(frame.invoice, frame.context)


@pytest.mark.parametrize(
    "source",
    [
        "matches(remarks, '(a|a)*b')",
        "matches(remarks, '(a|aa)+b')",
        "matches(remarks, 'a*a*a*a*a*a*b')",
        "finds(remarks, '(?:a?){64}a{64}b')",
        "finds(remarks, '(x|a|aa|aaa)+$b')",
        "all(not finds(i.name, '(?:a?){60}a{60}b') for i in items)",
        NESTED.format("i.amount + j.amount + k.amount + m.amount > 0"),
        "sum(sum(i.amount for i in items) for j in items) > 0",
        "any(any(similarity(i.name, j.name) > 2 for i in items) for j in items)",
        "all(name_key(remarks) == '1' or True for i in items)",
        "all(is_tax_id(remarks) or True for i in items)",
        "all(words_value(remarks) == 1 or True for i in items)",
        "total * total * total * total > 0",
        "round(total, 2) > 0",
        "round(total, 999999999) > 0",
        "decimals(total * total) > 0",
        "add_days(today, 99999999999) > today",
    ],
)
def test_a_costly_expression_is_stopped(vat_scope: Scope, large: Callable[[], Evaluation], source: str) -> None:
    expression = compile_expression(source, vat_scope)

    with decimal.localcontext(EXACT):
        assert seconds(lambda: expression.evaluate(large())) < LIMIT


@pytest.mark.parametrize(
    "source", [NESTED.format("i.amount > 0"), "finds(remarks, '(?:a?){64}a{64}b')", "total * total * total * total > 0"]
)
def test_what_was_stopped_is_unknown(vat_scope: Scope, large: Callable[[], Evaluation], source: str) -> None:
    with decimal.localcontext(EXACT):
        assert compile_expression(source, vat_scope).evaluate(large()) is None


@pytest.mark.parametrize(
    "source",
    [
        "(" * 1000 + "1" + ")" * 1000,
        "-" * 1999 + "1",
        "not " * 450 + "True",
        "total" + "+total" * 300,
        "1" * 1999 + " == total",
        "'" + "a" * 1900 + "' == number",
        "matches(number, '(a*)*')",
        "matches(number, '(?:(?:a+)+)+')",
        "matches(number, 'a{9999}')",
        "matches(number, '" + "a?" * 200 + "')",
        "x" * 5000,
    ],
)
def test_a_monstrous_expression_is_refused_quickly(vat_scope: Scope, source: str) -> None:
    assert seconds(lambda: refused(source, vat_scope)) < LIMIT


def test_lets_that_double_one_another_are_refused(vat_scope: Scope) -> None:
    scope = vat_scope
    for index in range(60):
        syntax = parse(f"x{index - 1} + x{index - 1}" if index else "total + total")
        scope = Scope(scope.fields, scope.context, {}, {**scope.lets, f"x{index}": Let(syntax, scope)})

    assert seconds(lambda: refused("x59 > 0", scope, "does too much")) < 5 * LIMIT


NAMES = ["total", "items", "number", "i.amount", "buyer.name", "qr.date", "for i in items", "1", "0.01", "'a'"]
SIGNS = ["(", ")", "[", "]", ",", ".", "+", "*", "**", "==", "<", "in", "and", "or", "not", "if", "else"]
TOKENS = st.sampled_from([*NAMES, *SIGNS, "sum(", "all(", "has(", "matches("])


@given(st.lists(TOKENS, max_size=25).map(" ".join))
def test_any_heap_of_tokens_compiles_or_is_refused(vat_scope: Scope, frame_of: Any, source: str) -> None:
    try:
        expression = compile_expression(source, vat_scope)
    except ExpressionError:
        return
    expression.evaluate(frame_of({"total": "1", "items": [{"amount": "1"}]}))
