"""Seats, berths and carriages: `07F号`, `12号下铺`, `05车`, `无座`."""

from __future__ import annotations

import re

from invoiceocr.text.folding import fold

STANDING = "无座"
_SHAPE = re.compile(r"(?:加)?[0-9]{1,3}[A-F]?(?:号?[上中下]铺?)?|无座|不对号")


def compact(text: str) -> str:
    """*text* in upper case and half width, without blanks and the word behind it (车, 号, 座).

    >>> compact("０７ｆ 号"), compact("05车"), compact("12号 下铺"), compact("无座")
    ('07F', '05', '12号下铺', '无座')
    """
    joined = re.sub(r"\s", "", fold(text)).upper()
    return joined if joined == STANDING else re.sub(r"(?:车厢?|号座?|座)+$", "", joined)


def parse(text: str) -> str | None:
    """The seat, berth or carriage, or None for anything else.

    >>> parse("07F号"), parse("12号下铺"), parse("无座"), parse("二等座")
    ('07F', '12号下铺', '无座', None)
    """
    seat = compact(text)
    return seat if _SHAPE.fullmatch(seat) else None


def is_valid(text: str) -> bool:
    """Whether *text* names a seat, a berth or a carriage.

    >>> is_valid("05车"), is_valid("北京南")
    (True, False)
    """
    return parse(text) is not None


def to_text(value: str) -> str:
    """*value* itself.

    >>> to_text("07F")
    '07F'
    """
    return value
