"""A reviewer's word and the draft of the invoice, judged again as if the file were read with it."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
import samples

pytest.importorskip("fastapi")
from serving import DOUBTFUL, PDF, SETTINGS

from invoiceocr.evidence.draft_file import dumps, loads
from invoiceocr.invoice import INVOICE_ADAPTER, AnyInvoice, Invoice
from invoiceocr.pipeline.reader import Reader
from invoiceocr.proof import Finding, Witness
from invoiceocr.service.review.rejudge import BadCorrectionError, Standing, rejudge, said

CLAIMED = Finding(rule="duplicate-claimed", severity="error", message="重复", pack="ledger")


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(SETTINGS)


@pytest.fixture(scope="module")
def doubtful(reader: Reader) -> Standing:
    """A photo that wants a look, as the store has it."""
    draft = loads(dumps(reader.read_drafts(DOUBTFUL)[0]))
    return Standing(stored(reader.adjudicate(draft).invoice), draft)


@pytest.fixture(scope="module")
def sure(reader: Reader) -> Standing:
    draft = reader.read_drafts(PDF)[0]
    return Standing(stored(reader.adjudicate(draft).invoice), draft)


def stored(invoice: Invoice) -> AnyInvoice:
    """As it comes back from the store: values of evidence are texts there."""
    return INVOICE_ADAPTER.validate_python(json.loads(json.dumps(invoice.model_dump(mode="json"))))


def test_a_reviewer_is_a_witness_and_what_was_read_stays_an_alternative(doubtful: Standing, reader: Reader) -> None:
    judged = rejudge(doubtful, {"items.0.tax_amount": "44.43"}, reader)
    proof = judged.evidence["items.0.tax_amount"]
    assert (judged.items[0].tax_amount, proof.status) == (Decimal("44.43"), "verified")
    assert Witness(source="reviewer", value=Decimal("44.43"), agrees=True) in proof.witnesses
    assert proof.alternatives


def test_a_correction_settles_what_follows_from_it(doubtful: Standing, reader: Reader) -> None:
    assert doubtful.invoice.verdict == "review"
    judged = rejudge(doubtful, {"items.0.tax_amount": "44.43"}, reader)
    errors = {finding.rule for finding in judged.findings if finding.severity == "error"}
    assert "line-tax" not in errors


def test_what_was_said_before_still_stands_with_the_next_word(sure: Standing, reader: Reader) -> None:
    first = Standing(stored(rejudge(sure, {"remarks": "核对过"}, reader)), sure.draft)
    judged = rejudge(first, {"buyer.name": None}, reader)
    assert (judged.remarks, judged.buyer.name if judged.buyer else None) == ("核对过", None)
    assert said(judged) == {"remarks": "核对过", "buyer.name": None}


def test_nothing_said_gives_what_reading_gave(sure: Standing, reader: Reader) -> None:
    assert stored(rejudge(sure, {}, reader)) == sure.invoice


def test_a_correction_that_breaks_a_sum_is_found(sure: Standing, reader: Reader) -> None:
    judged = rejudge(sure, {"total_tax": "1.23"}, reader)
    assert judged.verdict != "accept"
    assert any("total_tax" in finding.fields for finding in judged.findings if finding.severity == "error")


def test_a_new_row_follows_the_last_one(sure: Standing, reader: Reader) -> None:
    rows = len(sure.invoice.items)
    judged = rejudge(sure, {f"items.{rows}.amount": "5.00"}, reader)
    assert judged.items[rows].amount == Decimal("5.00")


def test_what_the_ledger_found_is_not_forgotten(sure: Standing, reader: Reader) -> None:
    told = sure.invoice.model_copy(update={"findings": (*sure.invoice.findings, CLAIMED), "verdict": "review"})
    judged = rejudge(Standing(told, sure.draft), {"remarks": "看过"}, reader)
    assert (judged.verdict, judged.findings[-1]) == ("review", CLAIMED)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        *[("nonsense", "1"), ("total", "much"), ("items.77.amount", "1.00"), ("evidence", "x"), ("verdict", "accept")],
        ("train_number", "G1"),
    ],
)
def test_what_is_no_field_or_no_value_of_it_is_refused(sure: Standing, reader: Reader, path: str, text: str) -> None:
    with pytest.raises(BadCorrectionError, match=path.split(".")[0]):
        rejudge(sure, {path: text}, reader)


def test_without_a_draft_the_word_is_taken_and_no_rule_asked(reader: Reader) -> None:
    judged = rejudge(Standing(stored(samples.doubtful_invoice())), {"total": "106.00"}, reader)
    assert (judged.total, judged.evidence["total"].status) == (Decimal("106.00"), "verified")
    with pytest.raises(BadCorrectionError):
        rejudge(Standing(samples.doubtful_invoice()), {"total": "much"}, reader)
