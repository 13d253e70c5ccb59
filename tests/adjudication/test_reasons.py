"""No invoice is left for review, or rejected, without the reason among its findings."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import settings as running
from hypothesis import strategies as some

from invoiceocr.adjudication.judging import calibration
from invoiceocr.adjudication.judging.acceptance import AcceptancePolicy
from invoiceocr.adjudication.judging.doubts import doubts
from invoiceocr.adjudication.judging.verdict import verdict_on
from invoiceocr.invoice import Invoice
from invoiceocr.pipeline.reader import Reader
from invoiceocr.proof import Evidence, Finding
from invoiceocr.settings import Settings
from invoiceocr.specimens import KINDS, make

POLICY = AcceptancePolicy(calibration.load())
PATHS = ("number", "code", "total", "total_tax", "issue_date", "seller.name", "buyer.tax_id", "remarks")
proofs = some.builds(
    Evidence,
    value=some.just("1"),
    confidence=some.floats(0, 1),
    status=some.sampled_from(("verified", "read", "doubtful", "missing")),
)
findings = some.builds(
    Finding,
    rule=some.just("r"),
    severity=some.sampled_from(("error", "warning", "info")),
    message=some.just(""),
    fields=some.lists(some.sampled_from(PATHS), max_size=2).map(tuple),
    verdict=some.sampled_from((None, None, None, "accept", "review", "reject")),
)


@running(max_examples=500, deadline=None)
@given(
    kind=some.sampled_from(("digital_ordinary", "vat_special", "train", "other")),
    evidence=some.dictionaries(some.sampled_from(PATHS), proofs, max_size=6),
    told=some.lists(findings, max_size=3),
)
def test_whatever_was_read_a_verdict_other_than_accept_has_a_reason(
    kind: str, evidence: dict[str, Evidence], told: list[Finding]
) -> None:
    verdict = verdict_on(Invoice(kind=kind, evidence=evidence), told, POLICY, None)
    reasons = [f for f in told if f.severity == "error" or f.verdict in ("review", "reject")]
    if verdict == "review":
        reasons += doubts(kind, evidence, POLICY, None)
    assert verdict == "accept" or reasons


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(Settings(threads=1, today=date(2025, 12, 31)))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("degradation", ["photo", "scan"])
def test_a_specimen_that_is_not_accepted_says_which_field_or_finding_keeps_it(
    reader: Reader, kind: str, degradation: str
) -> None:
    specimen = make(kind, 8_700, format="jpg", degradation=degradation)
    for invoice in reader.read(specimen.data, name="a.jpg"):
        assert invoice.verdict == "accept" or reasons(invoice)


def reasons(invoice: Invoice) -> list[Finding]:
    """The findings by which the invoice is not accepted; those about confidence name field, confidence, threshold."""
    below = [finding for finding in invoice.findings if finding.rule == "below-confidence"]
    assert all(finding.fields and "置信度" in finding.message and "要求" in finding.message for finding in below)
    asked = ("review", "reject")
    grave = [finding for finding in invoice.findings if finding.severity == "error" or finding.verdict in asked]
    return [*grave, *below, *(f for f in invoice.findings if f.rule in ("unknown-kind", "no-key-fields"))]
