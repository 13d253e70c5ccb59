"""机器编号: the number of the tax-control device, 12 digits; older devices differ."""

from __future__ import annotations

import re

from invoiceocr.text.folding import fold

USUAL_LENGTH = 12  # digits
_SHAPE = re.compile(r"[0-9]{8,16}")


def compact(text: str) -> str:
    """The digits of *text* in half width, without blanks and hyphens.

    >>> compact("４９９０ 0000 1234")
    '499000001234'
    """
    return re.sub(r"[\s-]", "", fold(text))


def parse(text: str) -> str | None:
    """The number when it has 8 to 16 digits, else None.

    >>> parse("4990 0000 1234"), parse("4990")
    ('499000001234', None)
    """
    number = compact(text)
    return number if _SHAPE.fullmatch(number) else None


def is_valid(text: str) -> bool:
    """Whether *text* is a number of the usual 12 digits.

    >>> is_valid("499000001234"), is_valid("49900000123")
    (True, False)
    """
    number = parse(text)
    return number is not None and len(number) == USUAL_LENGTH


def to_text(value: str) -> str:
    """*value* itself.

    >>> to_text("499000001234")
    '499000001234'
    """
    return value
