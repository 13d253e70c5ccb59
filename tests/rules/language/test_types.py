from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Annotated, Any, Literal

import pytest

from invoiceocr.invoice import VAT_KINDS, LineItem, Rate, VatInvoice
from invoiceocr.kinds import builtin
from invoiceocr.rules import RuleContext
from invoiceocr.rules.language.types import PROOF_FIELDS, invoice_fields, record_of, type_of
from invoiceocr.values.qr_payload import QrPayload


@pytest.mark.parametrize(
    ("annotation", "name"),
    [
        (str, "text"),
        (str | None, "text"),
        (Decimal | None, "number"),
        (int, "number"),
        (date, "date"),
        (datetime, "datetime"),
        (time, "time"),
        (bool, "bool"),
        (Rate, "rate"),
        (Rate | None, "rate"),
        (Annotated[str, "note"], "text"),
        (Literal["a", "b"], "text"),
        (tuple[str, ...], "list of text"),
        (LineItem, "LineItem"),
        (tuple[LineItem, ...], "list of LineItem"),
    ],
)
def test_types_are_read_off_annotations(annotation: Any, name: str) -> None:
    assert str(type_of(annotation)) == name


@pytest.mark.parametrize("annotation", [dict[str, str], bytes, date | str, object])
def test_what_rules_can_not_use_has_no_type(annotation: Any) -> None:
    assert type_of(annotation) is None


def test_every_printed_field_of_a_vat_invoice_has_a_type() -> None:
    printed = {field.alias or name for name, field in VatInvoice.model_fields.items()} - PROOF_FIELDS
    of_some_kinds = {"entrance", "exit", "travel_time", "business_label", "details", "plate_number", "vehicle_type"}

    assert set(invoice_fields(VAT_KINDS)) == printed - of_some_kinds


@pytest.mark.parametrize("kind", sorted(builtin().kinds))
def test_rules_can_name_every_printed_field_of_a_kind(kind: str) -> None:
    assert set(invoice_fields((kind,))) == {"kind", *builtin()[kind].fields}


def test_a_kind_can_only_be_one_of_those_judged() -> None:
    assert invoice_fields(("toll", "vat_roll"))["kind"].type.values == {"toll", "vat_roll"}


def test_only_shared_fields_of_several_models_can_be_named() -> None:
    shared = invoice_fields(("toll", "other"))

    assert "total" in shared
    assert "check_code" not in shared


def test_properties_of_the_qr_code_are_fields() -> None:
    fields = record_of(QrPayload).fields

    assert {"number", "amount", "date", "crc_ok", "amount_includes_tax", "kind"} <= set(fields)
    assert str(fields["crc_ok"].type) == "bool"


def test_the_whole_context_can_be_named() -> None:
    assert set(record_of(RuleContext).fields) == set(RuleContext.__dataclass_fields__)
