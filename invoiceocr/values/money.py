"""Printed amounts in yuan: `¥1,234.50`, `￥-52.04`, `(52.04)`, `23.5元`.

The value is an exact `Decimal` with the printed decimals. A text that could mean two amounts is none: a blank
between digits is more often the gap between two columns than a thousands separator.
"""

from __future__ import annotations

import re
from decimal import Decimal

from invoiceocr.values.text import fold

MAX_DIGITS = 15  # before the point: hundreds of 万亿, more than any invoice
MAX_DECIMALS = 30  # unit prices computed by issuers' software run to twenty and more
MAX_LENGTH = 80  # characters
_HALF = str.maketrans("−–—﹣﹘（）：，。．", "-----():,..")
_NOISE = re.compile(r"\(?[小大]写\)?:?|人民币|RMB|CNY|:")
_BLANKS = re.compile(r" ?([-¥(),.元圆负]) ?")
_LETTER_SPACED = re.compile(r"(?<![0-9])(?:[0-9] )*[0-9](?:,(?:[0-9] ){2}[0-9])*\.[0-9] [0-9](?![0-9])")
_AMOUNT = re.compile(
    r"(?P<open>\()?(?P<outer>[-负])?(?:¥)?(?P<inner>-)?"
    r"(?P<whole>[1-9][0-9]{0,2}(?:,[0-9]{3})+|[0-9]+)?(?:\.(?P<decimals>[0-9]+))?[元圆¥]?(?P<close>\))?"
)


def compact(text: str) -> str:
    """*text* in half width, without currency names and without blanks but those between two numbers.

    >>> compact("人民币 ￥ １，２３４ ．５０"), compact("2 113.00")
    ('¥1,234.50', '2 113.00')
    """
    folded = _NOISE.sub("", fold(text).translate(_HALF).upper())
    spaced = _BLANKS.sub(r"\1", " ".join(folded.split()))
    return _LETTER_SPACED.sub(lambda match: match[0].replace(" ", ""), spaced)


def parse(text: str) -> Decimal | None:
    """The amount, or None for `***`, several numbers, broken thousands groups or anything else.

    >>> parse("¥1,234.50"), parse("￥-52.04"), parse("(7.00)"), parse("***"), parse("1,23"), parse("2 113.00")
    (Decimal('1234.50'), Decimal('-52.04'), Decimal('-7.00'), None, None, None)
    """
    match = _AMOUNT.fullmatch(compact(text)) if len(text) <= MAX_LENGTH else None
    if not match or not (match["whole"] or match["decimals"]) or bool(match["open"]) != bool(match["close"]):
        return None
    signs = sum(bool(match[name]) for name in ("open", "outer", "inner"))
    whole, decimals = (match["whole"] or "0").replace(",", ""), match["decimals"] or ""
    if signs > 1 or len(whole) > MAX_DIGITS or len(decimals) > MAX_DECIMALS:
        return None
    negative = signs and (whole + decimals).strip("0")
    return Decimal(("-" if negative else "") + whole + ("." + decimals if decimals else ""))


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
