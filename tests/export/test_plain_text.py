import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoiceocr.export.plain_text import harmless, is_formula, screen_text, xml_text


@given(st.text(st.characters()))
def test_xml_text_is_always_well_formed(text: str) -> None:
    element = ET.Element("t")
    element.text = xml_text(text)
    assert ET.fromstring(ET.tostring(element, "utf-8")) is not None


def test_ordinary_text_stays_as_it_is() -> None:
    text = "增值税（发票）\t¥1.00\n𠮷😀"
    assert (xml_text(text), harmless(text)) == (text, text)


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "\t=1", "\r=1", "  =1", "＝1", "＠a", "\n=1"])
def test_a_formula_is_made_harmless(text: str) -> None:
    assert is_formula(text)
    assert harmless(text) == f"'{text}"


@given(st.text())
def test_screen_text_holds_nothing_a_terminal_obeys(text: str) -> None:
    assert not any(ord(character) < 32 or 127 <= ord(character) < 160 for character in screen_text(text))


def test_screen_text_drops_escapes_and_direction_overrides() -> None:
    assert screen_text("a\x1b[31mb\u202ec\r\nd") == "a[31mbc d"
