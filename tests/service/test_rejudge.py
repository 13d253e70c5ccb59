from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest
import samples

pytest.importorskip("fastapi")

from invoiceocr.invoice import INVOICE_ADAPTER, AnyInvoice, VatInvoice
from invoiceocr.proof import Witness
from invoiceocr.service.rejudge import BadCorrectionError, Bench, rejudge
from invoiceocr.settings import Settings


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench.of(Settings(today=date(2025, 12, 31)))


def stored(invoice: AnyInvoice) -> AnyInvoice:
    """As it comes back from the store: values of evidence are texts there."""
    return INVOICE_ADAPTER.validate_python(json.loads(json.dumps(invoice.model_dump(mode="json"))))


def test_a_reviewer_is_a_witness_and_what_was_read_stays_an_alternative(bench: Bench) -> None:
    judged = rejudge(stored(samples.doubtful_invoice()), {"total": "106.00"}, bench)
    proof = judged.evidence["total"]
    assert (judged.total, proof.value, proof.status) == (Decimal("106.00"), Decimal("106.00"), "verified")
    assert proof.witnesses[0] == Witness(source="reviewer", value=Decimal("106.00"), agrees=True)
    assert "186.00" in proof.alternatives


def test_a_witness_agrees_by_value_and_not_by_spelling(bench: Bench) -> None:
    judged = rejudge(stored(samples.accepted_invoice()), {"total": "¥113"}, bench)
    assert all(witness.agrees for witness in judged.evidence["total"].witnesses)


def test_a_witness_that_says_otherwise_no_longer_agrees(bench: Bench) -> None:
    judged = rejudge(stored(samples.accepted_invoice()), {"total": "114.00"}, bench)
    assert {w.source: w.agrees for w in judged.evidence["total"].witnesses} == {
        "reviewer": True,
        "text_layer": False,
        "qr": False,
    }


def test_the_finding_that_a_correction_settles_is_gone(bench: Bench) -> None:
    judged = rejudge(stored(samples.doubtful_invoice()), {"total": "106.00"}, bench)
    assert "total-adds-up" not in {finding.rule for finding in judged.findings}


def test_a_correction_that_breaks_a_sum_is_found(bench: Bench) -> None:
    judged = rejudge(stored(samples.accepted_invoice()), {"total_tax": "14.00"}, bench)
    assert judged.verdict != "accept"
    assert any("total_tax" in finding.fields for finding in judged.findings if finding.severity == "error")


def test_a_new_row_follows_the_last_one(bench: Bench) -> None:
    judged = rejudge(stored(samples.accepted_invoice()), {"items.1.amount": "5.00"}, bench)
    assert isinstance(judged, VatInvoice)
    assert [row.amount for row in judged.items] == [Decimal("100.00"), Decimal("5.00")]


@pytest.mark.parametrize(
    ("path", "text"),
    [("nonsense", "1"), ("total", "much"), ("items.7.amount", "1.00"), ("evidence", "x"), ("verdict", "accept")],
)
def test_what_is_no_field_or_no_value_of_it_is_refused(bench: Bench, path: str, text: str) -> None:
    with pytest.raises(BadCorrectionError, match=path.split(".")[0]):
        rejudge(stored(samples.accepted_invoice()), {path: text}, bench)
