"""Fonts with several codes for a character of figures."""

from __future__ import annotations

from unittest.mock import patch

import pytest

from invoiceocr.settings import Settings
from invoiceocr.sources.pdf import figure_codes, mappings
from invoiceocr.sources.pdf.figure_codes import FIGURES, with_several_codes
from invoiceocr.sources.pdf.file import gathered
from invoiceocr.sources.pdf.objects import MAX_DICTIONARY

FONT = b"<</Type/Font/Subtype/Type0/Encoding/Identity-H/DescendantFonts[3 0 R]/ToUnicode 2 0 R>>"


def several(*objects: bytes) -> frozenset[str]:
    """What has several codes in a PDF of these *objects*."""
    data = b"%PDF-1.7\n" + b"".join(b"%d 0 obj\n%s\nendobj\n" % (i, each) for i, each in enumerate(objects, 1))
    return with_several_codes(gathered(data, "a.pdf", Settings()))


def mapped(content: bytes) -> frozenset[str]:
    """What has several codes in a font that is mapped by *content*."""
    return several(FONT, stream(content))


def stream(content: bytes) -> bytes:
    return b"<</Length %d>>stream\n%s\nendstream" % (len(content), content)


PLAIN = b"1 beginbfchar <0012> <0038> endbfchar"
TWICE = b"2 beginbfchar <0012> <0038> <0013> <0038> endbfchar"


@pytest.mark.parametrize("contents", [(PLAIN, TWICE), (TWICE, PLAIN)])
def test_a_mapping_under_a_number_that_another_one_has_tells_nothing(contents: tuple[bytes, bytes]) -> None:
    items = [(1, FONT), *((2, stream(content)) for content in contents)]
    data = b"%PDF-1.7\n" + b"".join(b"%d 0 obj\n%s\nendobj\n" % item for item in items)

    assert with_several_codes(gathered(data, "a.pdf", Settings())) == frozenset(FIGURES)


LONG = b"<</Type/Page>>" + b" " * MAX_DICTIONARY


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (
            FONT.replace(b"/Type0", b"/Type0%endobj\n"),
            FONT.replace(b"/Type0", b"/Type0%endobj\n").replace(b"2 0", b"4 0"),
        ),
        (b"<</A(endobj)/ToUnicode 2 0 R>>", b"<</A(endobj)/ToUnicode 4 0 R>>"),
        (b"<</endobj/A/ToUnicode 2 0 R>>", b"<</endobj/A/ToUnicode 4 0 R>>"),
        (b"[55/seven 128/seven]", b"[55/seven]"),
        (LONG, b"<</Type/Page/Annots[9 0 R]>>"),
    ],
    ids=["comment", "string", "name", "list of names", "read in part"],
)
def test_a_replaced_font_is_found_behind_whatever_hides_it(first: bytes, last: bytes) -> None:
    items = [(9, first), (2, stream(PLAIN)), (4, stream(PLAIN)), (9, last)]
    data = b"%PDF-1.7\n" + b"".join(b"%d 0 obj\n%s\nendobj\n" % item for item in items)

    assert with_several_codes(gathered(data, "a.pdf", Settings())) == frozenset(FIGURES)


def test_a_revision_that_repeats_a_font_and_changes_the_page_is_no_reason_for_doubt() -> None:
    items = [(1, FONT), (2, stream(PLAIN)), (4, b"<</Type/Page>>"), (4, b"<</Type/Page/Annots[9 0 R]>>"), (1, FONT)]
    items += [(5, b"[7 0 R]"), (5, b"[7 0 R 8 0 R]")]
    data = b"%PDF-1.7\n" + b"".join(b"%d 0 obj\n%s\nendobj\n" % item for item in items)

    assert with_several_codes(gathered(data, "a.pdf", Settings())) == frozenset()


@pytest.mark.parametrize(
    "content",
    [
        b"2 beginbfchar <0012> <0038> <0013> <0038> endbfchar",
        b"1 beginbfchar <0012><0038> endbfchar 1 beginbfrange <0020> <0029> <0030> endbfrange",
        b"1 beginbfrange <0020> <0022> [<0038> <0041> <0038>] endbfrange",
        b"2 beginbfchar <12><0038>\n<%s13> <0038> endbfchar" % (b"0" * 20),
        b"1 beginbfrange <0118> <19> <0038> endbfrange 1 beginbfchar <0012> <0038> endbfchar",  # to 0119
        b"%" + b"x" * 210_000 + b"\n2 beginbfchar <12> <0038> <13> <0038> endbfchar",
    ],
)
def test_two_codes_of_a_digit_are_found_however_they_are_mapped(content: bytes) -> None:
    assert mapped(content) == {"8"}


@pytest.mark.parametrize(
    "content",
    [
        b"1 beginbfrange <0010> <0019> <0030> endbfrange 1 beginbfchar <0012> <0032> endbfchar",  # one code, said twice
        b"2 beginbfchar <0012> <0038> <0013> <FF18> endbfchar",  # a wide digit is another character
        b"2 beginbfchar <0012> <4E2D> <0013> <4E2D> endbfchar",  # no digit
        b"2 beginbfchar <0012> <0038> <0013> <00380033> endbfchar",  # two characters for one glyph
        b"1 beginbfrange <0029> <0020> <0030> endbfrange 1 beginbfchar <0021> <0039> endbfchar",  # no range
    ],
)
def test_one_code_for_each_digit_is_no_reason_for_doubt(content: bytes) -> None:
    assert mapped(content) == frozenset()


def test_a_digit_named_twice_in_an_encoding_is_found() -> None:
    font = b"<</Type/Font/Subtype/TrueType/Encoding<</Differences[48/zero/one 65/A/three 97/three/four]>>>>"

    assert several(font) == {"3"}


@pytest.mark.parametrize(
    "names",
    [
        b"55/seven 128/u0037",
        b"55/seven 128/uni0037",
        b"55/seven 128/seven.alt",
        b"55/seven 0000155/seven",
    ],
)
def test_a_digit_named_in_another_way_is_found(names: bytes) -> None:
    assert several(b"<</Type/Font/Encoding<</Differences[%s]>>>>" % names) == {"7"}
    assert several(b"<</Type/Font/Encoding<</Differences 2 0 R>>>>", b"[%s]" % names) == {"7"}


def test_a_hyphen_named_again_for_the_code_of_the_soft_one_is_one() -> None:
    assert several(b"<</Type/Encoding/Differences[32/space 45/hyphen/period 173/hyphen]>>") == frozenset()


def test_a_code_of_the_mapping_and_one_of_the_encoding_are_two() -> None:
    font = b"<</Type/Font/Subtype/TrueType/ToUnicode 2 0 R/Encoding 3 0 R>>"
    map_of_one = stream(b"1 beginbfchar <12> <0037> endbfchar")

    assert several(font, map_of_one, b"<</Differences[55/seven]>>") == {"7"}
    assert several(font, map_of_one, b"<</Differences[18/seven]>>") == frozenset()


TWICE = b"2 beginbfchar <12> <0038> <13> <0038> endbfchar"


@pytest.mark.parametrize(
    "font",
    [
        b"<</ToUnicode" + b" " * 9 + b"2 0 R>>",
        b"<</Font<</F<</Type/Font/ToUnicode 2 0 R>>>>/Length 1>>stream\nq\nendstream",
    ],
)
def test_a_mapping_is_found_however_it_is_referred_to(font: bytes) -> None:
    assert several(font, stream(TWICE)) == {"8"}


@pytest.mark.parametrize(
    ("font", "item"),
    [
        (b"<</ToUnicode%\n2 0 R>>", b""),
        (FONT, b"<<>>"),
        (FONT, b"<</Length 95/Filter/ASCIIHexDecode>>stream\n%s>\nendstream" % TWICE.hex().encode()),
        (FONT, b"<</Length 3/Filter 4 0 R>>stream\n3E> %s\nendstream" % TWICE),
        (FONT, b"<</Length 3/Filter/FlateDecode>>stream\n%s\nendstream" % TWICE),
        (FONT, b"<</Length 3/DecodeParms<</Predictor 2>>>>stream\n%s\nendstream" % TWICE),
        (b"<</Differences%\n[55/seven]>>", b""),
        (b"<</Differences[55/seven 128%\n/seven]>>", b""),
        (b"<</Differences[55/seven 127(55)/seven]>>", b""),
        (b"<</Differences 2 0 R>>", b"3 0 R"),
    ],
)
def test_what_is_not_understood_may_have_several_codes_of_all(font: bytes, item: bytes) -> None:
    assert several(font, item) == frozenset(FIGURES)


@pytest.mark.parametrize(
    "content",
    [
        b"2 beginbfchar <12> <0038> <13> %\n<0038> endbfchar",
        b"2 beginbfchar <12> <0038> <13> <00 38> endbfchar",
        b"2 beginbfchar <12> <0038> <13> <00380> endbfchar",
        b"1 beginbfrange <20> <22> [<0038> <0041>] <0038> endbfrange",
        b"1 beginbfchar <12> <0038>",
        b"/Adobe-GB1-UCS2 usecmap 1 beginbfchar <12> <0038> endbfchar",
        b"",
    ],
)
def test_a_mapping_that_is_not_understood_may_have_several_codes_of_all(content: bytes) -> None:
    assert mapped(content) == frozenset(FIGURES)


def test_an_encrypted_mapping_tells_nothing() -> None:
    encrypted = b"<</Encrypt 9 0 R>>"

    assert several(FONT, stream(b"\x93\x11"), encrypted) == frozenset()
    assert several(FONT, stream(TWICE), encrypted) == {"8"}


@pytest.mark.parametrize(
    "content",
    [
        b"beginbfrange " + b"<1><2>[" * 50_000,
        b"beginbfchar" * 50_000,
        b"beginbfrange " + b"<0><ffff><0>" * 400_000 + b" endbf",
    ],
)
def test_a_hostile_mapping_is_given_up_before_much_of_it_is_read(content: bytes) -> None:
    with patch.object(figure_codes, "chr", wraps=chr, create=True) as told:
        assert mapped(content) == frozenset(FIGURES)

    assert told.call_count <= mappings.MAX_CODES + len(FIGURES)


def test_a_list_that_stays_open_ends_where_the_next_one_begins() -> None:
    # else many of them would each be searched to the end of the file
    assert several(b"<</Differences[/Differences[55/seven 128/seven]>>") == frozenset(FIGURES)
    assert mapped(b"1 beginbfrange <1><2>[<1><2>[<0038><0038>] endbfrange") == frozenset(FIGURES)


def test_the_mappings_of_a_file_have_one_budget() -> None:
    big = b"1 beginbfchar <12> <0038> endbfchar" + b" " * 30_000
    fonts = [b"<</ToUnicode %d 0 R>>" % (i + 11) for i in range(10)]
    file = [*fonts, *[stream(big)] * 10]

    assert several(*file) == frozenset()
    with patch.object(figure_codes, "MAX_MAPS", 200_000):
        assert several(*file) == frozenset(FIGURES)


def test_two_bytes_a_character_without_a_mapping_may_have_two_sets_of_digits() -> None:
    bare = FONT.replace(b"/ToUnicode 2 0 R", b"")

    assert several(bare) == frozenset(FIGURES)
    assert several(bare.replace(b"Identity-H", b"UniGB-UCS2-H")) == frozenset()


@pytest.mark.parametrize(
    ("ordering", "found"), [(b"(Identity)", set()), (b"(GB1)", set(FIGURES)), (b"<474231>", set(FIGURES))]
)
def test_the_codes_of_glyphs_that_have_no_meaning_tell_nothing(ordering: bytes, found: set[str]) -> None:
    font = FONT.replace(b"/ToUnicode 2 0 R", b"")
    descendant = b"<</Type/Font/Subtype/CIDFontType2/CIDSystemInfo<</Registry(Adobe)/Ordering%s>>>>" % ordering

    assert several(font, b"", descendant) == found
