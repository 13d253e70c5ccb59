"""居民身份证 (GB 11643): 18 characters with a mod 11-2 check; tickets mask some digits with asterisks."""

from __future__ import annotations

import re
from datetime import date

from invoiceocr.text.folding import fold
from invoiceocr.values import provinces

CHECKS = "10X98765432"
FIRST_BIRTH_YEAR, LAST_BIRTH_YEAR = 1900, 2099
_SHAPE = re.compile(r"[0-9]{17}[0-9X]")
_MASKED = re.compile(r"(?=.*\*)[0-9]{4}[0-9*]{13}[0-9*X]")


def compact(text: str) -> str:
    """*text* in upper case and half width, without blanks; every kind of asterisk is `*`.

    >>> compact("11010519491231002x")
    '11010519491231002X'
    """
    return re.sub(r"\s", "", fold(text)).upper().replace("×", "*")


def parse(text: str) -> str | None:
    """The number, masked or not, when it has the shape of one; check digit and birth date aside.

    >>> parse("11010519491231002X"), parse("1101051949****002X"), parse("110")
    ('11010519491231002X', '1101051949****002X', None)
    """
    number = compact(text)
    return number if _MASKED.fullmatch(number) or _SHAPE.fullmatch(number) else None


def is_valid(text: str) -> bool:
    """Whether province, birth date and check digit are right; of a masked number only the province is looked at.

    >>> is_valid("11010519491231002X"), is_valid("110105194912310021"), is_valid("1101051949****002X")
    (True, False, True)
    """
    number = parse(text)
    if number is None or number[:2] not in provinces.PROVINCES:
        return False
    return "*" in number or (_birth(number[6:14]) is not None and check_digit(number[:17]) == number[17])


def is_valid_old(text: str) -> bool:
    """Whether *text* is a 15-digit number of before 1999: region, birth date with a two-digit year, sequence.

    >>> is_valid_old("110105491231002"), is_valid_old("110105491331002")
    (True, False)
    """
    number = compact(text)
    shape = re.fullmatch(r"[0-9]{15}", number)
    return bool(shape) and number[:2] in provinces.PROVINCES and _birth("19" + number[6:12]) is not None


def to_text(value: str) -> str:
    """*value* itself.

    >>> to_text("11010519491231002X")
    '11010519491231002X'
    """
    return value


def check_digit(first17: str) -> str:
    """The 18th character: weights 2**(17-i) mod 11.

    >>> check_digit("11010519491231002")
    'X'
    """
    total = sum(int(digit) * pow(2, 17 - position, 11) for position, digit in enumerate(first17))
    return CHECKS[total % 11]


def _birth(digits: str) -> date | None:
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
    return born if FIRST_BIRTH_YEAR <= born.year <= LAST_BIRTH_YEAR else None
