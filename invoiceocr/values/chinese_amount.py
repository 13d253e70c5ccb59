"""Amounts in words: `壹佰贰拾叁圆肆角伍分`, `（负数）伍佰圆整` (支付结算办法, annex 1).

The words are a second witness of the total, so the parser refuses what a lost character could have made:
two digits in a row, 佰 or 仟 without a digit, a last digit whose unit or 零 is missing, 零 at the head.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from invoiceocr.text.folding import fold

DIGITS = "零壹贰叁肆伍陆柒捌玖"
UNITS = {"": 1, "拾": 10, "佰": 100, "仟": 1000}
WRITTEN = frozenset(f"{DIGITS}拾佰仟万亿圆角分整")
# of words in part legible: characters, and digits among them, that tell one amount from another
LEGIBLE, LEGIBLE_DIGITS = 6, 2
WAN, YI = 10**4, 10**8
LIMIT = 10**16  # yuan; 仟万亿 is the largest unit written
# characters; the longest amount below LIMIT has 40
MAX_LENGTH = 80
VARIANTS = str.maketrans(
    "一二三四五六七八九貳弐參参叄陸壱〇○O两兩十百千萬億圓元園园員正()",
    "壹贰叁肆伍陆柒捌玖贰贰叁叁叁陆壹零零零贰贰拾佰仟万亿圆圆圆圆圆整（）",
)
# ⊗ and what recognizers make of it; ○ only before a digit, elsewhere it is 零.
_PREFIX = re.compile(r"(?:人民币|[⊗ⓧⓍ⊠⨂⊕◎®×╳✕✖❌xX@8图¥:：]|[○◯](?=[壹贰叁肆伍陆柒捌玖拾])|[（(]?大写[）)]?)+")
_NEGATIVE = re.compile(r"（负数）|负数|负|（红字）")
_SHAPE = re.compile(
    r"(?:([零壹贰叁肆伍陆柒捌玖拾佰仟万亿]+)圆)?零?(?:([零壹贰叁肆伍陆柒捌玖])角)?零?(?:([零壹贰叁肆伍陆柒捌玖])分)?整?"
)
# at the head of four digits: a form's 零拾, or 壹拾 without its 壹?
_TEN_OR_NONE = re.compile(r"零+拾(?!零)")
# 零 that 支付结算办法 leaves to the writer: 万 or 圆 is 0 and 仟 or 角 is not; and 零圆 before coins
_OPTIONAL_ZERO = re.compile(
    r"(?<=[万亿])零(?=[壹贰叁肆伍陆柒捌玖]仟)|(?<=圆)零(?=[壹贰叁肆伍陆柒捌玖][角分])|^零圆(?=.)"
)
_TOKEN = re.compile(r"(零*)([壹贰叁肆伍陆柒捌玖]?)([拾佰仟]?)")


@dataclass(frozen=True, slots=True)
class Style:
    """How issuers differ: the closing word, the mark of negative amounts, 零 before a lone 分, 整 after 角."""

    whole: str = "整"
    negative: str = "（负数）"
    zero_before_fen: bool = True
    whole_after_jiao: bool = False


def compact(text: str) -> str:
    """The words as printed, without blanks, ⊗ or ⓧ, 人民币 and the label 大写; `（负数）` stays.

    >>> compact("⊗ 壹佰圆整"), compact("人民币(大写)：（负数）伍圆整")
    ('壹佰圆整', '（负数）伍圆整')
    """
    words = _without_prefix(re.sub(r"\s", "", fold(text)))
    sign = re.match(r"[（(]负数[）)]", words)
    return "（负数）" + _without_prefix(words[sign.end() :]) if sign else words


def parse(text: str) -> Decimal | None:
    """The amount with two decimals, or None when it isn't one or a character seems to be lost.

    >>> parse("壹拾圆零壹分"), parse("（负数）伍佰圆整"), parse("佰叁拾圆叁角肆分")
    (Decimal('10.01'), Decimal('-500.00'), None)
    """
    words = compact(text).translate(VARIANTS) if len(text) <= MAX_LENGTH else ""
    sign = _NEGATIVE.match(words)
    value = _unsigned(words[sign.end() :] if sign else words)
    return value.copy_negate() if sign and value else value


def is_valid(text: str) -> bool:
    """Whether *text* is an amount in words.

    >>> is_valid("壹佰元整"), is_valid("壹贰叁圆整")
    (True, False)
    """
    return parse(text) is not None


def is_standard(text: str) -> bool:
    """Whether *text* is an amount spelled as 支付结算办法 says, with each 壹 and 零 that it asks for. What was read
    and says an amount without one of them has probably lost it.

    >>> is_standard("壹拾元正"), is_standard("拾元正"), is_standard("伍仟陆拾圆整"), is_standard("壹拾万柒仟圆零伍分")
    (True, False, False, True)
    """
    value = parse(text)
    return value is not None and _essential(text) == _essential(to_text(value))


def _essential(text: str) -> str:
    """The words without sign, closing word and 零 that may be left out."""
    words = compact(text).translate(VARIANTS)
    sign = _NEGATIVE.match(words)
    return _OPTIONAL_ZERO.sub("", (words[sign.end() :] if sign else words).removesuffix("整"))


def may_say(text: str, value: Decimal) -> bool:
    """Whether what is legible of *text*, words that make no amount, stands in those of *value* in the same order and
    is enough to tell them from others. Of the units, one that does not fit is a misread figure, and tells nothing.

    >>> may_say("查佰柒拾肆元新路分", Decimal("174.24")), may_say("查佰柒拾肆元新路分", Decimal("164.24"))
    (True, False)
    >>> may_say("查佰柒拾肆元圆路分", Decimal("174.24")), may_say("查佰柒拾肆元圆路分", Decimal("174.00"))
    (True, False)
    """
    legible = [character for character in compact(text).translate(VARIANTS) if character in WRITTEN]
    if value.copy_abs() >= LIMIT - 1:
        return False
    words = to_text(value)
    return any(_is_enough(each) and _stands_in(each, words) for each in (legible, *_without_a_unit(legible)))


def _is_enough(legible: Sequence[str]) -> bool:
    """Whether *legible* characters of an amount tell it from others."""
    return len(legible) >= LEGIBLE and sum(character in DIGITS for character in legible) >= LEGIBLE_DIGITS


def _stands_in(legible: Iterable[str], words: str) -> bool:
    spelled = iter(words)
    return all(character in spelled for character in legible)


def _without_a_unit(legible: Sequence[str]) -> Iterator[Sequence[str]]:
    """*legible* without each one of its units."""
    for place, character in enumerate(legible):
        if character not in DIGITS:
            yield [*legible[:place], *legible[place + 1 :]]


def is_cut(text: str, value: Decimal) -> bool:
    """Whether *text* is the beginning of the words of *value*, and its end was lost.

    >>> is_cut("柒佰元玖角", Decimal("700.97")), is_cut("柒佰元玖角柒分", Decimal("700.97"))
    (True, False)
    """
    begun, whole = _essential(text), _essential(to_text(value))
    return begun != whole and whole.startswith(begun)


def to_text(value: Decimal, *, yuan: str = "圆", style: Style = Style()) -> str:
    """*value*, rounded half up to the cent, in words; ValueError from 10**16 - 1 yuan on.

    >>> to_text(Decimal("100500")), to_text(Decimal("-10.01"), yuan="元")
    ('壹拾万零伍佰圆整', '（负数）壹拾元零壹分')
    """
    if value.copy_abs() >= LIMIT - 1:
        raise ValueError(f"{value} is too large for an amount in words")
    cents = int(value.copy_abs().quantize(Decimal("0.01"), ROUND_HALF_UP) * 100)
    whole, rest = divmod(cents, 100)
    sign = style.negative if value < 0 and cents else ""
    if not whole and rest:
        return sign + _coins(rest, "", style)
    return sign + _whole(whole) + yuan + _coins(rest, "零" if style.zero_before_fen else "", style)


def _coins(cents: int, gap: str, style: Style) -> str:
    """角 and 分 of 0..99 cents and the closing word; *gap* stands in place of missing 角."""
    jiao, fen = divmod(cents, 10)
    words = DIGITS[jiao] + "角" if jiao else gap if fen else ""
    if fen:
        return words + DIGITS[fen] + "分"
    return words + style.whole if not jiao or style.whole_after_jiao else words


def _without_prefix(words: str) -> str:
    match = _PREFIX.match(words)
    return words[match.end() :] if match else words


def _unsigned(words: str) -> Decimal | None:
    match = _SHAPE.fullmatch(words)
    yuan = _integer(match[1] or "零") if match and any(match.groups()) else None
    if match is None or yuan is None:
        return None
    return Decimal(f"{yuan}.{DIGITS.index(match[2] or '零')}{DIGITS.index(match[3] or '零')}")


def _integer(words: str) -> int | None:
    """The number of yuan: what stands before 亿 times 10**8, and the rest."""
    head, yi, tail = words.rpartition("亿")
    high = _below_yi(head, leading=True) if yi else 0
    low = _below_yi(tail, leading=not yi) if tail or not yi else 0
    return None if high is None or low is None or (yi and not high) else high * YI + low


def _below_yi(words: str, *, leading: bool) -> int | None:
    head, wan, tail = words.rpartition("万")
    high = _section(head, leading=leading) if wan else 0
    low = _section(tail, leading=leading and not wan) if tail or not wan else 0
    return None if high is None or low is None else high * WAN + low


def _section(words: str, *, leading: bool) -> int | None:
    """The value of up to four digits with their units; *leading* when nothing stands before them."""
    value, above = 0, 0 if leading else WAN
    for zeros, digit, unit in _TOKEN.findall(words)[:-1]:
        number, size = _digit(zeros, digit, unit, above), UNITS[unit]
        if number is None or (above and size >= above):
            return None
        value, above = value + number * size, size
    return value if words and not _TEN_OR_NONE.match(words) else None


def _digit(zeros: str, digit: str, unit: str, above: int) -> int | None:
    """The digit of one token behind the unit *above* (0 at the head); None when a character seems lost."""
    if digit:
        unread = zeros if not above else above > 10 and not unit and not zeros
        return None if unread else DIGITS.index(digit)
    if zeros:
        return 0
    return 1 if unit == "拾" and not above else None  # 拾圆 for 壹拾圆


def _whole(number: int) -> str:
    """*number* below 10**16 in words; 零 for zero."""
    if number < WAN:
        return _four_digits(number) or "零"
    size, name = (YI, "亿") if number >= YI else (WAN, "万")
    high, low = divmod(number, size)
    gap = "零" if low < size // 10 else ""
    return _whole(high) + name + (gap + _whole(low) if low else "")


def _four_digits(number: int) -> str:
    words, gap = "", False
    for unit, size in reversed(UNITS.items()):
        if digit := number // size % 10:
            words += ("零" if gap and words else "") + DIGITS[digit] + unit
        gap = not digit
    return words
