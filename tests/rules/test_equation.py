from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoiceocr.rules import load_pack
from invoiceocr.rules.equation import Equation, linear_equation
from invoiceocr.rules.quality.samples import context_of, invoice_of

Write = Callable[..., Path]
MONEY = st.decimals(min_value=-(10**6), max_value=10**6, places=2)
RULE = """
params: {{tolerance: "0.01"}}
let:
  net: sum(i.amount for i in items)
rules:
  - id: one
    title: {{zh: 一, en: one}}
    severity: error
    assert: {}
    message: {{zh: 一, en: one}}
"""


@pytest.fixture
def equation(pack_file: Write) -> Callable[..., Equation | None]:
    """The equation of an assertion on an invoice with these fields."""

    def make(source: str, fields: dict[str, Any] | None = None, **context: Any) -> Equation | None:
        (rule,) = load_pack(pack_file("mine", RULE.format(source))).rules
        return linear_equation(rule, invoice_of(fields or {}, "vat_ordinary"), context_of(context))

    return make


@pytest.mark.parametrize(
    ("source", "terms", "constant", "tolerance"),
    [
        ("total_excluding_tax + total_tax == total", {"total_excluding_tax": 1, "total_tax": 1, "total": -1}, 0, 0),
        ("near(total, 2 * total_tax, tolerance)", {"total": 1, "total_tax": -2}, 0, "0.01"),
        ("total * 3 - 1 == -total_tax", {"total": 3, "total_tax": 1}, -1, 0),
        ("total / 4 == 1", {"total": "0.25"}, -1, 0),
        ("total - total_tax == total", {"total": 0, "total_tax": -1}, 0, 0),
        ("net == total", {"items.0.amount": 1, "items.1.amount": 1, "total": -1}, 0, 0),
        ("sum(i.amount for i in items if i.amount > 5) == total", {"items.1.amount": 1, "total": -1}, 0, 0),
        ("total == (total_tax if is_red_letter else 7)", {"total": 1}, -7, 0),
        ("qr.amount == total", {"total": -1}, 9, 0),
    ],
)
def test_linear_rules_are_equations(
    equation: Callable[..., Equation | None], source: str, terms: dict[str, Any], constant: int, tolerance: Any
) -> None:
    found = equation(source, {"items": [{"amount": "1"}, {"amount": "9"}]}, qr={"amount": "9"})

    wanted = {path: Decimal(coefficient) for path, coefficient in terms.items()}
    assert found == Equation(wanted, Decimal(constant), Decimal(tolerance))


@pytest.mark.parametrize(
    "source",
    [
        "total < total_tax",
        "total * total_tax == 1",
        "total / total_tax == 1",
        "total / 0 == 1",
        "abs(total) == 1",
        "words_value(total_in_words) == total",
        "has(total)",
        "number == code",
        "near(total, total_tax, total)",
        "1 < total < 2",
        "qr.amount == total",
        "sum(i.amount for i in items if i.quantity > 5) == total",
    ],
)
def test_other_rules_are_none(equation: Callable[..., Equation | None], source: str) -> None:
    assert equation(source, {"items": [{"amount": "1"}, {"amount": "9"}]}) is None


@given(net=MONEY, tax=MONEY)
def test_an_equation_holds_exactly_where_its_rule_passes(net: Decimal, tax: Decimal, built_in: Any) -> None:
    rule = next(rule for pack in built_in for rule in pack.rules if rule.id == "total-adds-up")
    values = {"total_excluding_tax": net, "total_tax": tax, "total": net + tax}

    found = linear_equation(rule, invoice_of(values, "vat_ordinary"), context_of({}))

    assert found is not None
    assert sum(coefficient * values[path] for path, coefficient in found.terms.items()) + found.constant == 0
