import base64
import io
import warnings
import zipfile
from collections.abc import Mapping
from decimal import Decimal
from unittest.mock import patch

import numpy as np
import pytest
from ofd_builder import (
    BUYER_ID,
    NUMBER,
    OFD,
    PAYLOAD,
    digital_invoice,
    document,
    entry,
    image,
    original_invoice,
    package,
    page,
    path,
    png,
    qr_png,
    text,
    zipped,
)

from invoiceocr.errors import CorruptFileError, NoDocumentsError, TooLargeError, UnsafeFileError
from invoiceocr.page import Page
from invoiceocr.settings import Settings
from invoiceocr.sources.document import Document
from invoiceocr.sources.ofd import tags
from invoiceocr.sources.ofd.pages import open_ofd

SETTINGS = Settings()
WORDS = "一二三四五六七八九十甲乙丙丁戊己"
BODY = text(WORDS, "10 60 60 5")
LIST = f"<ofd:Attachments {OFD}><ofd:Attachment><ofd:FileLoc>{{}}</ofd:FileLoc></ofd:Attachment></ofd:Attachments>"
MORE = "<ofd:Attachments>Attachs/Attachments.xml</ofd:Attachments>"
MEDIA = (
    f'<ofd:Res {OFD} BaseLoc="Res"><ofd:MultiMedias><ofd:MultiMedia ID="7" Type="Image">'
    "<ofd:MediaFile>a.png</ofd:MediaFile></ofd:MultiMedia></ofd:MultiMedias></ofd:Res>"
)
WITH_MEDIA = "<ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes>"


def opened(members: Mapping[str, str | bytes], settings: Settings = SETTINGS) -> tuple[Document, list[Page]]:
    document = open_ofd(zipped(members), "a.ofd", settings)
    return document, list(document.pages)


def texts(found: Page) -> list[str]:
    return [line.text for line in found.lines]


def values(found: Document, source: str) -> dict[str, object]:
    (invoice,) = found.facts
    return {candidate.path: candidate.value for candidate in invoice.candidates if candidate.source == source}


def attached(xml: str | bytes, name: str = "original_invoice.xml") -> dict[str, str | bytes]:
    """An OFD of one page with the attachment."""
    return {
        **package(page(BODY)),
        "Doc_0/Document.xml": document("Pages/Page_0/Content.xml", more=MORE),
        "Doc_0/Attachs/Attachments.xml": LIST.format(name),
        f"Doc_0/Attachs/{name}": xml,
    }


def test_a_page_has_its_text_and_lines_in_points() -> None:
    found, pages = opened(package(page(text("发票号码：", "10 20 30 5"), BODY, path("M 0 0 L 100 0", "10 50 100 1"))))

    assert (found.format, found.source, len(found.sha256)) == ("ofd", "a.ofd", 64)
    assert (pages[0].number, round(pages[0].width), round(pages[0].height)) == (1, 595, 397)
    assert texts(pages[0]) == ["发票号码：", WORDS]
    assert {line.source for line in pages[0].lines} == {"ofd"}
    assert len(pages[0].lines[1].character_boxes) == len(WORDS)
    assert [ruling.horizontal for ruling in pages[0].rulings] == [True]


def test_templates_are_drawn_beneath_the_values() -> None:
    label = page(text("开票日期：", "10 20 30 5"), area="")
    members = package(page(BODY, templates=("5",)), Doc_0__Tpls__Tpl_0__Content_xml=label)
    common = '<ofd:TemplatePage ID="5" BaseLoc="TPLS/Tpl_0/Content.xml"/><ofd:TemplatePage ID="6" BaseLoc="none.xml"/>'
    _, pages = opened({**members, "Doc_0/Document.xml": document("Pages/Page_0/Content.xml", common=common)})

    assert texts(pages[0]) == ["开票日期：", WORDS]


def test_annotations_bring_their_text() -> None:
    appearance = (
        f'<ofd:Annot><ofd:Appearance Boundary="100 0 50 20">{text("作废", "10 10 20 5")}</ofd:Appearance></ofd:Annot>'
    )
    members = {
        **package(page(BODY)),
        "Doc_0/Document.xml": document(
            "Pages/Page_0/Content.xml", more="<ofd:Annotations>Annots/Annotations.xml</ofd:Annotations>"
        ),
        "Doc_0/Annots/Annotations.xml": f'<ofd:Annotations {OFD}><ofd:Page PageID="1">'
        "<ofd:FileLoc>Page_0/Annotation.xml</ofd:FileLoc></ofd:Page></ofd:Annotations>",
        "Doc_0/Annots/Page_0/Annotation.xml": f"<ofd:PageAnnot {OFD}>{appearance}</ofd:PageAnnot>",
    }
    _, pages = opened(members)

    assert texts(pages[0]) == ["作废", WORDS]
    assert pages[0].lines[0].box.x0 == pytest.approx(110 * 72 / 25.4)


def test_text_off_the_page_or_too_small_to_see_is_dropped() -> None:
    tiny = text("看不见", "30 20 30 5", Size="0")
    _, pages = opened(package(page(BODY, text("第二开票人", "30 285 30 5"), text("左边", "-40 20 30 5"), tiny)))

    assert texts(pages[0]) == [WORDS]


def test_the_own_area_of_a_page_comes_before_the_documents() -> None:
    common = "<ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>"
    members = {
        **package(page(BODY, area="")),
        "Doc_0/Pages/Page_1/Content.xml": page(BODY, area="0 0 100 100"),
        "Doc_0/Document.xml": document("Pages/Page_0/Content.xml", "Pages/Page_1/Content.xml", common=common),
    }
    _, pages = opened(members)

    assert [round(found.height / 72 * 25.4) for found in pages] == [297, 100]


# where the text BODY stands: 10 mm from the left
@pytest.mark.parametrize(("area", "left"), [("30 40 210 140", 10), ("9 9 210 140", 10), ("-300 0 400 140", 10)])
def test_coordinates_begin_at_the_corner_of_the_page_wherever_that_is_said_to_be(area: str, left: float) -> None:
    _, pages = opened(package(page(BODY, area=area)))

    assert pages[0].lines[0].box.x0 == pytest.approx(left * 72 / 25.4)
    assert not pages[0].ambiguous


def test_the_place_of_a_page_is_subtracted_if_its_texts_are_on_it_only_then() -> None:
    _, pages = opened(package(page(text("电子发票", "310 120 30 5"), area="300 100 210 140")))

    assert pages[0].lines[0].box.x0 == pytest.approx(10 * 72 / 25.4)
    assert not pages[0].ambiguous


def test_a_page_that_shows_other_texts_where_its_place_is_subtracted_is_ambiguous() -> None:
    _, pages = opened(package(page(BODY, text("电子发票", "310 120 30 5"), area="300 100 210 140")))

    assert pages[0].ambiguous


@pytest.mark.parametrize(
    "spelling", ["Doc_0\\Document.xml", "/Doc_0/Document.xml", "doc_0/DOCUMENT.XML", "Document.xml"]
)
def test_the_document_is_found_however_it_is_spelled(spelling: str) -> None:
    _, pages = opened({**package(page(BODY)), "OFD.xml": entry(spelling)})

    assert texts(pages[0]) == [WORDS]


@pytest.mark.parametrize("place", ["Doc_0/Content_0.xml", "Doc_0/Pages/Page_0/Content.xml"])
def test_pages_that_no_list_names_are_found_where_there_is_no_list(place: str) -> None:
    members = {"OFD.xml": entry("Doc_0/Document.xml"), "Doc_0/Document.xml": document(), place: page(BODY)}
    _, pages = opened(members)

    assert texts(pages[0]) == [WORDS]


def test_a_package_with_two_members_of_one_name_or_with_versions_is_ambiguous() -> None:
    members = package(page(text("发票号码", "10 10 40 5")))
    versions = '</ofd:DocRoot><ofd:Versions><ofd:Version ID="2" BaseLoc="V.xml"/></ofd:Versions>'
    versioned = {**members, "OFD.xml": str(members["OFD.xml"]).replace("</ofd:DocRoot>", versions)}
    twice = io.BytesIO(zipped(members))
    with warnings.catch_warnings(), zipfile.ZipFile(twice, "a") as archive:
        warnings.simplefilter("ignore")  # zipfile warns of the second name
        archive.writestr("Doc_0/Pages/Page_0/Content.xml", page(text("发票代码", "10 10 40 5")))

    found = [open_ofd(data, "a.ofd", SETTINGS) for data in (zipped(members), zipped(versioned), twice.getvalue())]

    assert [document.ambiguous for document in found] == [False, True, True]


def test_pages_that_the_list_leaves_out_are_not_shown() -> None:
    _, pages = opened(package(page(BODY), Doc_0__Pages__Page_1__Content_xml=page(text("空白清单", "0 0 30 5"))))

    assert len(pages) == 1


@pytest.mark.parametrize("broken", ["", "<a>", f"<ofd:OFD {OFD}/>"])
def test_a_broken_entry_file_is_made_up_for(broken: str) -> None:
    _, pages = opened({**package(page(BODY)), "OFD.xml": broken})

    assert texts(pages[0]) == [WORDS]


def test_several_documents_in_one_package_number_their_pages_on() -> None:
    members = {
        "OFD.xml": entry("Doc_0/Document.xml", "Doc_1/Document.xml"),
        **{f"Doc_{rank}/Document.xml": document("Pages/Page_0/Content.xml") for rank in (0, 1)},
        **{f"Doc_{rank}/Pages/Page_0/Content.xml": page(BODY) for rank in (0, 1)},
        "Doc_0/Attachs/a.xml": digital_invoice(),
        "Doc_1/Attachs/a.xml": digital_invoice(number="25312000000012345679"),
    }
    found, pages = opened(members)

    assert [one.number for one in pages] == [1, 2]
    assert [one.page for one in found.facts] == [1, 2]


@pytest.mark.parametrize("name", ["original_invoice.xml", "附件.xml"])
def test_attachments_state_facts(name: str) -> None:
    found, _ = opened(attached(original_invoice(), name))

    assert values(found, "xml")["number"] == "12345678"
    assert values(found, "xml")["buyer.tax_id"] == BUYER_ID
    assert found.facts[0].page == 1


@pytest.mark.parametrize("xml", [b"", b"<a>", b"\0\1", "<a/>"])
def test_an_unreadable_attachment_fails_nothing(xml: str | bytes) -> None:
    found, pages = opened(attached(xml))

    assert found.facts == ()
    assert texts(pages[0]) == [WORDS]


def test_an_attachment_with_entities_makes_the_file_unsafe() -> None:
    with pytest.raises(UnsafeFileError):
        opened(attached('<!DOCTYPE a [<!ENTITY b "c">]><eInvoice/>'))


def test_outlines_longer_than_those_of_any_form_are_refused() -> None:
    endless = path("M 0 0 L 9 9 " * 100_000, "0 0 10 10")

    with pytest.raises(TooLargeError) as refusal:
        opened(package(page(endless)))

    assert refusal.value.code == "too_complex"


TAG_PAGE = page(
    text(NUMBER, "170 10 38 5", ID="20"),
    text("¥", "150 96 40 5", ID="21"),
    text("113.00", "154 96 40 5", ID="22"),
    text("*信息技术服务*技", "5 56 40 4", ID="23"),
    text("术服务费", "5 60 40 4", ID="24"),
    text("100.00", "127 56 25 4", ID="25"),
    text("*餐饮服务*餐费", "5 66 40 4", ID="26"),
    text("3.00", "127 66 25 4", ID="27"),
    text("70g", "60 66 25 4", ID="28"),
)


def referring(name: str, *objects: str) -> str:
    """A tag that points to the objects."""
    inner = "".join(f'<ofd:ObjectRef PageRef="1">{one}</ofd:ObjectRef>' for one in objects)
    return f"<ofd:{name}>{inner}</ofd:{name}>"


def tagged(*tags: str, root: str = "ofd:root") -> dict[str, str | bytes]:
    """An OFD of TAG_PAGE with a custom tag of the elements *tags*: "Name 20 21" refers to objects 20 and 21."""
    references = "".join(referring(*tag.split()) for tag in tags)
    more = "<ofd:CustomTags>Tags/CustomTags.xml</ofd:CustomTags>"
    return {
        **package(TAG_PAGE),
        "Doc_0/Document.xml": document("Pages/Page_0/Content.xml", more=more),
        "Doc_0/Tags/CustomTags.xml": f"<ofd:CustomTags {OFD}><ofd:CustomTag>"
        "<ofd:FileLoc>CustomTag.xml</ofd:FileLoc></ofd:CustomTag></ofd:CustomTags>",
        "Doc_0/Tags/CustomTag.xml": f"<{root} {OFD}>{references}</{root}>",
    }


def test_tags_state_the_text_of_the_objects_they_point_to() -> None:
    found, _ = opened(tagged("InvoiceNo 20", "TaxInclusiveTotalAmount 21 22", "Note 99"))

    stated = values(found, "ofd")
    assert (stated["number"], stated["total"]) == (NUMBER, Decimal("113.00"))
    assert "remarks" not in stated


@pytest.mark.parametrize("second", [NUMBER, "25312000000087600321"], ids=["the same", "another"])
def test_tags_that_point_to_the_numbers_of_two_invoices_state_nothing(second: str) -> None:
    members = tagged("InvoiceNo 20 22", "TaxInclusiveTotalAmount 21 25")
    content = str(members["Doc_0/Pages/Page_0/Content.xml"])
    members["Doc_0/Pages/Page_0/Content.xml"] = content.replace("113.00", second)

    found, _ = opened(members)

    assert not found.facts


def test_the_number_that_a_tag_points_to_may_consist_of_several_objects() -> None:
    members = tagged("InvoiceNo 20 22")
    content = str(members["Doc_0/Pages/Page_0/Content.xml"]).replace(NUMBER, NUMBER[:8])
    members["Doc_0/Pages/Page_0/Content.xml"] = content.replace("113.00", NUMBER[8:])

    found, _ = opened(members)

    assert values(found, "ofd")["number"] == NUMBER


def test_the_parts_of_a_number_are_compared_with_one_another_once() -> None:
    with patch.object(tags, "_from_top", wraps=tags._from_top) as ordered:
        opened(tagged("InvoiceNo 20 22"))

    assert ordered.call_count == 1


def test_a_tag_states_its_text_as_it_is_read_whatever_the_order_of_its_references() -> None:
    found, _ = opened(tagged("InvoiceNo 20", "TaxInclusiveTotalAmount 22 21", "Note 24 23"))

    stated = values(found, "ofd")
    assert (stated["total"], stated["remarks"]) == (Decimal("113.00"), "*信息技术服务*技术服务费")


def test_a_text_that_is_printed_twice_for_boldness_is_stated_once() -> None:
    found, _ = opened(tagged("InvoiceNo 20 20"))

    assert values(found, "ofd")["number"] == NUMBER


def test_what_a_tag_states_leads_back_to_the_page() -> None:
    found, pages = opened(tagged("InvoiceNo 20"))

    number = next(candidate for candidate in found.facts[0].candidates if candidate.path == "number")
    line = next(line for line in pages[0].lines if line.text == NUMBER)
    assert (number.page, number.box) == (1, line.box)


def test_flat_tags_of_several_items_are_sorted_into_rows_by_their_height() -> None:
    found, _ = opened(tagged("InvoiceNo 20", "Item 23 24", "Item 26", "Specification 28", "Amount 25", "Amount 27"))

    stated = values(found, "ofd")
    assert stated["items.0.name"] == "*信息技术服务*技术服务费"
    assert stated["items.1.name"] == "*餐饮服务*餐费"
    assert stated["items.1.specification"] == "70g"
    assert "items.0.specification" not in stated
    assert stated["items.1.amount"] == Decimal("3.00")


def test_rows_of_tags_stand_in_the_order_of_the_page_whatever_that_of_the_tags() -> None:
    found, _ = opened(tagged("InvoiceNo 20", "Item 26", "Item 23 24", "Amount 25", "Amount 27"))

    stated = values(found, "ofd")
    assert stated["items.1.name"] == "*餐饮服务*餐费"
    assert stated["items.1.amount"] == Decimal("3.00")


def test_a_text_that_two_tags_point_to_is_stated_once() -> None:
    found, _ = opened(tagged("InvoiceNo 20", "Item 26", "Item 26", "Amount 27"))

    assert values(found, "ofd")["items.0.name"] == "*餐饮服务*餐费"


def test_tags_without_all_amounts_state_no_rows() -> None:
    found, _ = opened(tagged("InvoiceNo 20", "Item 23 24", "Item 26", "Quantity 25", "Quantity 27", "Amount 27"))

    assert not [path for path in values(found, "ofd") if path.startswith("items.")]


@pytest.mark.parametrize("objects", ["23", "20 23"])
def test_a_number_that_a_tag_finds_elsewhere_is_none(objects: str) -> None:
    found, _ = opened(tagged(f"InvoiceNo {objects}", "TaxInclusiveTotalAmount 21 22"))

    stated = values(found, "ofd")
    assert "number" not in stated
    assert stated["total"] == Decimal("113.00")


def test_tags_with_an_empty_prefix_are_read() -> None:
    members = tagged("InvoiceNo 20", root=":eInvoice")
    members["Doc_0/Tags/CustomTag.xml"] = str(members["Doc_0/Tags/CustomTag.xml"]).replace(f" {OFD}", ' xmlns:=""')
    found, _ = opened(members)

    assert values(found, "ofd")["number"] == NUMBER


def test_custom_data_states_facts() -> None:
    custom = {
        "发票号码": NUMBER,
        "合计税额": "***",
        "合计金额": "100.00",
        "开票日期": "2025年06月01日",
        "native-producer": "x",
    }
    found, _ = opened({**package(page(BODY)), "OFD.xml": entry("Doc_0/Document.xml", custom=custom)})

    stated = values(found, "ofd")
    assert stated["number"] == NUMBER
    assert stated["total_excluding_tax"] == Decimal("100.00")
    assert "total_tax" not in stated


def test_attachment_and_custom_data_speak_of_one_invoice() -> None:
    members = {**attached(original_invoice()), "OFD.xml": entry("Doc_0/Document.xml", custom={"发票号码": "12345678"})}
    found, _ = opened(members)

    assert (values(found, "xml")["number"], values(found, "ofd")["number"]) == ("12345678", "12345678")


def test_the_qr_code_is_taken_from_the_attachment() -> None:
    _, pages = opened(attached(original_invoice(GraphCode=PAYLOAD)))

    assert pages[0].qr_payloads == (PAYLOAD,)


def test_the_qr_code_in_base64_is_decoded() -> None:
    _, pages = opened(attached(original_invoice(GraphCode=base64.b64encode(qr_png()).decode())))

    assert pages[0].qr_payloads == (PAYLOAD,)


def with_picture(content: str, picture: bytes) -> dict[str, str | bytes]:
    return {
        **package(content),
        "Doc_0/Document.xml": document("Pages/Page_0/Content.xml", more=WITH_MEDIA),
        "Doc_0/DocumentRes.xml": MEDIA,
        "Doc_0/Res/a.png": picture,
    }


def test_the_qr_code_is_decoded_from_its_picture() -> None:
    members = with_picture(page(BODY, image("7", "8 4 20 20")), qr_png())

    assert opened(members)[1][0].qr_payloads == (PAYLOAD,)
    assert opened(members, Settings(read_qr=False))[1][0].qr_payloads == ()


@pytest.mark.parametrize("picture", [b"", b"\x97JB2\r\n\x1a\n", b"\x89PNG\r\n\x1a\n broken"])
def test_a_picture_that_cannot_be_decoded_is_passed_over(picture: bytes) -> None:
    _, pages = opened(with_picture(page(BODY, image("7", "8 4 20 20")), picture))

    assert pages[0].qr_payloads == ()
    assert texts(pages[0]) == [WORDS]


def test_a_page_that_is_one_picture_is_handed_on_as_pixels() -> None:
    scan = np.full((140, 210, 3), 200, np.uint8)
    _, pages = opened(with_picture(page(image("7", "0 0 210 140"), text("1", "200 130 5 5")), png(scan)))

    assert pages[0].image is not None
    assert pages[0].image.pixels.shape == (140, 210, 3)
    assert (pages[0].width, pages[0].height, pages[0].lines) == (210, 140, ())


def test_a_small_picture_is_not_taken_for_the_page() -> None:
    _, pages = opened(with_picture(page(image("7", "8 4 20 20")), png(np.zeros((9, 9, 3), np.uint8))))

    assert pages[0].image is None


def test_a_cut_off_package_is_corrupt() -> None:
    with pytest.raises(CorruptFileError) as caught:
        open_ofd(zipped(package(page(BODY)))[:-40], "a.ofd", SETTINGS)

    assert caught.value.code == "corrupt_ofd"


@pytest.mark.parametrize(
    "members",
    [
        {"OFD.xml": entry("Doc_0/Document.xml")},
        {**package(page(BODY)), "Doc_0/Document.xml": "<a>"},
        package("<a>"),
    ],
)
def test_missing_and_malformed_parts_are_corrupt(members: Mapping[str, str | bytes]) -> None:
    with pytest.raises(CorruptFileError) as caught:
        opened(members)

    assert caught.value.code == "corrupt_ofd"


def test_an_ofd_without_pages_is_told() -> None:
    with pytest.raises(NoDocumentsError) as caught:
        opened({"OFD.xml": entry("Doc_0/Document.xml"), "Doc_0/Document.xml": document()})

    assert caught.value.code == "no_pages"


def test_more_pages_than_allowed_are_refused() -> None:
    members = {
        **package(page(BODY)),
        "Doc_0/Document.xml": document("Pages/Page_0/Content.xml", "Pages/Page_0/Content.xml"),
    }
    with pytest.raises(TooLargeError) as caught:
        opened(members, Settings(max_pages=1))

    assert caught.value.code == "too_many_pages"


def test_a_document_type_in_a_page_makes_the_file_unsafe() -> None:
    with pytest.raises(UnsafeFileError) as caught:
        opened(package('<!DOCTYPE a [<!ENTITY b "c">]><ofd:Page/>'))

    assert caught.value.code == "unsafe_xml"
