from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from invoiceocr.values import chinese_amount
from invoiceocr.values.chinese_amount import Style

VECTORS = [
    ("壹佰贰拾叁元肆角伍分", "123.45"),
    ("壹仟零伍元整", "1005"),
    ("壹万圆整", "10000"),
    ("壹拾圆壹分", "10.01"),
    ("壹拾圆零壹分", "10.01"),
    ("壹拾圆零柒角整", "10.7"),
    ("叁拾伍圆肆角陆分", "35.46"),
    ("贰拾元整", "20"),
    ("拾元整", "10"),
    ("壹亿零伍佰万元整", "105000000"),
    ("负壹佰元整", "-100"),
    ("（负数）伍佰圆整", "-500"),
    ("⊗壹佰圆整", "100"),
    ("人民币贰佰陆拾陆元伍角", "266.5"),
    ("玖角玖分", "0.99"),
    ("伍分", "0.05"),
    ("零圆整", "0"),
    ("壹佰万零壹元正", "1000001"),
    ("貳萬伍仟圓整", "25000"),
    ("壹万亿圆整", "1000000000000"),
    ("壹拾贰万叁仟肆佰伍拾陆亿柒仟捌佰玖拾万零壹佰贰拾叁元肆角伍分", "12345678900123.45"),
    ("壹佰园整", "100"),
]
ODD_BUT_TRUE = [
    ("陆拾捌圆贰角壹分", "68.21"),
    ("伍元陆角壹分", "5.61"),
    ("零壹角", "0.10"),
    ("壹佰圆", "100"),
    ("x壹佰圆整", "100"),
    ("ⓧ 壹佰 圆 整", "100"),
    ("○壹佰圆整", "100"),
    ("⊗（负数）伍佰圆整", "-500"),
    ("（负数）⊗伍佰圆整", "-500"),
    ("(负数)伍佰元整", "-500"),
    ("人民币（大写）：壹佰元整", "100"),
    ("壹佰零拾伍圆零角零分", "105"),
    ("零佰零拾伍元整", "5"),
    ("零拾零万零仟伍佰元整", "500"),
    ("参仟元整", "3000"),
    ("一百二十三元四角五分", "123.45"),
    ("两万元整", "20000"),
    ("壹万伍佰圆整", "10500"),
    ("（负数）零圆整", "0"),
]
LOST_CHARACTERS = [
    "",
    "圆整",
    "万仟柒佰陆拾陆圆整",
    "佰叁拾圆叁角肆分",
    "壹贰叁圆整",
    "壹佰圆伍",
    "壹仟伍圆整",
    "壹万伍圆整",
    "壹佰贰仟圆整",
    "壹佰拾圆整",
    "零壹佰圆整",
    "壹万零拾捌圆整",
    "零拾捌圆整",
    "亿圆整",
    "壹亿亿圆整",
    "壹万万圆整",
    "壹佰",
    "壹佰贰拾叁肆角",
    "壹佰圆整伍角",
    "伍分壹角",
    "壹佰圆整圆整",
    "¥100.00",
    "整",
    "（负数）",
    "壹佰\ufffd拾圆整",
]
STYLES = st.builds(
    Style,
    whole=st.sampled_from(["整", "正"]),
    negative=st.sampled_from(["负", "（负数）"]),
    zero_before_fen=st.booleans(),
    whole_after_jiao=st.booleans(),
)
CENTS = st.one_of(
    st.integers(-(10**18) + 101, 10**18 - 101), st.integers(0, 10**6), st.integers(0, 16).map(lambda power: 10**power)
)


@pytest.mark.parametrize(("words", "value"), VECTORS + ODD_BUT_TRUE)
def test_words_state_their_amount(words: str, value: str) -> None:
    assert chinese_amount.parse(words) == Decimal(value)


@pytest.mark.parametrize("words", LOST_CHARACTERS)
def test_words_that_may_have_lost_a_character_state_nothing(words: str) -> None:
    assert chinese_amount.parse(words) is None


@pytest.mark.parametrize("words", ["壹佰圆整", "伍分"])
def test_the_amount_always_has_two_decimals(words: str) -> None:
    value = chinese_amount.parse(words)
    assert value is not None
    assert value.as_tuple().exponent == -2


@settings(max_examples=400, deadline=None)
@given(cents=CENTS, yuan=st.sampled_from("圆元"), style=STYLES)
def test_every_amount_in_every_style_reads_back(cents: int, yuan: str, style: Style) -> None:
    value = Decimal(cents).scaleb(-2)
    assert chinese_amount.parse(chinese_amount.to_text(value, yuan=yuan, style=style)) == value


@settings(max_examples=300, deadline=None)
@given(cents=CENTS, data=st.data())
def test_a_lost_digit_is_never_read_as_the_amount_itself(cents: int, data: st.DataObject) -> None:
    # given an amount in words that loses one of its digits
    words = chinese_amount.to_text(Decimal(abs(cents)).scaleb(-2))
    places = [place for place, character in enumerate(words) if character in "壹贰叁肆伍陆柒捌玖"]
    place = data.draw(st.sampled_from(places)) if places else None
    # when what is left is read
    if place is None or words[place : place + 2] == "壹拾":
        return  # 拾圆 for 壹拾圆 is how some issuers write it
    value = chinese_amount.parse(words[:place] + words[place + 1 :])
    # then it is not taken for the whole
    assert value is None or value != Decimal(abs(cents)).scaleb(-2)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("0", "零圆整"),
        ("0.05", "伍分"),
        ("0.50", "伍角"),
        ("10", "壹拾圆整"),
        ("10.01", "壹拾圆零壹分"),
        ("10.70", "壹拾圆柒角"),
        ("1005.03", "壹仟零伍圆零叁分"),
        ("1010", "壹仟零壹拾圆整"),
        ("10000.01", "壹万圆零壹分"),
        ("100500", "壹拾万零伍佰圆整"),
        ("1000001", "壹佰万零壹圆整"),
        ("100010001.01", "壹亿零壹万零壹圆零壹分"),
        ("105000000", "壹亿零伍佰万圆整"),
        ("1000000000000", "壹万亿圆整"),
        ("-500", "（负数）伍佰圆整"),
        ("1.005", "壹圆零壹分"),
        ("-0.001", "零圆整"),
    ],
)
def test_amounts_are_written_as_the_rules_for_payment_say(value: str, words: str) -> None:
    assert chinese_amount.to_text(Decimal(value)) == words


@pytest.mark.parametrize(
    ("value", "style", "words"),
    [
        ("10.01", Style(zero_before_fen=False), "壹拾圆壹分"),
        ("0.50", Style(whole_after_jiao=True), "伍角整"),
        ("100", Style(whole="正"), "壹佰圆正"),
        ("-500", Style(negative="负"), "负伍佰圆整"),
    ],
)
def test_a_style_changes_only_what_it_names(value: str, style: Style, words: str) -> None:
    assert chinese_amount.to_text(Decimal(value), style=style) == words


@pytest.mark.parametrize("value", [Decimal(10**16), Decimal("9999999999999999.995"), Decimal("-1e40")])
def test_what_is_too_large_for_words_is_refused(value: Decimal) -> None:
    with pytest.raises(ValueError, match="too large"):
        chinese_amount.to_text(value)


@pytest.mark.parametrize(
    ("printed", "kept"),
    [
        ("⊗壹佰圆整", "壹佰圆整"),
        ("ⓧ 壹佰元整", "壹佰元整"),
        ("×壹佰園整", "壹佰園整"),
        ("人民币壹佰元整", "壹佰元整"),
        ("⊗(负数)伍佰圆整", "（负数）伍佰圆整"),
        ("负伍佰圆整", "负伍佰圆整"),
        ("零圆整", "零圆整"),
    ],
)
def test_the_printed_words_lose_their_mark_and_keep_their_sign(printed: str, kept: str) -> None:
    assert chinese_amount.compact(printed) == kept


@given(st.integers(1, 10**13))
def test_words_spelled_in_full_are_standard(cents: int) -> None:
    assert chinese_amount.is_standard(chinese_amount.to_text(Decimal(cents).scaleb(-2)))


@pytest.mark.parametrize("words", ["拾圆整", "拾贰万圆整", "伍仟陆拾圆整", "壹佰万伍佰圆整", "壹圆整角", ""])
def test_words_that_lack_a_character_are_not_standard(words: str) -> None:
    assert not chinese_amount.is_standard(words)


@pytest.mark.parametrize(
    "words",
    [
        "壹拾万柒仟元零伍角叁分",
        "壹拾万零柒仟元伍角叁分",
        "伍元零伍分",
        "伍元伍分",
        "伍角整",
        "（负数）壹拾圆整",
        "零圆伍角",
    ],
)
def test_words_may_leave_out_what_the_regulation_leaves_to_the_writer(words: str) -> None:
    assert chinese_amount.is_standard(words)


@pytest.mark.parametrize(
    ("text", "says"), [("查佰柒拾肆元查角查分", True), ("万佰柒拾肆元查查查分", True), ("万佰柒拾肆元查查查查", False)]
)
def test_words_in_part_legible_say_an_amount_if_enough_is_left_without_a_unit_that_does_not_fit(
    text: str, says: bool
) -> None:
    assert chinese_amount.may_say(text, Decimal("174.24")) is says


def test_words_in_part_legible_say_no_amount_that_is_too_large_for_words() -> None:
    assert not chinese_amount.may_say("查仟柒拾肆万亿元查分", Decimal(10**16))
