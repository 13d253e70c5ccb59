"""Telephone numbers as printed, with their mask: `138****0000`, `010-12345678`."""

from __future__ import annotations

import re

from invoiceocr.text.folding import fold

_SHAPE = re.compile(r"\+?[0-9*][0-9*()-]{4,18}[0-9*]")
_HALF = str.maketrans("—–−✱（）", "---*()")
FEWEST_DIGITS = 3  # that a mask leaves


def compact(text: str) -> str:
    """*text* in half width, without blanks.

    >>> compact("138 **** 0000")
    '138****0000'
    """
    return re.sub(r"\s", "", fold(text)).translate(_HALF)


def parse(text: str) -> str | None:
    """The number as printed, or None for anything else.

    >>> parse("138 **** 0000"), parse("010-12345678"), parse("*******"), parse("2024")
    ('138****0000', '010-12345678', None, None)
    """
    number = compact(text)
    digits = sum(character.isdigit() for character in number)
    return number if _SHAPE.fullmatch(number) and digits >= FEWEST_DIGITS else None


def is_valid(text: str) -> bool:
    """Whether *text* is a telephone number, masked or whole.

    >>> is_valid("13800000000"), is_valid("电话")
    (True, False)
    """
    return parse(text) is not None


def to_text(value: str) -> str:
    """*value* itself.

    >>> to_text("138****0000")
    '138****0000'
    """
    return value
