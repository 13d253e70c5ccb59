"""组织机构代码 (GB 11714): eight characters and a mod 11 check, printed `XXXXXXXX-X`."""

from __future__ import annotations

import re

from invoiceocr.text.folding import fold

WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_SHAPE = re.compile(r"[0-9A-Z]{8}[0-9X]")


def compact(text: str) -> str:
    """*text* in upper case and half width, without blanks and hyphens.

    >>> compact("12345678-8")
    '123456788'
    """
    return re.sub(r"[\s-]", "", fold(text)).upper()


def parse(text: str) -> str | None:
    """The nine characters when *text* has the shape of an organization code, check aside; else None.

    >>> parse("12345678-8"), parse("1234")
    ('123456788', None)
    """
    code = compact(text)
    return code if _SHAPE.fullmatch(code) else None


def is_valid(text: str) -> bool:
    """Whether *text* is an organization code whose check character is right.

    >>> is_valid("12345678-8"), is_valid("12345678-9")
    (True, False)
    """
    code = parse(text)
    return code is not None and check_character(code[:8]) == code[8]


def to_text(value: str) -> str:
    """*value* with the printed hyphen.

    >>> to_text("123456788")
    '12345678-8'
    """
    return f"{value[:8]}-{value[8:]}"


def check_character(first8: str) -> str:
    """The ninth character: 11 minus the weighted sum mod 11, 10 as X and 11 as 0.

    >>> check_character("M000100Y")
    '4'
    """
    total = sum(int(character, 36) * weight for character, weight in zip(first8, WEIGHTS, strict=True))
    return "0123456789X0"[11 - total % 11]
