import io
import zipfile
from xml.etree import ElementTree

import pypdfium2
import pytest

from invoiceocr.specimens import Options, make
from invoiceocr.specimens.files.documents import VARIANTS
from invoiceocr.specimens.specimen import Format


def test_a_pdf_of_two_invoices_has_both_on_their_pages() -> None:
    specimen = make("e_vat_ordinary", 3, format="pdf", options=Options(variant="two_invoices", traits=frozenset()))

    first, second = specimen.truth["invoices"]

    assert (first["page"], second["page"]) == (1, 2)
    assert first["fields"]["number"] != second["fields"]["number"]
    assert [first["fields"]["number"] in text for text in texts(specimen.data)] == [True, False]


def test_many_items_fill_several_pages_with_a_subtotal_each() -> None:
    specimen = make("digital_special", 5, format="pdf", options=Options(traits=frozenset({"many_items"})))

    pages = texts(specimen.data)

    assert len(pages) > 1
    assert all("小计" in text for text in pages)
    words = specimen.truth["invoices"][0]["fields"]["total_in_words"]
    assert [words in text for text in pages] == [False] * (len(pages) - 1) + [True]


def test_many_items_make_a_tall_page_where_asked() -> None:
    tall = Options(traits=frozenset({"many_items"}), variant="tall")

    page, *others = make("digital_special", 5, format="pdf", options=tall).truth["pages"]

    assert others == []
    assert page["height"] > 397  # points: the form alone is 140 mm


def test_the_list_of_an_invoice_stands_on_further_pages_and_gives_the_items() -> None:
    specimen = make("vat_special", 5, format="pdf", options=Options(traits=frozenset({"list"})))

    first, *lists = texts(specimen.data)

    assert "详见销货清单" in first
    assert all("销售货物或者提供应税劳务清单" in text for text in lists)
    assert len(specimen.truth["invoices"][0]["fields"]["items"]) >= 9
    assert not any((line["path"] or "").startswith("items.") for line in specimen.truth["pages"][0]["lines"])


def test_a_picture_of_an_invoice_with_a_list_has_one_item_only() -> None:
    specimen = make("vat_special", 5, options=Options(traits=frozenset({"list"})))

    assert [item["name"] for item in specimen.truth["invoices"][0]["fields"]["items"]] == ["（详见销货清单）"]


def test_a_broken_text_layer_holds_private_use_characters_only() -> None:
    text = "".join(texts(make("digital_ordinary", 2, format="pdf", options=Options(variant="broken_text")).data))

    assert "名称" not in text
    assert sum("\ue000" <= char <= "\uf8ff" for char in text) > 100


def test_a_scanned_pdf_has_no_text_and_one_picture() -> None:
    specimen = make("vat_ordinary", 2, format="pdf", degradation="scan", options=Options(variant="scanned", dpi=100))

    assert "".join(texts(specimen.data)) == ""
    assert len(specimen.truth["pages"][0]["lines"]) > 15


@pytest.mark.parametrize("variant", ["attached_xml", "attached_xbrl"])
def test_an_attachment_of_a_pdf_is_xml_with_the_number(variant: str) -> None:
    specimen = make("digital_special", 2, format="pdf", options=Options(variant=variant))

    document = pypdfium2.PdfDocument(specimen.data)
    data = bytes(document.get_attachment(0).get_data())

    assert specimen.truth["invoices"][0]["fields"]["number"] in "".join(ElementTree.fromstring(data).itertext())


def test_an_ofd_ties_its_number_to_a_text_object_that_prints_it() -> None:
    specimen = make("e_vat_ordinary", 4, format="ofd")
    package = zipfile.ZipFile(io.BytesIO(specimen.data))

    tag = ElementTree.fromstring(package.read("Doc_0/Tags/CustomTag.xml"))
    reference = tag.findtext(".//{*}InvoiceNo/{*}ObjectRef")
    page = ElementTree.fromstring(package.read("Doc_0/Pages/Page_0/Content.xml"))
    text = page.findtext(f".//{{*}}TextObject[@ID='{reference}']/{{*}}TextCode")

    assert text == specimen.truth["invoices"][0]["fields"]["number"]


def test_every_member_of_an_ofd_that_is_xml_parses() -> None:
    package = zipfile.ZipFile(io.BytesIO(make("toll", 4, format="ofd").data))

    for name in package.namelist():
        if name.endswith(".xml"):
            ElementTree.fromstring(package.read(name))


@pytest.mark.parametrize("format", ["pdf", "ofd", "xml"])
def test_the_same_seed_makes_the_same_file(format: Format) -> None:
    assert make("digital_special", 9, format=format).data == make("digital_special", 9, format=format).data


def test_an_xml_states_total_and_items() -> None:
    specimen = make("digital_special", 9, format="xml")
    root, fields = ElementTree.fromstring(specimen.data), specimen.truth["invoices"][0]["fields"]

    assert root.findtext(".//TotalTax-includedAmount") == fields["total"]
    assert [node.text for node in root.iter("ItemName")] == [item["name"] for item in fields["items"]]


def test_paper_has_no_xml() -> None:
    with pytest.raises(ValueError, match="paper"):
        make("vat_special", 1, format="xml")


def test_an_unknown_variant_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match="two_invoices"):
        make("toll", 1, format="pdf", options=Options(variant="three_invoices"))


def test_text_files_cannot_be_degraded() -> None:
    with pytest.raises(ValueError, match="scanned"):
        make("toll", 1, format="pdf", degradation="photo")


@pytest.mark.parametrize("variant", VARIANTS["ofd"])
def test_every_variant_of_an_ofd_has_its_pages(variant: str) -> None:
    package = zipfile.ZipFile(io.BytesIO(make("e_vat_special", 3, format="ofd", options=Options(variant=variant)).data))

    assert "Doc_0/Pages/Page_0/Content.xml" in package.namelist()
    assert ("Doc_0/Tags/CustomTag.xml" in package.namelist()) == (variant in ("tags", "tall"))


def texts(data: bytes) -> list[str]:
    """The text of each page without blanks."""
    return ["".join(page.get_textpage().get_text_range().split()) for page in pypdfium2.PdfDocument(data)]
