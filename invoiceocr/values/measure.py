"""Measured quantities with their unit behind them: `12.4km`, `3.0公里`, `1.5吨`, `2.40元/公里`."""

from __future__ import annotations

import re
from decimal import Decimal

from invoiceocr.text.folding import fold

_MEASURE = re.compile(
    r"(?P<number>[0-9]{1,9}(?:\.[0-9]{1,6})?)"
    r"(?:公里|千米|米|km|k|m|吨|千克|公斤|kg|t|升|l|元(?:/?(?:公里|km))?|/(?:公里|km))?",
    re.IGNORECASE,
)


def compact(text: str) -> str:
    """*text* in half width, without blanks, signs of the yuan and thousands separators.

    >>> compact("１２．４ km"), compact("￥2.40 元/公里")
    ('12.4km', '2.40元/公里')
    """
    return re.sub(r"[\s,¥￥]", "", fold(text)).replace("．", ".")


def parse(text: str) -> Decimal | None:
    """The number with its printed decimals and without its unit, or None for anything else.

    >>> parse("12.4公里"), parse("3.0"), parse("2.40元/公里"), parse("公里")
    (Decimal('12.4'), Decimal('3.0'), Decimal('2.40'), None)
    """
    match = _MEASURE.fullmatch(compact(text))
    return Decimal(match["number"]) if match else None


def is_valid(text: str) -> bool:
    """Whether *text* is a number with or without a unit of length, weight or volume.

    >>> is_valid("1.5吨"), is_valid("12:30")
    (True, False)
    """
    return parse(text) is not None


def to_text(value: Decimal) -> str:
    """*value* with the decimals it has.

    >>> to_text(Decimal("12.40"))
    '12.40'
    """
    return f"{value:f}"
