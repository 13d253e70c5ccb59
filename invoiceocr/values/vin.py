"""车辆识别代号 (GB 16735): 17 characters without I, O, Q; the ninth is a mod 11 check digit."""

from __future__ import annotations

import re

from invoiceocr.text.folding import fold

WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
VALUES = dict(
    zip("0123456789ABCDEFGHJKLMNPRSTUVWXYZ", (*range(10), *range(1, 9), *range(1, 6), 7, 9, *range(2, 10)), strict=True)
)
CHECK_POSITION = 8  # zero-based; its weight is 0
_SHAPE = re.compile(f"[{''.join(VALUES)}]{{17}}")


def compact(text: str) -> str:
    """*text* in upper case and half width, without blanks and hyphens.

    >>> compact("1m8gdm9a xkp042788")
    '1M8GDM9AXKP042788'
    """
    return re.sub(r"[\s-]", "", fold(text)).upper()


def parse(text: str) -> str | None:
    """The 17 characters when none of them is I, O or Q, check digit aside; else None.

    >>> parse("1M8GDM9AXKP042788"), parse("1M8GDM9AXKPO42788")
    ('1M8GDM9AXKP042788', None)
    """
    number = compact(text)
    return number if _SHAPE.fullmatch(number) else None


def is_valid(text: str) -> bool:
    """Whether the check digit is right: mandatory for vehicles made in China and North America, not elsewhere.

    >>> is_valid("1M8GDM9AXKP042788"), is_valid("1M8GDM9A1KP042788")
    (True, False)
    """
    number = parse(text)
    return number is not None and check_digit(number) == number[CHECK_POSITION]


def to_text(value: str) -> str:
    """*value* itself.

    >>> to_text("1M8GDM9AXKP042788")
    '1M8GDM9AXKP042788'
    """
    return value


def check_digit(number: str) -> str:
    """The ninth character that belongs to the other sixteen of *number*.

    >>> check_digit("1M8GDM9A0KP042788")
    'X'
    """
    total = sum(VALUES[character] * weight for character, weight in zip(number, WEIGHTS, strict=True))
    return "0123456789X"[total % 11]
