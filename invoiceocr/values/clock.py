"""Times of day: `14:30`, `14：30：05`, `14时30分`, `14:30开`."""

from __future__ import annotations

import re
from datetime import time

from invoiceocr.text.folding import fold

_TIME = re.compile(
    r"(?P<hour>[0-9]{1,2})[:时点](?P<minute>[0-9]{2})(?:[:分](?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]{1,9}))?秒?)?分?"
    r"(?:开|\+08:?00)?"
)


def compact(text: str) -> str:
    """*text* in half width, without blanks.

    >>> compact("１４ ： ３０")
    '14:30'
    """
    return re.sub(r"\s", "", fold(text)).replace("：", ":")


def parse(text: str) -> time | None:
    """The time of day to the second, or None for anything else, 24:00 and zones other than China's.

    >>> parse("14:30"), parse("7时05分"), parse("14:30:05.0"), parse("24:00")
    (datetime.time(14, 30), datetime.time(7, 5), datetime.time(14, 30, 5), None)
    """
    match = _TIME.fullmatch(compact(text))
    if not match:
        return None
    try:
        return time(int(match["hour"]), int(match["minute"]), int(match["second"] or 0))
    except ValueError:
        return None


def is_valid(text: str) -> bool:
    """Whether *text* is a time of day.

    >>> is_valid("23:59"), is_valid("12:60")
    (True, False)
    """
    return parse(text) is not None


def to_text(value: time) -> str:
    """*value* as tickets print it; seconds only where it has some.

    >>> to_text(time(14, 30)), to_text(time(14, 30, 5))
    ('14:30', '14:30:05')
    """
    return value.isoformat("seconds" if value.second else "minutes")
