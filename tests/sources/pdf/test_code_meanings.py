"""Codes of fonts that `ToUnicode` maps to other characters than those that they mean."""

from __future__ import annotations

import time
from unittest.mock import patch

import pytest
from handmade import FIRST, Sheet, stream, written
from remapping import rewritten

from invoiceocr.page import UNREAD
from invoiceocr.pipeline.reader import Reader
from invoiceocr.settings import Settings
from invoiceocr.sources.pdf import code_meanings
from invoiceocr.sources.pdf.code_meanings import misstated
from invoiceocr.sources.pdf.file import gathered
from invoiceocr.sources.pdf.pages import open_pdf

SYSTEM = b"/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>"
BELOW = b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light%s/FontDescriptor 4 0 R>>" % SYSTEM
DESCRIPTION = b"<</Type/FontDescriptor/FontName/STSong-Light>>"
PROGRAM = stream(b"OTTO", "")
ONE_BYTE = b"<</Type/Font/Subtype/TrueType/BaseFont/Arial/ToUnicode 2 0 R/FontDescriptor 4 0 R%s>>"


def composite(cmap: str) -> bytes:
    return b"<</Type/Font/Subtype/Type0/Encoding/%s/DescendantFonts[3 0 R]/ToUnicode 2 0 R>>" % cmap.encode()


def told(font: bytes, content: str, *more: bytes) -> frozenset[str] | None:
    """The characters that are misstated in a PDF of a *font*, which is mapped by *content*, and *more* objects."""
    objects = (font, stream(content.encode(), ""), *(more or (BELOW, DESCRIPTION)))
    data = b"%PDF-1.7\n" + b"".join(b"%d 0 obj\n%s\nendobj\n" % (i, each) for i, each in enumerate(objects, 1))
    return misstated(gathered(data, "a.pdf", Settings()))


def mapping(code: bytes | str, text: str) -> str:
    """The mapping of one code to a text."""
    digits = code if isinstance(code, str) else code.hex()
    return f"1 beginbfchar <{digits}> <{text.encode('utf-16-be').hex()}> endbfchar\n"


CODES = {
    "UniGB-UCS2-H": "中".encode("utf-16-be"),
    "UniGB-UTF16-V": "中".encode("utf-16-be"),
    "GBK-EUC-H": "中".encode("gbk"),
    "GBKp-EUC-V": "中".encode("gbk"),
    "GB-EUC-H": "中".encode("gbk"),
    "GBK2K-H": "中".encode("gbk"),
    "Identity-H": (4559).to_bytes(2, "big"),
}


@pytest.mark.parametrize("cmap", CODES)
def test_a_code_that_is_mapped_to_another_character_is_found(cmap: str) -> None:
    assert told(composite(cmap), mapping(CODES[cmap], "甲")) == {"甲"}
    assert told(composite(cmap), mapping(CODES[cmap], "中")) == frozenset()


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("1 beginbfrange <4e2d> <4e2e> <7532> endbfrange", {"\u7532", "\u7533"}),
        ("1 beginbfrange <4e2d> <2e> <7532> endbfrange", {"\u7532", "\u7533"}),
        ("1 beginbfrange <4e2d> <4e2e> [<4e2d> <7532>] endbfrange", {"甲"}),
        ("1 beginbfrange <4e00> <4e31> <0000> endbfrange", {chr(i) for i in range(1, 0x32)}),
        (mapping("4e2d", "甲乙"), {"甲", "乙"}),
        (mapping("4e2d", "、"), {"、"}),
        (mapping("3001", "中"), {"中"}),
        (mapping("2462", "3"), {"3"}),
    ],
)
def test_it_is_found_however_it_is_mapped(content: str, found: set[str]) -> None:
    assert told(composite("UniGB-UCS2-H"), content) == found


@pytest.mark.parametrize(
    "content",
    [
        "1 beginbfrange <0000> <ffff> <0000> endbfrange",
        "1 beginbfrange <ff10> <ff19> <0030> endbfrange",  # wide digits
        mapping("f900", "\u8c48"),  # a compatible form
        mapping("00b7", "・"),  # no letters
        mapping("4e2d", "\0"),
    ],
)
def test_other_forms_of_a_character_are_no_reason_for_doubt(content: str) -> None:
    assert told(composite("UniGB-UCS2-H"), content) == frozenset()


@pytest.mark.parametrize(
    ("encoding", "content", "found"),
    [
        (b"/Encoding/WinAnsiEncoding", mapping("42", "D"), {"D"}),
        (b"/Encoding/WinAnsiEncoding", mapping("42", "B"), set()),
        (b"", mapping("42", "D"), {"D"}),
        (b"/Encoding<</Differences[66/E]>>", mapping("42", "B"), {"B"}),
        (b"/Encoding<</Differences[66/E]>>", mapping("42", "E"), set()),
        (b"/Encoding<</Differences[1/uni4E2D/three]>>", mapping("01", "中") + mapping("02", "8"), {"8"}),
        (b"/Encoding<</Differences[66/bullet]>>", mapping("42", "B"), {"B"}),
    ],
)
def test_a_letter_of_one_byte_that_is_mapped_to_another_one_is_found(
    encoding: bytes, content: str, found: set[str]
) -> None:
    assert told(ONE_BYTE % encoding, content) == found


@pytest.mark.parametrize(
    "font",
    [
        composite("Identity-H"),
        ONE_BYTE % b"",
        composite("Odd-H"),
        composite("H").replace(b"/Encoding/H", b"/Encoding 9 0 R"),
    ],
)
def test_the_codes_of_an_embedded_font_mean_what_it_draws(font: bytes) -> None:
    embedded = DESCRIPTION.replace(b">>", b"/FontFile3 5 0 R>>")

    assert told(font, mapping("42", "D"), BELOW, embedded, PROGRAM) == frozenset()
    assert told(font, mapping("42", "D")) != frozenset()


def test_glyphs_of_another_collection_and_signs_have_no_meaning() -> None:
    other = BELOW.replace(b"(GB1)", b"(Identity)")

    assert told(composite("Identity-H"), mapping("0042", "D"), other, DESCRIPTION) == frozenset()
    assert told((ONE_BYTE % b"").replace(b"Arial", b"Symbol"), mapping("61", "α")) == frozenset()


@pytest.mark.parametrize(
    "font",
    [
        composite("UniGB-UCS2-H").replace(b"/Encoding", b"/Encoding%\n"),
        composite("Identity-H").replace(b"/Encoding", b"/Encoding%\n/UniGB-UCS2-H/X/Encoding"),
        composite("UniGB-UCS2-H").replace(b"/ToUnicode 2", b"/ToUnicode 9"),
        composite("UniGB-UCS2-H").replace(b"/ToUnicode 2", b"/ToUnicode%\n2"),
        composite("B5pc-H"),
    ],
)
def test_nothing_can_be_told_where_a_font_is_not_understood(font: bytes) -> None:
    assert told(font, mapping("4e2d", "中")) is None


def test_a_replaced_mapping_counts_too() -> None:
    items = [
        (1, composite("UniGB-UCS2-H")),
        (2, stream(mapping("4e2d", "甲").encode(), "")),
        (2, stream(mapping("4e2d", "中").encode(), "")),
    ]
    data = b"%PDF-1.7\n" + b"".join(b"%d 0 obj\n%s\nendobj\n" % item for item in items)

    assert misstated(gathered(data, "a.pdf", Settings())) == {"甲"}


def test_a_hostile_mapping_is_given_up_before_much_of_it_is_read() -> None:
    many = "beginbfrange " + "<0><ffff><1>" * 1000 + " endbf"
    with patch.object(code_meanings, "_differ", wraps=code_meanings._differ) as compared:
        assert told(composite("UniGB-UCS2-H"), many) is None

    assert compared.call_count <= code_meanings.MAX_STATED


def test_what_long_texts_of_many_codes_cost_is_counted_by_their_characters() -> None:
    many = f"1 beginbfrange <0000> <bfff> <{'0042' * 20_000}> endbfrange"
    start = time.thread_time()

    assert told(composite("UniGB-UCS2-H"), many) is None
    assert time.thread_time() - start < 1


def test_names_of_glyphs_that_only_an_embedded_font_knows_contradict_nothing() -> None:
    font = ONE_BYTE % b"/Encoding<</Differences[1/g12/g13]>>"
    described = b"<</Type/FontDescriptor/FontName/ABCDEF+SimSun/FontFile2 5 0 R>>"
    stated = mapping("01", "发") + mapping("02", "1")

    assert told(font, stated, BELOW, described, PROGRAM) == frozenset()
    assert told(font, stated, BELOW, DESCRIPTION) == {"发", "1"}


def sheet(content: str) -> bytes:
    """A page whose font without a program maps its codes by *content*."""
    data = written(Sheet(objects=(stream(content.encode(), ""),)))
    return rewritten(
        data, lambda body: body.replace(b"/DescendantFonts[5 0 R]", b"/DescendantFonts[5 0 R]/ToUnicode %d 0 R" % FIRST)
    )


OTHER = mapping("4e91", "华") + mapping("6816", "夏")  # 云 and 栖


def test_a_character_that_is_drawn_as_another_one_is_unread() -> None:
    (page,) = open_pdf(sheet(OTHER), "a.pdf", Settings(read_qr=False)).pages

    texts = [line.text for line in page.lines]
    assert any(text.endswith(f"{UNREAD}{UNREAD}示例科技有限公司") for text in texts)
    assert any("华夏示例科技有限公司" in line.text for line in page.hidden)


def test_a_name_that_is_drawn_as_another_one_is_never_accepted(reader: Reader) -> None:
    (found,) = reader.read(sheet(OTHER))

    assert found.evidence["buyer.name"].status == "doubtful"
    assert found.verdict == "review"
    assert "text-hidden" in {finding.rule for finding in found.findings}


def test_a_page_with_a_mapping_that_says_the_same_is_read_from_its_characters(reader: Reader) -> None:
    (found,) = reader.read(sheet(mapping("4e91", "云")))

    assert found.buyer is not None
    assert found.buyer.name == "云栖示例科技有限公司"
    assert "text-hidden" not in {finding.rule for finding in found.findings}
