"""航班号 (IATA): two characters of the carrier, three or four digits, a letter behind them at times."""

from __future__ import annotations

import re

from invoiceocr.text.folding import fold

_SHAPE = re.compile(r"(?:[A-Z]{2}|[A-Z][0-9]|[0-9][A-Z])[0-9]{3,4}[A-Z]?")


def compact(text: str) -> str:
    """*text* in upper case and half width, without blanks and hyphens.

    >>> compact("ca 1831")
    'CA1831'
    """
    return re.sub(r"[\s-]", "", fold(text)).upper()


def parse(text: str) -> str | None:
    """The number of the flight, or None for anything else.

    >>> parse("CA1831"), parse("3U 8633"), parse("1831")
    ('CA1831', '3U8633', None)
    """
    number = compact(text)
    return number if _SHAPE.fullmatch(number) else None


def is_valid(text: str) -> bool:
    """Whether *text* is the number of a flight.

    >>> is_valid("MU5101"), is_valid("VOID")
    (True, False)
    """
    return parse(text) is not None


def to_text(value: str) -> str:
    """*value* itself.

    >>> to_text("CA1831")
    'CA1831'
    """
    return value
