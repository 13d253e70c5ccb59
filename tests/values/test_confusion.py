from __future__ import annotations

from decimal import Decimal
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoiceocr.values import chinese_amount, confusion
from invoiceocr.values.confusion import Alphabet
from invoiceocr.values.tax_id import ALPHABET


@pytest.mark.parametrize(
    ("alphabet", "read", "meant"),
    [
        ("digits", "OoDQU口〇", "0000000"),
        ("digits", "Iil|!T", "111111"),
        ("digits", "ZzSsBGbqgA", "2255866994"),
        ("money", "Y100.00", "¥100.00"),
        ("money", "羊1O,OOO.SO", "¥10,000.50"),
        ("money", "-5B.00", "-58.00"),
        ("tax_id", "91110105ma01abcdsf", "91110105MA01ABCD5F"),
        ("tax_id", "9111B1O5MA01ABCD5F", "91118105MA01ABCD5F"),
        ("vin", "IM8GDM9AXKPO42788", "1M8GDM9AXKP042788"),
        ("words", "⊗壶仟武佰園登", "⊗壹仟贰佰圆整"),
        ("words", "删佰查拍圆集角", "捌佰壹拾圆柒角"),
        ("words", "捌任伍伯抬律圆雾叁甪陡公", "捌仟伍佰拾肆圆零叁角陆分"),
    ],
)
def test_look_alikes_become_what_only_the_alphabet_allows(alphabet: Alphabet, read: str, meant: str) -> None:
    assert confusion.repair_to(alphabet, read) == meant


@given(st.text("0123456789-. "))
def test_digits_stay_what_they_are(text: str) -> None:
    assert confusion.repair_to("digits", text) == text


@given(st.text(ALPHABET[10:], min_size=1, max_size=8))
def test_letters_of_the_tax_id_alphabet_stay_outside_the_region(text: str) -> None:
    assert confusion.repair_to("tax_id", text) == text


@given(st.integers(0, 10**14))
def test_words_of_the_alphabet_stay_what_they_are(yuan: int) -> None:
    words = chinese_amount.to_text(Decimal(yuan))
    assert confusion.repair_to("words", words) == words


@pytest.mark.parametrize("alphabet", get_args(Alphabet))
def test_alternatives_are_other_characters_and_go_both_ways(alphabet: Alphabet) -> None:
    for character in "0123456789ABCDEFGHJKLMNPQRTUWXY伍佰":
        others = confusion.alternatives(alphabet, character)
        assert character not in others
        assert len(set(others)) == len(others)
        assert all(character in confusion.alternatives(alphabet, other) for other in others)


def test_alternatives_of_a_tax_id_stay_in_its_alphabet() -> None:
    assert set("".join(confusion.alternatives("tax_id", character) for character in ALPHABET)) <= set(ALPHABET)
