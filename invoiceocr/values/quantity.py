"""Quantities, distances and other plain numbers: any decimals, thousands separators, no currency sign."""

from __future__ import annotations

import re
from decimal import Decimal

from invoiceocr.values import money

_CURRENCY = re.compile(r"[¥元圆()]")


def compact(text: str) -> str:
    """*text* in half width, without blanks but those between two numbers.

    >>> compact("１，２００ ．５")
    '1,200.5'
    """
    return money.compact(text)


def parse(text: str) -> Decimal | None:
    """The number with its printed decimals, or None for amounts of money, several numbers or anything else.

    >>> parse("1,200.5"), parse("-3"), parse("¥3.00"), parse("3台")
    (Decimal('1200.5'), Decimal('-3'), None, None)
    """
    return None if _CURRENCY.search(compact(text)) else money.parse(text)


def is_valid(text: str) -> bool:
    """Whether *text* is a plain number.

    >>> is_valid("0.33333333"), is_valid("一")
    (True, False)
    """
    return parse(text) is not None


def to_text(value: Decimal) -> str:
    """*value* with the decimals it has.

    >>> to_text(Decimal("1200.50"))
    '1200.50'
    """
    return f"{value:f}"
