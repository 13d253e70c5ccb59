"""印刷序号 of paper air itineraries: ten digits and their remainder mod 7; the 验证码 is digits 7 to 10."""

from __future__ import annotations

import re

from invoiceocr.text.folding import fold

DIVISOR = 7
_SHAPE = re.compile(r"[0-9]{11}")


def compact(text: str) -> str:
    """The digits of *text* in half width, without blanks and hyphens.

    >>> compact("1234567890 3")
    '12345678903'
    """
    return re.sub(r"[\s-]", "", fold(text))


def parse(text: str) -> str | None:
    """The serial when it has 11 digits, check digit aside; else None.

    >>> parse("1234567890 3"), parse("1234567890")
    ('12345678903', None)
    """
    serial = compact(text)
    return serial if _SHAPE.fullmatch(serial) else None


def is_valid(text: str) -> bool:
    """Whether the last digit is the first ten mod 7.

    >>> is_valid("12345678903"), is_valid("12345678904")
    (True, False)
    """
    serial = parse(text)
    return serial is not None and int(serial[:10]) % DIVISOR == int(serial[10])


def to_text(value: str) -> str:
    """*value* as printed: the check digit apart.

    >>> to_text("12345678903")
    '1234567890 3'
    """
    return f"{value[:10]} {value[10:]}"


def verification_code(text: str) -> str | None:
    """The 验证码 that belongs to a serial, None when *text* is none.

    >>> verification_code("1234567890 3")
    '7890'
    """
    serial = parse(text)
    return serial[6:10] if serial else None
