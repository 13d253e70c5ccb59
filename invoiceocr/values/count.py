"""Counts of things: `3`, `3笔行程`, `共 12 单`."""

from __future__ import annotations

import re

from invoiceocr.text.folding import fold
from invoiceocr.text.lazy_pattern import lazily

_COUNT = lazily(r"共?(?P<number>[0-9]{1,6})[\u3400-\u9fff]{0,3}")


def compact(text: str) -> str:
    """*text* in half width, without blanks.

    >>> compact("共 ３ 笔")
    '共3笔'
    """
    return re.sub(r"\s", "", fold(text))


def parse(text: str) -> int | None:
    """The count, or None for anything else.

    >>> parse("3"), parse("共3笔行程"), parse("3.5"), parse("三")
    (3, 3, None, None)
    """
    match = _COUNT.fullmatch(compact(text))
    return int(match["number"]) if match else None


def is_valid(text: str) -> bool:
    """Whether *text* is a count.

    >>> is_valid("12单"), is_valid("单")
    (True, False)
    """
    return parse(text) is not None


def to_text(value: int) -> str:
    """*value* in digits.

    >>> to_text(3)
    '3'
    """
    return str(value)
