from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import cast

import pytest
import samples

pytest.importorskip("fastapi")
from serving import DOUBTFUL, SETTINGS, weigh_bill

from invoiceocr.adjudication.build import build
from invoiceocr.evidence.candidate import Candidate
from invoiceocr.export.titles import Title
from invoiceocr.invoice import AnyInvoice, TrainTicket
from invoiceocr.kinds import field_of
from invoiceocr.kinds.vocabulary import vocabulary
from invoiceocr.pipeline.reader import Reader
from invoiceocr.proof import Evidence
from invoiceocr.service.review.rejudge import Standing
from invoiceocr.service.review.rows import Row
from invoiceocr.service.review.solving import solutions
from invoiceocr.service.review.worksheet import doubts, worksheet
from invoiceocr.values import moment


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(SETTINGS)


def told(text: str, place: int, probability: float, other: str) -> str:
    """The explanation of a total in which one character is unsure."""
    import json

    characters = [{"place": i + 1, "text": c, "probability": 0.999, "alternatives": []} for i, c in enumerate(text)]
    characters[place] |= {"probability": probability, "alternatives": [[other, 1 - probability]]}
    reading = {"source": "ocr", "value": text, "text": text, "confidence": probability, "second": False}
    return json.dumps({"fields": [{"path": "total", "readings": [reading | {"characters": characters}]}]})


def test_the_fields_of_a_user_s_kind_are_called_as_it_calls_them(tmp_path: Path) -> None:
    reader = Reader(SETTINGS.model_copy(update={"kinds": weigh_bill(tmp_path)}))
    fields = {"load": Decimal("12.5"), "share": Decimal("0.13")}
    invoice = build("weigh_bill", fields, "", reader.kinds).model_copy(
        update={"evidence": {"load": samples.doubtful("12.5", "12.6")}}
    )

    sheet = worksheet(Standing(cast(AnyInvoice, invoice)), None, reader)

    rows = {row.path: row for row in sheet.rows}
    assert {path: rows[path].title.zh for path in fields} == {"load": "净重", "share": "折扣率"}
    assert rows["share"].printed(rows["share"].value) == "13%"
    assert dict(sheet.rest)["carrier"].zh == "承运人"


def test_nothing_is_asked_of_an_invoice_that_is_sure(reader: Reader) -> None:
    invoice = samples.accepted_invoice()
    assert doubts(invoice.model_copy(update={"evidence": {"total": samples.verified("113.00")}}), reader) == []


def test_the_value_by_which_the_sum_comes_out_is_offered_first(reader: Reader) -> None:
    draft = reader.read_drafts(DOUBTFUL)[0]
    sheet = worksheet(Standing(cast(AnyInvoice, reader.adjudicate(draft).invoice), draft), None, reader)
    row = next(row for row in sheet.rows if row.path == "items.0.tax_amount")
    assert row.doubted
    assert (row.choices[0].value, row.choices[0].settles > 0) == ("44.43", True)


def test_an_unlikely_value_that_evades_a_rule_is_not_offered_first(reader: Reader) -> None:
    printed = Candidate("copy", "记账联", "记账联", source="ocr", confidence=0.94)
    draft = reader.read_drafts(DOUBTFUL)[0]
    draft = replace(draft, candidates=(*draft.candidates, printed))
    sheet = worksheet(Standing(cast(AnyInvoice, reader.adjudicate(draft).invoice), draft), None, reader)
    first, *others = next(row for row in sheet.rows if row.path == "copy").choices
    assert first.value == "记账联"
    assert max(choice.settles for choice in others) > first.settles


def test_of_a_short_list_all_names_are_offered_and_no_misread_one(reader: Reader) -> None:
    invoice = samples.doubtful_invoice(copy_="记账联", evidence={"copy": samples.doubtful("记账联", "说账联")})
    row = next(row for row in worksheet(Standing(invoice), None, reader).rows if row.path == "copy")
    assert {choice.value for choice in row.choices} == set(vocabulary("copies").entries)


def test_beside_all_names_of_a_short_list_stands_what_was_read(reader: Reader) -> None:
    invoice = samples.doubtful_invoice(copy_="报税联", evidence={"copy": samples.doubtful("报税联")})
    row = next(row for row in worksheet(Standing(invoice), None, reader).rows if row.path == "copy")
    assert {choice.value for choice in row.choices} == {"报税联", *vocabulary("copies").entries}


def test_of_a_field_with_a_public_list_only_its_names_are_offered(reader: Reader) -> None:
    ticket = TrainTicket(
        kind="train",
        departure_station="北京南",
        verdict="review",
        evidence={"departure_station": samples.doubtful("北京南", "北京西", "北京甬")},
    )
    row = next(row for row in worksheet(Standing(ticket), None, reader).rows if row.path == "departure_station")
    assert [choice.value for choice in row.choices] == ["北京南", "北京西"]


def test_what_is_no_value_of_a_field_is_not_offered(reader: Reader) -> None:
    evidence = {"total": samples.doubtful("113.00", "1l3.00", "118.00")}
    sheet = worksheet(Standing(samples.accepted_invoice(evidence=evidence)), None, reader)
    row = next(row for row in sheet.rows if row.path == "total")
    offered = {choice.value for choice in row.choices}
    assert ("118.00" in offered, "1l3.00" in offered) == (True, False)


def test_what_is_no_value_is_offered_nowhere_beside_the_present_one(reader: Reader) -> None:
    paths = ("number", "issue_date", "total", "total_tax", "total_excluding_tax")
    cells = ("quantity", "unit_price", "amount", "tax_amount")
    texts = [f"l{letter}" for letter in "xyzw"]
    evidence = {path: samples.doubtful("1", *texts) for path in (*paths, *(f"items.0.{cell}" for cell in cells))}
    evidence["items.0.tax_rate"] = samples.verified("0.13").model_copy(update={"alternatives": ("l3%", "18%")})
    sheet = worksheet(Standing(samples.accepted_invoice(evidence=evidence)), None, reader)
    offered = {row.path: {choice.value for choice in row.choices} for row in sheet.rows}
    assert not any(values & set(texts) for values in offered.values())
    assert ("18%" in offered["items.0.tax_rate"], "l3%" in offered["items.0.tax_rate"]) == (True, False)


def test_an_uncertain_character_is_marked_and_its_alternative_offered(reader: Reader) -> None:
    sheet = worksheet(Standing(samples.doubtful_invoice()), told("186.00", 1, 0.6, "0"), reader)
    row = next(row for row in sheet.rows if row.path == "total")
    assert [(mark.place, mark.text) for mark in row.marks] == [(1, "8")]
    assert "106.00" in [choice.value for choice in row.choices]


def test_reasons_are_told_in_words_of_both_languages(reader: Reader) -> None:
    sheet = worksheet(Standing(samples.doubtful_invoice()), None, reader)
    reasons = next(row.reasons for row in sheet.rows if row.path == "total")
    assert any("186.00" in reason.zh for reason in reasons)
    assert any("is not" in reason.en for reason in reasons)
    assert any("41.0%" in reason.zh for reason in reasons)


def test_a_missing_key_field_is_asked_for_before_a_doubtful_remark(reader: Reader) -> None:
    evidence = {"remarks": samples.doubtful("x"), "number": Evidence(), "total": samples.verified("113.00")}
    sheet = worksheet(Standing(samples.accepted_invoice(number=None, remarks="x", evidence=evidence)), None, reader)
    assert sheet.queue == ("number", "remarks")


def test_an_amount_follows_from_the_others(reader: Reader) -> None:
    invoice = samples.accepted_invoice(total_tax=None)
    assert "13.00" in set(solutions("total_tax", invoice, reader))
    assert "13.00" in set(solutions("items.0.tax_amount", invoice, reader))


def test_the_amount_in_words_follows_from_figures_and_figures_from_words(reader: Reader) -> None:
    invoice = samples.accepted_invoice(total=Decimal("113.00"))
    assert "壹佰壹拾叁圆整" in set(solutions("total_in_words", invoice, reader))
    assert "113.00" in {f"{Decimal(value):.2f}" for value in solutions("total", invoice, reader)}


@pytest.mark.parametrize(
    ("value", "shown"), [("2017-08-05T21:38:00", "2017-08-05 21:38"), ("2017-08-05T21:38:07", "2017-08-05 21:38:07")]
)
def test_a_moment_is_shown_as_people_write_it_and_understood_so(value: str, shown: str) -> None:
    spec = field_of("departure_time")
    row = Row("departure_time", Title("出发时间", "departure"), value, Evidence(), spec=spec)
    assert row.printed(value) == shown
    assert moment.parse(shown) == datetime.fromisoformat(value)
