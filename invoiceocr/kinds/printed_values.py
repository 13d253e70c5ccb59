"""Printed text to the value of a field, where its place says more than a type of value: a code of that length, a name
without the captions around it."""

from __future__ import annotations

import re
from decimal import Decimal

from invoiceocr.text import folding
from invoiceocr.text.lines import match_key
from invoiceocr.values import check_code, chinese_amount, identifier, money, tax_id

# characters; five hexadecimal ones are of 区块链 invoices alone
LONG_CHECK_CODE, SHORT_CHECK_CODE, BILL_CHECK_CODE = 20, 5, 6
BILL_CODE, BILL_NUMBER = re.compile(r"[0-9]{6,12}"), re.compile(r"[0-9]{8,12}")
NO_PERSON = re.compile("开户行|账号|识别|专用章|发票")
NOTHING = re.compile(r"[\W_]+")
NO_UNIT = re.compile("[0-9]{6}|数量|单价|金额|税率|发票|专用章")
# a character of other print behind a telephone or an account; that of a room or a house belongs to its number
BEHIND_NUMBER = re.compile(r"(?<=\d{7})\s*(?![室号房户元楼层座幢栋组弄])[\u4e00-\u9fff]$")
YES, NO = frozenset({"是", "true", "Y", "1"}), frozenset({"否", "false", "N", "0"})


def unit_price(text: str) -> Decimal | None:
    """The price of a unit, some print it with its currency.

    >>> unit_price("¥50.00"), unit_price("0.333333元"), unit_price("(50.00)"), unit_price("3台")
    (Decimal('50.00'), Decimal('0.333333'), None, None)
    """
    return None if "(" in money.compact(text) else money.parse(text)


def standard_words(text: str) -> str | None:
    """The amount in words if it is spelled in full.

    >>> standard_words("壹拾圆整"), standard_words("拾圆整")
    ('壹拾圆整', None)
    """
    return text if chinese_amount.is_standard(text) else None


def printed_words(text: str) -> str | None:
    """The amount in words as printed, if it is one.

    >>> printed_words("ⓧ壹佰圆整"), printed_words("壹佰")
    ('壹佰圆整', None)
    """
    return chinese_amount.compact(text) if chinese_amount.is_valid(text) else None


def unit_alone(text: str) -> str | None:
    """The unit of a row, if it is not print that was found in its place: an id in a seal, a caption.

    >>> unit_alone("千瓦时"), unit_alone("箱(24瓶)"), unit_alone("912117996683962952"), unit_alone("数量221")
    ('千瓦时', '箱(24瓶)', None, None)
    """
    return None if NO_UNIT.search(text) else text


def person_alone(text: str) -> str | None:
    """A person's name, if it was not read together with other print: a caption, the words of a seal.

    >>> person_alone("样例"), person_alone("开户行及账样例"), person_alone("发票专用章")
    ('样例', None, None)
    """
    return None if NO_PERSON.search(text) else text


def number_last(text: str) -> str:
    """An address with its telephone, or a bank with its account, without the single character of a caption or seal that
    was read behind the number.

    >>> number_last("样例路1号 010-12345678注"), number_last("样例路1号"), number_last("样例银行123456(基本户)")
    ('样例路1号 010-12345678', '样例路1号', '样例银行123456(基本户)')
    >>> number_last("样例路1号8幢101102房"), number_last("样例镇20010001号"), number_last("邮编999999注")
    ('样例路1号8幢101102房', '样例镇20010001号', '邮编999999注')
    """
    return BEHIND_NUMBER.sub("", text)


def long_check_code(text: str) -> str | None:
    """The check code of twenty digits, if it is one.

    >>> long_check_code("12345 67890 12345 67890"), long_check_code("12a45")
    ('12345678901234567890', None)
    """
    value = check_code.parse(text)
    return value if value and len(value) == LONG_CHECK_CODE else None


def short_check_code(text: str) -> str | None:
    """The check code of a blockchain invoice: five hexadecimal digits.

    >>> short_check_code("12a45"), short_check_code("12345 67890 12345 67890"), short_check_code("a1B2c3")
    ('12a45', None, None)
    """
    value = check_code.parse(text)
    return value if value and len(value) == SHORT_CHECK_CODE else None


def bill_check_code(text: str) -> str | None:
    """The check code of a bill of the ministry of finance: six characters, their case as printed.

    >>> bill_check_code("a1B2c3"), bill_check_code("123456"), bill_check_code("12345")
    ('a1B2c3', '123456', None)
    """
    value = check_code.compact(text)
    return value if len(value) == BILL_CHECK_CODE and value.isascii() and value.isalnum() else None


def bill_code(text: str) -> str | None:
    """The code of a bill (票据代码), eight digits as a rule.

    >>> bill_code("1106 0124"), bill_code("1106")
    ('11060124', None)
    """
    value = identifier.compact(text)
    return value if BILL_CODE.fullmatch(value) else None


def bill_number(text: str) -> str | None:
    """The number of a bill (票据号码), ten digits as a rule.

    >>> bill_number("0000123456"), bill_number("A1")
    ('0000123456', None)
    """
    value = identifier.compact(text)
    return value if BILL_NUMBER.fullmatch(value) else None


def air_check_code(text: str) -> str | None:
    """The 验证码 of an itinerary: four digits.

    >>> air_check_code("7890"), air_check_code("789")
    ('7890', None)
    """
    value = check_code.compact(text)
    return value if re.fullmatch(r"[0-9]{4}", value) else None


def buyer_id(text: str) -> str | None:
    """A taxpayer's number, or the id or organization code that stands in its place, as printed.

    >>> buyer_id("91110105MA01ABCD5F"), buyer_id("12345678-8"), buyer_id("1101011990****0012")
    ('91110105MA01ABCD5F', '12345678-8', '1101011990****0012')
    """
    printed = identifier.compact(text)
    return tax_id.parse(text) or (printed if re.fullmatch(r"[0-9A-Z*-]{6,21}", printed) else None)


def id_spelled(text: str) -> str:
    """The id of a buyer. If it is a unified code with letters that no such code has, in the only spelling with right
    check digits.

    >>> id_spelled("91110105MAO1ABCD5F"), id_spelled("12345678-8")
    ('91110105MA01ABCD5F', '12345678-8')
    """
    return tax_id.respelled(text) or text


def said(text: str) -> str | None:
    """The text, if it says anything: forms have dashes or strokes where there is nothing to say. 无 is kept: it is a
    printed word.

    >>> said("样例路1号 010-00000000"), said("-"), said("/ /"), said("____"), said("无")
    ('样例路1号 010-00000000', None, None, None, '无')
    """
    value = folding.parse(text)
    return value if value and not NOTHING.fullmatch(value) else None


def lines(text: str) -> str | None:
    """The text with its line breaks, blanks at their ends dropped.

    >>> lines(" ab \\n\\n cd ")
    'ab\\ncd'
    """
    return "\n".join(line.strip() for line in text.splitlines() if line.strip()) or None


def one_line(text: str) -> str | None:
    """The text on one line, folded.

    >>> one_line("北京\\n市")
    '北京市'
    """
    return folding.join_wrapped(text.splitlines()) or None


def words_key(text: str) -> object:
    """The amount that *text* says, its letters where it says none.

    >>> words_key("壹佰圆整") == words_key("壹佰元正")
    True
    """
    return chinese_amount.parse(text) or match_key(text).upper()


def flag(text: str) -> bool | None:
    """Yes or no; None for anything else.

    >>> flag("是"), flag("N"), flag("？")
    (True, False, None)
    """
    return True if text.strip() in YES else False if text.strip() in NO else None


def unreadable(text: str) -> None:
    """Nothing: values of this type are no text."""
