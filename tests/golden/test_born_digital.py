"""Specimens with text, read from file to invoice: nothing may differ from the truth."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from comparison import CONTACTS, KEYS, PEOPLE, differences, item_differences

from invoiceocr.invoice import Invoice
from invoiceocr.pipeline.reader import Reader
from invoiceocr.specimens import KINDS, TRAITS, Format, Options, Specimen, make
from invoiceocr.specimens.content.traits import DIGITAL, PAPER
from invoiceocr.specimens.truth import Fields

SEEDS = (1, 5, 9)
CODED = [kind for kind in KINDS if kind not in DIGITAL]
WITH_XML = [kind for kind in KINDS if kind not in PAPER]
Files = list[tuple[str, str, int]]

FILES: Files = [
    (format_, kind, seed)
    for format_, kinds in (("pdf", KINDS), ("ofd", KINDS), ("xml", WITH_XML))
    for kind in kinds
    for seed in SEEDS
]


def only(reader: Reader, specimen: Specimen) -> Invoice:
    (found,) = reader.read(specimen.data, name=specimen.name)
    return found


def fields(specimen: Specimen) -> Fields:
    return specimen.truth["invoices"][0]["fields"]


@pytest.mark.parametrize(("format_", "kind", "seed"), FILES)
def test_every_field_equals_the_truth(reader: Reader, format_: Format, kind: str, seed: int) -> None:
    specimen = make(kind, seed, format=format_)

    found = only(reader, specimen)

    assert differences(fields(specimen), found, (*KEYS, *PEOPLE, "is_red_letter")) == []
    assert item_differences(fields(specimen), found) == []


@pytest.mark.parametrize(("format_", "kind"), [(f, k) for f in ("pdf", "ofd") for k in CODED if k != "toll"])
def test_addresses_and_banks_equal_the_truth(reader: Reader, format_: Format, kind: str) -> None:
    specimen = make(kind, 3, format=format_)

    assert differences(fields(specimen), only(reader, specimen), CONTACTS) == []


TRAITS_AND_KINDS = [(name, kind) for name, trait in TRAITS.items() for kind in sorted(trait.kinds)[::3]]


@pytest.mark.parametrize("format_", ["pdf", "ofd"])
@pytest.mark.parametrize(("trait", "kind"), TRAITS_AND_KINDS)
def test_every_trait_is_read(reader: Reader, format_: Format, trait: str, kind: str) -> None:
    specimen = make(kind, 11, format=format_, options=Options(traits=frozenset({trait})))

    found = only(reader, specimen)

    assert differences(fields(specimen), found, (*KEYS, "is_red_letter")) == []
    assert item_differences(fields(specimen), found) == []


@pytest.mark.parametrize(
    ("format_", "kind", "variant"),
    [
        ("pdf", "digital_special", "attached_xml"),
        ("pdf", "e_vat_special", "attached_xml"),
        ("pdf", "digital_ordinary", "attached_xbrl"),
        ("pdf", "digital_ordinary", "tall"),
        ("ofd", "digital_special", "bare"),
        ("ofd", "e_vat_ordinary", "bare"),
        ("ofd", "digital_ordinary", "tags"),
        ("ofd", "e_vat_ordinary", "tags"),
        ("ofd", "digital_ordinary", "attached_xbrl"),
        ("ofd", "digital_ordinary", "tall"),
    ],
)
def test_every_variant_is_read(reader: Reader, format_: Format, kind: str, variant: str) -> None:
    specimen = make(kind, 13, format=format_, options=Options(variant=variant))

    found = only(reader, specimen)

    assert differences(fields(specimen), found, KEYS) == []
    assert item_differences(fields(specimen), found) == []


@pytest.mark.parametrize("kind", ["digital_ordinary", "vat_special", "toll"])
def test_two_invoices_in_one_file_are_two_each_on_its_page(reader: Reader, kind: str) -> None:
    specimen = make(kind, 2, format="pdf", options=Options(variant="two_invoices"))

    found = reader.read(specimen.data)

    truth = specimen.truth["invoices"]
    assert [invoice.page for invoice in found] == [entry["page"] for entry in truth]
    for entry, invoice in zip(truth, found, strict=True):
        assert differences(entry["fields"], invoice, KEYS) == []
        assert item_differences(entry["fields"], invoice) == []
        assert invoice.evidence["number"].status == "verified"


@pytest.mark.parametrize("format_", ["pdf", "ofd"])
def test_the_rows_of_the_list_are_the_items_of_the_invoice_that_refers_to_it(reader: Reader, format_: Format) -> None:
    specimen = make("vat_ordinary", 4, format=format_, options=Options(traits=frozenset({"list"})))

    found = only(reader, specimen)

    assert len(fields(specimen)["items"]) >= 9
    assert item_differences(fields(specimen), found) == []


@pytest.mark.parametrize("kind", sorted(DIGITAL))
def test_party_data_in_the_remarks_fill_the_parties(reader: Reader, kind: str) -> None:
    specimen = make(kind, 11, format="pdf", options=Options(traits=frozenset({"party_remarks"})))

    assert differences(fields(specimen), only(reader, specimen), (*CONTACTS, "remarks")) == []


@pytest.mark.parametrize("format_", ["pdf", "ofd"])
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "toll"])
def test_remarks_equal_the_truth(reader: Reader, format_: Format, kind: str) -> None:
    specimen = make(kind, 6, format=format_, options=Options(traits=frozenset({"remarks"})))

    assert differences(fields(specimen), only(reader, specimen), ("remarks",)) == []


EXAMPLES = Path(__file__).parents[2] / "examples"
WITH_TEXT = sorted(
    path for path in EXAMPLES.glob("*.*") if path.suffix in (".pdf", ".ofd", ".xml") and "scan" not in path.name
)


@pytest.mark.parametrize("path", WITH_TEXT, ids=lambda path: path.name)
def test_every_example_with_text_is_read_without_a_fault(reader: Reader, path: Path) -> None:
    label = json.loads((EXAMPLES / "labels" / f"{path.name}.json").read_text(encoding="utf-8"))

    found = reader.read(path)

    assert [invoice.page for invoice in found] == [entry["page"] for entry in label["invoices"]]
    for entry, invoice in zip(label["invoices"], found, strict=True):
        assert differences(entry["fields"], invoice, (*KEYS, *PEOPLE)) == []
        assert item_differences(entry["fields"], invoice) == []


# what the fields rest on


@pytest.mark.parametrize("kind", KINDS)
def test_the_identity_of_a_printed_invoice_is_verified_by_its_qr_code(reader: Reader, kind: str) -> None:
    evidence = only(reader, make(kind, 3, format="pdf")).evidence

    assert {witness.source for witness in evidence["number"].witnesses} >= {"text_layer", "qr"}
    assert evidence["number"].status == evidence["issue_date"].status == "verified"
    assert evidence["total"].status == "verified"


def test_an_attached_statement_and_the_print_are_witnesses_of_each_other(reader: Reader) -> None:
    specimen = make("digital_ordinary", 13, format="pdf", options=Options(variant="attached_xml"))

    evidence = only(reader, specimen).evidence

    for path in ("number", "total", "buyer.name", "seller.tax_id", "items.0.amount"):
        assert {witness.source for witness in evidence[path].witnesses} >= {"text_layer", "xml"}, path
        assert evidence[path].status == "verified"


@pytest.mark.parametrize("kind", ["vat_special", "digital_ordinary", "toll"])
def test_every_printed_field_has_a_place_on_its_page(reader: Reader, kind: str) -> None:
    found = only(reader, make(kind, 3, format="pdf"))

    for path, evidence in found.evidence.items():
        if evidence.value is not None:
            assert evidence.box is not None, path
            assert evidence.page_size is not None, path
            assert evidence.page_size[0] >= evidence.box[2] > evidence.box[0] >= 0, path


@pytest.mark.parametrize("format_", ["pdf", "ofd", "xml"])
def test_a_genuine_invoice_is_accepted(reader: Reader, format_: Format) -> None:
    specimen = make("digital_ordinary", 11, format=format_, options=Options(traits=frozenset()))

    found = only(reader, specimen)

    assert (found.verdict, [finding for finding in found.findings if finding.severity == "error"]) == ("accept", [])
