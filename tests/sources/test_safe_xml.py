import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoiceocr.errors import CorruptFileError, UnsafeFileError
from invoiceocr.sources import safe_xml

BILLION_LAUGHS = (
    b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><a>&c;</a>"""
)


def test_names_and_attributes_lose_their_prefixes() -> None:
    root = safe_xml.parse(b'<ofd:Page xmlns:ofd="u" ofd:ID="7"><ofd:Area/></ofd:Page>', "a.xml")

    assert (root.name, root.attributes["ID"], root.children[0].name) == ("Page", "7", "Area")


@pytest.mark.parametrize(
    "data",
    [
        b'<:eInvoice xmlns:=""><InvoiceNo>1</InvoiceNo></:eInvoice>',
        b"<fp:eInvoice><fp:InvoiceNo>1</fp:InvoiceNo></fp:eInvoice>",
        b'<eInvoice xmlns:fp="u"><x:InvoiceNo>1</x:InvoiceNo></eInvoice>',
    ],
)
def test_undeclared_and_empty_prefixes_are_tolerated(data: bytes) -> None:
    number = safe_xml.parse(data, "a.xml").first("InvoiceNo")

    assert number is not None
    assert number.text == "1"


@pytest.mark.parametrize(
    "data",
    [
        "<a>发票</a>".encode(),
        "\ufeff<a>发票</a>".encode(),
        "<?xml version='1.0' encoding='GBK'?><a>发票</a>".encode("gbk"),
        "<?xml version='1.0' encoding='gb2312'?><a>发票</a>".encode("gbk"),
        "<?xml version='1.0' encoding='UTF-8'?><a>发票</a>".encode("gbk"),
        "<?xml version='1.0' encoding='GBK'?><a>发票</a>".encode(),
        "<?xml version='1.0' encoding='no-such'?><a>发票</a>".encode("gbk"),
        "<?xml version='1.0' encoding='UTF-16'?><a>发票</a>".encode("utf-16"),
        "<a>发票</a>".encode("utf-16-be"),
        "\n  <?xml version='1.1'?><a>发票</a>\0\0".encode(),
        "<a>\x01发\x02票</a>".encode(),
        "<a><![CDATA[发票]]></a>".encode(),
    ],
)
def test_text_survives_wrong_declarations_and_encodings(data: bytes) -> None:
    assert safe_xml.parse(data, "a.xml").text == "发票"


@pytest.mark.parametrize(
    "data",
    [
        BILLION_LAUGHS,
        b'<!DOCTYPE a SYSTEM "http://127.0.0.1/a.dtd"><a/>',
        b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
        b'<!DOCTYPE a [<!ENTITY % b SYSTEM "file:///etc/passwd"> %b;]><a/>',
        b"<a>" * 5000 + b"</a>" * 5000,
    ],
)
def test_document_types_entities_and_deep_nesting_are_refused(data: bytes) -> None:
    with pytest.raises(UnsafeFileError) as caught:
        safe_xml.parse(data, "a.xml")

    assert caught.value.code == "unsafe_xml"


@pytest.mark.parametrize("data", [b"", b"<a>", b"<a></b>", b"<a/><b/>", b"<a>&undefined;</a>", b"<a \xff/>"])
def test_malformed_xml_is_corrupt(data: bytes) -> None:
    with pytest.raises(CorruptFileError) as caught:
        safe_xml.parse(data, "a.xml")

    assert caught.value.code == "corrupt_xml"


def test_raw_text_keeps_its_blanks() -> None:
    root = safe_xml.parse(b"<a>  x </a>", "a.xml")

    assert (root.raw, root.text) == ("  x ", "x")


def test_elements_are_walked_in_document_order() -> None:
    root = safe_xml.parse(b"<a><b><c/></b><b/><d/></a>", "a.xml")

    assert [node.name for node in root.walk()] == ["a", "b", "c", "b", "d"]
    assert len(list(root.all("b"))) == 2
    assert root.child("c") is None


@given(st.binary(max_size=300))
def test_any_bytes_give_a_tree_or_a_source_error(data: bytes) -> None:
    try:
        root = safe_xml.parse(b"<a>" + data + b"</a>", "a.xml")
    except (CorruptFileError, UnsafeFileError):
        return
    assert root.name == "a"
