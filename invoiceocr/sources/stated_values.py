"""Texts that an issuer's XML states, typed as the field contract has them; None where nothing is stated."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, time

from invoiceocr.values import chinese_amount, issue_date, money, rate
from invoiceocr.values.text import fold, join_wrapped

ABSENT = frozenset({"null", "NULL", "nil"})  # what serializers write for a missing value
_CLOCK = re.compile(r"(?:^|[ T])([01]?[0-9]|2[0-3]):([0-5][0-9])")


def identifier(text: str) -> str | None:
    """The text in half width and upper case, without blanks.

    >>> identifier(" 9111 0105ma01abcd5f ")
    '91110105MA01ABCD5F'
    """
    return check_code(text.upper())


def check_code(text: str) -> str | None:
    """The text in half width without blanks; its case is kept, as fiscal check codes need it.

    >>> check_code("12345 67890 12345 67890")
    '12345678901234567890'
    """
    return re.sub(r"\s", "", fold(text)) or None


def seat(text: str) -> str | None:
    """A carriage or seat without the word for it.

    >>> seat("05车"), seat("07F号"), seat("无座")
    ('05', '07F', '无座')
    """
    return re.sub(r"[车号]$", "", check_code(text) or "") or None


def station(text: str) -> str | None:
    """The name of a station without 站.

    >>> station("北京南站")
    '北京南'
    """
    return (check_code(text) or "").removesuffix("站") or None


def moment(text: str) -> datetime | None:
    """Day and minute of a text that has both.

    >>> moment("2025-03-21 13:53"), moment("2025-03-21")
    (datetime.datetime(2025, 3, 21, 13, 53), None)
    """
    clock = _CLOCK.search(text)
    day = issue_date.parse(text[: clock.start()]) if clock else None
    return datetime.combine(day, time(int(clock[1]), int(clock[2]))) if clock and day else None


def words(text: str) -> str | None:
    """The amount in words as printed, without ⊗ and 人民币.

    >>> words("ⓧ壹佰圆整")
    '壹佰圆整'
    """
    return chinese_amount.compact(text) or None


def lines(text: str) -> str | None:
    """The text with its line breaks, blanks at their ends dropped."""
    return "\n".join(line.strip() for line in text.splitlines() if line.strip()) or None


def text(text: str) -> str | None:
    """The text on one line, folded."""
    return join_wrapped(text.splitlines()) or None


PARSERS: Mapping[str, Callable[[str], object | None]] = {
    "identifier": identifier,
    "check_code": check_code,
    "seat": seat,
    "station": station,
    "money": money.parse,
    "rate": rate.parse,
    "date": issue_date.parse,
    "moment": moment,
    "words": words,
    "lines": lines,
    "text": text,
}


def parse(kind: str, stated: str) -> object | None:
    """The value of the *stated* text as the type *kind* (schemas/facts/types.yaml); None for none."""
    stripped = stated.strip()
    return PARSERS[kind](stripped) if stripped and stripped not in ABSENT else None
