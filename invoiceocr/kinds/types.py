"""The value types that kinds give their fields: how each is read, stated, stored, compared and calibrated."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from invoiceocr.kinds.printed_values import (
    air_check_code,
    bill_check_code,
    bill_code,
    bill_number,
    buyer_id,
    flag,
    id_spelled,
    lines,
    long_check_code,
    number_last,
    one_line,
    person_alone,
    printed_words,
    said,
    short_check_code,
    standard_words,
    unit_alone,
    unit_price,
    unreadable,
    words_key,
)
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
SOME_CODE = re.compile(r"[0-9A-Za-z]")
ROWS, PARTY, RATE = "rows", "party", "rate"


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
    ValueType("buyer_id", "str", buyer_id, _tax_id, group="identifiers", recognized=id_spelled),
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
NUMERIC = frozenset(entry.name for entry in _ALL if entry.annotation in ("Decimal", "Rate"))
"""The types whose values are numbers, or markers in place of them."""

# amounts in yuan, which have their cents; a sum may be printed with the sign of the yuan, too
MONEY = frozenset({"sum", "money"})
