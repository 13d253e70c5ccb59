"""校验码: 20 digits; 5 hex digits on Shenzhen blockchain invoices; 6 case-sensitive characters on fiscal bills.

It is a cryptogram of the issuing device: offline, only its shape can be verified.
"""

from __future__ import annotations

import re

from invoiceocr.text.folding import fold

GROUP = 5  # digits; printed as 58569 30272 33709 75117
_SHAPE = re.compile(r"[0-9]{20}|[0-9A-Fa-f]{5}|(?=[0-9]*[A-Za-z])[0-9A-Za-z]{6}")


def compact(text: str) -> str:
    """*text* in half width, without blanks and hyphens, its letters as printed.

    >>> compact("12345 67890 12345 67890")
    '12345678901234567890'
    """
    return re.sub(r"[\s-]", "", fold(text))


def parse(text: str) -> str | None:
    """The check code when it has one of the three shapes, else None.

    >>> parse("12345 67890 12345 67890"), parse("12a45"), parse("1234567890")
    ('12345678901234567890', '12a45', None)
    """
    code = compact(text)
    return code if _SHAPE.fullmatch(code) else None


def is_valid(text: str) -> bool:
    """Whether *text* has the shape of a check code.

    >>> is_valid("12345678901234567890"), is_valid("1234567890123456789")
    (True, False)
    """
    return parse(text) is not None


def to_text(value: str) -> str:
    """*value* as printed: 20 digits in groups of five.

    >>> to_text("12345678901234567890"), to_text("12a45")
    ('12345 67890 12345 67890', '12a45')
    """
    return (
        " ".join(value[start : start + GROUP] for start in range(0, len(value), GROUP)) if len(value) == 20 else value
    )
