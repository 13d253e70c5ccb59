from decimal import Decimal

import pytest
from repair_cases import CONTEXT, case, engine

from invoiceocr.adjudication.repair.constraints import (
    BROKEN,
    Constraint,
    Trials,
    constraints,
    pins,
    value_at,
    weight,
    with_values,
)
from invoiceocr.invoice import VatInvoice

READ = case()


def bound(rule: str, row: int | None = None) -> Constraint:
    found = constraints(READ.report, engine())
    return next(c for c in found if c.rule.id == rule and c.result.row == row)


def test_only_rules_that_witness_or_repair_are_constraints() -> None:
    found = {constraint.rule.id for constraint in constraints(READ.report, engine())}

    assert {"total-adds-up", "words-agree", "items-add-up", "line-tax", "seller-tax-id-checksum"} <= found
    assert found.isdisjoint({"date-missing", "amount-limit", "total-missing"})


def test_a_trial_judges_the_invoice_with_other_values_and_leaves_it_as_it_is() -> None:
    # given
    trials = Trials(READ.invoice, CONTEXT)

    # then
    assert trials.result(bound("total-adds-up"), {"total": Decimal("118.00")}).outcome == "fail"
    assert trials.result(bound("total-adds-up"), {"total": Decimal("113.0")}).outcome == "pass"
    assert READ.invoice.total == Decimal("113.00")


def test_a_rule_that_does_not_read_the_changed_fields_keeps_its_result_at_no_cost() -> None:
    trials = Trials(READ.invoice, CONTEXT)

    assert trials.result(bound("words-agree"), {"items.0.amount": Decimal(1)}) is bound("words-agree").result
    assert trials.spent == 0


def test_what_was_judged_once_is_remembered() -> None:
    trials, rule = Trials(READ.invoice, CONTEXT), bound("total-adds-up")

    first = trials.result(rule, {"total": Decimal("118.00")})
    spent = trials.spent

    assert trials.result(rule, {"total": Decimal("118.00"), "items.0.amount": Decimal(1)}) is first
    assert trials.spent == spent > 0


def test_a_rule_on_rows_tells_of_the_row_in_question() -> None:
    # given
    trials, rule = Trials(READ.invoice, CONTEXT), bound("line-tax", 1)

    # when
    right = trials.result(rule, {"items.1.tax_amount": Decimal("7.80")})
    wrong = trials.result(rule, {"items.1.tax_amount": Decimal("7.60")})

    # then
    assert (right.outcome, wrong.outcome) == ("pass", "fail")
    assert right.supports == ("items.1.tax_amount", "items.1.tax_rate")


def test_a_sum_that_fails_is_tried_without_the_engine() -> None:
    # given: the invoice as read breaks the rule
    broken = case(*[found.chosen for path, found in READ.fused.items() if path != "total"], leave_out=("total",))
    invoice = broken.invoice.model_copy(update={"total": Decimal("999.00")})
    report = engine().check(invoice, CONTEXT)
    rule = next(c for c in constraints(report, engine()) if c.rule.id == "total-adds-up")
    trials = Trials(invoice, CONTEXT)

    # then
    assert trials.result(rule, {"total": Decimal("998.00")}).outcome == "fail"
    assert trials.spent == 0
    assert trials.result(rule, {"total": Decimal("113.00")}).outcome == "pass"


def test_values_are_put_where_their_paths_say() -> None:
    # when
    changed = with_values(
        VatInvoice(kind="vat_special"),
        {"total": Decimal(5), "buyer.tax_id": "1", "items.1.amount": Decimal(2), "items.1.tax_amount": Decimal(3)},
    )

    # then
    assert value_at(changed, "total") == Decimal(5)
    assert value_at(changed, "buyer.tax_id") == "1"
    assert value_at(changed, "items.1.amount") == Decimal(2)
    assert value_at(changed, "items.1.tax_amount") == Decimal(3)
    assert value_at(changed, "items.0.amount") is None
    assert value_at(changed, "seller.tax_id") is None


@pytest.mark.parametrize(
    ("total", "expected"), [("113.00", 100.0), ("118.00", BROKEN["error"])], ids=["passes", "fails"]
)
def test_a_passed_sum_speaks_for_a_reading_as_strongly_as_chance_would_rarely_pass_it(
    total: str, expected: float
) -> None:
    # given
    trials, rule, values = Trials(READ.invoice, CONTEXT), bound("total-adds-up"), {"total": Decimal(total)}

    # then
    assert weight(rule, trials.result(rule, values), values, values) == pytest.approx(expected)


def test_a_check_digit_speaks_as_strongly_as_its_modulus() -> None:
    rule = bound("seller-tax-id-checksum")
    values = {"seller.tax_id": value_at(READ.invoice, "seller.tax_id")}

    assert weight(rule, rule.result, values, {}) == pytest.approx(341)


def test_an_equation_pins_the_fields_it_witnesses_for_and_check_digits_pin_none() -> None:
    assert pins(bound("total-adds-up").result, "total")
    assert not pins(bound("line-tax", 0).result, "items.0.amount")
    assert not pins(bound("seller-tax-id-checksum").result, "seller.tax_id")
