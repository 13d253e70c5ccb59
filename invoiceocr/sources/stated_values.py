"""Texts that an issuer's XML states, typed as the field contract has them; None where nothing is stated.

An attachment is not print: what it states is taken as it stands, in canonical spelling, whatever its shape.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from invoiceocr.text.folding import join_wrapped
from invoiceocr.values import check_code as check_codes
from invoiceocr.values import chinese_amount, identifier, issue_date, moment, money, quantity, rate

ABSENT = frozenset({"null", "NULL", "nil"})  # what serializers write for a missing value


def stated_identifier(text: str) -> str | None:
    """The text in half width and upper case, without blanks.

    >>> stated_identifier(" 9111 0105ma01abcd5f ")
    '91110105MA01ABCD5F'
    """
    return identifier.compact(text) or None


def check_code(text: str) -> str | None:
    """The text in half width without blanks; its case is kept, as fiscal check codes need it.

    >>> check_code("12345 67890 12345 67890")
    '12345678901234567890'
    """
    return check_codes.compact(text) or None


def seat(text: str) -> str | None:
    """A carriage or seat without the word for it.

    >>> seat("05车"), seat("07F号"), seat("无座")
    ('05', '07F', '无座')
    """
    return re.sub(r"[车号]$", "", identifier.compact(text)) or None


def station(text: str) -> str | None:
    """The name of a station without 站.

    >>> station("北京南站")
    '北京南'
    """
    return identifier.compact(text).removesuffix("站") or None


def words(text: str) -> str | None:
    """The amount in words as printed, without ⊗ and 人民币.

    >>> words("ⓧ壹佰圆整")
    '壹佰圆整'
    """
    return chinese_amount.compact(text) or None


def lines(text: str) -> str | None:
    """The text with its line breaks, blanks at their ends dropped."""
    return "\n".join(line.strip() for line in text.splitlines() if line.strip()) or None


def one_line(text: str) -> str | None:
    """The text on one line, folded."""
    return join_wrapped(text.splitlines()) or None


PARSERS: Mapping[str, Callable[[str], object | None]] = {
    "identifier": stated_identifier,
    "check_code": check_code,
    "seat": seat,
    "station": station,
    "money": money.parse,
    "quantity": quantity.parse,
    "rate": rate.parse,
    "date": issue_date.parse,
    "moment": moment.parse,
    "words": words,
    "lines": lines,
    "text": one_line,
}


def parse(kind: str, stated: str) -> object | None:
    """The value of the *stated* text as the type *kind* (schemas/facts/types.yaml); None for none."""
    stripped = stated.strip()
    return PARSERS[kind](stripped) if stripped and stripped not in ABSENT else None
