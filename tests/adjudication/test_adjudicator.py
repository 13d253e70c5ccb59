"""Drafts judged, saved, loaded and judged again with one more witness."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from invoiceocr.adjudication.expected import claims, reviewed
from invoiceocr.errors import SettingsError
from invoiceocr.evidence import draft_file
from invoiceocr.evidence.draft import Draft
from invoiceocr.invoice import Invoice, VatInvoice
from invoiceocr.pipeline.reader import Reader
from invoiceocr.specimens import KINDS, Format, make

EXAMPLES = sorted(path for path in (Path(__file__).parents[2] / "examples").iterdir() if path.suffix != ".md")
FILES = [path for path in EXAMPLES if path.is_file()]
EXPECTED = {"total": "1.23", "drawer": "张三"}
PDF = make("digital_ordinary", 3, format="pdf").data


def stored(draft: Draft) -> Draft:
    return draft_file.loads(draft_file.dumps(draft))


def corrected(reader: Reader, **values: object) -> Invoice:
    (draft,) = reader.read_drafts(PDF)
    given = {path.replace("__", "."): value for path, value in values.items()}
    return reader.adjudicate(stored(draft), reviewed(given)).invoice


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_stored_draft_of_an_example_is_judged_as_the_file_is(reader: Reader, path: Path) -> None:
    drafts: list[Draft] = []
    result = reader.read_one(path, on_draft=drafts.append)

    found = [reader.adjudicate(stored(draft), claims(EXPECTED)).invoice for draft in drafts]

    assert found == [reader.adjudicate(draft, claims(EXPECTED)).invoice for draft in drafts]
    assert tuple(reader.adjudicate(stored(draft)).invoice for draft in drafts) == result.invoices
    assert result.invoices


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("format_", ["pdf", "ofd"])
def test_a_stored_draft_of_a_specimen_is_judged_as_reading_again_would(
    reader: Reader, kind: str, format_: Format
) -> None:
    data = make(kind, 11, format=format_).data

    found = [reader.adjudicate(stored(draft), claims(EXPECTED)).invoice for draft in reader.read_drafts(data)]

    assert found == reader.read(data, expected=EXPECTED)


def test_a_draft_is_judged_the_same_each_time(reader: Reader) -> None:
    (draft,) = reader.read_drafts(PDF)

    assert reader.adjudicate(draft).invoice == reader.adjudicate(draft).invoice


# what a person says


def test_a_reviewer_s_value_stands_and_is_shown_with_what_contradicts_it(reader: Reader) -> None:
    found = corrected(reader, total="1.23")

    proof = found.evidence["total"]
    assert (found.total, proof.status, proof.value) == (Decimal("1.23"), "verified", Decimal("1.23"))
    assert ("reviewer", True) in {(each.source, each.agrees) for each in proof.witnesses}
    assert ("text_layer", False) in {(each.source, each.agrees) for each in proof.witnesses}
    assert [each.severity for each in found.findings if each.rule == "witness-conflict"] == ["info"]


def test_rules_are_applied_to_what_a_reviewer_said(reader: Reader) -> None:
    found = corrected(reader, total="1.23")

    assert "total-adds-up" in {finding.rule for finding in found.findings}


def test_a_reviewer_may_say_that_there_is_no_value(reader: Reader) -> None:
    found = corrected(reader, buyer__tax_id=None)

    assert isinstance(found, VatInvoice)
    assert found.buyer is not None
    assert found.buyer.tax_id is None
    assert (found.evidence["buyer.tax_id"].value, found.evidence["buyer.tax_id"].status) == (None, "verified")


def test_a_reviewer_s_word_on_one_row_leaves_the_others(reader: Reader) -> None:
    (before,) = reader.read(PDF)

    found = corrected(reader, items__0__name="*餐饮服务*餐费")

    assert isinstance(found, VatInvoice)
    assert isinstance(before, VatInvoice)
    assert found.items[0].name == "*餐饮服务*餐费"
    assert found.items[0].amount == before.items[0].amount
    assert len(found.items) == len(before.items)


def test_a_later_word_of_a_reviewer_replaces_the_earlier_one(reader: Reader) -> None:
    (draft,) = reader.read_drafts(PDF)

    again = stored(draft.with_witnesses(reviewed({"total": "1.23"}))).with_witnesses(reviewed({"total": "4.56"}))

    assert reader.adjudicate(again).invoice.total == Decimal("4.56")


def test_a_reviewer_who_agrees_contradicts_nobody(reader: Reader) -> None:
    (before,) = reader.read(PDF)

    found = corrected(reader, total=str(before.total))

    assert found.verdict == before.verdict
    assert all(each.agrees for each in found.evidence["total"].witnesses)


def test_a_field_that_no_invoice_has_can_be_reviewed_by_nobody() -> None:
    for values in ({"totl": "1.00"}, {"totl": None}, {"total": "much"}):
        with pytest.raises(SettingsError):
            reviewed(values)
