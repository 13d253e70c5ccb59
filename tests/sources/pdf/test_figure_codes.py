"""Fonts with several codes for a character of figures."""

from __future__ import annotations

import pytest

from invoiceocr.settings import Settings
from invoiceocr.sources.pdf.figure_codes import FIGURES, with_several_codes
from invoiceocr.sources.pdf.file import gathered

FONT = b"<</Type/Font/Subtype/Type0/Encoding/Identity-H/ToUnicode 2 0 R>>"


def several(*objects: bytes) -> frozenset[str]:
    """What has several codes in a PDF of these *objects*."""
    data = b"%PDF-1.7\n" + b"".join(b"%d 0 obj\n%s\nendobj\n" % (i, each) for i, each in enumerate(objects, 1))
    return with_several_codes(gathered(data, "a.pdf", Settings()))


def mapped(content: bytes) -> frozenset[str]:
    """What has several codes in a font that is mapped by *content*."""
    return several(FONT, b"<</Length %d>>stream\n%s\nendstream" % (len(content), content))


@pytest.mark.parametrize(
    "content",
    [
        b"2 beginbfchar <0012> <0038> <0013> <0038> endbfchar",
        b"1 beginbfchar <0012><0038> endbfchar 1 beginbfrange <0020> <0029> <0030> endbfrange",
        b"1 beginbfrange <0020> <0022> [<0038> <0041> <0038>] endbfrange",
        b"2 beginbfchar <00 12> <00\n38> <13> <0038> endbfchar",
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


def test_two_bytes_a_character_without_a_mapping_may_have_two_sets_of_digits() -> None:
    assert several(FONT.replace(b"/ToUnicode 2 0 R", b"")) == frozenset(FIGURES)
    assert several(FONT.replace(b"/ToUnicode 2 0 R", b"").replace(b"Identity-H", b"UniGB-UCS2-H")) == frozenset()
