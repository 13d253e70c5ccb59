from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from invoiceocr.errors import PackError
from invoiceocr.rules import Rule, load_pack
from invoiceocr.rules.quality.samples import TODAY, context_of, invoice_of
from invoiceocr.rules.quality.testing import missing_tests, run_tests

Write = Callable[..., Path]
RULE = """
rules:
  - id: small
    title: {{zh: 小, en: small}}
    severity: {{error: total > 99, warning: otherwise}}
    assert: total < 10
    message: {{zh: 大, en: large}}
    witness: true
    tests:
      - {}
"""


def rule(pack_file: Write, test: str) -> Rule:
    (found,) = load_pack(pack_file("mine", RULE.format(test))).rules
    return found


@pytest.mark.parametrize(
    ("test", "outcome", "passed"),
    [
        ("{name: a, given: {total: '1'}, expect: pass}", "pass", True),
        ("{name: a, given: {total: '1'}, expect: fail}", "pass", False),
        ("{name: a, given: {total: 10}, expect: fail}", "fail", True),
        ("{name: a, expect: unknown}", "unknown", True),
        ("{name: a, given: {total: '100'}, expect: fail, severity: error}", "fail error", True),
        ("{name: a, given: {total: '98'}, expect: fail, severity: error}", "fail warning", False),
        ("{name: a, given: {total: '1'}, expect: pass, supports: [total]}", "pass supports total", True),
        ("{name: a, given: {total: '1'}, expect: pass, supports: []}", "pass supports total", False),
    ],
)
def test_a_test_compares_outcome_severity_and_support(pack_file: Write, test: str, outcome: str, passed: bool) -> None:
    (result,) = run_tests([rule(pack_file, test)])

    assert (result.outcome, result.passed) == (outcome, passed)


@pytest.mark.parametrize(
    ("test", "message"),
    [
        ("{name: a, given: {totl: '1'}, expect: pass}", "totl"),
        ("{name: a, given: {total: x}, expect: pass}", "total"),
        ("{name: a, given: {kind: tol}, expect: pass}", "did you mean toll"),
        ("{name: a, context: {tody: 2020-01-01}, expect: pass}", "did you mean today"),
        ("{name: a, context: {today: someday}, expect: pass}", "no date"),
        ("{name: a, context: {born_digital: maybe}, expect: pass}", "neither true nor false"),
        ("{name: a, context: {qr: {amount: x}}, expect: pass}", "no number"),
        ("{name: a, context: {qr: {amont: '1'}}, expect: pass}", "did you mean amount"),
    ],
)
def test_a_test_that_can_not_be_run_says_where(pack_file: Write, test: str, message: str) -> None:
    with pytest.raises(PackError, match=rf"mine\.yaml:12:\d+: test a: .*{message}"):
        list(run_tests([rule(pack_file, test)]))


def test_a_rule_should_have_a_passing_and_a_failing_test(pack_file: Write) -> None:
    assert missing_tests(rule(pack_file, "{name: a, given: {total: '1'}, expect: pass}")) == ("fail",)


def test_fields_may_be_given_by_path_or_nested() -> None:
    flat = invoice_of({"buyer.name": "甲", "buyer.tax_id": "1"}, "toll")

    assert flat == invoice_of({"buyer": {"name": "甲", "tax_id": "1"}}, "toll")


def test_unquoted_numbers_are_exact() -> None:
    assert invoice_of({"total": 0.1}, "toll").total == Decimal("0.1")  # type: ignore[attr-defined]


def test_a_context_is_built_from_plain_values() -> None:
    context = context_of(
        {
            "claim_date": "2025-06-01",
            "qr": {"type": "32", "amount": "1.00", "crc": "D2"},
            "company": [{"name": "甲"}],
            "batch": [{"number": "1", "total": "2.00", "claimed": True}],
        }
    )

    assert (context.today, context.claim_date) == (TODAY, date(2025, 6, 1))
    assert context.qr is not None
    assert (context.qr.amount, context.qr.date, context.qr.crc_ok) == (Decimal("1.00"), None, False)
    assert context.company[0].name == "甲"
    assert (context.batch[0].total, context.batch[0].claimed, context.batch[0].seller) == (Decimal("2.00"), True, None)
