"""A rule says what an invoice gets where it fails."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from invoiceocr.adjudication.judging import calibration
from invoiceocr.adjudication.judging.acceptance import AcceptancePolicy
from invoiceocr.adjudication.judging.verdict import verdict_on
from invoiceocr.errors import PackError
from invoiceocr.invoice import Invoice, LineItem, VatInvoice
from invoiceocr.pipeline.reader import Reader
from invoiceocr.proof import Evidence, Finding, Severity, Verdict
from invoiceocr.rules.context import RuleContext
from invoiceocr.rules.engine import Engine
from invoiceocr.settings import Settings

EXAMPLES = Path(__file__).parents[2] / "examples"
ACCEPTED = EXAMPLES / "digital_ordinary-000101.pdf"
DOUBTFUL = EXAMPLES / "vat_special-000110-photo.jpg"
SURE = {"total": Evidence(value="1.00", confidence=0.9999, status="verified")}
PACK = """
pack: ours
version: 1
extends: vat-core
rules:
  - id: ours
    title: {{zh: 不收, en: none}}
    severity: {severity}
    verdict: {verdict}
    assert: total < 0
    message: {{zh: "金额 {{total}}", en: "{{total}}"}}
"""


def read(path: Path, folder: Path, verdict: str, severity: str = "info") -> Invoice:
    rules = folder / "ours.yaml"
    rules.write_text(PACK.format(verdict=verdict, severity=severity), encoding="utf-8")
    with Reader(Settings(rules=(rules,), threads=1)) as reader:
        return reader.read(path)[0]


@pytest.mark.parametrize(("asked", "given"), [("review", "review"), ("reject", "reject"), ("accept", "accept")])
def test_an_invoice_gets_what_the_failing_rule_asks_for(tmp_path: Path, asked: str, given: str) -> None:
    invoice = read(ACCEPTED, tmp_path, asked)
    assert invoice.verdict == given
    assert invoice.findings[-1].verdict == asked


def test_an_error_may_ask_for_less_than_rejection(tmp_path: Path) -> None:
    assert read(ACCEPTED, tmp_path, "review", "error").verdict == "review"


def test_acceptance_proves_no_field(tmp_path: Path) -> None:
    invoice = read(DOUBTFUL, tmp_path, "accept")
    assert any(proof.status == "doubtful" for proof in invoice.evidence.values())


def found(severity: Severity, verdict: Verdict | None = None) -> Finding:
    return Finding(rule="r", severity=severity, message="", fields=("total",), verdict=verdict)


@pytest.mark.parametrize(
    ("findings", "verdict"),
    [
        ((found("info", "accept"), found("error")), "reject"),
        ((found("error", "review"), found("info", "accept")), "review"),
        ((found("error", "accept"),), "accept"),
        ((found("info", "review"), found("info", "reject")), "reject"),
    ],
)
def test_the_strictest_word_counts(findings: tuple[Finding, ...], verdict: Verdict) -> None:
    invoice = VatInvoice(kind="digital_ordinary", evidence=SURE)
    assert verdict_on(invoice, findings, AcceptancePolicy(calibration.load()), None) == verdict


def test_a_verdict_that_there_is_none_of_is_refused_with_its_place(tmp_path: Path) -> None:
    rules = tmp_path / "ours.yaml"
    rules.write_text(PACK.format(verdict="maybe", severity="info"), encoding="utf-8")
    with pytest.raises(PackError, match=r"ours.yaml:9"):
        Engine.load((rules,))


ROW = LineItem(quantity=Decimal(3), unit_price=Decimal("4.15"), amount=Decimal("42.48"))  # 14.15 is printed
ALTERED = {
    "words-readable": VatInvoice(kind="vat_ordinary", total_in_words="肆圆玖"),
    "row-amount-missing": VatInvoice(kind="vat_ordinary", items=(LineItem(name="*食品*茶", quantity=Decimal(3)),)),
    "row-tax-missing": VatInvoice(
        kind="vat_ordinary", total_tax=Decimal("5.52"), items=(LineItem(name="*食品*茶", tax_rate=Decimal("0.13")),)
    ),
    "row-rate-missing": VatInvoice(kind="vat_ordinary", items=(LineItem(name="*食品*茶", tax_amount=Decimal("5.52")),)),
    "quantity-or-price-missing": VatInvoice(kind="vat_ordinary", items=(LineItem(quantity=Decimal("42.48")),)),
    "line-amount-far": VatInvoice(kind="vat_ordinary", items=(ROW,)),
    "number-year-agrees": VatInvoice(
        kind="digital_ordinary", number="25312000000012345678", issue_date=date(2022, 6, 1)
    ),
    "code-year-before-issue": VatInvoice(kind="vat_ordinary", code="031002000104", issue_date=date(2019, 5, 1)),
}


@pytest.mark.parametrize("rule", ALTERED)
def test_what_no_honest_print_explains_leads_to_a_review(rule: str) -> None:
    context = RuleContext(today=date(2026, 11, 30))

    findings = Engine.load().check(ALTERED[rule], context, only={rule}).findings

    policy, invoice = AcceptancePolicy(calibration.load()), VatInvoice(kind="vat_ordinary", evidence=SURE)
    assert [verdict_on(invoice, found, policy, None) for found in ((), findings)] == ["accept", "review"]
