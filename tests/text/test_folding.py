from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoiceocr.text import folding


@pytest.mark.parametrize(
    ("printed", "folded"),
    [
        ("⾦额⽅⼈电⼦", "金额方人电子"),
        ("⻓城⻔⻋⻅⻚", "长城门车见页"),
        ("⼾名", "户名"),
        ("ＡＢｃ１２３", "ABc123"),
        ("１３％", "13%"),
        ("￥１．５０", "¥1.50"),
        ("ﬁlter", "filter"),
        ("\uf900", "豈"),
        ("︵续︶", "（续）"),
        ("A\u3000B\u00a0C\tD", "A B C D"),
    ],
)
def test_compatibility_forms_fold_to_what_they_stand_for(printed: str, folded: str) -> None:
    assert folding.fold(printed) == folded


@pytest.mark.parametrize(
    "printed",
    [*"（），。：；、“”‘’！？【】《》—…·～", "①", "⑩", "㎡", "№", "℃", "²", "Ⅱ", "½", "\ufe4a\ufe4b\ufe4c"],
)
def test_chinese_punctuation_and_forms_with_a_meaning_stay(printed: str) -> None:
    assert folding.fold(printed) == printed


@pytest.mark.parametrize(
    "invisible",
    ["\u200b", "\ufeff", "\u00ad", "\x00", "\x1b", "\ue000", "\uf8ff", "\U000f0000", "\u202e", "\ufe0f", "\r"],
)
def test_invisible_and_private_characters_are_dropped(invisible: str) -> None:
    assert folding.fold(f"金{invisible}额") == "金额"


def test_the_replacement_character_stays_because_it_marks_a_loss() -> None:
    assert folding.fold("12\ufffd5") == "12\ufffd5"


def test_line_feeds_survive_folding() -> None:
    assert folding.fold("03-/<\n>8*") == "03-/<\n>8*"


@given(st.text())
def test_folding_twice_changes_nothing(printed: str) -> None:
    once = folding.fold(printed)
    assert folding.fold(once) == once


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF)))
def test_plain_chinese_stays_as_printed(printed: str) -> None:
    assert folding.fold(printed) == printed


def test_every_kangxi_radical_becomes_a_character() -> None:
    radicals = [chr(point) for point in range(0x2F00, 0x2FD6)]
    assert all(unicodedata.name(folding.fold(radical)).startswith("CJK UNIFIED") for radical in radicals)


@pytest.mark.parametrize(
    ("parts", "joined"),
    [
        (["某某科技有限", "公司"], "某某科技有限公司"),
        (["*电子元件*ABC", "-12型"], "*电子元件*ABC-12型"),
        (["021-6543", "2100"], "021-65432100"),
        (["Acme Tra", "ding"], "Acme Trading"),
        (["Acme ", "Trading"], "Acme Trading"),
        (["Acme", "Trading"], "Acme Trading"),
        (["Co.,", "Ltd"], "Co., Ltd"),
        (["XC6", "SLX9"], "XC6SLX9"),
        (["1.", "5mm"], "1.5mm"),
        (["某某 ", " 公司"], "某某公司"),
        (["某某", "", "公司"], "某某公司"),
        ([], ""),
    ],
)
def test_a_wrapped_value_is_joined_as_it_was_before_the_wrap(parts: list[str], joined: str) -> None:
    assert folding.join_wrapped(parts) == joined


@given(st.lists(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1)))
def test_chinese_lines_join_without_any_space(parts: list[str]) -> None:
    assert folding.join_wrapped(parts) == "".join(parts)


def test_squeezing_keeps_one_space_between_latin_words_only() -> None:
    assert folding.squeeze("  规 格   USB  Type-C 接 口 （ 黑 ） ") == "规格 USB Type-C 接口（黑）"
