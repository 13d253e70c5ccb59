"""发票号码: 8 digits, unique with their code, or the 20 digits of a 数电票 (`YY RR C` and a sequence).

No check digit is defined. What the fifth digit of a 数电票 number means was inferred from samples: a hint only.
"""

from __future__ import annotations

import re
from typing import Literal

from invoiceocr.text.folding import fold
from invoiceocr.values import provinces

Channel = Literal["official", "platform", "self_issued", "air", "rail"]
FIRST_DIGITAL_YEAR = 2021  # 数电票 began on 2021-12-01
CHANNELS: dict[str, Channel] = {"0": "official", "2": "platform", "7": "self_issued", "8": "air", "9": "rail"}
KINDS: dict[Channel, str] = {"air": "digital_air", "rail": "digital_rail"}
DIGITAL_LENGTH = 20  # digits of the number of a 数电票, which needs no code
_MARK = re.compile(r"^(?:№|N[Oo0][.:：]?)+")
_SHAPE = re.compile(r"[0-9]{8}|[0-9]{20}")


def compact(text: str) -> str:
    """The digits of *text* in half width, without blanks, hyphens and the mark № or No.

    >>> compact("№ 1234 5678"), compact("No. 12345678")
    ('12345678', '12345678')
    """
    return _MARK.sub("", re.sub(r"[\s-]", "", fold(text)))


def parse(text: str) -> str | None:
    """The number when it has 8 or 20 digits, else None.

    >>> parse("No 12345678"), parse("25312000000012345678"), parse("123456789")
    ('12345678', '25312000000012345678', None)
    """
    number = compact(text)
    return number if _SHAPE.fullmatch(number) else None


def is_valid(text: str) -> bool:
    """Whether *text* is a number other than 00000000; of 20 digits, with a known region and a year from 2021 on.

    >>> is_valid("00000001"), is_valid("00000000"), is_valid("25312000000012345678"), is_valid("25992000000012345678")
    (True, False, True, False)
    """
    number = parse(text)
    if number is None or len(number) == 8:
        return number is not None and number.strip("0") != ""
    return region(number) is not None and year(number) is not None


def to_text(value: str) -> str:
    """*value* itself: numbers are printed without separators.

    >>> to_text("12345678")
    '12345678'
    """
    return value


def is_digital(text: str) -> bool:
    """Whether *text* has as many characters as the number of a 数电票, which nothing else on an invoice has.

    >>> is_digital("25312000000012345678"), is_digital("12345678")
    (True, False)
    """
    return len(text) == DIGITAL_LENGTH


def year(text: str) -> int | None:
    """The year of issue that a 20-digit number states, None for others and years before 2021.

    >>> year("25312000000012345678"), year("12345678")
    (2025, None)
    """
    number = _digital(text)
    stated = 2000 + int(number[:2]) if number else 0
    return stated if stated >= FIRST_DIGITAL_YEAR else None


def region(text: str) -> str | None:
    """The province or city that a 20-digit number states, None for others.

    >>> region("25312000000012345678"), region("25952000000012345678")
    ('上海', '深圳')
    """
    number = _digital(text)
    return provinces.of_digital(number[2:4]) if number else None


def channel(text: str) -> Channel | None:
    """How a 20-digit number was given out, None for others and unknown digits. A hint.

    >>> channel("25312000000012345678"), channel("25319100000012345678")
    ('platform', 'rail')
    """
    number = _digital(text)
    return CHANNELS.get(number[4]) if number else None


def kind(text: str) -> str | None:
    """The `kind` (field contract) that the channel hints at: `digital_air`, `digital_rail` or None.

    >>> kind("25319100000012345678"), kind("25312000000012345678")
    ('digital_rail', None)
    """
    given_out = channel(text)
    return KINDS.get(given_out) if given_out else None


def _digital(text: str) -> str | None:
    number = parse(text)
    return number if number and is_digital(number) else None
