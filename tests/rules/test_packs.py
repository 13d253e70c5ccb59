"""The packs that ship: their own tests, how well those guard them, and what genuine invoices must not trip over."""

from __future__ import annotations

import re
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoiceocr import resources
from invoiceocr.invoice import VAT_KINDS, VatInvoice
from invoiceocr.rules import Company, Engine, RuleContext
from invoiceocr.rules.packs.pack import Pack
from invoiceocr.rules.packs.rule import Rule
from invoiceocr.rules.quality.mutation import mutate, mutation_score
from invoiceocr.rules.quality.testing import missing_tests, run_tests
from invoiceocr.values import chinese_amount, qr_payload

CHINESE = re.compile("[\u4e00-\u9fff]")
HINTS = {"toll-deductible"}  # findings that are good news
ROW: dict[str, str | None] = {
    "name": "*餐饮服务*餐费",
    "quantity": "2",
    "unit_price": "50",
    "amount": "100.00",
    "tax_rate": "0.06",
    "tax_amount": "6.00",
}
GENUINE: dict[str, Any] = {
    "kind": "e_vat_ordinary",
    "code": "031001900111",
    "number": "12345678",
    "issue_date": "2019-09-18",
    "check_code": "12345678901234567890",
    "machine_number": "499012345678",
    "buyer": {"name": "某某贸易有限公司", "tax_id": "91110105MA01ABCD5F"},
    "seller": {"name": "样例餐饮有限公司", "tax_id": "91350100M000100Y43"},
    "items": [ROW],
    "total_excluding_tax": "100.00",
    "total_tax": "6.00",
    "total": "106.00",
    "total_in_words": "壹佰零陆圆整",
}
DIGITAL = GENUINE | {"kind": "digital_special", "code": None, "check_code": None, "machine_number": None}
DIGITAL |= {"number": "25312000000012345678", "issue_date": "2025-06-01"}


@pytest.fixture(scope="module")
def rules(built_in: tuple[Pack, ...]) -> tuple[Rule, ...]:
    return tuple(rule for pack in built_in for rule in pack.rules)


@pytest.fixture(scope="module")
def engine(built_in: tuple[Pack, ...]) -> Engine:
    return Engine(built_in)


def findings(engine: Engine, fields: dict[str, Any], **context: Any) -> set[str]:
    invoice = VatInvoice.model_validate({name: value for name, value in fields.items() if value is not None})
    report = engine.check(invoice, RuleContext(**{"today": date(2025, 6, 30), **context}))
    return {finding.rule for finding in report.findings} - HINTS


def test_every_embedded_test_passes(rules: tuple[Rule, ...]) -> None:
    failed = [f"{result.rule}: {result.test}: {result.outcome}" for result in run_tests(rules) if not result.passed]

    assert failed == []


def test_every_rule_has_a_passing_and_a_failing_test(rules: tuple[Rule, ...]) -> None:
    assert {rule.id: missing for rule in rules if (missing := missing_tests(rule))} == {}


def test_the_embedded_tests_notice_nearly_every_change(rules: tuple[Rule, ...]) -> None:
    results = list(mutate(rules))

    assert mutation_score(results) >= 0.95, [result for result in results if result.survivors]


def test_ids_are_unique(rules: tuple[Rule, ...]) -> None:
    assert len({rule.id for rule in rules}) == len(rules)


def test_every_message_is_in_both_languages(rules: tuple[Rule, ...]) -> None:
    for rule in rules:
        english = [rule.title["en"], *rule.messages["en"].texts]
        assert not CHINESE.search("".join(english)), rule.id
        assert CHINESE.search(rule.title["zh"]), rule.id
        assert CHINESE.search(rule.messages["zh"].pattern) or "≠" in rule.messages["zh"].pattern, rule.id


def test_every_kind_has_rules(rules: tuple[Rule, ...]) -> None:
    tickets = {"air_itinerary", "digital_air", "used_vehicle", "bus", "ship"}
    others = {"motor_vehicle", "fiscal", "medical", "digital_rail", "machine_printed"}
    slips = {"taxi", "train", "toll_receipt", "quota", "ride_itinerary"}
    assert {kind for rule in rules for kind in rule.kinds} == {*VAT_KINDS, *tickets, *others, *slips}


def test_only_rules_on_two_sources_or_check_digits_are_witnesses(rules: tuple[Rule, ...]) -> None:
    assert {rule.id for rule in rules if rule.witness and not rule.certain_only} == {
        *("total-adds-up", "total-without-tax", "words-agree", "items-add-up", "items-tax-adds-up"),
        *("line-tax", "line-amount", "buyer-tax-id-checksum", "seller-tax-id-checksum"),
        *("qr-agrees-number", "qr-agrees-code", "qr-agrees-date", "qr-agrees-amount", "qr-agrees-check-code"),
        *("air-check-code", "air-paper-sum", "air-digital-sum", "used-vehicle-words"),
        *("motor-vehicle-adds-up", "motor-vehicle-words", "motor-vehicle-tax"),
        *("bill-words", "machine-words", "rail-tax", "train-number-twice", "quota-words", "roll-items"),
        *("roll-words-items", "ride-sum", "ride-count", "bill-items-add-up", "bill-words-items", "medical-paid"),
        *("train-departure-letters", "train-arrival-letters"),
        *("medical-words-paid", "machine-items-add-up"),
    }


def test_every_pack_names_the_schema_for_editors() -> None:
    for file in resources.folder("rules").glob("*.yaml"):
        first = file.read_text(encoding="utf-8").splitlines()[0]
        assert first == "# yaml-language-server: $schema=../schemas/json/rules.schema.json"
        assert (file.parent / first.partition("=")[2]).is_file()


@pytest.mark.parametrize(
    "change",
    [
        {},
        {
            "items": [ROW, ROW | {"quantity": None, "unit_price": None, "amount": "-50.00", "tax_amount": "-3.00"}],
            "total_excluding_tax": "50.00",
            "total_tax": "3.00",
            "total": "53.00",
            "total_in_words": "伍拾叁元整",
        },
        {
            "items": [ROW | {"tax_rate": "免税", "tax_amount": None}],
            "total_tax": None,
            "total": "100.00",
            "total_in_words": "壹佰圆整",
        },
        {
            "items": [ROW | {"tax_rate": "0", "tax_amount": None}],
            "total_tax": None,
            "total": "100.00",
            "total_in_words": "壹佰圆整",
        },
        {
            "items": [ROW | {"tax_rate": "***", "tax_amount": "1.20"}],
            "total_tax": "1.20",
            "total": "101.20",
            "total_in_words": "壹佰零壹圆贰角",
            "remarks": "差额征税：80.00。",
        },
        {"buyer": {"name": "个人"}},
        {"items": [ROW | {"quantity": "1.00", "unit_price": "100"}]},
        {"items": [ROW | {"quantity": None, "unit_price": None, "specification": "**"}]},
        {"items": [ROW | {"quantity": "3", "unit_price": "33.33333333"}]},
        {
            "kind": "blockchain",
            "code": "144031909110",
            "check_code": "1a2b3",
            "machine_number": None,
            "total": "106.01",
            "total_in_words": "壹佰零陆圆零壹分",
        },
        {"kind": "toll", "code": "031001900112"},
        {
            "kind": "vat_roll",
            "code": "031001900107",
            "items": [{"name": "餐费", "amount": "106.00"}],
            "total_excluding_tax": None,
            "total_tax": None,
        },
        {"kind": "vat_ordinary", "code": "3100193320"},
    ],
)
def test_genuine_invoices_have_no_findings(engine: Engine, change: dict[str, Any]) -> None:
    assert findings(engine, GENUINE | change) == set()


def test_a_genuine_digital_invoice_has_no_findings(engine: Engine) -> None:
    code = qr_payload.parse("01,31,,25312000000012345678,106.00,20250601,,")

    assert findings(engine, DIGITAL, qr=code, company=(Company("某某贸易有限公司", "91110105MA01ABCD5F"),)) == set()


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"total": "186.00"}, "total-adds-up"),
        ({"total_in_words": "壹佰零柒圆整"}, "words-agree"),
        ({"number": "1234567"}, "number-shape"),
        ({"code": "031001900104"}, "code-kind-agrees"),
        ({"issue_date": "2025-09-18"}, "date-future"),
        ({"seller": {"name": "某", "tax_id": "91350100M000100Y4Z"}}, "seller-tax-id-checksum"),
        ({"items": [ROW | {"tax_rate": "0.16", "tax_amount": "16.00"}]}, "rate-allowed"),
        ({"items": [ROW | {"amount": "180.00"}]}, "items-add-up"),
    ],
)
def test_an_altered_invoice_is_noticed(engine: Engine, change: dict[str, Any], rule: str) -> None:
    assert rule in findings(engine, GENUINE | change)


@given(st.integers(1, 10**7), st.sampled_from(["0.13", "0.09", "0.06", "0.03", "0.01"]), st.integers(1, 4))
def test_what_tax_software_computes_has_no_findings(engine: Engine, cents: int, rate: str, rows: int) -> None:
    net = f"{cents // 100}.{cents % 100:02d}"
    row = {"name": "*餐饮服务*餐费", "amount": net, "tax_rate": rate, "tax_amount": str(_tax(net, rate))}
    amount, tax = rows * _money(net), rows * _tax(net, rate)
    totals = {"total_excluding_tax": str(amount), "total_tax": str(tax), "total": str(amount + tax)}
    words = {"total_in_words": chinese_amount.to_text(amount + tax)}

    assert findings(engine, GENUINE | {"issue_date": "2025-06-01"} | totals | words | {"items": [row] * rows}) == set()


def _money(text: str) -> Any:
    return VatInvoice.model_validate({"kind": "toll", "total": text}).total


def _tax(net: str, rate: str) -> Any:
    from invoiceocr.values import rate as rates

    return rates.tax_on(_money(net), _money(rate))


def test_all_packs_judge_a_page_in_milliseconds(engine: Engine) -> None:
    invoice = VatInvoice.model_validate(GENUINE | {"items": [ROW] * 8})
    context = RuleContext(date(2025, 6, 30))
    times = []
    for _ in range(20):
        start = time.thread_time()
        engine.check(invoice, context)
        times.append(time.thread_time() - start)

    assert min(times) < 0.005


def test_the_packs_lie_where_the_package_looks(built_in: tuple[Pack, ...]) -> None:
    assert {Path(rule.place.file).parent for pack in built_in for rule in pack.rules} == {resources.folder("rules")}
