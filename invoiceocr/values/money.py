"""Printed amounts in yuan: `¥1,234.50`, `￥-52.04`, `(52.04)`, `23.5元`.

The value is an exact `Decimal` with the printed decimals. A text that could mean two amounts is none: a blank
between digits is more often the gap between two columns than a thousands separator.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from invoiceocr.text.folding import fold

CENT = Decimal("0.01")

# characters; unit prices computed by issuers' software have up to thirty decimals
MAX_LENGTH = 80
_HALF = str.maketrans("−–—﹣﹘（）：，。．", "-----():,..")
_NOISE = re.compile(r"\(?[小大]写\)?:?|人民币|RMB|CNY|:")
_BLANKS = re.compile(r" ?([-¥(),.元圆负]) ?")
_LETTER_SPACED = re.compile(r"[-¥(负]*(?:[0-9][ ,])*[0-9]\.[0-9](?: [0-9])+[)元圆¥]*")
# up to 15 digits before the point: hundreds of 万亿, more than any invoice
_AMOUNT = re.compile(
    r"(?P<open>\()?(?P<outer>[-负])?¥?(?P<inner>-)?(?=\.?[0-9])(?P<whole>[1-9][0-9]{0,2}(?:,[0-9]{3}){1,4}|[0-9]{1,15})?"
    r"(?:\.(?P<decimals>[0-9]{1,30}))?[元圆¥]?(?(open)\))"
)


def compact(text: str) -> str:
    """*text* in half width, without currency names and without blanks but those between two numbers.

    >>> compact("人民币 ￥ １，２３４ ．５０"), compact("2 113.00")
    ('¥1,234.50', '2 113.00')
    """
    folded = _NOISE.sub("", fold(text).translate(_HALF).upper())
    spaced = _BLANKS.sub(r"\1", " ".join(folded.split()))
    return spaced.replace(" ", "") if _LETTER_SPACED.fullmatch(spaced) else spaced


@lru_cache(maxsize=1024)
def parse(text: str) -> Decimal | None:
    """The amount, or None for `***`, several numbers, broken thousands groups or anything else.

    >>> parse("¥1,234.50"), parse("￥-52.04"), parse("(7.00)"), parse("***"), parse("1,23"), parse("2 113.00")
    (Decimal('1234.50'), Decimal('-52.04'), Decimal('-7.00'), None, None, None)
    """
    match = _AMOUNT.fullmatch(compact(text)) if len(text) <= MAX_LENGTH else None
    if not match:
        return None
    printed = match.groupdict("")
    signs = printed["open"] + printed["outer"] + printed["inner"]
    value = Decimal(f"{printed['whole'].replace(',', '') or 0}.{printed['decimals']}")
    if len(signs) > 1:
        return None
    return value.copy_negate() if signs and value else value


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
