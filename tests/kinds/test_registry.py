import re
from pathlib import Path

import pytest

from invoiceocr.invoice import BUILTIN_KINDS, VAT_KINDS, Invoice
from invoiceocr.kinds import TYPES, builtin, field_of
from invoiceocr.kinds.model_source import FILE, source
from invoiceocr.sources import embedded, xml_mapping

VAT_KEYS = {
    "code", "number", "issue_date", "check_code", "total", "total_excluding_tax", "total_tax", "total_in_words",
    "buyer.name", "buyer.tax_id", "seller.name", "seller.tax_id",
}  # fmt: skip


def test_the_models_in_the_repository_are_fresh() -> None:
    fresh = source(builtin())

    assert FILE.read_text(encoding="utf-8") == fresh, "run: make schemas"


def test_every_built_in_kind_has_a_model() -> None:
    assert set(builtin().kinds) == BUILTIN_KINDS


@pytest.mark.parametrize("kind", VAT_KINDS)
def test_the_key_fields_of_the_vat_family_are_its_identity_sums_and_parties(kind: str) -> None:
    assert builtin()[kind].key_fields == VAT_KEYS


def test_a_ticket_is_told_from_others_by_its_own_numbers_its_time_and_its_price() -> None:
    telling = {field.path for field in builtin()["train"].leaves() if field.is_telling}

    assert telling == {"total", "ticket_number", "train_number", "departure_time"}


def test_the_sums_of_an_invoice_are_those_of_the_whole_paper() -> None:
    sums = {field.path for field in builtin()["vat_special"].leaves() if field.is_sum}

    assert sums == {"total", "total_in_words", "total_excluding_tax", "total_tax"}


@pytest.mark.parametrize("kind", sorted(builtin().kinds))
def test_every_kind_has_the_fields_that_every_invoice_has(kind: str) -> None:
    shared = {"code", "number", "issue_date", "total", "total_in_words", "buyer", "seller"}

    assert shared <= set(builtin()[kind].fields)
    assert shared <= set(Invoice.model_fields)


def test_every_field_of_the_contract_table_is_a_field_of_its_kind() -> None:
    documented = (Path(__file__).parents[2] / "docs" / "fields.md").read_text(encoding="utf-8")
    names = set(re.findall(r"`([a-z_]+)`", documented))

    assert not [field.path for spec in builtin() for field in spec.fields.values() if field.name not in names]


def test_a_field_asked_without_a_kind_is_that_of_the_first_kind_that_has_it() -> None:
    assert [field_of(path).type.name for path in ("number", "items.3.unit_price", "check_code")] == [
        "invoice_number",
        "unit_price",
        "check_code",
    ]


def test_a_field_asked_of_a_kind_is_the_kind_s_own() -> None:
    fiscal = builtin()["fiscal"]

    assert [field_of(path, fiscal).type.name for path in ("number", "check_code")] == ["bill_number", "bill_check_code"]


@pytest.mark.parametrize("name", [*embedded.ATTACHMENTS, *embedded.CUSTOM_DATA])
def test_embedded_records_state_only_fields_that_a_kind_has(name: str) -> None:
    mapping = xml_mapping.xml_mapping(name)
    rows = [f"{mapping.rows.path}.{cell}" for cell in mapping.rows.fields] if mapping.rows else []

    assert not [path for path in (*mapping.fields, *rows) if path not in builtin().fields]


@pytest.mark.parametrize("name", sorted(TYPES))
def test_no_value_type_takes_nothing_for_a_value(name: str) -> None:
    assert TYPES[name].parse("") in (None, "")
    assert TYPES[name].parse("？") is None or TYPES[name].annotation == "str"
