"""Identifiers of no known structure: certificate, engine, order and account numbers, seats."""

from __future__ import annotations

import re

from invoiceocr.text.folding import fold
from invoiceocr.text.lazy_pattern import lazily

_PUNCTUATION = str.maketrans("（）：，。；！？［］—–−", "():,.;!?[]---")
_LEGIBLE = lazily(r"[0-9A-Z\u3400-\u9fff]")


def compact(text: str) -> str:
    """*text* in upper case and half width, without blanks.

    >>> compact("ｋａ－ ００１２")
    'KA-0012'
    """
    return re.sub(r"\s", "", fold(text).translate(_PUNCTUATION)).upper()


def parse(text: str) -> str | None:
    """The identifier, or None when there is no letter, digit or Chinese character in it.

    >>> parse("ka 0012"), parse("--")
    ('KA0012', None)
    """
    value = compact(text)
    return value if _LEGIBLE.search(value) else None


def is_valid(text: str) -> bool:
    """Whether *text* holds an identifier.

    >>> is_valid("无座"), is_valid("-")
    (True, False)
    """
    return parse(text) is not None


def to_text(value: str) -> str:
    """*value* itself.

    >>> to_text("KA0012")
    'KA0012'
    """
    return value
