from pathlib import Path

import pytest

from invoiceocr.errors import SchemaError
from invoiceocr.invoice import LineItem, Party, VatInvoice
from invoiceocr.sources import embedded, xml_mapping

MAPS = (*embedded.ATTACHMENTS, *embedded.CUSTOM_DATA)
MINIMAL = "records: [a]\nmarks: [b]\nfields: {number: c}\n"


@pytest.mark.parametrize("name", ["digital_invoice", "original_invoice", "xbrl_invoice", "custom_data"])
def test_the_maps_of_vat_invoices_name_only_fields_of_the_contract(name: str) -> None:
    parties = {f"{side}.{field}" for side in ("buyer", "seller") for field in Party.model_fields}
    rules = xml_mapping.xml_mapping(name)

    assert set(rules.fields) <= set(VatInvoice.model_fields) | parties
    assert set(rules.rows.fields if rules.rows else ()) <= set(LineItem.model_fields)


@pytest.mark.parametrize("name", MAPS)
def test_every_map_loads_once(name: str) -> None:
    assert xml_mapping.xml_mapping(name) is xml_mapping.xml_mapping(name)


def test_an_unknown_key_is_refused_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(MINIMAL + "feilds: {}\n")

    with pytest.raises(SchemaError, match=r"a\.yaml:4:1: unknown key 'feilds'"):
        xml_mapping.load(file)


@pytest.mark.parametrize("key", ["records", "marks", "fields"])
def test_a_map_without_its_essentials_is_refused(tmp_path: Path, key: str) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("".join(line for line in MINIMAL.splitlines(keepends=True) if not line.startswith(key)))

    with pytest.raises(SchemaError, match=key):
        xml_mapping.load(file)


@pytest.mark.parametrize("more", ["rows: []\n", "rows: {element: [r], fields: [x]}\n", "kinds: [{elment: a}]\n"])
def test_a_malformed_part_is_refused(tmp_path: Path, more: str) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(MINIMAL + more)

    with pytest.raises(SchemaError, match=r"a\.yaml"):
        xml_mapping.load(file)


def test_a_field_type_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "types.yaml"
    file.write_text("mony: [total]\n")

    with pytest.raises(SchemaError, match="mony"):
        xml_mapping.load_types(file)


def test_choices_and_sums_of_elements_are_told_apart(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("records: [a]\nmarks: [b]\nfields: {number: [c, d/e], drawer: f + g}\n")

    rules = xml_mapping.load(file)

    assert rules.fields == {"number": (("c",), ("d/e",)), "drawer": (("f", "g"),)}
