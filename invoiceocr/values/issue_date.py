"""Printed dates: `2024年03月05日`, `2024-3-5`, `20240305`, and the date of a printed or stored moment."""

from __future__ import annotations

import re
from datetime import date, datetime

from invoiceocr.text.folding import fold
from invoiceocr.values import clock

# from the first VAT invoices on; anything beyond is a misreading
FIRST_YEAR, LAST_YEAR = 1994, 2100
_HALF = str.maketrans("：．。—–−", ":..---")
_DATE = re.compile(
    r"(?P<day>[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}(?:日|(?![0-9]))|[0-9]{8}(?![0-9])"
    r"|[0-9]{4}(?P<sign>[-/. ])(?:[0-9]{1,2}(?P=sign)[0-9]{1,2}(?![0-9])"
    # day and time from cells side by side
    r"|[0-9]{2}(?P=sign)[0-9]{2}(?=[0-9]{2}:[0-9]{2})))[T ]?(?P<time>.*)"
)
# to the second or millisecond
_STORED = re.compile(r"([0-9]{8})([0-9]{2})([0-9]{2})([0-9]{2})(?:[0-9]{3})?")
_BLANKS = re.compile(r" ?([-年月/.]) ?| (?=日)")
_LETTER_SPACED = re.compile(r"[0-9] [0-9] [0-9] [0-9]年")


def compact(text: str) -> str:
    """*text* in half width; blanks are left only where they separate numbers.

    >>> compact("２０２４ 年 03 月 05 日"), compact("2024 - 03 - 05 14:30")
    ('2024年03月05日', '2024-03-05 14:30')
    """
    joined = _BLANKS.sub(r"\1", " ".join(fold(text).translate(_HALF).split()))
    return re.sub(r"(?<=[0-9]) (?=[0-9])", "", joined) if _LETTER_SPACED.match(joined) else joined


def parse(text: str) -> date | None:
    """The date, or None for anything else, days that don't exist and years outside 1994..2100.

    >>> parse("2024年3月5日"), parse("20240305"), parse("2024-03-05 14:30:00"), parse("2024年13月05日")
    (datetime.date(2024, 3, 5), datetime.date(2024, 3, 5), datetime.date(2024, 3, 5), None)
    """
    day, rest = split(text)
    return _day(day) if not rest or clock.is_valid(rest) else None


def is_valid(text: str) -> bool:
    """Whether *text* is a possible date of issue.

    >>> is_valid("2023年02月29日")
    False
    """
    return parse(text) is not None


def to_text(value: date) -> str:
    """*value* as invoices print it.

    >>> to_text(date(2024, 3, 5))
    '2024年03月05日'
    """
    return f"{value.year:04d}年{value.month:02d}月{value.day:02d}日"


def split(text: str) -> tuple[str, str]:
    """The text of the day and that of the time behind it, `("", "")` when it doesn't begin with a date.

    >>> split("2024年03月05日14:30开"), split("20240305143000"), split("14:30")
    (('2024年03月05日', '14:30开'), ('20240305', '14:30:00'), ('', ''))
    """
    moment = compact(text)
    if match := _STORED.fullmatch(moment):
        return match[1], f"{match[2]}:{match[3]}:{match[4]}"
    match = _DATE.fullmatch(moment)
    return (match["day"], match["time"].strip()) if match else ("", "")


def _day(text: str) -> date | None:
    """The date of a text like `2024年3月5日` or `20240305`."""
    numbers = re.findall(r"[0-9]+", text)
    if len(numbers) == 1:
        numbers = [text[:4], text[4:6], text[6:]]
    try:
        day = date(*map(int, numbers))
    except (TypeError, ValueError):
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


def day_of(value: date) -> date:
    """The day of a day or moment.

    >>> day_of(datetime(2024, 3, 5, 14, 30))
    datetime.date(2024, 3, 5)
    """
    return value.date() if isinstance(value, datetime) else value
