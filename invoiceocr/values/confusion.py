"""What recognizers confuse, by alphabet: look-alikes that only one character of the alphabet can explain.

`repair_to` maps those; `alternatives` lists the others, for searches that verify each candidate by a check
digit or an equation. Neither proves anything by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

Alphabet = Literal["digits", "money", "tax_id", "vin", "words"]
DIGITS = str.maketrans(
    "OoDQU口〇○○IlLi|丨!！TZzSsB&GbqgA", "00000000011111111" + "1" + "22" + "55" + "88" + "66" + "99" + "4"
)
# GB 32100 has no I O S V Z; V could be Y or U
TAX_ID = str.maketrans("IOSZ", "1052")
VIN = str.maketrans("IOQ", "100")  # GB 16735 has no I O Q
WORDS = str.maketrans(
    "园園員员国圈固因圖登雾0壶臺查貳武货参三律建健陡睦染漆集别扒删棚玫抬捨拍恰格搭伯百任千什方甪公",
    "圆圆圆圆圆圆圆圆圆整零零壹壹壹贰贰贰叁叁肆肆肆陆陆柒柒柒捌捌捌捌玖拾拾拾拾拾拾佰佰仟仟仟万角分",
)
# what ¥ is read as, at the head of an amount
CURRENCY = frozenset("YＹ羊半FV‡￥")
# of a unified social credit code: digits only
REGION = slice(2, 8)
# Pairs that both belong to the alphabet, each way round.
_PAIRS = {
    "digits": "17 38 68 56 08 49 06 27",
    "tax_id": "0D 0Q 0U DQ 1L 1T 17 LT 8B 83 BR B3 56 MN MW NW CG XK 6G 4A 49 YU 08 68",
    "vin": "0D 0U 1L 1T 17 8B BR 56 5S 2Z MN MW NW CG XK 6G 4A 49 UV VY 08 68 38",
    "words": "伍佰",
}
_PAIRS["money"] = _PAIRS["digits"]


def repair_to(alphabet: Alphabet, text: str) -> str:
    """*text* with every look-alike that only one character of *alphabet* explains replaced by it.

    >>> repair_to("digits", "O31OO19OOlO4"), repair_to("tax_id", "9111O1O5MAO1ABCD5F")
    ('031001900104', '91110105MA01ABCD5F')
    >>> repair_to("money", "Y1O0.5O"), repair_to("words", "壶佰园登")
    ('¥100.50', '壹佰圆整')
    """
    return _REPAIRS[alphabet](text)


def alternatives(alphabet: Alphabet, character: str) -> str:
    """The characters of *alphabet* that *character* may have been misread from, most alike first.

    >>> alternatives("digits", "7"), alternatives("tax_id", "0")
    ('12', 'DQU8')
    """
    return "".join(pair.replace(character, "") for pair in _PAIRS[alphabet].split() if character in pair)


def _digits(text: str) -> str:
    return text.translate(DIGITS)


def _money(text: str) -> str:
    """The head as ¥ where it looks like one, the rest as digits."""
    if text[:1] in CURRENCY and text[1:]:
        return "¥" + text[1:].translate(DIGITS)
    return text.translate(DIGITS)


def _tax_id(text: str) -> str:
    """Letters outside the alphabet, and in an 18-character code the digits-only region."""
    repaired = text.upper().translate(TAX_ID)
    if len(repaired) != 18:
        return repaired
    return repaired[: REGION.start] + repaired[REGION].translate(DIGITS) + repaired[REGION.stop :]


def _vin(text: str) -> str:
    return text.upper().translate(VIN)


def _words(text: str) -> str:
    return text.translate(WORDS)


_REPAIRS: dict[Alphabet, Callable[[str], str]] = {
    "digits": _digits,
    "money": _money,
    "tax_id": _tax_id,
    "vin": _vin,
    "words": _words,
}
