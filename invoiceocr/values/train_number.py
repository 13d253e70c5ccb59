"""车次: a letter for the class of the train, none for ordinary ones, and one to four digits."""

from __future__ import annotations

import re

from invoiceocr.text.folding import fold

_SHAPE = re.compile(r"[GDCZTKYSLPN]?[1-9][0-9]{0,3}")


def compact(text: str) -> str:
    """*text* in upper case and half width, without blanks and 次.

    >>> compact("ｇ 1234 次")
    'G1234'
    """
    return re.sub(r"\s", "", fold(text)).upper().rstrip("次")


def parse(text: str) -> str | None:
    """The number of the train, or None for anything else.

    >>> parse("G1234次"), parse("1461"), parse("G12345")
    ('G1234', '1461', None)
    """
    number = compact(text)
    return number if _SHAPE.fullmatch(number) else None


def is_valid(text: str) -> bool:
    """Whether *text* is the number of a train.

    >>> is_valid("K528"), is_valid("北京南")
    (True, False)
    """
    return parse(text) is not None


def to_text(value: str) -> str:
    """*value* itself.

    >>> to_text("G1234")
    'G1234'
    """
    return value
