"""The value types that kinds give their fields: how each is read, stated, stored, compared and calibrated."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from invoiceocr.text import folding
from invoiceocr.text.lines import match_key
from invoiceocr.values import (
    air_serial,
    check_code,
    chinese_amount,
    clock,
    count,
    flight_number,
    identifier,
    invoice_code,
    invoice_number,
    issue_date,
    machine_number,
    measure,
    moment,
    money,
    personal_id,
    phone,
    plate_number,
    quantity,
    rate,
    seat,
    station,
    tax_id,
    ticket_number,
    train_number,
    vin,
)

Parser = Callable[[str], object | None]
# characters; five hexadecimal ones are of 区块链 invoices alone
LONG_CHECK_CODE, SHORT_CHECK_CODE, BILL_CHECK_CODE = 20, 5, 6
BILL_CODE, BILL_NUMBER = re.compile(r"[0-9]{6,12}"), re.compile(r"[0-9]{8,12}")
NO_PERSON = re.compile("开户行|账号|识别|专用章|发票")
NOTHING, SOME_CODE = re.compile(r"[\W_]+"), re.compile(r"[0-9A-Za-z]")
NO_UNIT = re.compile("[0-9]{6}|数量|单价|金额|税率|发票|专用章")
# a character of other print behind a telephone or an account
BEHIND_NUMBER = re.compile(r"(?<=\d{6})\s*[\u4e00-\u9fff]$")
ROWS, PARTY, RATE = "rows", "party", "rate"
YES, NO = frozenset({"是", "true", "Y", "1"}), frozenset({"否", "false", "N", "0"})


@dataclass(frozen=True, slots=True)
class ValueType:
    """A type of value. `parse` reads printed text and `stated` what an issuer's XML states (None: like printed text).
    `annotation` is the Python type of the model's attribute, and `default` its value if nothing is found. `grammar`
    names how a lattice is searched for other readings (decoding/grammars.py); it is empty if nothing restricts such
    values. `group` is the calibration group of a header field; the cell of a row is one of its figures if `figure`.
    `key` is the form of a text value in which two statements are compared. `recognized` is the value of a text read
    from pixels: None if a well-formed value has surely lost a character."""

    name: str
    annotation: str
    parse: Parser
    stated: Parser
    grammar: str = ""
    group: str = "text"
    figure: bool = False
    default: str = "None"
    key: Callable[[str], object] = match_key
    recognized: Callable[[str], str | None] = str


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


def _identifier(text: str) -> str | None:
    return identifier.compact(text) or None


def _tax_id(text: str) -> str | None:
    code = identifier.compact(text)
    return code if SOME_CODE.search(code) else None


def _check_code(text: str) -> str | None:
    return check_code.compact(text) or None


def _seat(text: str) -> str | None:
    return seat.compact(text) or None


def _station(text: str) -> str | None:
    return station.compact(text) or None


def _words(text: str) -> str | None:
    return chinese_amount.compact(text) or None


def _measure(text: str) -> Decimal | None:
    return measure.parse(text)


def _said(text: str) -> str | None:
    return one_line(text) if said(text) else None


def _text(name: str) -> ValueType:
    return ValueType(name, "str", folding.parse, one_line)


def _contact(name: str) -> ValueType:
    return ValueType(name, "str", said, _said, recognized=number_last)


def _code(name: str, parse: Parser, grammar: str = "", group: str = "identifiers") -> ValueType:
    return ValueType(name, "str", parse, _identifier, grammar, group)


def _figure(name: str, parse: Parser, stated: Parser, grammar: str = "") -> ValueType:
    return ValueType(name, "Decimal", parse, stated, grammar, "money", figure=True)


_ALL = (
    _text("text"),
    ValueType("name", "str", said, _said, group="names", recognized=folding.with_round_brackets),
    ValueType("person", "str", said, _said, group="people", recognized=person_alone),
    _contact("address_phone"),
    _contact("bank_account"),
    ValueType("unit", "str", folding.parse, one_line, recognized=unit_alone),
    ValueType("lines", "str", lines, lines),
    ValueType("page_text", "str", lines, lines, default='""'),
    _code("identifier", identifier.parse, group="text"),
    _code("invoice_code", invoice_code.parse, "invoice_code"),
    _code("invoice_number", invoice_number.parse, "invoice_number"),
    ValueType("check_code", "str", long_check_code, _check_code, "check_code", "identifiers"),
    ValueType("short_check_code", "str", short_check_code, _check_code, "check_code", "identifiers"),
    ValueType("bill_check_code", "str", bill_check_code, _check_code, group="identifiers"),
    ValueType("air_check_code", "str", air_check_code, _check_code, group="identifiers"),
    _code("bill_code", bill_code),
    _code("bill_number", bill_number),
    _code("machine_number", machine_number.parse),
    ValueType("tax_id", "str", tax_id.parse, _tax_id, "tax_id", "identifiers"),
    ValueType("buyer_id", "str", buyer_id, _tax_id, group="identifiers"),
    _code("personal_id", personal_id.parse),
    ValueType(
        "plate_number",
        "str",
        plate_number.parse,
        _identifier,
        group="identifiers",
        key=plate_number.key,
        recognized=plate_number.recognized,
    ),
    ValueType("printed_plate", "str", folding.parse, _identifier, recognized=plate_number.recognized),
    _code("vin", vin.parse),
    _code("ticket_number", ticket_number.parse),
    _code("ticket_serial", ticket_number.serial),
    _code("air_serial", air_serial.parse),
    _code("train_number", train_number.parse),
    _code("flight_number", flight_number.parse),
    _code("phone", phone.parse),
    ValueType("seat", "str", seat.parse, _seat),
    ValueType("station", "str", station.parse, _station, group="names"),
    ValueType("words", "str", printed_words, _words, "words", "money", key=words_key, recognized=standard_words),
    _figure("sum", money.parse, money.parse, "sum"),
    _figure("money", money.parse, money.parse, "money"),
    _figure("quantity", quantity.parse, quantity.parse, "quantity"),
    _figure("unit_price", unit_price, money.parse, "quantity"),
    _figure("measure", _measure, _measure),
    ValueType(RATE, "Rate", rate.parse, rate.parse, "rate", "money", figure=True),
    ValueType("count", "int", count.parse, count.parse),
    ValueType("issue_date", "date", issue_date.parse, issue_date.parse, "issue_date", "dates", figure=True),
    ValueType("date", "date", issue_date.parse, issue_date.parse, "issue_date", "dates", figure=True),
    ValueType("time", "time", clock.parse, clock.parse, "", "dates"),
    ValueType("datetime", "datetime", moment.parse, moment.parse, "moment", "dates"),
    ValueType("flag", "bool", flag, flag, default="False"),
    ValueType("box", "tuple[float, float, float, float]", unreadable, unreadable),
    ValueType(PARTY, "Party", unreadable, unreadable),
    ValueType(ROWS, "", unreadable, unreadable, default="()"),
)
TYPES: Mapping[str, ValueType] = {entry.name: entry for entry in _ALL}
"""Every value type by the name that schemas/kinds/*.yaml use."""
PARSERS: Mapping[str, Parser] = {entry.name: entry.parse for entry in _ALL}
"""The parser of printed text by type."""
NUMERIC = frozenset(entry.name for entry in _ALL if entry.annotation in ("Decimal", "Rate"))
"""The types whose values are numbers, or markers in place of them."""

# amounts in yuan, which have their cents; a sum may be printed with the sign of the yuan, too
MONEY = frozenset({"sum", "money"})
