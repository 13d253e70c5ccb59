"""Numbers of printed tickets: a letter or two and six or seven digits (`E012345`), behind up to three more where a
machine sold it (`Z153C012345`), and the 21 characters below."""

from __future__ import annotations

import re

from invoiceocr.text.folding import fold

_TICKET = re.compile(r"[A-Z]?[0-9]{0,3}[A-Z]{1,2}[0-9]{6,7}")
_SERIAL = re.compile(r"[0-9]{14}[A-Z0-9]{7}")


def compact(text: str) -> str:
    """*text* in upper case and half width, without blanks and hyphens.

    >>> compact("e 012345")
    'E012345'
    """
    return re.sub(r"[\s-]", "", fold(text)).upper()


def parse(text: str) -> str | None:
    """The number of the ticket, or None for anything else.

    >>> parse("E012345"), parse("Z153C012345"), parse("012345")
    ('E012345', 'Z153C012345', None)
    """
    number = compact(text)
    return number if _TICKET.fullmatch(number) else None


def is_valid(text: str) -> bool:
    """Whether *text* has the shape of the number of a ticket.

    >>> is_valid("Z012345"), is_valid("G1234")
    (True, False)
    """
    return parse(text) is not None


def to_text(value: str) -> str:
    """*value* itself.

    >>> to_text("E012345")
    'E012345'
    """
    return value


def serial(text: str) -> str | None:
    """The 21 characters at the bottom of a train ticket, whose last seven are those of its number; else None.

    >>> serial("12345678901234 E012345"), serial("E012345")
    ('12345678901234E012345', None)
    """
    number = compact(text)
    return number if _SERIAL.fullmatch(number) else None
