"""证件号码 of passengers and payers as printed, with its mask: resident cards, passports, permits."""

from __future__ import annotations

import re

from invoiceocr.text.folding import fold

_SHAPE = re.compile(r"[0-9A-Z*]{5,20}")
_MASKS = str.maketrans("✱＊×•·", "*****")
FEWEST_LEGIBLE = 3  # characters that a mask leaves


def compact(text: str) -> str:
    """*text* in upper case and half width, without blanks; every sign of a mask is `*`.

    >>> compact("110101 1990 ＊＊＊＊ 001x")
    '1101011990****001X'
    """
    return re.sub(r"[\s()]", "", fold(text).translate(_MASKS)).upper()


def parse(text: str) -> str | None:
    """The number as printed, or None for anything else.

    >>> parse("1101011990****001X"), parse("E12345678"), parse("测试")
    ('1101011990****001X', 'E12345678', None)
    """
    number = compact(text)
    legible = sum(character.isdigit() for character in number)
    return number if _SHAPE.fullmatch(number) and legible >= FEWEST_LEGIBLE else None


def is_valid(text: str) -> bool:
    """Whether *text* can be the number of an identity document.

    >>> is_valid("1101011990****001X"), is_valid("****")
    (True, False)
    """
    return parse(text) is not None


def to_text(value: str) -> str:
    """*value* itself.

    >>> to_text("E12345678")
    'E12345678'
    """
    return value
