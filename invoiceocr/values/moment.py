"""Moments, a day with a time: `2024年03月05日14:30开`, `2024-03-05T14:30:00`, `20240305143000`."""

from __future__ import annotations

from datetime import datetime

from invoiceocr.values import clock, issue_date


def compact(text: str) -> str:
    """*text* in half width; blanks are left only where they separate numbers.

    >>> compact("2024 年 03 月 05 日 14：30 开")
    '2024年03月05日 14:30 开'
    """
    return issue_date.compact(text)


def parse(text: str) -> datetime | None:
    """The moment in local time, without zone; None for anything else and for days without a time.

    >>> parse("2024年03月05日14:30开"), parse("20240305143000"), parse("2024-03-05")
    (datetime.datetime(2024, 3, 5, 14, 30), datetime.datetime(2024, 3, 5, 14, 30), None)
    >>> parse("2024-03-0514:30")
    datetime.datetime(2024, 3, 5, 14, 30)
    """
    day, rest = issue_date.split(text)
    on, at = issue_date.parse(day), clock.parse(rest)
    return datetime.combine(on, at) if on and at is not None else None


def is_valid(text: str) -> bool:
    """Whether *text* is a day with a time.

    >>> is_valid("2024-03-05 14:30"), is_valid("14:30")
    (True, False)
    """
    return parse(text) is not None


def to_text(value: datetime) -> str:
    """*value* as tickets print it.

    >>> to_text(datetime(2024, 3, 5, 14, 30))
    '2024年03月05日 14:30'
    """
    return f"{issue_date.to_text(value)} {clock.to_text(value.time())}"
