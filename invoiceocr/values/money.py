"""Printed amounts in yuan: `¥1,234.50`, `￥-52.04`, `(52.04)`, `23.5元`.

The value is an exact `Decimal` with the printed decimals. A reading that could mean two amounts is none.
"""

from __future__ import annotations

import re
from decimal import Decimal

from invoiceocr.values.text import fold

MAX_DIGITS = 15  # before the point: 百万亿, more than any printed amount
_SIGNS = str.maketrans("−–—﹣﹘（）：，．", "-----():,.")
_NOISE = re.compile(r"\(?[小大]写\)?:?|人民币|RMB|CNY|:")
_AMOUNT = re.compile(
    r"(?P<open>\()?(?P<minus>-|负)? ?(?:¥ ?)?(?P<inner>-)? ?"
    r"(?P<whole>[0-9]{1,3}(?:(?: ?, ?| )[0-9]{3})+|[0-9]+)?(?: ?\. ?(?P<decimals>[0-9]+))? ?(?:¥|元|圆)?(?P<close>\))?"
)
_SPACED = re.compile(r"(?:[0-9.,] )+[0-9]")


def compact(text: str) -> str:
    """*text* in half width, without blanks.

    >>> compact("￥ １，２３４．５０")
    '¥1,234.50'
    """
    return _half(text).replace(" ", "")


def parse(text: str) -> Decimal | None:
    """The amount, or None for `***`, several numbers, broken thousands groups or anything else.

    >>> parse("¥1,234.50"), parse("￥-52.04"), parse("(7.00)"), parse("***"), parse("1,23")
    (Decimal('1234.50'), Decimal('-52.04'), Decimal('-7.00'), None, None)
    """
    match = _AMOUNT.fullmatch(_unspaced(_half(text)))
    if not match or not (match["whole"] or match["decimals"]) or bool(match["open"]) != bool(match["close"]):
        return None
    signs = sum(bool(match[name]) for name in ("open", "minus", "inner"))
    whole = re.sub(r"[ ,]", "", match["whole"] or "0")
    if signs > 1 or len(whole) > MAX_DIGITS:
        return None
    return Decimal("-" * signs + whole + (f".{match['decimals']}" if match["decimals"] else ""))


def is_valid(text: str) -> bool:
    """Whether *text* is a printed amount.

    >>> is_valid("¥0.00"), is_valid("¥")
    (True, False)
    """
    return parse(text) is not None


def to_text(value: Decimal, *, symbol: str = "") -> str:
    """*value* with the decimals it has, without thousands separators, after *symbol*.

    >>> to_text(Decimal("-52.04")), to_text(Decimal("1E+2"), symbol="¥")
    ('-52.04', '¥100')
    """
    return f"{symbol}{value:f}"


def _half(text: str) -> str:
    return _NOISE.sub("", " ".join(fold(text).translate(_SIGNS).upper().split())).strip()


def _unspaced(text: str) -> str:
    """Letter-spaced print (`1 2 3 . 4 5`) without its blanks; other text as it is."""
    return text.replace(" ", "") if _SPACED.fullmatch(text) else text
