import pickle
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import ValidationError

from invoiceocr.adjudication.build import build
from invoiceocr.adjudication.repair.constraints import with_values
from invoiceocr.invoice import CustomInvoice, Invoice, TrainTicket
from invoiceocr.kinds import Registry, load
from invoiceocr.kinds.models import invoice_from, models
from invoiceocr.result import ReadResult

NOTE = """
kind: delivery_note
extends: _invoice
title: {zh: 送货单, en: delivery note}
fields:
  number: {type: identifier, key: true}
  carrier: {type: party, title: {zh: 承运人, en: carrier}}
  copy: {type: text}
  model_dump: {type: text}  # no warning that Pydantic has a method of that name
  goods: {type: rows, fields: {name: {type: text}, weight: {type: measure}}}
"""
VALUES = {
    "number": "N1",
    "total": Decimal("9.90"),
    "carrier.name": "甲",
    "goods.1.weight": Decimal("1.5"),
    "copy": "客户联",
}


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    (tmp_path / "delivery_note.yaml").write_text(NOTE, encoding="utf-8")
    return load((tmp_path,))


@pytest.fixture
def note(registry: Registry) -> Invoice:
    return build("delivery_note", VALUES, "", registry)


def test_values_become_attributes_of_a_loaded_kind(note: Invoice) -> None:
    assert isinstance(note, CustomInvoice)
    assert (note.kind, note.number, note.total) == ("delivery_note", "N1", Decimal("9.90"))
    assert note.carrier.name == "甲"  # type: ignore[attr-defined]
    assert note.goods[1].weight == Decimal("1.5")  # type: ignore[attr-defined]


def test_a_loaded_kind_has_no_fields_but_its_own(registry: Registry) -> None:
    with pytest.raises(ValidationError, match="nickname"):
        models(registry)["delivery_note"](nickname="a")  # type: ignore[call-arg]


def test_the_result_of_a_loaded_kind_is_written_with_all_its_fields(note: Invoice) -> None:
    written = ReadResult(source="a", invoices=(note,)).model_dump(mode="json")["invoices"][0]  # type: ignore[arg-type]

    assert (written["carrier"]["name"], written["copy"]) == ("甲", "客户联")
    assert written["goods"] == [{"name": None, "weight": None}, {"name": None, "weight": "1.5"}]


def test_a_result_can_be_read_where_the_kind_is_not_loaded(note: Invoice) -> None:
    result = ReadResult(source="a", invoices=(note,))  # type: ignore[arg-type]

    (again,) = ReadResult.model_validate_json(result.model_dump_json()).invoices

    assert (type(again), again.kind, again.number) == (CustomInvoice, "delivery_note", "N1")


def test_a_stored_invoice_becomes_typed_again_with_its_kind(registry: Registry, note: Invoice) -> None:
    again = invoice_from(note.model_dump(mode="json"), registry)

    assert again == note


def test_an_invoice_of_a_loaded_kind_goes_to_another_process(note: Invoice) -> None:
    again = pickle.loads(pickle.dumps(note))

    assert again.model_dump() == note.model_dump()


def test_a_built_in_kind_with_no_more_fields_keeps_its_model(registry: Registry) -> None:
    assert models(registry)["train"] is TrainTicket


def test_a_built_in_kind_with_more_fields_stays_one_of_its_model(tmp_path: Path) -> None:
    text = "kind: train\nextends: _rail\nmodel: TrainTicket\ntitle: {zh: 火车票, en: train ticket}\n"
    (tmp_path / "train.yaml").write_text(text + "fields: {gate: {type: text}}\n", encoding="utf-8")

    ticket = build("train", {"seat": "07F", "gate": "12A"}, "", load((tmp_path,)))

    assert isinstance(ticket, TrainTicket)
    assert ReadResult(source="a", invoices=(ticket,)).model_dump()["invoices"][0]["gate"] == "12A"


def test_other_values_can_be_put_into_the_rows_of_any_list(note: Invoice) -> None:
    other = with_values(note, {"goods.0.weight": Decimal("2"), "goods.2.name": "乙", "carrier.tax_id": "1"})

    assert [row.weight for row in other.goods] == [Decimal("2"), Decimal("1.5"), None]  # type: ignore[attr-defined]
    assert other.goods[2].name == "乙"  # type: ignore[attr-defined]
    assert other.carrier.name == "甲"  # type: ignore[attr-defined]
