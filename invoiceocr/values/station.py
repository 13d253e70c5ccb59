"""Stations and stops by name, without 站: `北京南站` is `北京南`."""

from __future__ import annotations

import re

from invoiceocr.text.folding import fold
from invoiceocr.text.lazy_pattern import lazily

_SHAPE = lazily(r"[\u3400-\u9fff][\u3400-\u9fff·()0-9A-Z]{0,19}")
_BRACKETS = str.maketrans("（）", "()")


def compact(text: str) -> str:
    """*text* in half width, without blanks and 站 at its end.

    >>> compact("北京 南 站")
    '北京南'
    """
    return re.sub(r"\s", "", fold(text)).translate(_BRACKETS).removesuffix("站")


def parse(text: str) -> str | None:
    """The name of a station, or None for a text that can't be one.

    >>> parse("北京南站"), parse("G1234"), parse("Beijingnan")
    ('北京南', None, None)
    """
    name = compact(text)
    return name if _SHAPE.fullmatch(name) else None


def is_valid(text: str) -> bool:
    """Whether *text* can name a station.

    >>> is_valid("上海虹桥站"), is_valid("14:30")
    (True, False)
    """
    return parse(text) is not None


def to_text(value: str) -> str:
    """*value* as tickets print it.

    >>> to_text("北京南")
    '北京南站'
    """
    return f"{value}站"
