"""Printed dates: `2024年03月05日`, `2024-3-5`, `20240305`, and the date of a printed or stored moment."""

from __future__ import annotations

import re
from datetime import date

from invoiceocr.values.text import fold

FIRST_YEAR, LAST_YEAR = 1994, 2100  # the first VAT invoices; beyond is a misreading
_PRINTED = re.compile(
    r"([0-9]{4}) ?[-年/. ] ?([0-9]{1,2}) ?[-月/. ] ?([0-9]{1,2}) ?日?(?:[T ]?[0-9]{1,2}[:时][0-9]{1,2}.*)?"
)
_DIGITS = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:[0-9]{2}[0-9]{2}(?:[0-9]{2}(?:[0-9]{3})?)?)?")


def compact(text: str) -> str:
    """*text* in half width with single blanks, none around Chinese characters.

    >>> compact("２０２４ 年 03 月 05 日")
    '2024年03月05日'
    """
    text = " ".join(fold(text).replace("：", ":").replace("—", "-").replace("−", "-").split())
    text = re.sub(r" ?([年月日]) ?", r"\1", text)
    return (
        text.replace(" ", "") if re.match(r"(?:[0-9] ){4}", text) or re.match(r"(?:[0-9] ){3}[0-9]年", text) else text
    )


def parse(text: str) -> date | None:
    """The date, or None for anything else, days that don't exist and years outside 1994..2100.

    >>> parse("2024年3月5日"), parse("20240305"), parse("2024-03-05 14:30:00"), parse("2024年13月05日")
    (datetime.date(2024, 3, 5), datetime.date(2024, 3, 5), datetime.date(2024, 3, 5), None)
    """
    digits = compact(text)
    match = _PRINTED.fullmatch(digits) or _DIGITS.fullmatch(digits)
    if not match or not FIRST_YEAR <= int(match[1]) <= LAST_YEAR:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


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
