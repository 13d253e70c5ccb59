from __future__ import annotations

import decimal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoiceocr.invoice import VatInvoice
from invoiceocr.rules import Engine, RuleContext, load_pack
from invoiceocr.rules.packs.pack import Pack
from invoiceocr.rules.quality.samples import context_of, invoice_of

Write = Callable[..., Path]
RULES = """
let:
  net: sum(i.amount for i in items)
rules:
  - id: adds-up
    title: {zh: 合计, en: sum}
    severity: error
    when: total > 0
    assert: net + total_tax == total
    message: {zh: "{net} + {total_tax} ≠ {total}", en: "{net} + {total_tax} is not {total}"}
    witness: true
    repair: [total]
  - id: row-tax
    title: {zh: 行, en: row}
    severity: {error: i.tax_amount > 99, info: otherwise}
    each: i in items
    when: has(i.tax_amount)
    assert: near(i.amount * 0.1, i.tax_amount, 0.01)
    message: {zh: "第 {row} 行 {i.tax_amount}", en: "row {row} {i.tax_amount}"}
    witness: [i.tax_amount]
    witness_if: i.amount * 0.1 == i.tax_amount
    fields: [i.tax_amount]
"""


@pytest.fixture
def engine(pack_file: Write) -> Engine:
    return Engine([load_pack(pack_file("mine", RULES))])


def check(engine: Engine, fields: dict[str, Any], **context: Any) -> Any:
    return engine.check(invoice_of(fields, "vat_ordinary"), context_of(context))


def test_a_passing_witness_rule_supports_the_fields_it_read(engine: Engine) -> None:
    report = check(engine, {"total": "11.00", "total_tax": "1.00", "items": [{"amount": "4.00"}, {"amount": "6.00"}]})
    (result,) = (result for result in report.results if result.rule == "adds-up")

    assert result.outcome == "pass"
    assert result.witness
    assert result.reads == ("items.0.amount", "items.1.amount", "total_tax", "total")
    assert result.conditions == ("total",)
    assert set(result.supports) == set(result.reads)
    assert report.supported == set(result.reads)
    assert report.findings == ()


def test_a_failing_rule_makes_a_finding_in_both_languages(engine: Engine) -> None:
    report = check(engine, {"total": "81.00", "total_tax": "1.00", "items": [{"amount": "10.00"}]})
    (finding,) = report.findings

    assert (finding.rule, finding.pack, finding.severity) == ("adds-up", "mine", "error")
    assert finding.message == "10.00 + 1.00 ≠ 81.00"
    assert finding.message_en == "10.00 + 1.00 is not 81.00"
    assert finding.fields == ("items.0.amount", "total_tax", "total")
    assert report.results[0].repair == ("total",)
    assert report.results[0].supports == ()


def test_a_missing_field_makes_unknown_and_a_false_condition_skips(engine: Engine) -> None:
    outcomes = [
        check(engine, fields).results[0].outcome
        for fields in ({"total": "1.00"}, {"total": "-1.00"}, {"total_tax": "1.00"})
    ]

    assert outcomes == ["unknown", "skip", "unknown"]


def test_rows_are_judged_one_by_one(engine: Engine) -> None:
    rows = [
        {"amount": "10.00", "tax_amount": "1.00"},
        {"amount": "10.00", "tax_amount": "7.00"},
        {"amount": "10.00"},
        {"amount": "10.00", "tax_amount": "1.01"},
        {"tax_amount": "100.00"},
        {"amount": "10.00", "tax_amount": "700.00"},
    ]
    report = check(engine, {"items": rows})
    results = [result for result in report.results if result.rule == "row-tax"]

    assert [result.outcome for result in results] == ["pass", "fail", "skip", "pass", "unknown", "fail"]
    assert [result.row for result in results] == [0, 1, 2, 3, 4, 5]
    assert [result.supports for result in results if result.supports] == [("items.0.tax_amount",)]
    assert [(finding.message_en, finding.severity, finding.fields) for finding in report.findings] == [
        ("row 2 7.00", "info", ("items.1.tax_amount",)),
        ("row 6 700.00", "error", ("items.5.tax_amount",)),
    ]


def test_a_rule_for_rows_is_unknown_without_rows(engine: Engine) -> None:
    (result,) = (result for result in check(engine, {"total": "-1"}).results if result.rule == "row-tax")

    assert (result.outcome, result.reads) == ("unknown", ("items",))


def test_a_let_with_its_own_loop_does_not_disturb_the_row_under_way(pack_file: Write) -> None:
    rules = RULES.replace("near(i.amount * 0.1, i.tax_amount, 0.01)", "i.tax_amount <= net and i.tax_amount == 1")
    rows = [{"amount": "1.00", "tax_amount": "1"}, {"amount": "2.00", "tax_amount": "2"}]

    report = check(Engine([load_pack(pack_file("mine", rules))]), {"items": rows})

    assert [result.outcome for result in report.results if result.rule == "row-tax"] == ["pass", "fail"]


def test_one_rule_makes_no_flood_of_findings(engine: Engine) -> None:
    report = check(engine, {"items": [{"amount": "1.00", "tax_amount": "9.00"}] * 60})

    assert len(report.findings) == 20
    assert sum(result.outcome == "fail" for result in report.results) == 60


def test_a_kind_that_no_rule_judges_has_an_empty_report(engine: Engine, today: RuleContext) -> None:
    assert engine.check(SimpleNamespace(kind="taxi"), today).results == ()


def test_one_rule_can_be_asked_alone(engine: Engine, today: RuleContext) -> None:
    (result,) = engine.judge("adds-up", invoice_of({"total": "1.00"}, "vat_ordinary"), today)

    assert result.rule == "adds-up"
    with pytest.raises(KeyError):
        engine.judge("nothing", invoice_of({}, "vat_ordinary"), today)


def test_the_language_of_messages_can_be_chosen(pack_file: Write) -> None:
    engine = Engine([load_pack(pack_file("mine", RULES))], language="en")
    (finding,) = check(engine, {"total": "81.00", "total_tax": "1.00", "items": [{"amount": "10.00"}]}).findings

    assert finding.message == finding.message_en == "10.00 + 1.00 is not 81.00"


def test_of_two_rules_with_one_id_the_later_pack_s_counts(pack_file: Write) -> None:
    first = load_pack(pack_file("first", RULES))
    second = load_pack(pack_file("second", RULES.replace("severity: error", "severity: warning")))

    assert Engine([first, second]).rules["adds-up"].severities == (("warning", None),)


def test_the_caller_s_decimal_context_does_not_matter(engine: Engine) -> None:
    fields = {"total": "12345678.91", "total_tax": "0.01", "items": [{"amount": "12345678.90"}]}

    with decimal.localcontext(decimal.Context(prec=3)):
        report = check(engine, fields)
        assert decimal.getcontext().prec == 3

    assert report.results[0].outcome == "pass"


def test_threads_may_share_an_engine(built_in: tuple[Pack, ...]) -> None:
    engine = Engine(built_in)
    context = RuleContext(date(2025, 6, 30))
    invoices = [_invoice(rows) for rows in range(1, 30)]
    expected = [engine.check(invoice, context) for invoice in invoices]

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda invoice: engine.check(invoice, context), invoices)) == expected


def _invoice(rows: int) -> VatInvoice:
    row = {"name": "*餐饮服务*餐费", "amount": "10.00", "tax_rate": "0.06", "tax_amount": "0.60"}
    fields = {"total_excluding_tax": f"{rows * 10}.00", "total_tax": f"{rows * Decimal('0.60')}", "items": [row] * rows}
    return VatInvoice.model_validate({"kind": "e_vat_ordinary", **fields})


@given(st.lists(st.decimals(-1000, 1000, places=2), min_size=1, max_size=8), st.decimals(-10, 10, places=2))
def test_the_sum_rule_passes_exactly_when_the_sum_is_right(
    built_in: tuple[Pack, ...], amounts: list[Decimal], off: Decimal
) -> None:
    total = sum(amounts, Decimal(0)) + off
    fields = {"total_excluding_tax": str(total), "items": [{"amount": str(amount)} for amount in amounts]}

    (result,) = Engine(built_in).judge("items-add-up", invoice_of(fields, "vat_ordinary"), context_of({}))

    assert result.outcome == ("fail" if off else "pass")


def test_a_rule_can_be_shown(built_in: tuple[Pack, ...]) -> None:
    assert all(len(repr(rule)) < 5000 for rule in Engine(built_in).rules.values())
